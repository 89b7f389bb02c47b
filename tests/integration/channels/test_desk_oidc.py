"""Single sign-on against a provider on this machine: who comes in, and every way in which a token can be wrong."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tests.integration.channels.desks import Page, hire, staffed

pytestmark = pytest.mark.asyncio
CLIENT = "hotline-desk"
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})
STRANGERS_KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig", "alg": "ES256"})


@dataclass
class Provider:
    """A provider that says whatever a test orders."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    algorithm: str = "ES256"
    asked: dict[str, Any] = field(default_factory=dict)

    async def configuration(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
            }
        )

    async def jwks(self, request: web.Request) -> web.Response:
        return web.json_response(KeySet([KEY]).as_dict(private=False))

    async def token(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.asked["token"] = form
        if form["code"] != "good":
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "sub": "s-1",
            "preferred_username": "wang",
        }
        claims |= {"nonce": self.asked["nonce"]} | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return web.json_response({"id_token": jwt.encode({"alg": self.algorithm, "kid": "k1"}, claims, self.key)})


@asynccontextmanager
async def provider() -> AsyncIterator[Provider]:
    known = Provider()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", known.configuration)
    app.router.add_get("/jwks", known.jwks)
    app.router.add_post("/token", known.token)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    known.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield known
    finally:
        await runner.cleanup()


async def come_back(page: Page, known: Provider, code: str = "good", **changed: str) -> tuple[int, str]:
    """Goes to the provider and back; the status and where the browser is sent."""
    start = f"{page.base}/api/v1/desk/oidc/start"
    async with page.session.get(start, allow_redirects=False) as response:
        assert response.status == 303
        query = {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}
    assert query["code_challenge_method"] == "S256" and query["response_type"] == "code"
    known.asked["nonce"] = query["nonce"]
    back = {"code": code, "state": query["state"], **changed}
    callback = f"{page.base}/api/v1/desk/oidc/callback"
    assert query["redirect_uri"] == callback
    async with page.session.get(callback, params=back, allow_redirects=False) as response:
        return response.status, response.headers["Location"]


async def test_who_has_an_account_comes_in_and_is_known_by_the_providers_id_from_then_on(tmp_path: Path) -> None:
    async with provider() as known, staffed(tmp_path, OIDC_ISSUER=known.url, OIDC_CLIENT_ID=CLIENT) as desk:
        await hire(desk.desk.accounts, "wang")
        page = await desk.page()
        status, body = await page.call("GET", "/session")
        assert (status, body["settings"]["oidc"]) == (401, True)
        assert await come_back(page, known) == (303, "/desk")
        session = await page.get("/session")
        assert session["agent"]["username"] == "wang"
        assert known.asked["token"]["code_verifier"]
        known.claims = {"preferred_username": "renamed"}
        again = await desk.page()
        assert await come_back(again, known) == (303, "/desk")
        assert (await again.get("/session"))["agent"]["username"] == "wang"
        known.claims = {"sub": "s-2"}  # somebody else of the same name
        stranger = await desk.page()
        assert await come_back(stranger, known) == (303, "/desk?signin=oidc_failed")
        assert (await stranger.call("GET", "/state"))[0] == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": {"preferred_username": "nobody"}},
        {"claims": {"preferred_username": None}},
        {"claims": {"preferred_username": "gone", "sub": "s-9"}},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"aud": "another"}},
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": None}},
        {"claims": {"sub": None}},
        {"key": STRANGERS_KEY},
        {"code": "bad"},
        {"state": "another"},
    ],
    ids=lambda changed: "-".join(changed),
)
async def test_everybody_else_stays_out(wrong: dict[str, Any], tmp_path: Path) -> None:
    async with provider() as known, staffed(tmp_path, OIDC_ISSUER=known.url, OIDC_CLIENT_ID=CLIENT) as desk:
        await hire(desk.desk.accounts, "wang")
        await hire(desk.desk.accounts, "gone", disabled=True)
        known.claims, known.key = wrong.get("claims", {}), wrong.get("key", KEY)
        page = await desk.page()
        changed = {name: wrong[name] for name in ("code", "state") if name in wrong}
        assert await come_back(page, known, **changed) == (303, "/desk?signin=oidc_failed")
        assert (await page.call("GET", "/state"))[0] == 401


async def test_a_token_without_a_signature_stays_out(tmp_path: Path) -> None:
    from joserfc.jwk import OctKey

    async with provider() as known, staffed(tmp_path, OIDC_ISSUER=known.url, OIDC_CLIENT_ID=CLIENT) as desk:
        await hire(desk.desk.accounts, "wang")
        known.key, known.algorithm = OctKey.import_key("guess-the-public-key-as-a-secret"), "HS256"
        page = await desk.page()
        assert (await come_back(page, known))[1] == "/desk?signin=oidc_failed"


async def test_the_callback_without_its_start_and_a_desk_without_provider_refuse(tmp_path: Path) -> None:
    async with provider() as known, staffed(tmp_path, OIDC_ISSUER=known.url, OIDC_CLIENT_ID=CLIENT) as desk:
        callback = f"{desk.running.base}/api/v1/desk/oidc/callback?code=good&state=x"
        for cookie in ("", "nonsense", "bm9uc2Vuc2U=.00"):
            headers = {"Cookie": f"hotline_desk_oidc={cookie}"}
            async with desk.running.session.get(callback, headers=headers, allow_redirects=False) as response:
                assert response.headers["Location"] == "/desk?signin=oidc_failed"
                assert "hotline_desk=" not in str(response.headers.getall("Set-Cookie", []))
    async with staffed(tmp_path) as desk:
        page = await desk.page()
        status, body = await page.call("GET", "/oidc/start")
        assert (status, body["code"]) == (404, "oidc_off")


async def test_a_provider_that_is_away_is_no_way_in_and_no_crash(tmp_path: Path) -> None:
    async with staffed(tmp_path, OIDC_ISSUER="http://127.0.0.1:1", OIDC_CLIENT_ID=CLIENT) as desk:
        page = await desk.page()
        status, body = await page.call("GET", "/oidc/start")
        assert (status, body["code"]) == (502, "oidc_failed")
