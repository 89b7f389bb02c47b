"""A desk without people: nobody is on duty, so a citizen who wants a person is offered a call-back."""

from __future__ import annotations

from channels.handoff.contract import CloseReason, HandoffMessage, HandoffRequest, Skill, Staffing
from channels.handoff.errors import DeskRefused


class NoDesk:
    """HandoffDesk, StaffedDesk."""

    name = "none"

    async def open(self, request: HandoffRequest) -> str:
        raise DeskRefused("No desk is set up (HOTLINE_HANDOFF_DESK=none).")

    async def push(self, ref: str, message: HandoffMessage) -> None:
        """Nobody is there to read it."""

    async def typing(self, ref: str) -> None:
        """Nobody is there to see it."""

    async def close(self, ref: str, reason: CloseReason) -> None:
        """Nobody had it."""

    async def staffing(self, skill: Skill) -> Staffing:
        return Staffing()
