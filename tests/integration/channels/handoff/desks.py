"""A desk of people for tests: it keeps what it was told, and its people do what a test says."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channels.handoff.contract import (
    Accepted,
    Agent,
    AgentMessage,
    AgentTyping,
    Closed,
    CloseReason,
    DeskEvent,
    EmergencyAlert,
    EndReason,
    HandoffMessage,
    HandoffRequest,
    Outcome,
    Queued,
    Rejected,
    Returned,
    Skill,
    Staffing,
    Transferred,
    What,
)
from channels.handoff.errors import DeskRefused, DeskUnavailable
from channels.handoff.ports import HandoffEvents

WANG = Agent("a1", "小王")
LI = Agent("a2", "小李")


@dataclass
class Case:
    """What the desk knows of one hand-over."""

    ref: str
    request: HandoffRequest
    messages: dict[int, HandoffMessage] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    closed: CloseReason | None = None
    typed: int = 0

    @property
    def words(self) -> list[str]:
        """The citizen's words, as the people at the desk read them."""
        return [m.text for m in self.told if m.sender == "citizen" and m.text]

    @property
    def told(self) -> list[HandoffMessage]:
        return [self.messages[seq] for seq in sorted(self.messages)]


@dataclass
class StandInDesk:
    """HandoffDesk, StaffedDesk, AlertDesk. Repeats are told by `handoff_id` and `seq`, as the contract asks."""

    name: str = "stand-in"
    events: HandoffEvents | None = None
    cases: dict[str, Case] = field(default_factory=dict)
    alerts: list[EmergencyAlert] = field(default_factory=list)
    staff: Staffing = Staffing(on_duty=1, free=1)
    down: bool = False
    refuses: bool = False
    calls: int = 0
    fails: Callable[[int], bool] | None = None
    _refs: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def open(self, request: HandoffRequest) -> str:
        self._called()
        known = self.case(request.handoff_id)
        if known is None:
            known = Case(str(next(self._refs)), request)
            self.cases[known.ref] = known
            for message in request.history:
                self._take(known, message)
        self._answered()
        return known.ref

    async def push(self, ref: str, message: HandoffMessage) -> None:
        self._called()
        self._take(self.cases[ref], message)
        self._answered()

    async def typing(self, ref: str) -> None:
        self.cases[ref].typed += 1

    async def close(self, ref: str, reason: CloseReason) -> None:
        self._called()
        self.cases[ref].closed = reason
        self._answered()

    async def staffing(self, skill: Skill) -> Staffing:
        return self.staff

    async def alert(self, alert: EmergencyAlert) -> None:
        self._called()
        if all(one.alert_id != alert.alert_id for one in self.alerts):
            self.alerts.append(alert)
        self._answered()

    def case(self, handoff_id: str) -> Case | None:
        return next((case for case in self.cases.values() if case.request.handoff_id == handoff_id), None)

    def of(self, conversation_id: str) -> Case:
        """The newest case of a conversation."""
        return [one for one in self.cases.values() if one.request.conversation_id == conversation_id][-1]

    # What its people do.

    async def take(self, handoff_id: str, agent: Agent = WANG, expected_version: int | None = None) -> Outcome:
        return await self.report(handoff_id, Accepted(agent, expected_version))

    async def write(
        self, handoff_id: str, text: str, message_id: str | None = None, agent: Agent | None = None
    ) -> Outcome:
        return await self.report(handoff_id, AgentMessage(message_id or str(uuid.uuid4()), text, agent))

    async def types(self, handoff_id: str) -> Outcome:
        return await self.report(handoff_id, AgentTyping())

    async def place(self, handoff_id: str, position: int) -> Outcome:
        return await self.report(handoff_id, Queued(position, position * 60))

    async def transfer(self, handoff_id: str, to: Agent | None) -> Outcome:
        return await self.report(handoff_id, Transferred(to))

    async def hand_back(self, handoff_id: str, summary: str = "", tickets: tuple[str, ...] = ()) -> Outcome:
        return await self.report(handoff_id, Returned(summary, tickets))

    async def finish(self, handoff_id: str, reason: EndReason = "solved") -> Outcome:
        return await self.report(handoff_id, Closed(reason))

    async def reject(self, handoff_id: str) -> Outcome:
        return await self.report(handoff_id, Rejected("closed"))

    async def report(self, handoff_id: str, what: What, event_id: str | None = None) -> Outcome:
        assert self.events is not None
        return await self.events.event(event(handoff_id, what, event_id))

    # As the conformance kit's people; a reference is all that they know.

    async def accept(self, ref: str) -> None:
        await self.take(self.cases[ref].request.handoff_id)

    async def say(self, ref: str, text: str) -> None:
        await self.write(self.cases[ref].request.handoff_id, text)

    async def give_back(self, ref: str, summary: str) -> None:
        await self.hand_back(self.cases[ref].request.handoff_id, summary)

    async def close_it(self, ref: str) -> None:
        await self.finish(self.cases[ref].request.handoff_id)

    def _take(self, case: Case, message: HandoffMessage) -> None:
        if message.seq not in case.messages:
            case.messages[message.seq] = message
            case.order.append(message.seq)

    def _called(self) -> None:
        self.calls += 1
        if self.refuses:
            raise DeskRefused
        if self.down or (self.fails is not None and self.fails(self.calls)):
            raise DeskUnavailable("the stand-in is down")

    def _answered(self) -> None:
        """The answer may be lost although the desk did it."""
        self.calls += 1
        if self.fails is not None and self.fails(self.calls):
            raise DeskUnavailable("the answer was lost")


def event(handoff_id: str, what: What, event_id: str | None = None, at: datetime | None = None) -> DeskEvent:
    return DeskEvent(event_id or str(uuid.uuid4()), handoff_id, at or datetime.now(UTC), what)
