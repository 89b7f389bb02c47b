"""Carries out what the desk's clocks and the assignment say: offers, escalation, warnings, relief, places told.

Each step is a compare-and-set on the case, so it is done once however many gateways see that it is due. Whoever owns a
conversation is changed only through the hand-over's events.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from channels.desk import clocks
from channels.desk.assignment import Offer, assign
from channels.desk.cases import Case
from channels.desk.clocks import Step
from channels.desk.floor import Floor, Sight
from channels.desk.journal import Journal
from channels.desk.ports import AccountStore, Handoffs, Sayings, Standing, WorkStore
from channels.desk.queueing import Place, waited_seconds
from channels.errors import ChannelsError
from channels.handoff.contract import Accepted, DeskEvent, Transferred

logger = logging.getLogger(__name__)

_GATHER_SECONDS = 0.05
_NEAR, _FAR_PAUSE = 20, timedelta(seconds=5)
PLACE, PLACE_UNKNOWN = "utter_desk_place", "utter_desk_place_unknown"


@dataclass(slots=True)
class Dispatcher:
    """Moves what moves by itself.

    Attributes:
        waiting: told how many wait, and how long the first one does, for the metrics.
    """

    work: WorkStore
    accounts: AccountStore
    floor: Floor
    journal: Journal
    handoffs: Handoffs
    sayings: Sayings
    clock: Callable[[], datetime]
    waiting: Callable[[int, int], None] = lambda count, longest_seconds: None
    _told: dict[str, tuple[Place, datetime]] = field(default_factory=dict)
    _kicked: asyncio.Event = field(default_factory=asyncio.Event)
    _assigning: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tick(self) -> None:
        """Everything that is due now."""
        if not self._told and not await self.work.open_cases():
            self.waiting(0, 0)
            return
        for case, standing in await self.work.astray():
            await self.heal(case, standing)
        sight = await self.floor.look()
        waits = [waited_seconds(case, sight.roster.now) for case in sight.waiting]
        self.waiting(len(waits), max(waits, default=0))
        for case in sight.cases:
            for step in clocks.due(case, sight.roster.now, self.floor.times):
                await self._do(step, case, sight)
        if sight.waiting or self._told:
            await self.assign_all()

    def kick(self) -> None:
        """The queue or the people changed: what waits is offered in a moment. Many kicks at once count as one."""
        self._kicked.set()

    async def run(self) -> None:
        """Offers what waits whenever it was kicked, until cancelled."""
        while True:
            await self._kicked.wait()
            self._kicked.clear()
            try:
                await self.assign_all()
            except ChannelsError as error:
                logger.warning("nothing could be offered: %s", error)
            except Exception:
                logger.exception("nothing could be offered")
            await asyncio.sleep(_GATHER_SECONDS)

    async def assign_all(self) -> None:
        """Offers what waits to who is free, and tells the places that changed."""
        async with self._assigning:
            sight = await self.floor.look()
            if self.floor.rules.now.assignment != "off":
                for offer in assign(sight.cases, sight.roster.candidates()):
                    await self._offer(offer, sight)
            await self._tell_places(sight)

    async def heal(self, case: Case, standing: Standing) -> Case:
        """Makes a case fit its hand-over, after a gateway died between the two."""
        now = self.clock()

        def fit(known: Case) -> Case | None:
            if standing.state == "ended":
                return known.ended(standing.ended or "ended", now)
            if standing.state == "accepted" and standing.agent_id is not None:
                same = known.state == "active" and known.agent_id == standing.agent_id
                return None if same else known.taken(standing.agent_id, now)
            if standing.state == "waiting" and known.state == "active":
                return known.requeued(now)
            return None

        healed = await self.work.change_case(case.handoff_id, fit)
        await self.journal.changed(case)
        return healed or case

    async def _do(self, step: Step, case: Case, sight: Sight) -> None:
        if step == "lapse":
            await self._lapse(case)
        elif step == "escalate":
            await self._escalate(case, sight)
        elif step == "warn":
            await self._warn(case, sight)
        elif step == "relieve":
            await self._relieve(case, sight)
        elif step == "tell":
            await self._tell(case, sight)

    async def _offer(self, offer: Offer, sight: Sight) -> None:
        now = self.clock()

        def give(case: Case) -> Case | None:
            free = case.state == "waiting" and case.offered_to is None
            return case.offered(offer.agent_id, now) if free else None

        case = await self.work.change_case(offer.handoff_id, give)
        if case is None:
            return
        await self.accounts.assigned(offer.agent_id, now)
        self.floor.forget()
        if self.floor.rules.now.assignment == "assign":
            await self._take_for(case, offer.agent_id, sight)
        await self.journal.changed(case)

    async def _take_for(self, case: Case, agent_id: str, sight: Sight) -> None:
        """Accepts in somebody's name."""
        agent, word = sight.roster.people[agent_id], sight.words.get(case.conversation_id)
        if word is None:
            return
        now = self.clock()
        what = Accepted(agent.contract(), word.owner_version)
        event = DeskEvent(f"assign:{word.owner_version}:{agent_id}", case.handoff_id, now, what)
        try:
            outcome = await self.handoffs.event(event)
        except ChannelsError as error:
            logger.info("a conversation was not assigned: %s", error)
            return
        if outcome.ignored != "ended":
            await self.work.change_case(case.handoff_id, lambda known: _taken(known, agent_id, now))
            await self.journal.note(case, {"type": "assigned", "to": agent.brief()})

    async def _lapse(self, case: Case) -> None:
        def lapse(known: Case) -> Case | None:
            same = known.state == "waiting" and known.offered_at == case.offered_at
            return known.lapsed() if same else None

        if await self.work.change_case(case.handoff_id, lapse) is not None:
            await self.journal.changed(case)

    async def _escalate(self, case: Case, sight: Sight) -> None:
        level = clocks.level_due(case, sight.roster.now, self.floor.times)

        def raise_level(known: Case) -> Case | None:
            return known.escalated(level) if known.state == "waiting" and known.level < level else None

        if await self.work.change_case(case.handoff_id, raise_level) is not None:
            await self.journal.note(case, {"type": "escalated", "level": level})

    async def _warn(self, case: Case, sight: Sight) -> None:
        if await self._was_answered(case, sight):
            return
        now = sight.roster.now

        def warn(known: Case) -> Case | None:
            return replace(known, warned_at=now) if known.asked_at == case.asked_at else None

        if await self.work.change_case(case.handoff_id, warn) is not None:
            await self.journal.changed(case)

    async def _relieve(self, case: Case, sight: Sight) -> None:
        """Takes the conversation from somebody who is silent and puts it at the head of the queue."""
        word = sight.words.get(case.conversation_id)
        if word is None or await self._was_answered(case, sight):
            return
        now, agent_id = sight.roster.now, case.agent_id
        event = DeskEvent(f"relieve:{word.owner_version}", case.handoff_id, now, Transferred(None, "silent"))
        await self.handoffs.event(event)

        def requeue(known: Case) -> Case | None:
            same = known.state == "active" and known.agent_id == agent_id
            return known.requeued(now) if same else None

        if await self.work.change_case(case.handoff_id, requeue) is not None:
            await self.journal.note(case, {"type": "relieved", "from": sight.roster.brief(agent_id)})

    async def _tell(self, case: Case, sight: Sight) -> None:
        """Says the place to who waits; a page shows it all the time, a sentence comes now and then."""
        now, place = sight.roster.now, sight.places.get(case.handoff_id)

        def tell(known: Case) -> Case | None:
            return replace(known, told_at=now) if known.told_at == case.told_at else None

        if place is None or await self.work.change_case(case.handoff_id, tell) is None:
            return
        data = {"handoff": {"state": "queued", "queue_position": place.position, "wait_seconds": place.wait_seconds}}
        event_id = f"desk:{case.handoff_id}:place:{int(now.timestamp())}"
        if place.wait_seconds is None:
            await self.sayings.say(case.conversation_id, event_id, PLACE_UNKNOWN, {"position": place.position}, data)
        else:
            minutes = max(1, round(place.wait_seconds / 60))
            values = {"position": place.position, "minutes": minutes}
            await self.sayings.say(case.conversation_id, event_id, PLACE, values, data)

    async def _was_answered(self, case: Case, sight: Sight) -> bool:
        """Whether somebody did answer although the case does not know (a gateway died after storing it)."""
        word = sight.words.get(case.conversation_id)
        if word is None or word.sender != "agent":
            return False
        await self.work.change_case(case.handoff_id, lambda known: known.answered())
        return True

    async def _tell_places(self, sight: Sight) -> None:
        """Tells citizens' pages the places that changed: the first ones at once, those far back every few seconds."""
        now, told = sight.roster.now, {}
        for handoff_id, place in sight.places.items():
            before, at = self._told.get(handoff_id, (None, now))
            late = before is None or place.position <= _NEAR or now - at >= _FAR_PAUSE
            if before is not None and (before == place or not late):
                told[handoff_id] = (before, at)
            else:
                await self.handoffs.place(handoff_id, place.position, place.wait_seconds)
                told[handoff_id] = (place, now)
        self._told = told


def _taken(case: Case, agent_id: str, now: datetime) -> Case | None:
    return case.taken(agent_id, now) if case.state == "waiting" else None
