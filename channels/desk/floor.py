"""The desk's present state, read in one go: open cases, who is there, places in the queue, last words.

It reads and decides nothing; what follows from it is in `queueing`, `assignment` and `views`. Who the people are is
remembered for a second, so that many messages do not ask for it again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from channels.desk.cases import Case
from channels.desk.clocks import DeskTimes
from channels.desk.people import DeskAgent
from channels.desk.ports import AccountStore, WorkStore
from channels.desk.queueing import Place, handling_seconds, ordered, places
from channels.desk.records import LastWord
from channels.desk.roster import People, Roster, loads_of, read_people
from channels.desk.rules import RuleBook
from channels.languages import LANGUAGES

_ENDED_LOOKED_AT = 60
_HANDLING_KEPT = timedelta(seconds=60)
_PEOPLE_KEPT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Sight:
    """One look at the desk."""

    cases: Sequence[Case]
    roster: Roster
    places: Mapping[str, Place]
    words: Mapping[str, LastWord]

    @property
    def waiting(self) -> list[Case]:
        return ordered(self.cases)


@dataclass(slots=True)
class Floor:
    """Looks at the desk."""

    accounts: AccountStore
    work: WorkStore
    rules: RuleBook
    usual_seconds: float
    clock: Callable[[], datetime]
    zone: tzinfo
    _handling: Mapping[str, float] | None = None
    _handling_at: datetime | None = None
    _people: People | None = None
    _people_at: datetime | None = None

    @property
    def times(self) -> DeskTimes:
        return self.rules.now.times

    async def look(self) -> Sight:
        """Everything open, as it is now."""
        cases = await self.work.open_cases()
        roster = await self.roster(cases)
        words = await self.work.last_words([case.conversation_id for case in cases])
        found = places(cases, roster.crews(LANGUAGES), await self._handling_seconds(), self.usual_seconds)
        return Sight(cases, roster, found, words)

    async def roster(self, cases: Sequence[Case] | None = None) -> Roster:
        """Who is there; with loads when the open `cases` are given."""
        loads = loads_of(cases) if cases is not None else {}
        return Roster(await self._who(), loads, self.clock(), self.zone, self.times.seen)

    async def people(self) -> Mapping[str, DeskAgent]:
        """Everybody by id, also who is disabled: names stay in the records."""
        return (await self._who()).agents

    async def word(self, conversation_id: str) -> LastWord | None:
        return (await self.work.last_words([conversation_id])).get(conversation_id)

    def forget(self) -> None:
        """Accounts, presence or shifts changed: they are read again."""
        self._people = None

    async def _who(self) -> People:
        now = self.clock()
        known = self._people
        if known is None or self._people_at is None or now - self._people_at > _PEOPLE_KEPT:
            known = await read_people(self.accounts)
            self._people, self._people_at = known, now
        return known

    async def _handling_seconds(self) -> Mapping[str, float]:
        now = self.clock()
        if self._handling is None or self._handling_at is None or now - self._handling_at > _HANDLING_KEPT:
            self._handling = handling_seconds(await self.work.last_ended(_ENDED_LOOKED_AT))
            self._handling_at = now
        return self._handling
