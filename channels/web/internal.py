"""`POST /internal/v1/conversations/{id}/news` and `.../revisit`: the worker tells a citizen, or has the bot ask.

For our own processes only, by the internal token. The words come from the catalogue in the conversation's language;
the same event is told, or asked about, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.delivery.queueing import Told
from channels.delivery.reading import told_of
from channels.errors import InvalidField
from channels.service import GATEWAY
from channels.web.access import require_internal
from channels.web.bodies import read_json
from channels.web.conversations import json_response

_EVENT_ID = re.compile(r"[A-Za-z0-9:._-]{1,120}")
_NUMBER = re.compile(r"[0-9]{14}")
_KEY = re.compile(r"utter_[a-z0-9_]{1,80}")


async def post_news(request: web.Request) -> web.Response:
    require_internal(request)
    body = await read_json(request)
    event_id = _matching(body, "event_id", _EVENT_ID)
    key = _matching(body, "key", _KEY)
    values, data = _object(body, "values"), _object(body, "data")
    told = _told(request, body)
    try:
        stored = await request.app[GATEWAY].router.news(
            request.match_info["conversation_id"], event_id, key, values, data
        )
    except KeyError as error:
        raise InvalidField("key", f"The catalogue has no {key} in the conversation's language.") from error
    queued = await _queued(request, told)
    return json_response({"seq": stored.message.seq, "duplicate": not stored.created, "queued": queued})


async def post_revisit(request: web.Request) -> web.Response:
    """`{"event_id", "ticket_number"}`; 409 `conversation_busy` while the citizen is busy with something else."""
    require_internal(request)
    body = await read_json(request)
    event_id, number = _matching(body, "event_id", _EVENT_ID), _matching(body, "ticket_number", _NUMBER)
    told = _told(request, body)
    router = request.app[GATEWAY].router
    messages = await router.revisit(request.match_info["conversation_id"], event_id, number)
    queued = await _queued(request, told if messages else None)
    return json_response({"asked": bool(messages), "seq": messages[0].seq if messages else None, "queued": queued})


def _told(request: web.Request, body: Mapping[str, Any]) -> Told | None:
    """What the citizen may also hear of beside the conversation. Raises InvalidField."""
    delivery = request.app[GATEWAY].delivery
    if delivery is None or body.get("notice") is None:
        return None
    return told_of(body, request.match_info["conversation_id"], delivery.queueing.clock())


async def _queued(request: web.Request, told: Told | None) -> list[str]:
    """Keeps it for the ways that the citizen wishes, and gives these; a repeat queues nothing twice."""
    delivery = request.app[GATEWAY].delivery
    return [] if delivery is None or told is None else list(await delivery.queueing.queue(told))


def _matching(body: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidField(name, f"{name} must match {pattern.pattern}.")
    return value


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidField(name, f"{name} must be an object.")
    return value
