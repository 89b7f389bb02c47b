"""What single time words say (`Facts`), how they join into one phrase, and which moment a phrase means.

Pure calendar arithmetic: `now` is an argument, and a phrase that means no date (31 February) means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Literal

Precision = Literal["minute", "hour", "part_of_day", "day", "week", "month", "year"]
Part = Literal["dawn", "morning", "noon", "afternoon", "evening", "night"]
Unit = Literal["minute", "hour", "day", "week", "month", "year"]
_PART_BEGINS: dict[str, int] = {"dawn": 0, "morning": 6, "noon": 12, "afternoon": 12, "evening": 18, "night": 20}
_FAR_AHEAD = timedelta(days=183)


@dataclass(frozen=True)
class Facts:
    """What one or several joined time words say; None where they say nothing.

    Attributes:
        year: Calendar year; `month` and `day` likewise.
        year_shift: Years from this one; `month_shift`, `week_shift` (Monday to Sunday) and `day_shift` likewise.
        weekday: 0 is Monday.
        weekday_rule: `last` and `next` exclude today; without a rule the last such day up to today is meant.
        part: Part of the day.
        hour: As said, 0 to 24; `minute` 0 to 59.
        meridiem: Half of the day when it was said outright.
        ago: How long before now (negative amounts: after now).
        span: How long something has lasted until now.
        instant: Now, or just now.
        since: Something has lasted from then on.
        opens: A word such as "since" that only begins a phrase.
        weak: Says nothing alone ("at 8", "morning"): needs another time word beside it.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    year_shift: int | None = None
    month_shift: int | None = None
    week_shift: int | None = None
    day_shift: int | None = None
    weekday: int | None = None
    weekday_rule: Literal["last", "next"] | None = None
    part: Part | None = None
    hour: int | None = None
    minute: int | None = None
    meridiem: Literal["am", "pm"] | None = None
    ago: tuple[float, Unit] | None = None
    span: tuple[float, Unit] | None = None
    instant: bool | None = None
    since: bool | None = None
    opens: bool = False
    weak: bool = False


@dataclass(frozen=True)
class Moment:
    """When something was or is.

    Attributes:
        start: Aware; the beginning of the hour, day, month ... where no more was said.
        end: For something that has lasted: now. None otherwise.
        precision: How exactly it was said.
        future: Whether it begins after now.
    """

    start: datetime
    end: datetime | None
    precision: Precision
    future: bool

    def isoformat(self) -> str:
        """ISO 8601: with time and zone where the time of day is known, the date alone otherwise."""
        if self.precision in ("minute", "hour", "part_of_day"):
            return self.start.isoformat(timespec="minutes")
        return self.start.date().isoformat()


_CALENDAR = ("year", "month", "day", "year_shift", "month_shift")
_NAMES = tuple(f.name for f in fields(Facts) if f.name not in ("weak", "opens"))


def _anchor(facts: Facts) -> str | None:
    """Name what ties the facts to the calendar."""
    for name in ("instant", "ago", "span", "day_shift", "week_shift"):
        if getattr(facts, name) is not None:
            return name
    return "calendar" if any(getattr(facts, name) is not None for name in _CALENDAR) else None


def join(first: Facts, second: Facts) -> Facts | None:
    """Join two neighbouring time words; None when they contradict each other or both stand for themselves."""
    anchors = {_anchor(first), _anchor(second)} - {None}
    if len(anchors) > 1:
        return None
    timed = any(
        facts.hour is not None or facts.part is not None or facts.weekday is not None for facts in (first, second)
    )
    if anchors & {"span", "instant"} and timed:
        return None
    if anchors == {"ago"} and (first.weekday is not None or second.weekday is not None):
        return None
    changes: dict[str, object] = {}
    for name in _NAMES:
        old, new = getattr(first, name), getattr(second, name)
        if new is None:
            continue
        if old is not None and old != new and name not in ("part", "since"):
            return None
        if old is not None and old == new and name in ("day", "hour", "ago", "span"):
            return None
        changes[name] = new
    if first.part is not None and second.part is not None and second.hour is None and first.hour is not None:
        return None
    # "at 8" beside a day, "morning" beside a clock: together they say enough
    weak = (first.weak and second.weak) and not (
        (first.hour is not None and second.part is not None) or (first.part is not None and second.hour is not None)
    )
    return replace(first, weak=weak, opens=False, **changes)  # type: ignore[arg-type]  # names come from the dataclass


def resolve(facts: Facts, now: datetime) -> Moment | None:
    """Say which moment a phrase means.

    Args:
        facts: The joined words.
        now: Aware; the zone of the answer.

    Returns:
        None when there is no such date or time.
    """
    try:
        moment = _resolve(facts, now)
    except (ValueError, OverflowError):
        return None
    if moment is not None and facts.since and moment.end is None and not moment.future:
        return replace(moment, end=now)
    return moment


def _resolve(facts: Facts, now: datetime) -> Moment | None:
    if facts.instant:
        return Moment(now.replace(second=0, microsecond=0), None, "minute", False)
    if facts.span is not None:
        amount, unit = facts.span
        start = _back(now, amount, unit)
        if unit in ("minute", "hour"):
            return Moment(start.replace(second=0, microsecond=0), now, "minute" if unit == "minute" else "hour", False)
        return Moment(_midnight(start.date(), now), now, "day", False)
    if facts.ago is not None and facts.ago[1] in ("minute", "hour"):
        start = _back(now, *facts.ago).replace(second=0, microsecond=0)
        exact = facts.ago[1] == "minute" or facts.ago[0] % 1
        return Moment(start, None, "minute" if exact else "hour", start > now)
    day, precision = _day(facts, now)
    if facts.hour is not None:
        return _clock(facts, day, now)
    if facts.part is not None:
        start = _midnight(day, now) + timedelta(hours=_PART_BEGINS[facts.part])
        return Moment(start, None, "part_of_day", start > now)
    if _anchor(facts) is None and facts.weekday is None:
        return None
    return Moment(_midnight(day, now), None, precision, day > now.date())


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def _back(now: datetime, amount: float, unit: Unit) -> datetime:
    if unit == "month":
        whole = int(amount)
        day = _months_from(now.date(), -whole)
        return datetime.combine(day, now.timetz()) - timedelta(days=round((amount - whole) * 30))
    if unit == "year":
        return datetime.combine(_months_from(now.date(), -round(amount * 12)), now.timetz())
    seconds = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}[unit]
    return now - timedelta(seconds=amount * seconds)


def _months_from(day: date, months: int) -> date:
    """Shift by months; the 31st becomes the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            if last == 28:
                raise
    raise AssertionError("every month has 28 days")


def _day(facts: Facts, now: datetime) -> tuple[date, Precision]:
    today = now.date()
    if facts.ago is not None:
        amount, unit = facts.ago
        precision: Precision = "month" if unit == "month" else "year" if unit == "year" else "day"
        return _back(now, amount, unit).date(), precision
    if facts.day_shift is not None:
        return today + timedelta(days=facts.day_shift), "day"
    if _anchor(facts) == "calendar":
        return _calendar_day(facts, today)
    monday = today - timedelta(days=today.weekday())
    if facts.week_shift is not None:
        return monday + timedelta(
            weeks=facts.week_shift, days=facts.weekday or 0
        ), "week" if facts.weekday is None else "day"
    if facts.weekday is not None:
        back = (today.weekday() - facts.weekday) % 7
        if facts.weekday_rule == "last":
            back = back or 7
        elif facts.weekday_rule == "next":
            back -= 7
        return today - timedelta(days=back), "day"
    return today, "day"


def _calendar_day(facts: Facts, today: date) -> tuple[date, Precision]:
    year = facts.year if facts.year is not None else None if facts.year_shift is None else today.year + facts.year_shift
    if facts.month is None and facts.month_shift is None:
        if facts.day is None:
            return date(year or today.year, 1, 1), "year"
        # a bare day of the month is the last such day: citizens tell what has happened
        first = today.replace(day=1) if facts.day <= today.day else _months_from(today.replace(day=1), -1)
        return first.replace(day=facts.day), "day"
    if facts.month_shift is not None:
        first = _months_from(today.replace(day=1), facts.month_shift)
    else:
        first = date(year or today.year, facts.month or 1, 1)
    if facts.day is None:
        if year is None and facts.month is not None and first > today:
            first = first.replace(year=first.year - 1)
        return first, "month"
    day = first.replace(day=facts.day)
    if year is None and facts.month is not None and day - today > _FAR_AHEAD:
        day = day.replace(year=day.year - 1)
    return day, "day"


def _clock(facts: Facts, day: date, now: datetime) -> Moment | None:
    hour, minute, later = facts.hour or 0, facts.minute or 0, 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    if hour == 24:
        hour, later = 0, 1
    elif hour <= 12:
        hour, later = _hour_of_day(hour, facts)
    start = _midnight(day, now) + timedelta(days=later, hours=hour, minutes=minute)
    dated = _anchor(facts) is not None or facts.weekday is not None
    if start > now and later and facts.day_shift == 0:
        start -= timedelta(days=1)  # "tonight at two" said after two: the night that has been
    elif not dated and start > now and now.hour < 6 and hour >= 18:
        start -= timedelta(days=1)
    return Moment(start, None, "hour" if facts.minute is None else "minute", start > now)


def _hour_of_day(hour: int, facts: Facts) -> tuple[int, int]:
    """Give the hour from 0 to 23 and how many days later it is (a night reaches into the next day)."""
    if facts.meridiem is not None:
        return hour % 12 + (12 if facts.meridiem == "pm" else 0), 0
    if facts.part == "afternoon":
        return (hour if hour in (0, 12) else hour + 12), 0
    if facts.part == "noon":
        return (hour + 12 if 1 <= hour <= 3 else hour), 0
    if facts.part in ("evening", "night"):
        if hour in (0, 12):
            return 0, 1
        if hour <= (3 if facts.part == "evening" else 5):
            return hour, 1
        return hour + 12, 0
    if facts.part == "dawn":
        return hour % 12, 0
    return hour, 0
