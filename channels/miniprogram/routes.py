"""`/api/v1/miniprogram/...`: what the mini-program needs beside the interface of conversations.

A session (of `POST .../session`) opens what is a person's; the conversation's token that comes with it opens the
conversation, as on the citizen page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels import tokens
from channels.conversations import Conversation
from channels.errors import InvalidField
from channels.languages import LANGUAGES, opening_language
from channels.miniprogram.components import NUMBER
from channels.miniprogram.errors import ComponentNotFound, SessionEnded
from channels.miniprogram.login import SESSION_LIFETIME, TOKEN_SECONDS
from channels.miniprogram.service import MiniProgram
from channels.service import GATEWAY
from channels.web.access import bearer, client_address
from channels.web.bodies import read_json
from channels.web.conversations import json_response, read_opening

BASE = "/api/v1/miniprogram"
MINIPROGRAM: web.AppKey[MiniProgram] = web.AppKey("miniprogram", MiniProgram)
_CODE = re.compile(r"[\x21-\x7e]{1,200}")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_ANSWERS = ("accept", "reject", "ban", "filter")
_MOST_TEMPLATES = 10


def add_routes(app: web.Application, miniprogram: MiniProgram) -> None:
    """Adds the addresses of the mini-program."""
    app[MINIPROGRAM] = miniprogram
    app.router.add_post(f"{BASE}/session", login)
    app.router.add_delete(f"{BASE}/session", logout)
    app.router.add_post(f"{BASE}/conversation", choose_conversation)
    app.router.add_get(f"{BASE}/tickets", own_tickets)
    app.router.add_post(f"{BASE}/subscriptions", subscriptions)
    app.router.add_get(f"{BASE}/names", names)
    app.router.add_get(f"{BASE}/components/{{number}}", component)


async def login(request: web.Request) -> web.Response:
    """A code of wx.login becomes a session and the token of the conversation that goes on."""
    gateway, mini = request.app[GATEWAY], request.app[MINIPROGRAM]
    body, spent = await read_opening(request)
    code = body.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise InvalidField("code", "code must be what wx.login gave.")
    found = await mini.logins.login(code, _language(request, body))
    if spent is not None:
        await gateway.challenges.give(spent, found.conversation.id)
    opened = {"session": found.session, "session_expires_in": int(SESSION_LIFETIME.total_seconds())}
    templates = {key: template.id for key, template in mini.subscribing.templates.items()}
    return json_response({**opened, "templates": templates, **_opened(request, found.conversation)}, 201)


async def logout(request: web.Request) -> web.Response:
    """Ends the session; the conversation's token ends by itself within two hours."""
    await request.app[MINIPROGRAM].logins.logout(_session(request))
    return web.Response(status=204)


async def choose_conversation(request: web.Request) -> web.Response:
    """A new conversation (`conversation_id` null), or an earlier one of this person again."""
    gateway, mini = request.app[GATEWAY], request.app[MINIPROGRAM]
    openid = await mini.logins.openid(_session(request))
    body = await read_json(request)
    wanted = body.get("conversation_id")
    if wanted is None:
        _, spent = await read_opening(request)
        conversation = await mini.logins.open_anew(openid, _language(request, body))
        if spent is not None:
            await gateway.challenges.give(spent, conversation.id)
        return json_response(_opened(request, conversation), 201)
    if not isinstance(wanted, str) or not _ID.fullmatch(wanted):
        raise InvalidField("conversation_id", "conversation_id must be null or one of this person's conversations.")
    return json_response(_opened(request, await mini.logins.go_back(openid, wanted)))


async def own_tickets(request: web.Request) -> web.Response:
    """The tickets of all conversations of this person, the newest first, each with its conversation."""
    gateway, mini = request.app[GATEWAY], request.app[MINIPROGRAM]
    openid = await mini.logins.openid(_session(request))
    gateway.limits.reading(openid)
    found: dict[str, dict[str, Any]] = {}
    for conversation_id in await mini.logins.conversations(openid):
        for ticket in await gateway.tickets.own(conversation_id):
            found.setdefault(str(ticket["number"]), {**ticket, "conversation_id": conversation_id})
    tickets = sorted(found.values(), key=lambda ticket: str(ticket["filed_at"]), reverse=True)
    return json_response({"tickets": tickets})


async def subscriptions(request: web.Request) -> web.Response:
    """What a citizen answered to wx.requestSubscribeMessage, by our keys of templates."""
    mini = request.app[MINIPROGRAM]
    openid = await mini.logins.openid(_session(request))
    answers = (await read_json(request)).get("answers")
    if not isinstance(answers, dict) or len(answers) > _MOST_TEMPLATES:
        raise InvalidField("answers", "answers must be an object of answers by template.")
    for key, answer in answers.items():
        if key not in mini.subscribing.templates or answer not in _ANSWERS:
            raise InvalidField("answers", f"answers: a template of the login with one of {', '.join(_ANSWERS)}.")
    accepted = [key for key, answer in answers.items() if answer == "accept"]
    return json_response({"remaining": {key: await mini.subscribing.accepted(openid, key) for key in accepted}})


async def names(request: web.Request) -> web.Response:
    """What the city's categories and units are called in a language."""
    language = _asked_language(request)
    catalogue = request.app[MINIPROGRAM].catalogue
    shown = {
        "categories": {one: catalogue.category_name(one, language) for one in catalogue.categories},
        "units": {one: catalogue.unit_name(one, language) for one in catalogue.units},
    }
    return json_response({"language": language, **shown})


async def component(request: web.Request) -> web.Response:
    """A component by the number on it."""
    gateway, number = request.app[GATEWAY], request.match_info["number"]
    gateway.limits.lookup(client_address(request))
    if not NUMBER.fullmatch(number):
        raise ComponentNotFound
    return json_response(dict(await request.app[MINIPROGRAM].components.find(number, _asked_language(request))))


def _opened(request: web.Request, conversation: Conversation) -> dict[str, Any]:
    gateway = request.app[GATEWAY]
    token = tokens.sign_for(gateway.secret, conversation.id, int(gateway.wall_clock()), TOKEN_SECONDS)
    shown = {"conversation_id": conversation.id, "token": token, "token_expires_in": TOKEN_SECONDS}
    return {**shown, "language": conversation.language}


def _session(request: web.Request) -> str:
    session = bearer(request)
    if session is None:
        raise SessionEnded
    return session


def _language(request: web.Request, body: Mapping[str, Any]) -> str:
    asked = body.get("language")
    if asked is not None and asked not in LANGUAGES:
        raise InvalidField("language", f"language must be null or one of {', '.join(LANGUAGES)}.")
    return opening_language(asked, request.headers.get("Accept-Language"))


def _asked_language(request: web.Request) -> str:
    language = request.query.get("language", "zh")
    if language not in LANGUAGES:
        raise InvalidField("language", f"language must be one of {', '.join(LANGUAGES)}.")
    return language
