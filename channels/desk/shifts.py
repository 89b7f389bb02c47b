"""Shifts: who is on duty when. Several a day, over midnight, on weekdays or on one date.

Pure; the time comes in as local time of the city. Who has no shift at all is on duty whenever he or she is present.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from channels.errors import InvalidField

MOST_SHIFTS = 60
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """`starts` to `ends`; an end at or before the start lies on the next day.

    Attributes:
        days: ISO weekdays (1 is Monday) on which it starts; empty when `on` names a date.
        on: the one date on which it starts.
    """

    starts: time
    ends: time
    days: frozenset[int] = frozenset()
    on: date | None = None

    def starts_on(self, day: date) -> bool:
        return day == self.on if self.on is not None else day.isoweekday() in self.days

    def covers(self, local: datetime) -> bool:
        """Whether the shift is running at `local` (naive or aware, in the city's time)."""
        today, clock = local.date(), local.time().replace(tzinfo=None)
        overnight = self.ends <= self.starts
        if self.starts_on(today) and clock >= self.starts and (overnight or clock < self.ends):
            return True
        return overnight and self.starts_on(today - _DAY) and clock < self.ends

    def wire(self) -> dict[str, Any]:
        return {
            "weekdays": sorted(self.days),
            "date": self.on.isoformat() if self.on else None,
            "start": self.starts.isoformat("minutes"),
            "end": self.ends.isoformat("minutes"),
        }


def on_duty(shifts: Sequence[Shift], local: datetime) -> bool:
    """Whether somebody with these shifts works at `local`."""
    return not shifts or any(shift.covers(local) for shift in shifts)


def parse_shifts(given: object) -> tuple[Shift, ...]:
    """Shifts from JSON: `[{"weekdays":[1,2],"start":"08:00","end":"16:00"}]`, or with `"date":"2026-10-01"`.

    Raises:
        InvalidField: something cannot be used, or two shifts of one day overlap.
    """
    if not isinstance(given, list) or len(given) > MOST_SHIFTS:
        raise InvalidField("shifts", f"shifts must be a list of at most {MOST_SHIFTS}.")
    shifts = tuple(_parse(item) for item in given)
    _refuse_overlaps(shifts)
    return shifts


def _parse(item: object) -> Shift:
    if not isinstance(item, dict):
        raise InvalidField("shifts", "A shift is an object with weekdays or date, start and end.")
    try:
        starts, ends = time.fromisoformat(str(item["start"])), time.fromisoformat(str(item["end"]))
        on = date.fromisoformat(str(item["date"])) if item.get("date") else None
    except (KeyError, ValueError):
        raise InvalidField("shifts", "start and end are times such as 08:00, date is a date.") from None
    days = item.get("weekdays") or []
    if starts.tzinfo or ends.tzinfo or not isinstance(days, list):
        raise InvalidField("shifts", "start and end are times of the city without a zone; weekdays is a list.")
    if not all(isinstance(day, int) and not isinstance(day, bool) and 1 <= day <= 7 for day in days):
        raise InvalidField("shifts", "weekdays holds numbers from 1 (Monday) to 7 (Sunday).")
    if bool(days) == (on is not None):
        raise InvalidField("shifts", "A shift has either weekdays or a date.")
    return Shift(starts, ends, frozenset(days), on)


def _refuse_overlaps(shifts: Sequence[Shift]) -> None:
    """Weekly shifts must not overlap in the week; a dated one may stand in for anything."""
    week = 7 * 24 * 60
    minutes = [0] * week
    for shift in shifts:
        if shift.on is not None:
            continue
        for start, length in _spans(shift):
            for minute in range(start, start + length):
                minutes[minute % week] += 1
    if any(count > 1 for count in minutes):
        raise InvalidField("shifts", "Two shifts overlap.")


def _spans(shift: Shift) -> Iterable[tuple[int, int]]:
    start = shift.starts.hour * 60 + shift.starts.minute
    end = shift.ends.hour * 60 + shift.ends.minute
    length = end - start if end > start else end - start + 24 * 60
    for day in shift.days:
        yield (day - 1) * 24 * 60 + start, length
