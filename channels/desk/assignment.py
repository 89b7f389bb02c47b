"""Automatic assignment: which waiting case is offered to whom.

Pure and deterministic. Language is a must until the case was escalated twice; a topic is preferred, never a must
once nobody who knows it has room. Of equals the one with the most room is asked, then who was asked longest ago.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from channels.desk.cases import HIGHEST_LEVEL, Case
from channels.desk.queueing import ordered

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is there: available, on shift, with a page open.

    Attributes:
        load: conversations he or she has, offers included.
        assigned_at: when something was offered the last time.
    """

    agent_id: str
    languages: frozenset[str]
    topics: frozenset[str]
    load: int
    capacity: int
    assigned_at: datetime | None = None

    @property
    def free(self) -> bool:
        return self.load < self.capacity


@dataclass(frozen=True, slots=True)
class Offer:
    """`handoff_id` goes to `agent_id`."""

    handoff_id: str
    agent_id: str


def assign(cases: Iterable[Case], candidates: Sequence[Candidate]) -> list[Offer]:
    """Offers for all waiting cases without one, in the order of the queue; nobody gets more than fits."""
    loads = {candidate.agent_id: candidate.load for candidate in candidates}
    offers: list[Offer] = []
    for case in ordered(cases):
        if case.offered_to is not None:
            continue
        chosen = choose(case, candidates, loads)
        if chosen is not None:
            loads[chosen.agent_id] += 1
            offers.append(Offer(case.handoff_id, chosen.agent_id))
    return offers


def choose(case: Case, candidates: Sequence[Candidate], loads: dict[str, int]) -> Candidate | None:
    """The best for `case`, None when nobody fits.

    Those who let it pass are asked again only when everybody who fits has; an emergency may exceed capacity by one.
    """
    spare = 1 if case.priority == "emergency" else 0
    fitting = [
        candidate
        for candidate in candidates
        if speaks(case, candidate.languages) and loads[candidate.agent_id] < candidate.capacity + spare
    ]
    fresh = [candidate for candidate in fitting if candidate.agent_id not in case.tried]
    pool = fresh or fitting
    return min(pool, key=lambda candidate: _preference(case, candidate, loads), default=None)


def speaks(case: Case, languages: Iterable[str]) -> bool:
    """Whether somebody with `languages` may have the case; after two escalations any language will do."""
    return case.level >= HIGHEST_LEVEL or case.language in languages


def _preference(case: Case, candidate: Candidate, loads: dict[str, int]) -> tuple[bool, bool, float, datetime, str]:
    load = loads[candidate.agent_id]
    return (
        case.language not in candidate.languages,
        case.topic is not None and case.topic not in candidate.topics and case.level == 0,
        load / max(1, candidate.capacity),
        candidate.assigned_at or _LONG_AGO,
        candidate.agent_id,
    )
