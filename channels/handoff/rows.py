"""What is kept of a hand-over: one row from the moment a conversation waits for a person until that is over.

Plain frozen values. `owner_version` is the version of the conversation that the row knows of: when the conversation
has another one, its owner was changed by somebody else and `channels.handoff.moves.follow` says what that means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from channels.handoff.contract import Agent, CloseReason, Priority, Reason

State = Literal["waiting", "accepted", "ended"]
Ended = Literal["returned", "closed", "rejected", "replaced"] | CloseReason
"""How it ended: by the desk, or by us for one of the reasons that the desk is told."""

STATES: tuple[State, ...] = ("waiting", "accepted", "ended")
BY_DESK: frozenset[str] = frozenset({"returned", "closed", "rejected"})
"""Endings that the desk knows of already."""


@dataclass(frozen=True, slots=True)
class Did:
    """What a person did before the conversation went back to the bot."""

    agent: str
    summary: str
    tickets: tuple[str, ...] = ()
    how: str = "returned"

    def wire(self) -> dict[str, Any]:
        return {"agent": self.agent, "summary": self.summary, "tickets": list(self.tickets), "how": self.how}

    @classmethod
    def of(cls, stored: Mapping[str, Any] | None) -> Did | None:
        if stored is None:
            return None
        return cls(stored["agent"], stored["summary"], tuple(stored["tickets"]), stored["how"])


@dataclass(frozen=True, slots=True)
class Handoff:
    """One hand-over.

    Attributes:
        waiting_since: since when nobody has it; changes when it goes back to the queue.
        ref: the desk's reference, None until the desk has taken it in.
        pushed_seq: up to which message the desk has been told.
        until_seq: up to which it must be told before it is over, None while it goes on.
        told_end: the desk knows that it is over.
        offered_at: when the citizen was offered a call-back instead of waiting on.
        attempts: how often in a row the desk could not be reached.
        caller_key: finds the caller's other hand-overs; no telephone can be read from it.
        bot_told: the bot knows what the person did.
    """

    id: str
    conversation_id: str
    desk: str
    channel: str
    language: str
    reason: Reason
    priority: Priority
    owner_version: int
    opened_at: datetime
    waiting_since: datetime
    state: State = "waiting"
    topic: str | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None
    ended: Ended | None = None
    end_reason: str | None = None
    agent_id: str | None = None
    agent_name: str | None = None
    ref: str | None = None
    pushed_seq: int = 0
    until_seq: int | None = None
    told_end: bool = False
    offered_at: datetime | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    last_error: str | None = None
    caller_key: str | None = None
    summary: str = ""
    did: Mapping[str, Any] | None = field(default=None)
    bot_told: bool = False

    @property
    def agent(self) -> Agent | None:
        return None if self.agent_id is None else Agent(self.agent_id, self.agent_name or "")

    @property
    def is_open(self) -> bool:
        return self.state != "ended"

    @property
    def is_told(self) -> bool:
        """Nothing is left to tell the desk, now and for ever."""
        return self.state == "ended" and self.told_end


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Something that could not be delivered and is not tried again by itself."""

    id: str
    handoff_id: str
    conversation_id: str
    desk: str
    kind: Literal["open", "message", "close", "event"]
    error: str
    attempts: int
    first_at: datetime
    last_at: datetime
    seq: int | None = None
    payload: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Rating:
    """The citizen's judgement of a talk with a person; solved and satisfied are asked apart."""

    handoff_id: str
    conversation_id: str
    agent_id: str | None
    score: int
    solved: bool | None
    comment: str
    at: datetime
