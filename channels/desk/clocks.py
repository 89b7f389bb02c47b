"""What is due at the desk: offers that lapse, cases to escalate, silent people to warn and to relieve.

Pure: a case and a time in, the next step out; nothing is done here. The queue's end (a call-back instead) is the
hand-over's clock, not the desk's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from channels.desk.cases import HIGHEST_LEVEL, Case

Step = Literal["lapse", "escalate", "warn", "relieve", "tell"]


@dataclass(frozen=True, slots=True)
class DeskTimes:
    """All of the desk's patience, in seconds.

    Attributes:
        offer: how long somebody has to accept an offer.
        escalate: waiting time after which more people are asked; twice that, everybody.
        warn, relieve: how long a citizen waits for an answer until the person is warned, and relieved.
        tell: how often who waits is told the place.
        seen: how long after the last sign of a page somebody still counts as present.
    """

    offer: int = 20
    escalate: int = 180
    warn: int = 120
    relieve: int = 240
    tell: int = 120
    seen: int = 45

    def __post_init__(self) -> None:
        if min(self.offer, self.escalate, self.warn, self.tell, self.seen) < 1 or self.relieve <= self.warn:
            raise ValueError("the desk's times are positive, and an agent is warned before being relieved")


def due(case: Case, now: datetime, times: DeskTimes) -> list[Step]:
    """The steps that are due for `case`, in the order they are to be done."""
    if case.state == "waiting":
        return _waiting(case, now, times)
    if case.state == "active":
        return _active(case, now, times)
    return []


def level_due(case: Case, now: datetime, times: DeskTimes) -> int:
    """How far a waiting case must be escalated by now."""
    return min(HIGHEST_LEVEL, int(_seconds(case.queued_at, now) // times.escalate))


def _waiting(case: Case, now: datetime, times: DeskTimes) -> list[Step]:
    steps: list[Step] = []
    if case.offered_at is not None and _past(case.offered_at, times.offer, now):
        steps.append("lapse")
    if level_due(case, now, times) > case.level:
        steps.append("escalate")
    if _past(case.told_at or case.queued_at, times.tell, now):
        steps.append("tell")
    return steps


def _active(case: Case, now: datetime, times: DeskTimes) -> list[Step]:
    if case.asked_at is None:
        return []
    if _past(case.asked_at, times.relieve, now):
        return ["relieve"]
    if case.warned_at is None and _past(case.asked_at, times.warn, now):
        return ["warn"]
    return []


def _past(since: datetime, seconds: float, now: datetime) -> bool:
    return now - since >= timedelta(seconds=seconds)


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
