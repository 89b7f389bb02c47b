"""Who is asking at the desk: session cookie, CSRF header, origin of the page, and the role.

A page of another site gets nowhere: its origin is refused, it cannot set the header, and the cookie is not sent to it.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from aiohttp import web

from channels.desk import roles, sessions
from channels.desk.errors import CsrfRefused, SignInNeeded
from channels.desk.service import DESK, Desk
from channels.desk.signin import Signed
from channels.errors import OriginRefused, TooManyRequests
from channels.service import GATEWAY
from channels.web.access import trusts

CSRF_HEADER = "X-CSRF-Token"
OIDC_COOKIE = "hotline_desk_oidc"
COOKIE_PATH = "/api/v1"


def desk_of(request: web.Request) -> Desk:
    return request.app[DESK]


async def signed_in(request: web.Request) -> Signed:
    """Whoever the session cookie belongs to. Raises SignInNeeded."""
    token = request.cookies.get(sessions.COOKIE, "")
    if not token or len(token) > 100:
        raise SignInNeeded
    return await desk_of(request).signin.by_token(token)


async def changing(request: web.Request, deed: str = "answer") -> Signed:
    """As `signed_in`, for a request that changes something and needs the role for `deed`.

    Raises:
        SignInNeeded, OriginRefused, CsrfRefused, RoleNotEnough, TooManyRequests.
    """
    same_site(request)
    signed = await signed_in(request)
    if not sessions.csrf_fits(signed.token, request.headers.get(CSRF_HEADER, "")):
        raise CsrfRefused
    roles.require(signed.agent, deed)
    wait = desk_of(request).deeds.take(signed.session.id, time.monotonic())
    if wait > 0:
        raise TooManyRequests(wait)
    return signed


async def reading(request: web.Request, deed: str = "answer") -> Signed:
    """As `signed_in`, with the role for `deed`."""
    signed = await signed_in(request)
    roles.require(signed.agent, deed)
    return signed


def same_site(request: web.Request, needed: bool = False) -> None:
    """Lets in pages of this very origin, and programs, which send neither Origin nor Sec-Fetch-Site.

    Args:
        needed: an Origin must be there (WebSockets: browsers always send one).

    Raises:
        OriginRefused: also for the further origins that citizens' pages may have.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise OriginRefused
    origin = request.headers.get("Origin")
    if origin is None and not needed:
        return
    parts = urlsplit(origin or "")
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != request.host.lower():
        raise OriginRefused


def is_https(request: web.Request) -> bool:
    """Whether the browser came by TLS, to us or to a trusted proxy before us."""
    if request.secure:
        return True
    proxies = request.app[GATEWAY].config.trusted_proxies
    forwarded = request.headers.get("X-Forwarded-Proto", "").split(",")[-1].strip().lower()
    return forwarded == "https" and trusts(request.remote or "", proxies)


def base_url(request: web.Request) -> str:
    """The address of this gateway as the browser knows it."""
    return f"{'https' if is_https(request) else 'http'}://{request.host}"


def give_cookie(request: web.Request, response: web.StreamResponse, signed: Signed) -> None:
    lifetime = signed.session.expires_at - signed.session.created_at
    response.set_cookie(
        sessions.COOKIE,
        signed.token,
        max_age=int(lifetime.total_seconds()),
        path=COOKIE_PATH,
        secure=is_https(request),
        httponly=True,
        samesite="Strict",
    )


def take_cookie(response: web.StreamResponse) -> None:
    response.del_cookie(sessions.COOKIE, path=COOKIE_PATH)
