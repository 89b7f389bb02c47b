"""Who is asking: tokens, origins and the caller's address.

A refusal is the same whether or not the thing asked for exists.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from channels import tokens
from channels.config import Network
from channels.errors import Forbidden, OriginRefused, Unauthorized
from channels.service import GATEWAY

_MOST_HOPS = 20


def bearer(request: web.Request) -> str | None:
    """The bearer token of the request, None when it has none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def token_conversation(request: web.Request) -> str:
    """The conversation that the request's token opens. Raises Unauthorized."""
    gateway = request.app[GATEWAY]
    token = bearer(request)
    if token is None:
        raise Unauthorized
    return tokens.verify(gateway.secret, token, gateway.wall_clock())


def conversation_of(request: web.Request) -> str:
    """The conversation in the path, when the request's token opens it.

    Raises:
        Unauthorized: no token, or no valid one.
        Forbidden: a valid token of another conversation.
    """
    allowed = token_conversation(request)
    if request.match_info["conversation_id"] != allowed:
        raise Forbidden
    return allowed


async def stream_conversation(request: web.Request) -> str:
    """The conversation in the path, by `?ticket=` (taken with this) or by the token.

    Raises:
        OriginRefused: a page of a foreign origin asks.
        Unauthorized, Forbidden: as `conversation_of`.
    """
    check_origin(request)
    ticket = request.query.get("ticket")
    if ticket is None:
        return conversation_of(request)
    allowed = await request.app[GATEWAY].stream_tickets.take(ticket)
    if allowed is None:
        raise Unauthorized("The ticket is unknown, used or older than 60 seconds; ask for a new one.")
    if request.match_info["conversation_id"] != allowed:
        raise Forbidden
    return allowed


def check_origin(request: web.Request) -> None:
    """Lets in pages of this host and of the allowed origins, and programs, which send no Origin."""
    origin = request.headers.get("Origin")
    if origin is None or origin.lower() in request.app[GATEWAY].config.allowed_origins:
        return
    parts = urlsplit(origin)
    if parts.scheme in ("http", "https") and parts.netloc and parts.netloc.lower() == request.host.lower():
        return
    raise OriginRefused


def require_internal(request: web.Request) -> None:
    """Lets in our own processes only."""
    token = bearer(request)
    if token is None:
        raise Unauthorized
    if not hmac.compare_digest(token.encode(), request.app[GATEWAY].internal_token.encode()):
        raise Forbidden


def client_address(request: web.Request) -> str:
    """The caller's address; behind trusted proxies the one that the outermost of them saw."""
    peer = request.remote or ""
    proxies = request.app[GATEWAY].config.trusted_proxies
    if not proxies:
        return peer
    return behind_proxies(peer, request.headers.getall("X-Forwarded-For", []), proxies)


def behind_proxies(peer: str, forwarded: Iterable[str], proxies: Iterable[Network]) -> str:
    """Walks X-Forwarded-For from the right as long as the hops are trusted; what a stranger wrote is not believed."""
    hops = [hop.strip() for line in forwarded for hop in line.split(",")][-_MOST_HOPS:]
    address = peer
    while hops and trusts(address, proxies):
        candidate = hops.pop()
        try:
            ip_address(candidate)
        except ValueError:
            return address
        address = candidate
    return address


def trusts(address: str, proxies: Iterable[Network]) -> bool:
    """Whether `address` is one of the trusted proxies."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed.version == network.version and parsed in network for network in proxies)
