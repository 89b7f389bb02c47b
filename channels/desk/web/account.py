"""Signing in and out, the second factor, the own password, and single sign-on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.desk import sessions
from channels.desk.errors import OidcFailed, OidcOff, SignInNeeded
from channels.desk.oidc import FLOW_SECONDS
from channels.desk.signin import Signed
from channels.desk.web import access
from channels.errors import InvalidField
from channels.languages import LANGUAGES
from channels.web.access import client_address
from channels.web.bodies import read_json
from channels.web.conversations import json_response

CALLBACK = "/api/v1/desk/oidc/callback"


async def post_session(request: web.Request) -> web.Response:
    """`POST /api/v1/desk/session`: signs in."""
    access.same_site(request)
    body = await read_json(request)
    username, password, code = (_string(body, name) for name in ("username", "password", "totp"))
    desk = access.desk_of(request)
    signed = await desk.signin.with_password(username or "", password or "", code, client_address(request))
    response = json_response(await _shown(request, signed))
    access.give_cookie(request, response, signed)
    return response


async def get_session(request: web.Request) -> web.Response:
    """`GET /api/v1/desk/session`: who am I, and the value for the CSRF header; without one, what to sign in with."""
    try:
        signed = await access.signed_in(request)
    except SignInNeeded:
        settings = page_settings(request)
        raise SignInNeeded(settings={name: settings[name] for name in ("oidc", "languages")}) from None
    return json_response(await _shown(request, signed))


async def delete_session(request: web.Request) -> web.Response:
    """`DELETE /api/v1/desk/session`: signs out, here and at once."""
    signed = await access.changing(request)
    desk = access.desk_of(request)
    await desk.signin.end(signed)
    if not any(seat.agent.id == signed.agent.id and seat.session_id != signed.session.id for seat in desk.live.seats):
        await desk.accounts.set_presence(signed.agent.id, "off", desk.clock())
        await desk.live.hint({"type": "presence"})
    await desk.live.hint({"type": "signed_out", "agent_id": signed.agent.id, "only": signed.session.id})
    response = json_response({})
    access.take_cookie(response)
    return response


async def put_password(request: web.Request) -> web.Response:
    """`PUT /api/v1/desk/session/password` {old, new}: ends all other sessions."""
    signed = await access.changing(request)
    body = await read_json(request)
    desk = access.desk_of(request)
    await desk.signin.change_password(signed, _string(body, "old") or "", body.get("new"))
    await desk.live.hint({"type": "signed_out", "agent_id": signed.agent.id, "but": signed.session.id})
    return json_response({})


async def post_totp(request: web.Request) -> web.Response:
    """`POST /api/v1/desk/session/totp`: a secret for the authenticator."""
    signed = await access.changing(request)
    secret, uri = await access.desk_of(request).signin.begin_totp(signed.agent)
    return json_response({"secret": secret, "uri": uri})


async def put_totp(request: web.Request) -> web.Response:
    """`PUT /api/v1/desk/session/totp` {code}: from now on the second factor is needed."""
    signed = await access.changing(request)
    code = _string(await read_json(request), "code") or ""
    await access.desk_of(request).signin.confirm_totp(signed.agent, code)
    return json_response({"totp": True})


async def delete_totp(request: web.Request) -> web.Response:
    """`DELETE /api/v1/desk/session/totp` {password}"""
    signed = await access.changing(request)
    password = _string(await read_json(request), "password") or ""
    await access.desk_of(request).signin.end_totp(signed.agent, password)
    return json_response({"totp": False})


async def oidc_start(request: web.Request) -> web.StreamResponse:
    """`GET /api/v1/desk/oidc/start`: to the provider."""
    oidc = access.desk_of(request).oidc
    if oidc is None:
        raise OidcOff
    address, cookie = await oidc.begin(access.base_url(request) + CALLBACK)
    response = web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
    response.set_cookie(
        access.OIDC_COOKIE,
        cookie,
        max_age=FLOW_SECONDS,
        path=CALLBACK,
        secure=access.is_https(request),
        httponly=True,
        samesite="Lax",  # the provider's page leads back here
    )
    return response


async def oidc_callback(request: web.Request) -> web.StreamResponse:
    """`GET /api/v1/desk/oidc/callback`: back from the provider, to the desk's page."""
    desk = access.desk_of(request)
    if desk.oidc is None:
        raise OidcOff
    cookie = request.cookies.get(access.OIDC_COOKIE, "")
    try:
        agent = await desk.oidc.finish(request.query, cookie, access.base_url(request) + CALLBACK)
    except OidcFailed:
        response = web.Response(status=303, headers={"Location": "/desk?signin=oidc_failed"})
    else:
        signed = await desk.signin.begin(agent, "signed_in_oidc")
        response = web.Response(status=303, headers={"Location": "/desk"})
        access.give_cookie(request, response, signed)
    response.del_cookie(access.OIDC_COOKIE, path=CALLBACK)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _shown(request: web.Request, signed: Signed) -> dict[str, Any]:
    desk = access.desk_of(request)
    roster = await desk.floor.roster()
    return {
        "agent": roster.colleague(signed.agent),
        "csrf": sessions.csrf_of(signed.token),
        "settings": page_settings(request),
    }


def page_settings(request: web.Request) -> dict[str, Any]:
    """What the page must know before anything else."""
    desk = access.desk_of(request)
    return {
        "oidc": desk.oidc is not None,
        "translator": desk.translate is not None,
        "languages": list(LANGUAGES),
        **desk.rules.now.wire(),
        "answer_target_seconds": 15,
    }


def _string(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > 1000):
        raise InvalidField(name, f"{name} must be a string.")
    return value
