"""A case: one hand-over as the desk keeps it, from the queue to its end.

Pure: each change gives a new case. Who owns the conversation is not decided here; that is the hand-over's
transaction, and a case follows it. Messages are not kept here but in the one table of messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from channels.handoff.contract import Priority, Reason

CaseState = Literal["waiting", "active", "ended"]
HIGHEST_LEVEL = 2
"""0: the skills that were asked for; 1: any topic, leaders are told; 2: any language, supervisors are told."""


@dataclass(frozen=True, slots=True)
class Case:
    """One hand-over at the desk.

    Attributes:
        request: the parts of the request that are shown: summary, slots, caller, open_tickets.
        queued_at: since when it waits (anew after going back to the queue).
        ahead: it was with a person before and goes to the head of the queue.
        tried: who let an offer pass.
        level: how far it was escalated.
        asked_at: the citizen's oldest word that nobody has answered, None when everything is answered.
        first_accepted_at: when a person came for the first time; the figures on waiting count this one.
    """

    handoff_id: str
    conversation_id: str
    channel: str
    language: str
    topic: str | None
    reason: Reason
    priority: Priority
    request: Mapping[str, Any]
    caller_key: str | None
    opened_at: datetime
    queued_at: datetime
    state: CaseState = "waiting"
    ahead: bool = False
    agent_id: str | None = None
    accepted_at: datetime | None = None
    first_accepted_at: datetime | None = None
    participants: tuple[str, ...] = ()
    offered_to: str | None = None
    offered_at: datetime | None = None
    tried: tuple[str, ...] = ()
    level: int = 0
    asked_at: datetime | None = None
    warned_at: datetime | None = None
    told_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    tickets: tuple[str, ...] = field(default=())

    @property
    def is_open(self) -> bool:
        return self.state != "ended"

    def offered(self, agent_id: str, at: datetime) -> Case:
        return replace(self, offered_to=agent_id, offered_at=at)

    def lapsed(self) -> Case:
        """The offer passed unanswered; it may go to somebody else."""
        tried = (
            self.tried if self.offered_to is None or self.offered_to in self.tried else (*self.tried, self.offered_to)
        )
        return replace(self, offered_to=None, offered_at=None, tried=tried)

    def taken(self, agent_id: str, at: datetime) -> Case:
        """With a person from now on. What the citizen asked while waiting counts from now."""
        return replace(
            self,
            state="active",
            agent_id=agent_id,
            accepted_at=at,
            first_accepted_at=self.first_accepted_at or at,
            participants=tuple(other for other in self.participants if other != agent_id),
            offered_to=None,
            offered_at=None,
            tried=(),
            ahead=False,
            asked_at=at,
            warned_at=None,
        )

    def requeued(self, at: datetime, language: str | None = None, topic: str | None = None) -> Case:
        """Back to the queue, at its head; who just had it is not asked first."""
        return replace(
            self,
            state="waiting",
            agent_id=None,
            participants=(),
            queued_at=at,
            ahead=True,
            language=language or self.language,
            topic=topic if topic is not None or language is not None else self.topic,
            level=0,
            offered_to=None,
            offered_at=None,
            tried=() if self.agent_id is None else (self.agent_id,),
            asked_at=None,
            warned_at=None,
        )

    def escalated(self, level: int) -> Case:
        return replace(self, level=min(level, HIGHEST_LEVEL), tried=(), offered_to=None, offered_at=None)

    def asked(self, at: datetime) -> Case:
        """The citizen said something; only the oldest unanswered word counts."""
        if self.state != "active" or self.asked_at is not None:
            return self
        return replace(self, asked_at=at, warned_at=None)

    def answered(self) -> Case:
        return replace(self, asked_at=None, warned_at=None)

    def ended(self, reason: str, at: datetime) -> Case:
        if self.state == "ended":
            return self
        return replace(
            self, state="ended", ended_at=at, end_reason=reason, offered_to=None, offered_at=None, asked_at=None
        )
