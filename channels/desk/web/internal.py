"""`POST /internal/v1/desk/alerts`: the worker tells that an emergency ticket was filed. For our own processes only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from channels.desk.records import Alert, due_after
from channels.desk.web import access
from channels.errors import InvalidField
from channels.web.access import require_internal
from channels.web.bodies import read_json
from channels.web.conversations import json_response

_NUMBER = re.compile(r"[0-9]{8,20}")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def post_alert(request: web.Request) -> web.Response:
    """{ticket_number, conversation_id?, channel, language, kind?, at, due_at?}"""
    require_internal(request)
    body = await read_json(request)
    number = _matching(body, "ticket_number", _NUMBER)
    at = _moment(body, "at")
    due_at = _moment(body, "due_at") if body.get("due_at") else due_after(at)
    conversation_id = _matching(body, "conversation_id", _WORD) if body.get("conversation_id") else None
    alert = Alert(
        id=f"ticket:{number}",
        conversation_id=conversation_id,
        channel=_matching(body, "channel", _WORD),
        language=_matching(body, "language", _WORD),
        text=str(body.get("kind") or "")[:40],
        numbers=(),
        at=at,
        due_at=due_at,
        ticket_number=number,
    )
    await access.desk_of(request).alerts.raise_for_ticket(alert)
    return json_response({})


def _matching(body: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidField(name, f"{name} must match {pattern.pattern}.")
    return value


def _moment(body: Mapping[str, Any], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(str(body.get(name)))
    except ValueError:
        raise InvalidField(name, f"{name} must be a time in ISO 8601.") from None
    if at.tzinfo is None:
        raise InvalidField(name, f"{name} must have a zone.")
    return at
