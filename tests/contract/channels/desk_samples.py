"""Values of the desk for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from channels.desk.cases import Case
from channels.desk.people import DeskAgent

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def agent(agent_id: str = "a1", **changed: Any) -> DeskAgent:
    fields: dict[str, Any] = {
        "id": agent_id,
        "username": agent_id,
        "name": f"Agent {agent_id}",
        "role": "agent",
        "unit": "hotline",
        "languages": ("zh",),
        "topics": (),
        "capacity": 2,
        "created_at": NOW,
    }
    return DeskAgent(**{**fields, **changed})


def case(number: int = 1, **changed: Any) -> Case:
    fields: dict[str, Any] = {
        "handoff_id": f"c{number}.1",
        "conversation_id": f"c{number}",
        "channel": "web",
        "language": "zh",
        "topic": None,
        "reason": "citizen_asked",
        "priority": "normal",
        "request": {"summary": "路灯坏了", "slots": {}, "caller": None},
        "caller_key": None,
        "opened_at": at(number),
        "queued_at": at(number),
    }
    return Case(**{**fields, **changed})
