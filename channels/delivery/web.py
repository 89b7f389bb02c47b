"""The addresses of delivery: a citizen's wishes, the links in e-mails, and what the worker tells.

A link is opened with GET and acts with POST, which a mailbox may do by itself for unsubscribing (RFC 8058).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from channels.delivery.errors import LinkInvalid
from channels.delivery.links import Purpose
from channels.delivery.pages import page
from channels.delivery.parts import DELIVERY, DeliveryParts
from channels.delivery.reading import told_of
from channels.languages import opening_language
from channels.service import GATEWAY
from channels.web.access import client_address, conversation_of, require_internal
from channels.web.bodies import read_json
from channels.web.conversations import json_response

_CONVERSATION = "/api/v1/conversations/{conversation_id:[A-Za-z0-9-]{1,64}}"
_TOKEN_LIMIT = 400


def add_routes(app: web.Application, parts: DeliveryParts) -> None:
    """Mounts delivery in the gateway's application."""
    app[DELIVERY] = parts
    router = app.router
    router.add_get(f"{_CONVERSATION}/preferences", get_preferences)
    router.add_put(f"{_CONVERSATION}/preferences", put_preferences)
    router.add_get("/notices/confirm", get_confirm, allow_head=False)
    router.add_post("/notices/confirm", post_confirm)
    router.add_get("/notices/unsubscribe", get_unsubscribe, allow_head=False)
    router.add_post("/notices/unsubscribe", post_unsubscribe)
    router.add_post("/internal/v1/notices", post_notice)


async def get_preferences(request: web.Request) -> web.Response:
    conversation_id = conversation_of(request)
    request.app[GATEWAY].limits.reading(conversation_id)
    return json_response(await request.app[DELIVERY].wishes.of(conversation_id))


async def put_preferences(request: web.Request) -> web.Response:
    conversation_id = conversation_of(request)
    await request.app[GATEWAY].limits.message(conversation_id, client_address(request))
    return json_response(await request.app[DELIVERY].wishes.change(conversation_id, await read_json(request)))


async def get_confirm(request: web.Request) -> web.Response:
    return await _asked(request, "confirm")


async def post_confirm(request: web.Request) -> web.Response:
    return await _done(request, request.app[DELIVERY].wishes.confirm, "confirm_title", "confirmed")


async def get_unsubscribe(request: web.Request) -> web.Response:
    return await _asked(request, "unsubscribe")


async def post_unsubscribe(request: web.Request) -> web.Response:
    return await _done(request, request.app[DELIVERY].wishes.unsubscribe, "unsubscribe_title", "unsubscribed")


async def post_notice(request: web.Request) -> web.Response:
    """News for a citizen who has no conversation to read them in: by telephone."""
    require_internal(request)
    queueing = request.app[DELIVERY].queueing
    told = told_of(await read_json(request), None, queueing.clock())
    return json_response({"queued": await queueing.queue(told)})


async def _asked(request: web.Request, purpose: Purpose) -> web.Response:
    """The question that a link leads to."""
    parts = request.app[DELIVERY]
    _limited(request)
    try:
        _, language = await parts.wishes.opened(purpose, _token(request))
    except LinkInvalid:
        return _invalid(request)
    words = [parts.texts.text(f"{purpose}_{name}", language) for name in ("title", "question", "button")]
    title, question, button = words
    return page(language, title, question, button)


async def _done(
    request: web.Request, act: Callable[[str], Awaitable[str]], title: str, words: str
) -> web.Response:  # fmt: skip
    parts = request.app[DELIVERY]
    _limited(request)
    try:
        language = await act(_token(request))
    except LinkInvalid:
        return _invalid(request)
    return page(language, parts.texts.text(title, language), parts.texts.text(words, language))


def _invalid(request: web.Request) -> web.Response:
    texts, language = request.app[DELIVERY].texts, opening_language(None, request.headers.get("Accept-Language"))
    return page(language, texts.text("sender_name", language), texts.text("link_invalid", language), status=404)


def _limited(request: web.Request) -> None:
    request.app[GATEWAY].limits.reading(f"link:{client_address(request)}")


def _token(request: web.Request) -> str:
    token = request.query.get("token", "")
    if len(token) > _TOKEN_LIMIT:
        raise LinkInvalid
    return token
