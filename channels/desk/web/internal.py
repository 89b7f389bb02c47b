"""`POST /internal/v1/desk/alerts`: the worker tells of an emergency ticket, or of what it cannot mend by itself.

For our own processes only. With `alert_id` it is an alarm of its own (a deadline, the outbox), told once an id, that
belongs to no conversation's emergency.
"""

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
_ALERT = re.compile(r"[a-z]{3,20}:[A-Za-z0-9:._-]{1,40}")
_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def post_alert(request: web.Request) -> web.Response:
    """{ticket_number, conversation_id?, channel, language, kind?, at, due_at?, alert_id?}"""
    require_internal(request)
    body = await read_json(request)
    alert_id = _matching(body, "alert_id", _ALERT) if body.get("alert_id") else None
    number = _matching(body, "ticket_number", _NUMBER) if body.get("ticket_number") or alert_id is None else None
    at = _moment(body, "at")
    due_at = _moment(body, "due_at") if body.get("due_at") else due_after(at)
    conversation_id = _matching(body, "conversation_id", _WORD) if body.get("conversation_id") else None
    alert = Alert(
        id=alert_id or f"ticket:{number}",
        conversation_id=conversation_id,
        channel=_matching(body, "channel", _WORD),
        language=_matching(body, "language", _WORD),
        text=str(body.get("kind") or "")[:40],
        numbers=(),
        at=at,
        due_at=due_at,
        ticket_number=number,
    )
    alerts = access.desk_of(request).alerts
    await (alerts.raise_alarm(alert) if alert_id else alerts.raise_for_ticket(alert))
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
