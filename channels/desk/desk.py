"""The own desk as the hand-over sees it: it takes conversations in, hears what citizens say, and is told of ends.

Every call may be repeated. Nothing here changes an owner: that is done by events that the desk's people cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.desk.alerts import Alerts
from channels.desk.cases import Case
from channels.desk.dispatch import Dispatcher
from channels.desk.floor import Floor
from channels.desk.journal import Journal
from channels.desk.live import Live
from channels.desk.ports import Handoffs, WorkStore
from channels.desk.queueing import waited_seconds
from channels.handoff.contract import (
    CloseReason,
    EmergencyAlert,
    HandoffMessage,
    HandoffRequest,
    Skill,
    Staffing,
)


@dataclass(slots=True)
class OwnDesk:
    """HandoffDesk, StaffedDesk and AlertDesk in this process.

    Attributes:
        topic_of: the topic that a category of the forms belongs to.
    """

    work: WorkStore
    floor: Floor
    live: Live
    journal: Journal
    dispatcher: Dispatcher
    alerts: Alerts
    handoffs: Handoffs
    topic_of: Callable[[str | None], str | None]
    clock: Callable[[], datetime]
    name: str = "own"

    async def open(self, request: HandoffRequest) -> str:
        """Puts the conversation into the queue; the hand-over's id is the desk's reference too."""
        case = _case(request, request.skill.topic or self.topic_of(request.slots.get("category")))
        if await self.work.add_case(case):
            standing = await self.handoffs.standing(request.handoff_id)
            if standing is not None and standing.state != "waiting":  # a supervisor took it from the bot
                await self.dispatcher.heal(case, standing)
            await self.journal.changed(case)
            self.dispatcher.kick()
        return request.handoff_id

    async def push(self, ref: str, message: HandoffMessage) -> None:
        """A message was stored; the pages hear it from the stream, the desk's clock begins to run."""
        if message.sender != "citizen":
            return
        before = await self.work.case(ref)
        after = await self.work.change_case(ref, lambda case: case.asked(message.at))
        if after is not None and after != before:
            await self.journal.changed(after)

    async def typing(self, ref: str) -> None:
        case = await self.work.case(ref)
        if case is not None and case.is_open:
            await self.live.hint({"type": "typing", "conversation_id": case.conversation_id, "who": "citizen"})

    async def close(self, ref: str, reason: CloseReason) -> None:
        now = self.clock()
        ended = await self.work.change_case(ref, lambda case: case.ended(reason, now))
        if ended is not None:
            await self.journal.changed(ended)
            self.dispatcher.kick()

    async def staffing(self, skill: Skill) -> Staffing:
        cases = await self.work.open_cases()
        roster = await self.floor.roster(cases)
        crew = roster.crew(skill)
        waiting = [case for case in cases if case.state == "waiting" and case.language == skill.language]
        longest = max((waited_seconds(case, roster.now) for case in waiting), default=0)
        unoffered = sum(case.offered_to is None for case in waiting)  # an offer is load already
        return Staffing(crew.on_duty, max(0, crew.free - unoffered), len(waiting), longest)

    async def alert(self, alert: EmergencyAlert) -> None:
        await self.alerts.raise_for(alert)


def _case(request: HandoffRequest, topic: str | None) -> Case:
    return Case(
        handoff_id=request.handoff_id,
        conversation_id=request.conversation_id,
        channel=request.channel,
        language=request.skill.language,
        topic=topic,
        reason=request.reason,
        priority=request.priority,
        request=_shown(request),
        caller_key=request.caller.key,
        opened_at=request.opened_at,
        queued_at=request.opened_at,
    )


def _shown(request: HandoffRequest) -> Mapping[str, Any]:
    caller = {"name": request.caller.masked_name, "phone": request.caller.masked_phone}
    return {
        "language": request.language,
        "summary": request.summary,
        "slots": dict(request.slots),
        "caller": caller if any(caller.values()) else None,
    }
