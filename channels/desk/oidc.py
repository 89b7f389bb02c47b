"""Single sign-on by OpenID Connect: authorization code with PKCE, ID tokens checked against the provider's keys.

Only people who have an account at the desk come in: the provider says who somebody is, the desk says what he or she
may do. What is between start and callback travels in a signed cookie for ten minutes, nothing is stored.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from channels.desk.errors import OidcFailed
from channels.desk.people import DeskAgent
from channels.desk.ports import AccountStore

ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
FLOW_SECONDS = 600
_SECONDS = 8.0
_SKEW_SECONDS = 60
_KEYS_KEPT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class OidcConfig:
    """The provider: `issuer` as in its tokens; `username_claim` finds the account at the first sign-in."""

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    username_claim: str = "preferred_username"


@dataclass(slots=True)
class Oidc:
    """One provider."""

    config: OidcConfig
    secret: bytes
    accounts: AccountStore
    clock: Callable[[], datetime]
    monotonic: Callable[[], float]
    _found: Mapping[str, Any] | None = None
    _keys: KeySet | None = None
    _keys_at: float = 0.0

    async def begin(self, callback_url: str) -> tuple[str, str]:
        """Where to send the browser, and the cookie that must come back. Raises OidcFailed."""
        provider = await self._provider()
        state, nonce, verifier = (secrets.token_urlsafe(24) for _ in range(3))
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self.config.client_id,
            "redirect_uri": callback_url,
            "scope": "openid profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        until = int(self.clock().timestamp()) + FLOW_SECONDS
        joined = "&" if "?" in provider["authorization_endpoint"] else "?"
        address = f"{provider['authorization_endpoint']}{joined}{urlencode(query)}"
        return address, self._seal({"s": state, "n": nonce, "v": verifier, "u": until})

    async def finish(self, query: Mapping[str, str], cookie: str, callback_url: str) -> DeskAgent:
        """The account of who comes back. Raises OidcFailed; the reason is not told."""
        flow = self._unseal(cookie)
        code, state = query.get("code", ""), query.get("state", "")
        if flow is None or not code or not hmac.compare_digest(state.encode(), str(flow["s"]).encode()):
            raise OidcFailed
        claims = await self._claims(code, str(flow["v"]), callback_url)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), str(flow["n"]).encode()):
            raise OidcFailed
        return await self._account(claims)

    async def _claims(self, code: str, verifier: str, callback_url: str) -> Mapping[str, Any]:
        provider = await self._provider()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": callback_url,
            "client_id": self.config.client_id,
            "code_verifier": verifier,
        }
        if self.config.client_secret is not None:
            form["client_secret"] = self.config.client_secret
        answer = await _call("POST", provider["token_endpoint"], data=form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise OidcFailed
        return await self._checked(token)

    async def _checked(self, token: str) -> Mapping[str, Any]:
        """The claims of a token that the provider signed for us and that is of now."""
        rules = jwt.JWTClaimsRegistry(
            now=int(self.clock().timestamp()),
            leeway=_SKEW_SECONDS,
            iss={"essential": True, "value": self.config.issuer},
            aud={"essential": True, "value": self.config.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True},
        )
        for fresh in (False, True):
            try:
                decoded = jwt.decode(token, await self._key_set(fresh), algorithms=ALGORITHMS)
                rules.validate(decoded.claims)
            except (JoseError, ValueError) as error:
                if fresh:
                    raise OidcFailed from error
            else:
                return decoded.claims
        raise OidcFailed

    async def _account(self, claims: Mapping[str, Any]) -> DeskAgent:
        subject = f"{self.config.issuer}|{claims['sub']}"[:300]
        agent = await self.accounts.by_subject(subject)
        if agent is None:
            name = claims.get(self.config.username_claim)
            found = await self.accounts.by_username(name.strip().lower()) if isinstance(name, str) else None
            if found is None or found[0].subject is not None:
                raise OidcFailed
            agent = await self.accounts.change(found[0].id, lambda known: _with_subject(known, subject))
        if agent.disabled:
            raise OidcFailed
        return agent

    async def _provider(self) -> Mapping[str, Any]:
        if self._found is None:
            found = await _call("GET", f"{self.config.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.config.issuer:
                raise OidcFailed
            self._found = found
        return self._found

    async def _key_set(self, fresh: bool) -> KeySet:
        now = self.monotonic()
        if self._keys is None or fresh or now - self._keys_at > _KEYS_KEPT_SECONDS:
            provider = await self._provider()
            self._keys = KeySet.import_key_set(await _call("GET", provider["jwks_uri"]))  # type: ignore[arg-type]
            self._keys_at = now
        return self._keys

    def _seal(self, flow: Mapping[str, Any]) -> str:
        body = urlsafe_b64encode(orjson.dumps(dict(flow))).decode()
        return f"{body}.{self._mark(body)}"

    def _unseal(self, cookie: str) -> Mapping[str, Any] | None:
        body, _, mark = cookie.partition(".")
        if not mark or not hmac.compare_digest(self._mark(body).encode(), mark.encode()):
            return None
        flow: Mapping[str, Any] = orjson.loads(urlsafe_b64decode(body))
        return flow if self.clock().timestamp() < flow["u"] else None

    def _mark(self, body: str) -> str:
        return hmac.new(self.secret, b"hotline-desk-oidc" + body.encode(), sha256).hexdigest()


def _with_subject(agent: DeskAgent, subject: str) -> DeskAgent:
    return replace(agent, subject=subject)


async def _call(method: str, address: str, **arguments: Any) -> Mapping[str, Any]:
    """A JSON object from the provider. Raises OidcFailed."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(method, address, allow_redirects=False, **arguments) as response,
        ):
            if response.status != 200:
                raise OidcFailed
            body = orjson.loads(await response.read())
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise OidcFailed from error
    if not isinstance(body, dict):
        raise OidcFailed
    return body
