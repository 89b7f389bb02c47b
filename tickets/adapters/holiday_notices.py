"""The State Council's notices as the package `chinesecalendar` carries them.

The package is updated after each notice, in November; a year it does not know is simply not covered. It is asked on
first use only.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache


class ChineseCalendarNotices:
    """The `HolidayNotices` of the installed chinesecalendar."""

    def covers(self, year: int) -> bool:
        return _covers(year)

    def is_workday(self, day: date) -> bool:
        return _is_workday(day)


@lru_cache(maxsize=100)
def _covers(year: int) -> bool:
    try:
        _is_workday(date(year, 7, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=4000)
def _is_workday(day: date) -> bool:
    # deferred: importing a module of ours loads nothing
    import chinese_calendar  # type: ignore[import-untyped]  # the package has no types

    return bool(chinese_calendar.is_workday(day))
