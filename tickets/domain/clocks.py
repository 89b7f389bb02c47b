"""How long the city has: to take a ticket up, to answer an emergency at all, to handle the matter.

The rule for periods in working days: the day of filing is not counted, whatever its hour; counting starts with the
next working day, and the period ends when the unit's office closes (18:00 unless set otherwise) on its n-th working
day. So what is filed on Friday at 23:59, on a holiday or in the night before a moved working Saturday starts on the
next day the offices open. A unit that works round the clock ends its working days when the city's offices close.
Periods in minutes run around the clock, in working minutes while the unit works. This module counts; it does not watch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tickets.domain.calendar import LOCAL_ZONE, WorkingCalendar
from tickets.domain.hours import OfficeHours, WorkingTime, at_minute
from tickets.domain.periods import USUAL_PERIODS, Measure, Period, Periods
from tickets.domain.vocabulary import Nature


class AcceptClass(StrEnum):
    """How fast a unit must take a matter up, by its category."""

    DANGER = "danger"
    UTILITY = "utility"
    NORMAL = "normal"


class ClockKind(StrEnum):
    """What a clock is for."""

    ACCEPT = "accept"
    RESPOND = "respond"
    HANDLE = "handle"
    REVISIT = "revisit"
    RETURN_REVIEW = "return_review"
    SUSPENSION = "suspension"
    CAR = "car"
    ARRIVE = "arrive"


REMINDED = frozenset({ClockKind.ACCEPT, ClockKind.HANDLE, ClockKind.ARRIVE})
"""Clocks of which a unit is reminded before they are due."""
REMIND_AFTER = 0.8
"""The share of its time after which a unit is reminded."""


def first_look(kind: ClockKind, started_at: datetime, due_at: datetime) -> datetime:
    """When somebody must look at a clock for the first time: when a reminder is due, else when it is due itself."""
    return started_at + (due_at - started_at) * REMIND_AFTER if kind in REMINDED else due_at


@dataclass(frozen=True)
class Pause:
    """A time in which a clock stood; `until` is None while it stands."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True)
class Clock:
    """One period that runs for a unit, until it is met or another takes its place.

    Attributes:
        provisional: it rests on a year whose official calendar was not out.
        met_at: when what it waits for was done.
        stopped_at: when another clock of its kind took over, or the matter ended.
        pauses: times in which it stood; `due_at` already holds them, once they are over.
        wake_at: when somebody must look at it next; None once it runs no more, stands, or was dealt with.
        counted_from, period: what `due_at` was counted from and how much, so that it can be counted again when the
            calendar changes; None for a date that somebody set.
    """

    kind: ClockKind
    unit: str
    started_at: datetime
    due_at: datetime
    provisional: bool = False
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    wake_at: datetime | None = None
    counted_from: datetime | None = None
    period: Period | None = None

    @property
    def running(self) -> bool:
        """Neither met nor stopped; a paused clock runs, too, in this sense."""
        return self.met_at is None and self.stopped_at is None

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def met(self, at: datetime) -> Clock:
        return replace(self._awake(at), met_at=at, wake_at=None) if self.running else self

    def stopped(self, at: datetime) -> Clock:
        return replace(self._awake(at), stopped_at=at, wake_at=None) if self.running else self

    def woken(self, next_at: datetime | None) -> Clock:
        """The clock after somebody looked at it, to be looked at again at `next_at`, or never."""
        return replace(self, wake_at=next_at if self.running else None)

    def paused_at(self, at: datetime) -> Clock:
        """The clock standing from `at` on."""
        if not self.running or self.paused:
            return self
        return replace(self, pauses=(*self.pauses, Pause(at)), wake_at=None)

    def continued(self, at: datetime, due_at: datetime, *, provisional: bool) -> Clock:
        """The clock going on at `at`, due at `due_at`."""
        return replace(self._awake(at), due_at=due_at, wake_at=due_at, provisional=provisional)

    def dated(self, due_at: datetime, *, provisional: bool) -> Clock:
        """The clock with a date that was set, which is not counted again; it is looked at by then at the latest."""
        return replace(
            self,
            due_at=due_at,
            provisional=provisional,
            wake_at=self._look(due_at),
            counted_from=None,
            period=None,
        )

    def recounted(self, due_at: datetime, begin: datetime, *, provisional: bool) -> Clock:
        """The clock counted anew from `begin`; it is looked at by its new date at the latest."""
        return replace(self, due_at=due_at, provisional=provisional, wake_at=self._look(due_at), counted_from=begin)

    def _look(self, due_at: datetime) -> datetime | None:
        if self.wake_at is None:
            return None
        return due_at if self.wake_at == self.due_at else min(self.wake_at, due_at)

    def _awake(self, at: datetime) -> Clock:
        if not self.paused:
            return self
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], until=at)))


USUAL_HOURS = OfficeHours()


@dataclass(frozen=True)
class ClockRules:
    """Makes the clocks of a ticket.

    Attributes:
        hours: of every office that has none of its own.
        unit_hours: of single units.
    """

    calendar: WorkingCalendar
    hours: OfficeHours = USUAL_HOURS
    periods: Periods = USUAL_PERIODS
    unit_hours: Mapping[str, OfficeHours] = field(default_factory=dict)

    def handling(self, nature: Nature, unit: str, started_at: datetime) -> Clock:
        """The clock to the answer: 7 working days for complaints, 3 for all others."""
        return self.started(ClockKind.HANDLE, unit, started_at, self.handling_period(nature))

    def handling_period(self, nature: Nature) -> Period:
        """How long a matter of this nature may take."""
        return self.periods["handle_complaint" if nature is Nature.COMPLAINT else "handle_other"]

    def extended(self, clock: Clock, days: int, at: datetime) -> Clock:
        """A clock that goes on for `days` working days from where `clock` was due."""
        return self.started(clock.kind, clock.unit, at, Period(days, Measure.WORKING_DAYS), clock.due_at)

    def accepting(self, accept_class: AcceptClass, unit: str, started_at: datetime, *, emergency: bool) -> Clock:
        """The clock to being taken up: minutes for danger and utilities, 1 working day else; 30 min in an emergency."""
        clock = self.started(ClockKind.ACCEPT, unit, started_at, self.periods[f"accept_{accept_class}"])
        if not emergency:
            return clock
        soon = self.started(ClockKind.ACCEPT, unit, started_at, self.periods["emergency_response"])
        return min(clock, soon, key=lambda each: each.due_at)

    def responding(self, unit: str, started_at: datetime) -> Clock:
        """The clock to a first answer in an emergency."""
        return self.started(ClockKind.RESPOND, unit, started_at, self.periods["emergency_response"])

    def revisiting(self, unit: str, started_at: datetime) -> Clock:
        """The clock to asking the citizen and closing; it wants to be looked at from the start."""
        clock = self.started(ClockKind.REVISIT, unit, started_at, self.periods["revisit"])
        return replace(clock, wake_at=started_at)

    def reviewing_return(self, unit: str, started_at: datetime) -> Clock:
        """The clock to the decision on a return."""
        return self.started(ClockKind.RETURN_REVIEW, unit, started_at, self.periods["return_review"])

    def car(self, unit: str, started_at: datetime) -> Clock:
        """The clock in which the owner of a car that stands in the way may answer."""
        return self.started(ClockKind.CAR, unit, started_at, self.periods["car"])

    def suspending(self, unit: str, started_at: datetime, until: datetime) -> Clock:
        """The clock to the end of a suspension."""
        return Clock(ClockKind.SUSPENSION, unit, started_at, until, wake_at=until)

    def started(
        self, kind: ClockKind, unit: str, started_at: datetime, period: Period, counted_from: datetime | None = None
    ) -> Clock:
        """A clock of any kind.

        Args:
            counted_from: count from here instead of from the start.
        """
        begin = counted_from or started_at
        due_at, provisional = self.end(period, unit, begin)
        wake_at = first_look(kind, started_at, due_at)
        return Clock(kind, unit, started_at, due_at, provisional, wake_at=wake_at, counted_from=begin, period=period)

    def end(self, period: Period, unit: str, begin: datetime) -> tuple[datetime, bool]:
        """When a period ends for a unit, and whether a notice still to come may change that."""
        if period.measure is Measure.MINUTES:
            return begin + period.minutes, False
        if period.measure is Measure.WORKING_MINUTES:
            return self.working(unit).after(begin, period.minutes)
        last = self.calendar.add_working_days(begin.astimezone(LOCAL_ZONE).date(), period.amount)
        return at_minute(last.date, self._closing(unit)), last.provisional

    def continued(self, clock: Clock, at: datetime) -> Clock:
        """A paused clock going on: due as much working time later as it stood; overdue stays overdue."""
        if not clock.paused:
            return clock
        due_at, provisional = self._moved(clock.unit, clock.due_at, clock.pauses[-1].since, at)
        return clock.continued(at, due_at, provisional=clock.provisional or provisional)

    def recounted(self, clock: Clock, counted_from: datetime | None = None) -> Clock:
        """The same clock counted anew on the present calendar, with its pauses.

        Args:
            counted_from: where its counting begins now, if that has moved.
        """
        if clock.period is None or clock.counted_from is None:
            return clock
        begin = counted_from or clock.counted_from
        due_at, provisional = self.end(clock.period, clock.unit, begin)
        for pause in clock.pauses:
            if pause.until is not None:
                due_at, uncertain = self._moved(clock.unit, due_at, pause.since, pause.until)
                provisional = provisional or uncertain
        return clock.recounted(due_at, begin, provisional=provisional)

    def working(self, unit: str) -> WorkingTime:
        """The working time of a unit."""
        return WorkingTime(self.calendar, self.unit_hours.get(unit, self.hours))

    def _moved(self, unit: str, due_at: datetime, since: datetime, until: datetime) -> tuple[datetime, bool]:
        working = self.working(unit)
        left = working.between(since, due_at)
        return working.after(until, left) if left else (due_at, False)

    def _closing(self, unit: str) -> int:
        own = self.unit_hours.get(unit, self.hours)
        return self.hours.closes if own.always else own.closes
