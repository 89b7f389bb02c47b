"""Opening a conversation, sending a message, reading messages, and getting a ticket for a stream."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from channels import tokens
from channels.errors import ChallengeRequired, ConversationNotFound, Forbidden
from channels.languages import opening_language
from channels.service import GATEWAY
from channels.web.access import client_address, conversation_of
from channels.web.bodies import MOST_MESSAGES, parse_incoming, parse_number, parse_opening, read_json

_LARGEST_SEQ = 2**31 - 1


def json_response(body: object, status: int = 200) -> web.Response:
    return web.Response(
        body=orjson.dumps(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def open_conversation(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations`"""
    gateway = request.app[GATEWAY]
    address = client_address(request)
    refused: ChallengeRequired | None = None
    try:
        gateway.limits.opening(address)
    except ChallengeRequired as error:
        refused = error
    body = await read_json(request, empty={})
    channel, asked = parse_opening(body)
    if refused is not None and "solution" not in body:
        raise refused
    spent = None if refused is None else await gateway.limits.solved_opening(address, body["solution"])
    language = opening_language(asked, request.headers.get("Accept-Language"))
    conversation = await gateway.router.open(channel, language)
    if spent is not None:
        await gateway.challenges.give(spent, conversation.id)
    token = tokens.sign(gateway.secret, conversation.id, int(gateway.wall_clock()))
    return json_response({"conversation_id": conversation.id, "token": token, "language": language}, 201)


async def post_message(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations/{id}/messages`: answers when the turn is over."""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    await gateway.limits.message(conversation_id, client_address(request))
    incoming = parse_incoming(await read_json(request))
    try:
        received = await gateway.router.receive(conversation_id, incoming)
    except ConversationNotFound:
        raise Forbidden from None  # a valid token of a conversation that was deleted
    return json_response((await received.answer).wire())


async def get_messages(request: web.Request) -> web.Response:
    """`GET /api/v1/conversations/{id}/messages?after=SEQ&limit=N`: at most 500; `more` says whether there are more."""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    gateway.limits.reading(conversation_id)
    after = parse_number(request.query, "after", 0, _LARGEST_SEQ)
    limit = max(1, parse_number(request.query, "limit", MOST_MESSAGES, MOST_MESSAGES))
    messages = await gateway.store.messages_after(conversation_id, after, limit)
    conversation = await gateway.store.conversation(conversation_id)
    last = messages[-1].seq if messages else after
    body: dict[str, Any] = {
        "messages": [message.wire() for message in messages],
        "last_seq": conversation.last_seq,
        "language": conversation.language,
        "owner": conversation.owner,
        "more": last < conversation.last_seq,
    }
    return json_response(body)


async def issue_stream_ticket(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations/{id}/stream-ticket`"""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    gateway.limits.reading(conversation_id)
    return json_response({"ticket": await gateway.stream_tickets.issue(conversation_id), "expires_in": 60})
