"""Hours of offices: split shifts, offices that never close, and working time counted across days off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.tickets.ticket_samples import CALENDAR, NOON, local, shown
from tickets.domain.calendar import WorkingCalendar
from tickets.domain.clocks import ClockRules
from tickets.domain.hours import ROUND_THE_CLOCK, OfficeHours, Shift, WorkingTime
from tickets.domain.periods import Measure, Period, Periods
from tickets.domain.vocabulary import Nature

SPLIT = OfficeHours.parse("09:00-12:00;13:30-18:00")
WORKING = WorkingTime(CALENDAR, SPLIT)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-25 11:00", 60, "2026-11-25 12:00"),
        ("2026-11-25 11:00", 61, "2026-11-25 13:31"),  # over the lunch break
        ("2026-11-25 12:30", 30, "2026-11-25 14:00"),  # asked during the break
        ("2026-11-25 17:30", 60, "2026-11-26 09:30"),  # over the night
        ("2026-11-27 17:30", 60, "2026-11-30 09:30"),  # over a weekend
        ("2026-09-30 17:30", 60, "2026-10-08 09:30"),  # over National Day
        ("2026-10-09 17:30", 60, "2026-10-10 09:30"),  # a moved working Saturday
        ("2026-11-25 03:00", 450, "2026-11-25 18:00"),  # a whole day
    ],
)
def test_working_minutes_pass_only_while_the_office_works(start: str, minutes: int, end: str) -> None:
    assert shown(WORKING.after(local(start), timedelta(minutes=minutes))[0]) == end
    assert WORKING.between(local(start), local(end)) == timedelta(minutes=minutes)


def test_an_office_that_never_closes_counts_every_minute() -> None:
    always = WorkingTime(CALENDAR, ROUND_THE_CLOCK)
    assert always.between(local("2026-10-01 00:00"), local("2026-10-03 00:00")) == timedelta(days=2)
    assert shown(always.after(local("2026-10-02 23:00"), timedelta(hours=2))[0]) == "2026-10-03 01:00"


def test_time_backwards_is_no_working_time() -> None:
    assert WORKING.between(local("2026-11-26 12:00"), local("2026-11-25 09:00")) == timedelta()


@given(
    start=st.integers(0, 60 * 24 * 400),
    first=st.integers(1, 3000),
    second=st.integers(1, 3000),
)
def test_working_time_adds_up_and_comes_back(start: int, first: int, second: int) -> None:
    begin = local("2026-01-01 00:00") + timedelta(minutes=start)
    once, _ = WORKING.after(begin, timedelta(minutes=first))
    twice, _ = WORKING.after(once, timedelta(minutes=second))
    assert twice == WORKING.after(begin, timedelta(minutes=first + second))[0]
    assert WORKING.between(begin, twice) == timedelta(minutes=first + second)


@pytest.mark.parametrize(
    "text",
    ["", "9-12", "09:00-09:00", "12:00-09:00", "09:00-12:00;11:00-13:00", "09:00-24:30", "22:00-06:00", "09:61-10:00"],
)
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="shift"):
        OfficeHours.parse(text)


def test_hours_are_read_in_any_order_and_shown_as_they_are() -> None:
    hours = OfficeHours.parse(" 13:30-24:00 ; 9:00-12:00 ")
    assert [str(shift) for shift in hours.shifts] == ["09:00-12:00", "13:30-24:00"]
    assert hours.closes == 1440 and not hours.always and ROUND_THE_CLOCK.always
    assert hours.shifts[0] == Shift(540, 720)


def test_a_deadline_ends_when_the_units_own_office_closes() -> None:
    rules = ClockRules(CALENDAR, unit_hours={"library": OfficeHours.parse("10:00-12:00;14:00-20:00")})
    assert shown(rules.handling(Nature.HELP, "library", NOON).due_at) == "2026-11-30 20:00"
    assert shown(rules.handling(Nature.HELP, "other", NOON).due_at) == "2026-11-30 18:00"


def test_the_deadline_of_a_unit_that_never_closes_ends_with_the_citys_offices() -> None:
    rules = ClockRules(CALENDAR, unit_hours={"gas_company": ROUND_THE_CLOCK})
    assert shown(rules.handling(Nature.HELP, "gas_company", NOON).due_at) == "2026-11-30 18:00"


def test_a_city_may_set_its_own_periods_and_an_unknown_one_is_refused() -> None:
    periods = Periods({"handle_other": Period(5, Measure.WORKING_DAYS)})
    assert shown(ClockRules(CALENDAR, periods=periods).handling(Nature.HELP, "u", NOON).due_at) == "2026-12-02 18:00"
    with pytest.raises(ValueError, match="unknown periods: tea"):
        Periods({"tea": Period(1, Measure.MINUTES)})


def test_an_office_that_no_day_of_the_calendar_opens_is_a_mistake_and_no_endless_search() -> None:
    class NoWork:
        def covers(self, year: int) -> bool:
            return True

        def is_workday(self, day: date) -> bool:
            return False

    with pytest.raises(ValueError, match="ten years"):
        WorkingTime(WorkingCalendar(NoWork()), SPLIT).after(NOON, timedelta(hours=1))
