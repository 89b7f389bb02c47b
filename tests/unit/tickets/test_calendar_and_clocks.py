"""Deadlines across weekends, moved working days, holidays and years whose notice is not out."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.unit.tickets.ticket_samples import CALENDAR, NOON, local, shown
from tickets.domain.calendar import LUNAR_DATES, WorkingCalendar, statutory_holidays
from tickets.domain.clocks import AcceptClass, ClockRules
from tickets.domain.hours import OfficeHours
from tickets.domain.vocabulary import Nature


class NoticesUntil2026:
    """Ends where the tests need it to, whatever the installed package knows by then."""

    def covers(self, year: int) -> bool:
        return year <= 2026

    def is_workday(self, day: date) -> bool:
        return CALENDAR.notices.is_workday(day)


KNOWN = WorkingCalendar(NoticesUntil2026())
RULES = ClockRules(KNOWN)


@pytest.mark.parametrize(
    ("filed", "complaint_due", "other_due"),
    [
        # an ordinary week
        ("2026-11-25 12:00", "2026-12-04 18:00", "2026-11-30 18:00"),
        # Friday one minute before midnight: Monday is the first day
        ("2026-11-27 23:59", "2026-12-08 18:00", "2026-12-02 18:00"),
        ("2026-11-28 00:00", "2026-12-08 18:00", "2026-12-02 18:00"),
        # before the offices open, and after they close, on a working day
        ("2026-11-25 06:00", "2026-12-04 18:00", "2026-11-30 18:00"),
        ("2026-11-25 23:00", "2026-12-04 18:00", "2026-11-30 18:00"),
        # on National Day (1-7 October off, Saturday 10 October worked)
        ("2026-10-01 09:00", "2026-10-15 18:00", "2026-10-10 18:00"),
        # the Friday evening before a moved working Saturday: the Saturday counts
        ("2026-10-09 20:00", "2026-10-19 18:00", "2026-10-13 18:00"),
        # on a moved working Sunday, which is itself not counted
        ("2026-09-20 10:00", "2026-09-30 18:00", "2026-09-23 18:00"),
        # across Spring Festival (15-23 February off, Saturdays 14 and 28 worked)
        ("2026-02-12 15:00", "2026-02-28 18:00", "2026-02-24 18:00"),
        ("2026-02-13 23:59", "2026-03-02 18:00", "2026-02-25 18:00"),
    ],
)
def test_the_day_of_filing_is_not_counted_and_the_last_day_ends_when_offices_close(
    filed: str, complaint_due: str, other_due: str
) -> None:
    at = local(filed)
    complaint = RULES.handling(Nature.COMPLAINT, "unit", at)
    other = RULES.handling(Nature.HELP, "unit", at)
    assert (shown(complaint.due_at), shown(other.due_at)) == (complaint_due, other_due)
    assert not complaint.provisional
    assert complaint.due_at.utcoffset() == NOON.utcoffset()


def test_only_complaints_have_seven_days() -> None:
    dues = {nature: shown(RULES.handling(nature, "unit", NOON).due_at) for nature in Nature}
    assert {nature for nature, due in dues.items() if due == "2026-12-04 18:00"} == {Nature.COMPLAINT}
    assert {due for nature, due in dues.items() if nature is not Nature.COMPLAINT} == {"2026-11-30 18:00"}


def test_across_new_year_into_a_year_without_notice_the_deadline_is_provisional() -> None:
    clock = RULES.handling(Nature.COMPLAINT, "unit", local("2026-12-28 10:00"))
    # 29, 30, 31 December, then 1 January off (Friday), then Monday 4 January
    assert (shown(clock.due_at), clock.provisional) == ("2027-01-07 18:00", True)


def test_the_last_days_of_a_year_stay_provisional_until_the_next_notice_is_out() -> None:
    assert RULES.handling(Nature.HELP, "unit", local("2026-12-25 10:00")).provisional
    assert not RULES.handling(Nature.HELP, "unit", local("2026-12-22 10:00")).provisional


def test_spring_festival_of_a_year_without_notice_is_off_from_the_eve_to_the_third_day() -> None:
    # New Year's Day of the lunar year: Saturday 6 February 2027; the eve is a Friday, the third day a Monday.
    clock = RULES.handling(Nature.HELP, "unit", local("2027-02-03 10:00"))
    assert (shown(clock.due_at), clock.provisional) == ("2027-02-10 18:00", True)


def test_a_city_may_write_down_a_notice_the_package_does_not_know_yet() -> None:
    calendar = WorkingCalendar(NoticesUntil2026(), {date(2027, 1, 2): True, date(2027, 1, 4): False}, frozenset({2027}))
    clock = ClockRules(calendar).handling(Nature.HELP, "unit", local("2026-12-30 10:00"))
    # Thursday 31, Saturday 2 (worked), Tuesday 5 (Monday off)
    assert (shown(clock.due_at), clock.provisional) == ("2027-01-05 18:00", False)


def test_an_override_outweighs_the_notice() -> None:
    calendar = WorkingCalendar(NoticesUntil2026(), {date(2026, 11, 26): False})
    assert shown(ClockRules(calendar).handling(Nature.HELP, "unit", NOON).due_at) == "2026-12-01 18:00"


def test_offices_may_close_at_another_hour() -> None:
    rules = ClockRules(KNOWN, OfficeHours.until(time(17, 30)))
    assert shown(rules.handling(Nature.HELP, "unit", NOON).due_at) == "2026-11-30 17:30"


@pytest.mark.parametrize(
    ("accept_class", "emergency", "accept_by"),
    [
        (AcceptClass.DANGER, False, "2026-11-28 00:14"),
        (AcceptClass.UTILITY, False, "2026-11-28 00:29"),
        (AcceptClass.NORMAL, False, "2026-11-30 18:00"),
        (AcceptClass.NORMAL, True, "2026-11-28 00:29"),
        (AcceptClass.DANGER, True, "2026-11-28 00:14"),
    ],
)
def test_danger_utilities_and_emergencies_are_taken_up_in_minutes_at_any_hour(
    accept_class: AcceptClass, emergency: bool, accept_by: str
) -> None:
    clock = RULES.accepting(accept_class, "unit", local("2026-11-27 23:59"), emergency=emergency)
    assert shown(clock.due_at) == accept_by


def test_an_emergency_is_answered_within_thirty_minutes() -> None:
    assert shown(RULES.responding("unit", local("2026-11-27 23:59")).due_at) == "2026-11-28 00:29"


def test_the_statutory_holidays_are_thirteen_days_and_the_table_is_in_order() -> None:
    for year, lunar in LUNAR_DATES.items():
        # Mid-Autumn may fall onto National Day.
        overlap = lunar.mid_autumn in {date(year, 10, day) for day in (1, 2, 3)}
        assert len(statutory_holidays(year)) == 13 - overlap
        assert date(year, 1, 21) <= lunar.spring_festival <= date(year, 2, 20)
        assert lunar.dragon_boat < lunar.mid_autumn


def test_the_table_agrees_with_every_notice_that_is_known() -> None:
    for year in LUNAR_DATES:
        if CALENDAR.notices.covers(year):
            assert not [day for day in statutory_holidays(year) if CALENDAR.notices.is_workday(day)]


def test_a_year_beyond_the_table_still_has_weekends_and_fixed_holidays() -> None:
    assert not KNOWN.is_workday(date(2050, 10, 3)) and not KNOWN.is_workday(date(2050, 1, 1))
    assert KNOWN.is_workday(date(2050, 11, 25)) and KNOWN.is_provisional(date(2050, 11, 25))


def test_counting_no_days_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one"):
        KNOWN.add_working_days(date(2026, 1, 1), 0)
