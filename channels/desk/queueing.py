"""The order of the queue, a citizen's place in it, and how long it will take.

Pure. Danger comes first, then what was with a person before, then whoever waits longest. Only those who need the same
language stand before one another: a Korean conversation does not wait for a Chinese one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from channels.desk.cases import Case
from channels.handoff.contract import Priority

_RANK: Mapping[Priority, int] = {"emergency": 0, "high": 1, "normal": 2}
SOON_SECONDS = 15
"""GB/T 33358: a person answers within 15 seconds; what is told when somebody is free."""
_LONGEST_SECONDS = 3600
_FEWEST_SECONDS, _MOST_SECONDS = 30.0, 1800.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands: `position` from 1; `wait_seconds` None when nobody with the skill is on duty."""

    position: int
    wait_seconds: int | None


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is on duty for one language, and how many of them have room."""

    on_duty: int
    free: int


def ordered(cases: Iterable[Case]) -> list[Case]:
    """The waiting ones, next first."""
    waiting = [case for case in cases if case.state == "waiting"]
    return sorted(waiting, key=lambda case: (_RANK[case.priority], not case.ahead, case.queued_at, case.handoff_id))


def places(
    cases: Iterable[Case], crews: Mapping[str, Crew], handling_seconds: Mapping[str, float], usual_seconds: float
) -> dict[str, Place]:
    """The place of every waiting case, by hand-over.

    Args:
        crews: by language.
        handling_seconds: how long a conversation of a language has lately taken.
        usual_seconds: the same where nothing is known yet.
    """
    found: dict[str, Place] = {}
    before: dict[str, int] = {}
    for case in ordered(cases):
        position = before.get(case.language, 0) + 1
        before[case.language] = position
        seconds = handling_seconds.get(case.language, usual_seconds)
        found[case.handoff_id] = Place(position, _wait(position, crews.get(case.language, Crew(0, 0)), seconds))
    return found


def _wait(position: int, crew: Crew, seconds: float) -> int | None:
    if crew.on_duty <= 0:
        return None
    if position <= crew.free:
        return SOON_SECONDS
    return int(min(_LONGEST_SECONDS, max(SOON_SECONDS, (position - crew.free) * seconds / crew.on_duty)))


def handling_seconds(ended: Sequence[Case]) -> dict[str, float]:
    """The middle duration of what was lately finished, by language; kept from absurd values."""
    spans: dict[str, list[float]] = {}
    for case in ended:
        if case.first_accepted_at is not None and case.ended_at is not None:
            spans.setdefault(case.language, []).append((case.ended_at - case.first_accepted_at).total_seconds())
    return {language: min(_MOST_SECONDS, max(_FEWEST_SECONDS, median(values))) for language, values in spans.items()}


def waited_seconds(case: Case, now: datetime) -> int:
    return max(0, int((now - case.queued_at).total_seconds()))
