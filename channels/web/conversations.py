"""Opening a conversation, sending a message, reading messages, and getting a ticket for a stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from channels import tokens
from channels.challenges import Spent
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


async def read_opening(
    request: web.Request, empty: Mapping[str, Any] | None = None
) -> tuple[Mapping[str, Any], Spent | None]:
    """The body of a call that opens a conversation, and the solved challenge in it where the address needs one.

    Args:
        empty: stands for a body that is not there.

    Raises:
        TooManyRequests; ChallengeRequired: the body holds no `solution` to one; ChallengeRefused; InvalidField.
    """
    gateway, address = request.app[GATEWAY], client_address(request)
    try:
        gateway.limits.opening(address)
    except ChallengeRequired as refused:
        body = await read_json(request, empty=empty)
        if "solution" not in body:
            raise refused
        return body, await gateway.limits.solved_opening(address, body["solution"])
    return await read_json(request, empty=empty), None


async def open_conversation(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations`"""
    gateway = request.app[GATEWAY]
    body, spent = await read_opening(request, empty={})
    channel, asked = parse_opening(body)
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
