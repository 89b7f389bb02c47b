"""What a citizen may do about people: stop waiting for one, and judge the talk with one."""

from __future__ import annotations

from aiohttp import web

from channels.errors import InvalidField
from channels.handoff.errors import HandoffNotFound
from channels.handoff.service import HandoffService
from channels.service import GATEWAY
from channels.web.access import client_address, conversation_of
from channels.web.bodies import clean_text, read_json
from channels.web.conversations import json_response

_COMMENT_LIMIT = 1000
_HANDOFF_ID_LIMIT = 96


async def cancel_queue(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations/{id}/queue/cancel`: does nothing when nobody is waited for."""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    await gateway.limits.message(conversation_id, client_address(request))
    cancelled = await _people(request).cancel(conversation_id)
    conversation = await gateway.store.conversation(conversation_id)
    return json_response({"cancelled": cancelled, "owner": conversation.owner, "version": conversation.owner_version})


async def rate(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations/{id}/rating` `{"score": 1..5, "solved"?: bool, "comment"?: "...", "handoff_id"?}`"""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    await gateway.limits.message(conversation_id, client_address(request))
    body = await read_json(request)
    solved, comment, handoff_id = body.get("solved"), body.get("comment") or "", body.get("handoff_id")
    if solved is not None and not isinstance(solved, bool):
        raise InvalidField("solved", "solved must be true, false or null.")
    if not isinstance(comment, str) or len(comment) > _COMMENT_LIMIT:
        raise InvalidField("comment", f"comment must be a text of at most {_COMMENT_LIMIT} characters.")
    if handoff_id is not None and not (isinstance(handoff_id, str) and len(handoff_id) <= _HANDOFF_ID_LIMIT):
        raise InvalidField("handoff_id", "handoff_id must be the one that asked for the rating.")
    score = body.get("score")
    if type(score) is not int:
        raise InvalidField("score", "score must be a whole number from 1 to 5.")
    rating = await _people(request).rate(conversation_id, score, solved, clean_text(comment), handoff_id)
    return json_response({"handoff_id": rating.handoff_id, "score": rating.score, "solved": rating.solved})


def _people(request: web.Request) -> HandoffService:
    people = request.app[GATEWAY].people
    if people is None:
        raise HandoffNotFound
    return people
