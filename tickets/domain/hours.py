"""When an office works, and how working time is counted: shifts within a day, days of the calendar.

Times of a day are minutes since local midnight, 0 to 1,440. It counts what it is told; which office works when stands
in the city's files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from tickets.domain.calendar import LOCAL_ZONE, WorkingCalendar

MINUTES_A_DAY = 1440
_LONGEST_DAYS = 3653
"""No period is looked for further away; an office that never opens is a mistake in the city's files."""
_SHIFT = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})", re.ASCII)


@dataclass(frozen=True, order=True)
class Shift:
    """One stretch of work within a day, in minutes since midnight."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_A_DAY:
            raise ValueError("a shift opens before it closes, between 00:00 and 24:00")

    def __str__(self) -> str:
        return f"{self.opens // 60:02}:{self.opens % 60:02}-{self.closes // 60:02}:{self.closes % 60:02}"


@dataclass(frozen=True)
class OfficeHours:
    """The shifts of a working day, in order and apart.

    Attributes:
        daily: also on weekends and holidays.
    """

    shifts: tuple[Shift, ...] = (Shift(9 * 60, 18 * 60),)
    daily: bool = False

    def __post_init__(self) -> None:
        if not self.shifts or any(
            earlier.closes > later.opens for earlier, later in zip(self.shifts, self.shifts[1:], strict=False)
        ):
            raise ValueError("hours need at least one shift, and shifts follow one another without overlapping")

    @classmethod
    def until(cls, closes_at: time) -> OfficeHours:
        """From 09:00 (or an hour before closing, where that is earlier) to `closes_at`, without a break."""
        closes = closes_at.hour * 60 + closes_at.minute or MINUTES_A_DAY
        return cls((Shift(min(9 * 60, closes - min(60, closes)), closes),))

    @classmethod
    def parse(cls, text: str, *, daily: bool = False) -> OfficeHours:
        """Reads `09:00-12:00;13:30-18:00`; 24:00 is the end of the day.

        Raises:
            ValueError: it is no such text, or the shifts overlap or cross midnight.
        """
        shifts = []
        for part in filter(None, (each.strip() for each in text.split(";"))):
            found = _SHIFT.fullmatch(part)
            if not found or int(found[2]) > 59 or int(found[4]) > 59:
                raise ValueError(f"{part!r} is no shift such as 09:00-12:00")
            shifts.append(Shift(int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])))
        return cls(tuple(sorted(shifts)), daily)

    @property
    def closes(self) -> int:
        """When the last shift ends, in minutes since midnight."""
        return self.shifts[-1].closes

    @property
    def always(self) -> bool:
        """Round the clock, every day."""
        return self.daily and self.shifts == (Shift(0, MINUTES_A_DAY),)


ROUND_THE_CLOCK = OfficeHours((Shift(0, MINUTES_A_DAY),), daily=True)


def at_minute(day: date, minute: int) -> datetime:
    """A minute of a local day, as aware UTC."""
    return (datetime.combine(day, time(), tzinfo=LOCAL_ZONE) + timedelta(minutes=minute)).astimezone(UTC)


@dataclass(frozen=True)
class WorkingTime:
    """The working time of one office."""

    calendar: WorkingCalendar
    hours: OfficeHours

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` is worked; nothing when it runs backwards."""
        worked = timedelta()
        for opens, closes, _ in self._stretches(start):
            if opens >= end:
                break
            worked += max(min(closes, end) - max(opens, start), timedelta())
        return worked

    def after(self, start: datetime, worked: timedelta) -> tuple[datetime, bool]:
        """When `worked` working time has passed since `start`, and whether a notice still to come may change that.

        Raises:
            ValueError: it would be more than ten years away.
        """
        left, uncertain = worked, False
        for opens, closes, provisional in self._stretches(start):
            uncertain = uncertain or provisional
            here = closes - max(opens, start)
            if timedelta() < here and left <= here:
                return max(opens, start) + left, uncertain
            left -= max(here, timedelta())
        raise ValueError("the working time does not end within ten years")

    def _stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
        """Shifts from the day of `start` on, for ten years: opening, closing, provisional."""
        first = start.astimezone(LOCAL_ZONE).date()
        for offset in range(_LONGEST_DAYS):
            day = first + timedelta(days=offset)
            provisional = not self.hours.daily and self.calendar.is_provisional(day)
            if self.hours.daily or self.calendar.is_workday(day):
                for shift in self.hours.shifts:
                    yield at_minute(day, shift.opens), at_minute(day, shift.closes), provisional
            elif provisional:  # a day off that may turn out to be worked
                yield at_minute(day, 0), at_minute(day, 0), True
