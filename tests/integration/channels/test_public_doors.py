"""The public doors under abuse: no route without its token, nothing told in errors, no stranger's page or replay."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from channels import tokens
from channels.doorkeeper import Doorkeeper
from channels.gateway import make_app
from channels.handoff.signing import SIGNATURE, signed_headers
from tests.integration.channels.gateways import WIDE, Running, config_for, running_gateway
from tests.wechat_servers import AES_KEY, APPID, TOKEN

pytestmark = pytest.mark.asyncio
SECRET = "0123456789abcdef"
ALL_ON = {
    **WIDE,
    "INTAKE_SECRETS": f"national_platform:{SECRET}",
    "HANDOFF_SECRET": SECRET,
    "OPEN311_KEYS": f"app:{SECRET}",
    "WECHAT_APPID": APPID,
    "WECHAT_SECRET": SECRET,
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_AES_KEY": AES_KEY,
    "MINIPROGRAM_APPID": "wx1",
    "MINIPROGRAM_SECRET": SECRET,
}
# What anybody may ask for; everything else must refuse who shows nothing. A new route is refused here until it does,
# or until it is added with its reason.
PUBLIC = {
    ("POST", "/api/v1/conversations"),
    ("GET", "/api/v1/challenge"),
    ("GET", "/api/v1/places"),
    ("GET", "/api/v1/map"),
    ("GET", "/api/v1/page"),
    ("GET", "/api/v1/embed"),
    ("GET", "/"),
    ("GET", "/sw.js"),
    ("GET", "/embed.js"),
    ("GET", "/manifest/{language}.webmanifest"),
    ("GET", "/static"),
    ("GET", "/desk"),
    ("GET", "/desk/"),
    ("GET", "/desk/static"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/open311/discovery.{format}"),
    ("GET", "/open311/v2/services.{format}"),
    ("GET", "/open311/v2/services/{code}.{format}"),
    ("GET", "/open311/v2/tokens/{token}.{format}"),  # the token is the key
    ("GET", "/api/v1/desk/oidc/start"),  # 404 without a provider
    ("GET", "/api/v1/desk/oidc/callback"),
    ("POST", "/api/v1/handoff/chatwoot"),  # 404 without Chatwoot; its signature has tests of its own
    ("POST", "/api/v1/miniprogram/session"),  # the login itself
    ("DELETE", "/api/v1/miniprogram/session"),  # who has no session has ended it already
    ("GET", "/api/v1/staff/openapi.json"),  # the description of the interface, as in docs/
    ("GET", "/api/v1/miniprogram/names"),
    ("GET", "/api/v1/miniprogram/components/{number}"),
    ("GET", "/notices/confirm"),  # the links in e-mails are the keys
    ("POST", "/notices/confirm"),
    ("GET", "/notices/unsubscribe"),
    ("POST", "/notices/unsubscribe"),
}
INSIDE = re.compile(
    r"Traceback|File \"|site-packages|/work|/tmp|sqlalchemy|SELECT |INSERT |psycopg|sqlite|aiohttp", re.I
)
SCRIPT = "<script>alert(1)</script>"


@asynccontextmanager
async def everything(folder: Path, **names: str) -> AsyncIterator[Running]:
    async with running_gateway(config_for(folder, None, **{**ALL_ON, **names})) as running:
        yield running


def guarded(app: web.Application) -> list[tuple[str, str, str]]:
    """Method, canonical and an address of every route that is not public."""
    found = []
    for route in app.router.routes():
        canonical = "" if route.resource is None else route.resource.canonical
        if route.method == "HEAD" or (route.method, canonical) in PUBLIC:
            continue
        address = canonical.replace("{format}", "json").replace("{source}", "national_platform")
        address = address.replace("{attachment_id}", "A" * 22 + ".jpg").replace("{wish}", "urge")
        found.append((route.method, canonical, re.sub(r"\{[a-z_0-9]+\}", "1", address)))
    return found


async def test_every_route_refuses_who_shows_no_token_a_foreign_one_or_a_forged_one(tmp_path: Path) -> None:
    async with everything(tmp_path) as running:
        app = make_app(running.gateway)
        assert {(route.method, route.resource.canonical) for route in app.router.routes() if route.resource} >= PUBLIC
        routes = guarded(app)
        assert len(routes) > 100
        client = await running.client()
        now, secret = int(time.time()), running.gateway.secret
        shown = {
            "nothing": "",
            "foreign": client.token,
            "forged": tokens.sign(b"x" * 32, "1", now),
            "expired": tokens.sign(secret, "1", now - tokens.LIFETIME_SECONDS - 10),
            "garbage": "v1.1.x.y",
        }
        for method, canonical, address in routes:
            for name, token in shown.items():
                running.gateway.limits._refused._buckets.clear()
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                body: dict[str, Any] = {} if method == "GET" else {"json": {"token": "x", "request_id": "r1"}}
                if canonical.startswith("/open311"):
                    body = {} if method == "GET" else {"data": {"service_code": "x"}}
                async with running.session.request(
                    method, running.base + address, headers=headers, allow_redirects=False, **body
                ) as response:
                    said = await response.text()
                    assert response.status in (401, 403, 404), (method, canonical, name, response.status, said)
                    # a good token of another conversation may only find that nothing there is its own
                    assert response.status != 404 or canonical.startswith(("/api/v1/tickets/", "/api/v1/handoff/")), (
                        method,
                        canonical,
                        name,
                    )
                    assert not INSIDE.search(said), said


async def test_hostile_addresses_headers_and_bodies_are_refused_without_a_word_of_the_inside(tmp_path: Path) -> None:
    async with everything(tmp_path) as running:
        client = await running.client()
        messages = f"{client.path}/messages"
        json = {"Content-Type": "application/json"}
        deep = b'{"message_id":"m","text":"a","x":' + b"[" * 500 + b"]" * 500 + b"}"
        cases: list[tuple[str, str, dict[str, Any]]] = [
            ("GET", "/static/..%2f..%2f..%2fetc/passwd", {}),
            ("GET", "/static/%2e%2e/%2e%2e/config.py", {}),
            ("GET", "/desk/static/..%5c..%5cconfig.py", {}),
            ("GET", "/static//etc/passwd", {}),
            ("GET", f"{client.path}/attachments/..%2f..%2fsecret.key", {}),
            ("GET", f"{client.path}/attachments/%00", {}),
            ("GET", "/api/v1/conversations/..%2f..%2fx/messages", {}),
            ("GET", "//evil.example/", {}),
            ("GET", "/%0d%0aSet-Cookie:%20a=b", {}),
            ("GET", f"{messages}?after=1%00", {}),
            ("GET", f"{messages}?after=1'%20OR%201=1--", {}),
            ("GET", "/api/v1/tickets/1'%20OR%20'1'='1?phone_last4=1234", {}),
            ("GET", "/open311/v2/requests/1'.xml", {}),
            ("GET", f"/open311/v2/services.{SCRIPT}", {}),
            ("POST", messages, {"data": deep, "headers": json}),
            ("POST", messages, {"data": b'{"a":' * 60_000, "headers": json}),
            ("POST", messages, {"data": b'{"message_id":"m","text":"\\ud800"}', "headers": json}),
            ("POST", messages, {"json": {"message_id": SCRIPT, "text": "a"}}),
            ("POST", messages, {"json": {"message_id": "m", "text": "a\x00b"}}),
            ("POST", messages, {"json": {"message_id": "m", "payload": f"/x{SCRIPT}"}}),
            ("POST", f"{client.path}/rating", {"json": {"score": 10**30}}),
            ("POST", f"{client.path}/challenge", {"json": {"solution": SCRIPT}}),
            ("POST", "/api/v1/conversations", {"json": {"language": SCRIPT, "channel": ["web"]}}),
            ("POST", "/api/v1/desk/session", {"json": {"username": f"a\x00{SCRIPT}", "password": ["x"]}}),
            ("POST", "/open311/v2/requests.xml", {"data": {"api_key": SECRET, "service_code": SCRIPT}}),
            ("POST", "/open311/v2/requests.json", {"data": {"api_key": "\x00", "description": SCRIPT}}),
        ]
        for method, path, arguments in cases:
            status, said, headers = await client.call(method, path, allow_redirects=False, **arguments)
            text = said.decode("utf-8", "replace") if isinstance(said, bytes) else orjson.dumps(said).decode()
            assert 400 <= status < 500, (method, path, status, text)
            assert not INSIDE.search(text), text
            assert "Set-Cookie" not in headers and "Location" not in headers
            kind = headers["Content-Type"]
            assert not text or "json" in kind or ("xml" in kind and SCRIPT not in text), (path, kind, text)
            assert headers["X-Content-Type-Options"] == "nosniff"
        _, counted, _ = await client.call("GET", "/metrics")
        assert b'hotline_refused_total{reason="invalid_json"}' in counted


async def test_script_in_a_message_comes_back_as_text_only(tmp_path: Path) -> None:
    async with everything(tmp_path) as running:
        client = await running.client()
        await client.say(SCRIPT, "m1")
        status, _, headers = await client.call("GET", f"{client.path}/messages")
        assert status == 200 and headers["Content-Type"].startswith("application/json")
        assert SCRIPT in [message["text"] for message in await client.history()]
        report = {
            "api_key": SECRET,
            "service_code": "x",
            "description": f"]]>{SCRIPT}<!--",
            "address_string": f'"><img onerror=1>{SCRIPT}\x08',
            "first_name": "=cmd|'/c calc'!A1",
        }
        _, listed, _ = await client.call("GET", "/open311/v2/services.json")
        report["service_code"] = listed[0]["service_code"]
        status, answer, _ = await client.call("POST", "/open311/v2/requests.json", data=report)
        assert status == 201, answer
        async with asyncio.timeout(30):
            while True:
                status, said, headers = await client.call("GET", f"/open311/v2/requests.xml?api_key={SECRET}")
                assert status == 200
                if b"&lt;script&gt;" in said:
                    break
                await asyncio.sleep(0.1)
        assert b"<script" not in said and b"<img" not in said and headers["Content-Type"].startswith("text/xml")


async def test_pages_of_strangers_get_no_socket_and_no_answer_to_read(tmp_path: Path) -> None:
    async with everything(tmp_path) as running:
        client = await running.client()
        evil = {"Origin": "https://evil.example"}
        for stream in ("ws", "events"):
            path = f"{client.path}/{stream}?ticket={await client.ticket()}"
            status, problem, _ = await client.call("GET", path, headers=evil, token="")
            assert (status, problem["code"]) == (403, "origin_refused")
        status, _, headers = await client.call("GET", f"{client.path}/messages", headers=evil)
        assert status == 200 and "Access-Control-Allow-Origin" not in headers
        status, problem, _ = await client.call(
            "POST", "/api/v1/desk/session", json={"username": "a", "password": "b"}, headers=evil, token=""
        )
        assert status == 403, problem


async def test_what_was_overheard_cannot_be_sent_again_later_or_elsewhere(tmp_path: Path) -> None:
    async with everything(tmp_path) as running:
        body = orjson.dumps({"event_id": str(uuid.uuid4())})
        doors = ("/api/v1/handoff/events", "/api/v1/intake/national_platform")
        for path in doors:
            for age in (400, -400, 10**9):
                headers = signed_headers(SECRET, body, time.time() - age, "d")
                status, problem, _ = await running.stranger().call("POST", path, data=body, headers=headers)
                assert (status, problem["code"]) == (401, "signature_refused"), (path, age)
            headers = signed_headers(SECRET, body, time.time(), "d")
            for changed, more in (
                (body + b" ", {}),
                (body, {SIGNATURE: "sha256=" + "0" * 64}),
                (body, {SIGNATURE: "é"}),
            ):
                status, _, _ = await running.stranger().call("POST", path, data=changed, headers={**headers, **more})
                assert status == 401


async def test_who_sends_headers_slowly_or_without_end_is_cut_off(tmp_path: Path) -> None:
    async with everything(tmp_path) as running:
        address = running.base.removeprefix("http://").split(":")
        watching = asyncio.create_task(Doorkeeper(0.4).watch(running.runner))
        try:
            reader, writer = await asyncio.open_connection(address[0], int(address[1]))
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            async with asyncio.timeout(20):
                with pytest.raises(ConnectionError):
                    while await reader.read(100):
                        pass
                    raise ConnectionResetError  # closed without an answer is as good
            writer.close()
        finally:
            watching.cancel()
        reader, writer = await asyncio.open_connection(address[0], int(address[1]))
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Huge: " + b"a" * 100_000 + b"\r\n\r\n")
        async with asyncio.timeout(20):
            assert b" 400 " in (await reader.read(100)).partition(b"\r\n")[0]
        writer.close()
        assert (await running.stranger().call("GET", "/healthz"))[0] == 200
