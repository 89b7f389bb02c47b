"""The live board for one leader: the figures of `channels.desk.board` for the people he or she may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from channels.desk import roles, views
from channels.desk.board import board
from channels.desk.cases import Case
from channels.desk.floor import Floor, Sight
from channels.desk.people import DeskAgent
from channels.desk.ports import WorkStore
from channels.desk.roster import Roster

RatingsSince = Callable[[datetime], Awaitable[Mapping[str, Any]]]


@dataclass(slots=True)
class Boards:
    """Makes boards."""

    work: WorkStore
    floor: Floor
    ratings: RatingsSince
    zone: tzinfo

    async def cases(self, now: datetime) -> list[Case]:
        """Today's cases, and what is still open."""
        return await self.work.cases_since(self._midnight(now))

    async def board(
        self, agent: DeskAgent, sight: Sight | None = None, today: Sequence[Case] | None = None
    ) -> dict[str, Any]:
        """The board as `agent` may see it; waiting cases belong to everybody's."""
        sight = await self.floor.look() if sight is None else sight
        now = sight.roster.now
        unit = None if agent.role == "administrator" else agent.unit
        known = await self.cases(now) if today is None else today
        cases = [case for case in known if _of_unit(case, sight.roster, unit)]
        figures = board(cases, sight.roster.board_states(unit), now, self.zone)
        active = [case for case in cases if case.state == "active" and _may_watch(agent, case, sight.roster)]
        words = await self.work.last_words([case.conversation_id for case in active])
        figures["conversations"] = [
            views.conversation(case, words.get(case.conversation_id), sight.roster, agent) for case in active
        ]
        figures["ratings"] = await self.ratings(self._midnight(now))
        return figures

    def _midnight(self, now: datetime) -> datetime:
        return now.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _of_unit(case: Case, roster: Roster, unit: str | None) -> bool:
    holder = roster.people.get(case.agent_id or "")
    return unit is None or holder is None or holder.unit == unit


def _may_watch(agent: DeskAgent, case: Case, roster: Roster) -> bool:
    holder = roster.people.get(case.agent_id or "")
    return holder is None or roles.sees_people_of(agent, holder.unit)
