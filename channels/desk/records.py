"""What else the desk keeps: notes, alerts and canned replies, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from channels.conversations import Owner, Sender

NoteKind = Literal["note", "whisper", "system"]
ALERT_MINUTES = 30
"""An emergency must have been answered by a person within this time."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that only the desk sees. Of `system` notes `event` says what happened, in no language."""

    id: str
    conversation_id: str
    kind: NoteKind
    agent_id: str | None
    text: str
    at: datetime
    event: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """Danger was recognised; everybody on duty is told until somebody says that he or she takes care of it."""

    id: str
    conversation_id: str | None
    channel: str
    language: str
    text: str = field(repr=False)
    numbers: tuple[str, ...]
    at: datetime
    due_at: datetime
    ticket_number: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    overdue_told: bool = False

    def acknowledged(self, agent_id: str, at: datetime) -> Alert | None:
        """None when somebody was faster."""
        if self.acknowledged_at is not None:
            return None
        return replace(self, acknowledged_at=at, acknowledged_by=agent_id)

    def overdue(self, now: datetime) -> bool:
        return self.acknowledged_at is None and now >= self.due_at


def due_after(at: datetime) -> datetime:
    return at + timedelta(minutes=ALERT_MINUTES)


@dataclass(frozen=True, slots=True)
class LastWord:
    """Who owns a conversation and what was said last in it."""

    owner: Owner
    owner_version: int
    seq: int
    sender: Sender | None
    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Canned:
    """A ready reply in five languages, found by its shortcut."""

    id: str
    group: str
    shortcut: str
    texts: Mapping[str, str]
    removed: bool = False

    def wire(self) -> dict[str, Any]:
        return {"id": self.id, "group": self.group, "shortcut": self.shortcut, "texts": dict(self.texts)}
