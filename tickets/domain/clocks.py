"""How long the city has: to take a ticket up, to answer an emergency at all, to handle the matter.

The rule for periods in working days: the day of filing is not counted, whatever its hour; counting starts with the
next working day, and the period ends when the offices close (18:00 unless set otherwise) on its n-th working day. So
what is filed on Friday at 23:59, on a holiday or in the night before a moved working Saturday starts on the next day
the offices open. Periods in minutes run around the clock. This module counts; it does not watch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from tickets.domain.calendar import LOCAL_ZONE, WorkingCalendar
from tickets.domain.vocabulary import Nature

COMPLAINT_WORKING_DAYS = 7
OTHER_WORKING_DAYS = 3
ACCEPT_WORKING_DAYS = 1
EMERGENCY_RESPONSE = timedelta(minutes=30)


class AcceptClass(StrEnum):
    """How fast a unit must take a matter up, by its category."""

    DANGER = "danger"
    UTILITY = "utility"
    NORMAL = "normal"


ACCEPT_WITHIN = {AcceptClass.DANGER: timedelta(minutes=15), AcceptClass.UTILITY: timedelta(minutes=30)}


class ClockKind(StrEnum):
    """What a clock is for."""

    ACCEPT = "accept"
    RESPOND = "respond"
    HANDLE = "handle"


@dataclass(frozen=True)
class Clock:
    """One period that runs for a unit, until it is met or another takes its place.

    Attributes:
        provisional: it rests on a year whose official calendar was not out.
        met_at: when what it waits for was done.
        stopped_at: when another clock of its kind took over.
    """

    kind: ClockKind
    unit: str
    started_at: datetime
    due_at: datetime
    provisional: bool = False
    met_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        return self.met_at is None and self.stopped_at is None

    def met(self, at: datetime) -> Clock:
        return replace(self, met_at=at) if self.running else self


@dataclass(frozen=True)
class OfficeHours:
    """When the city's offices close, local time."""

    closes_at: time = time(18, 0)


USUAL_HOURS = OfficeHours()


@dataclass(frozen=True)
class ClockRules:
    """Makes the clocks of a ticket."""

    calendar: WorkingCalendar
    hours: OfficeHours = USUAL_HOURS

    def handling(self, nature: Nature, unit: str, started_at: datetime, counted_from: datetime | None = None) -> Clock:
        """The clock to the answer: 7 working days for complaints, 3 for all others.

        Args:
            counted_from: count from here instead of from the start (an extension counts from the old deadline).
        """
        days = COMPLAINT_WORKING_DAYS if nature is Nature.COMPLAINT else OTHER_WORKING_DAYS
        due_at, provisional = self._close_of_working_day(counted_from or started_at, days)
        return Clock(ClockKind.HANDLE, unit, started_at, due_at, provisional)

    def accepting(self, accept_class: AcceptClass, unit: str, started_at: datetime, *, emergency: bool) -> Clock:
        """The clock to being taken up: minutes for danger and utilities, 1 working day else; 30 min in an emergency."""
        if accept_class in ACCEPT_WITHIN:
            due_at, provisional = started_at + ACCEPT_WITHIN[accept_class], False
        else:
            due_at, provisional = self._close_of_working_day(started_at, ACCEPT_WORKING_DAYS)
        if emergency and started_at + EMERGENCY_RESPONSE < due_at:
            due_at, provisional = started_at + EMERGENCY_RESPONSE, False
        return Clock(ClockKind.ACCEPT, unit, started_at, due_at, provisional)

    def responding(self, unit: str, started_at: datetime) -> Clock:
        """The clock to a first answer in an emergency."""
        return Clock(ClockKind.RESPOND, unit, started_at, started_at + EMERGENCY_RESPONSE)

    def _close_of_working_day(self, start: datetime, days: int) -> tuple[datetime, bool]:
        last = self.calendar.add_working_days(start.astimezone(LOCAL_ZONE).date(), days)
        closing = datetime.combine(last.date, self.hours.closes_at, tzinfo=LOCAL_ZONE)
        return closing.astimezone(UTC), last.provisional
