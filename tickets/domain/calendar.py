"""Which days the city works, with the State Council's moved weekends.

For a year whose notice is known, the notice decides. For a year whose notice is not out, the statutory holidays
(Regulation on Public Holidays, as amended by State Council Decree 795, in force since 2025-01-01) and weekends decide,
and every answer that touches such a year is marked provisional: moved working days are then unknown. The notices come
through a port; this module reads no file and knows no package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from typing import Protocol

# China keeps one zone without summer time since 1992; a fixed offset needs no zone data on the machine.
LOCAL_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
# The notice for a year may move days around New Year that lie in the year before (29 December 2018 became a working
# Saturday, 29 December 2007 too), so these stay provisional until that notice is out.
_LAST_SETTLED_DAY_OF_DECEMBER = 28


@dataclass(frozen=True)
class DayAnswer:
    """A day, and whether what is said about it may still change."""

    date: date
    provisional: bool


class HolidayNotices(Protocol):
    """The State Council's yearly notices."""

    def covers(self, year: int) -> bool:
        """Whether the notice for `year` is known."""
        ...

    def is_workday(self, day: date) -> bool:
        """Whether `day`, in a covered year, is worked."""
        ...


@dataclass(frozen=True)
class LunarDates:
    """Days of one year that the lunar calendar or the sun decides."""

    spring_festival: date
    qingming: date
    dragon_boat: date
    mid_autumn: date


def _lunar(
    year: int, spring: tuple[int, int], qingming: int, dragon: tuple[int, int], autumn: tuple[int, int]
) -> LunarDates:
    return LunarDates(date(year, *spring), date(year, 4, qingming), date(year, *dragon), date(year, *autumn))


# Source: new moons in UTC+8 (as GB/T 33661-2017 asks) after Meeus, "Astronomical Algorithms", 2nd ed., ch. 49. The
# published table to compare with: Hong Kong Observatory, https://www.hko.gov.hk/en/gts/time/conversion.htm. Software
# calendars (ICU's among them) are a day off in 2027 and 2030, when the new moon is within minutes of midnight.
LUNAR_DATES: Mapping[int, LunarDates] = {
    2026: _lunar(2026, (2, 17), 5, (6, 19), (9, 25)),
    2027: _lunar(2027, (2, 6), 5, (6, 9), (9, 15)),
    2028: _lunar(2028, (1, 26), 4, (5, 28), (10, 3)),
    2029: _lunar(2029, (2, 13), 4, (6, 16), (9, 22)),
    2030: _lunar(2030, (2, 3), 5, (6, 5), (9, 12)),
    2031: _lunar(2031, (1, 23), 5, (6, 24), (10, 1)),
    2032: _lunar(2032, (2, 11), 4, (6, 12), (9, 19)),
    2033: _lunar(2033, (1, 31), 4, (6, 1), (9, 8)),
    2034: _lunar(2034, (2, 19), 5, (6, 20), (9, 27)),
    2035: _lunar(2035, (2, 8), 5, (6, 10), (9, 16)),
    2036: _lunar(2036, (1, 28), 4, (5, 30), (10, 4)),
}


def statutory_holidays(year: int) -> frozenset[date]:
    """The 13 statutory holidays of `year`, without any moved weekend; without the lunar ones beyond the table."""
    days = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2), *(date(year, 10, day) for day in (1, 2, 3))}
    lunar = LUNAR_DATES.get(year)
    if lunar is not None:
        days.update(lunar.spring_festival + timedelta(days=offset) for offset in (-1, 0, 1, 2))
        days.update((lunar.qingming, lunar.dragon_boat, lunar.mid_autumn))
    return frozenset(days)


@dataclass(frozen=True)
class WorkingCalendar:
    """Answers for single days and counts working days.

    Attributes:
        overrides: days that the city sets itself (True: worked); a year in `settled_years` is then no longer
            provisional even when its notice is not known.
    """

    notices: HolidayNotices
    overrides: Mapping[date, bool] = field(default_factory=dict)
    settled_years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if self.notices.covers(day.year):
            return self.notices.is_workday(day)
        return day.weekday() < 5 and day not in statutory_holidays(day.year)

    def is_provisional(self, day: date) -> bool:
        """Whether a notice still to come may change what is said about `day`."""
        if not self._settled(day.year):
            return True
        at_the_turn = day.month == 12 and day.day > _LAST_SETTLED_DAY_OF_DECEMBER
        return at_the_turn and day not in self.overrides and not self._settled(day.year + 1)

    def add_working_days(self, start: date, count: int) -> DayAnswer:
        """The `count`-th working day after `start`; `start` itself is never counted."""
        if count < 1:
            raise ValueError("count at least one working day")
        day, provisional = start, False
        while count:
            day += timedelta(days=1)
            provisional = provisional or self.is_provisional(day)
            count -= self.is_workday(day)
        return DayAnswer(day, provisional)

    def _settled(self, year: int) -> bool:
        return year in self.settled_years or self.notices.covers(year)
