"""What callers send: fields of calls and filters of lists, read strictly; figures of units, computed honestly."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.unit.tickets.ticket_samples import NOON, local
from tickets.domain.figures import UnitCounts
from tickets.errors import InvalidTicket
from tickets.service.calls import BY_NAME
from tickets.service.staff_fields import read
from tickets.service.staff_filters import FILTERS, filters_of, next_of
from tickets.service.staff_ports import Found, StaffFilter


def refused(call: str, given: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(InvalidTicket) as caught:
        read(BY_NAME[call], given)
    return caught.value.code, caught.value.field


def test_the_fields_of_a_call_are_read_as_what_they_are() -> None:
    given = {
        "unit": "housing",
        "legal_basis": "《条例》第3条",
        "assist_units": ["gas_company"],
        "valid_from": "2026-12-01",
        "reason": "x",
        "area": None,
    }
    assert read(BY_NAME["rule"], given) == {
        "unit": "housing",
        "legal_basis": "《条例》第3条",
        "assist_units": ("gas_company",),
        "valid_from": date(2026, 12, 1),
        "reason": "x",
    }


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01T10:00+08:00", "2026-12-01 10:00"),
        ("2026-12-01T10:00", "2026-12-01 10:00"),
        ("2026-12-01", "2026-12-01 23:59"),
    ],
)
def test_a_moment_without_zone_is_the_citys_and_a_day_alone_is_its_end(text: str, moment: str) -> None:
    assert read(BY_NAME["suspend"], {"until": text, "reason": "x"})["until"] == local(moment)


@pytest.mark.parametrize(
    ("call", "given", "expected"),
    [
        ("accept", {}, ("reason_missing", "reason")),
        ("accept", {"reason": ""}, ("reason_missing", "reason")),
        ("accept", {"reason": 5}, ("reason_invalid", "reason")),
        ("accept", {"reason": "x", "colour": "red"}, ("field_unknown", "colour")),
        ("accept", {"reason": "x" * 4001}, ("reason_too_long", "reason")),
        ("rate", {"solved": 1}, ("solved_invalid", "solved")),
        ("rate", {"score": True}, ("score_invalid", "score")),
        ("rate", {"score": 10**9}, ("score_invalid", "score")),
        ("suspend", {"until": "soon", "reason": "x"}, ("until_invalid", "until")),
        (
            "rule",
            {"unit": "a", "legal_basis": "b", "reason": "x", "valid_from": "1.12."},
            ("valid_from_invalid", "valid_from"),
        ),
        ("add_part", {"units": "gas", "reason": "x"}, ("units_invalid", "units")),
        ("add_part", {"units": ["a"] * 51, "reason": "x"}, ("units_invalid", "units")),
        ("reply", {"reason": "x", "quotes": ["a"]}, ("quotes_invalid", "quotes")),
        (
            "record_consent",
            {"party": "both", "given": True, "person": "x", "means": "phone"},
            ("party_invalid", "party"),
        ),
    ],
)
def test_a_field_that_cannot_be_used_is_named(call: str, given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert refused(call, given) == expected


def test_filters_are_read_from_the_texts_of_a_query() -> None:
    filters = filters_of(
        {
            "status": "dispatched,accepted",
            "open": "true",
            "overdue": "1",
            "filed_from": "2026-11-01",
            "filed_until": "2026-11-30",
            "phone": "+86 138-1234-5678",
            "order": "due",
            "limit": "20",
            "unit": "",
        }
    )
    assert filters == StaffFilter(
        statuses=("dispatched", "accepted"),
        open=True,
        overdue=True,
        filed_from=local("2026-11-01 00:00"),
        filed_until=local("2026-12-01 00:00"),
        phone="13812345678",
        order="due",
        limit=20,
    )


def test_the_next_page_starts_behind_the_last_of_this_one() -> None:
    last = Found("20261125000001", NOON)
    assert filters_of({"after": next_of(last)}).after == (NOON, "20261125000001")


@pytest.mark.parametrize("name", [field.name for field in FILTERS])
def test_every_filter_of_the_table_is_a_field_of_the_filter(name: str) -> None:
    assert name in StaffFilter.__dataclass_fields__ or name == "status"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[("status", "lost"), ("open", "perhaps"), ("limit", "many"), ("after", "zzz"), ("order", "colour")],
        *[("phone", "abc"), ("phone", "12"), ("parent", "7"), ("filed_from", "yesterday"), ("colour", "red")],
    ],
)
def test_a_filter_that_cannot_be_used_is_named(name: str, text: str) -> None:
    with pytest.raises(InvalidTicket) as caught:
        filters_of({name: text})
    assert caught.value.field == name


def test_closed_but_unsolved_counts_as_open_and_stands_beside_the_closing_rate() -> None:
    counts = UnitCounts(
        "gas_company",
        filed=12,
        dropped=2,
        closed=8,
        closed_unsolved=3,
        answered_solved=5,
        said_solved=2,
        answered_in_time=6,
        answered_late=1,
        overdue=1,
        reopened_after_closing=1,
    )
    shown = counts.wire()
    assert (shown["closing_rate"], shown["honest_closing_rate"], shown["unjustified_closings"]) == (0.8, 0.5, 4)
    assert (shown["on_time_rate"], shown["solved_rate"], shown["satisfied_rate"]) == (0.75, 0.4, None)


def test_a_rate_of_nothing_is_none_and_not_a_hundred_per_cent() -> None:
    assert UnitCounts("x").closing_rate is None and UnitCounts("x", filed=1, dropped=1).honest_closing_rate is None


def test_times_of_pages_keep_their_fraction() -> None:
    at = datetime.fromisoformat("2026-11-25T04:00:00.123456+00:00")
    assert filters_of({"after": next_of(Found("20261125000001", at))}).after == (at, "20261125000001")


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59-08:00"])
def test_moments_beyond_any_calendar_are_refused_and_break_nothing(moment: str) -> None:
    for name in ("filed_from", "filed_until"):
        with pytest.raises(InvalidTicket) as caught:
            filters_of({name: moment})
        assert caught.value.field == name
