"""Reads what the worker tells of an event, and says exactly what is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.delivery.notices import IMPORTANCES, Notice
from channels.delivery.queueing import Told
from channels.errors import InvalidField
from channels.languages import LANGUAGES

_EVENT_ID = re.compile(r"[A-Za-z0-9:._-]{1,120}")
_KEY = re.compile(r"utter_[a-z0-9_]{1,74}")
_NUMBER = re.compile(r"[0-9]{8,20}")
_CHANNEL = re.compile(r"[a-z0-9_]{1,16}")
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


def told_of(body: Mapping[str, Any], conversation_id: str | None, at: datetime) -> Told:
    """What the worker's body says: `event_id key values`, and `notice` with the rest.

    Args:
        conversation_id: the one in the address; None: it may stand in the body.
        at: now.

    Raises:
        InvalidField: which member, and what it must be.
    """
    about = body.get("notice")
    if not isinstance(about, dict):
        raise InvalidField("notice", "notice must be an object.")
    values = body.get("values") or {}
    if not isinstance(values, dict):
        raise InvalidField("values", "values must be an object.")
    importance, language, phone = about.get("importance"), about.get("language"), about.get("phone")
    if importance not in IMPORTANCES:
        raise InvalidField("notice", f"notice.importance must be one of {', '.join(IMPORTANCES)}.")
    if language not in LANGUAGES:
        raise InvalidField("notice", f"notice.language must be one of {', '.join(LANGUAGES)}.")
    if phone is not None and not isinstance(phone, str):
        raise InvalidField("notice", "notice.phone must be a string or null.")
    card = {name: about.get(name) for name in ("status", "category") if isinstance(about.get(name), str)}
    notice = Notice(
        event_id=_matching(body, "event_id", _EVENT_ID),
        key=_matching(body, "key", _KEY),
        ticket_number=_matching(about, "ticket_number", _NUMBER),
        values={**values, **card},
        importance=importance,
        urgent=about.get("urgent") is True,
        at=at,
    )
    if conversation_id is None and body.get("conversation_id") is not None:
        conversation_id = _matching(body, "conversation_id", _ID)
    return Told(notice, _matching(about, "channel", _CHANNEL), language, conversation_id, phone)


def _matching(body: Mapping[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InvalidField(name, f"{name} must match {pattern.pattern}.")
    return value
