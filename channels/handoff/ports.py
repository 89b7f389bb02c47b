"""What the hand-over needs from a desk, and what a desk may ask of the hand-over, as protocols.

No implementation stands here.
"""

from __future__ import annotations

from typing import Protocol

from channels.handoff.contract import (
    CloseReason,
    DeskEvent,
    EmergencyAlert,
    HandoffMessage,
    HandoffRequest,
    Outcome,
    Skill,
    Staffing,
)


class HandoffDesk(Protocol):
    """A desk of people: our own, or another system behind an adapter.

    Every call is repeated until it comes back without an error, so each is idempotent. A call that cannot be done
    now raises DeskUnavailable and is tried again later; one that will never be done raises DeskRefused.
    """

    @property
    def name(self) -> str: ...

    async def open(self, request: HandoffRequest) -> str:
        """Puts the conversation into the desk's queue and gives the desk's reference; once per `handoff_id`."""
        ...

    async def push(self, ref: str, message: HandoffMessage) -> None:
        """A message that was stored after the history of `open`, of the citizen, the bot or the system; in order,
        once per `seq`. What the desk's own people wrote is not pushed."""
        ...

    async def typing(self, ref: str) -> None:
        """The citizen is typing. Sent at most once, and nobody minds when it is lost."""
        ...

    async def close(self, ref: str, reason: CloseReason) -> None:
        """The gateway ends the hand-over; not called after `returned`, `closed` or `rejected` of the desk."""
        ...


class StaffedDesk(Protocol):
    """A desk that knows who is on duty; a mode "people first" and the fallback ask it."""

    async def staffing(self, skill: Skill) -> Staffing: ...


class AlertDesk(Protocol):
    """A desk that shows emergencies to everybody on duty."""

    async def alert(self, alert: EmergencyAlert) -> None:
        """Once per `alert_id`; repeated until it comes back without an error."""
        ...


class HandoffEvents(Protocol):
    """Where a desk reports (HandoffService)."""

    async def event(self, event: DeskEvent) -> Outcome:
        """Takes an event, once per `event_id`.

        Raises:
            HandoffNotFound: there is no such hand-over.
            AlreadyTaken: `accepted`, but somebody else has it; `error.agent` says who.
            NotYours: a message of somebody who does not have it.
        """
        ...
