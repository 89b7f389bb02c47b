"""A unit gives a ticket back: why, until when, who decides, and what happens to the clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.tickets.ticket_samples import (
    AGENT,
    SUPERVISOR,
    UNIT,
    Clock,
    advance_command,
    catalogue,
    desk,
    file_command,
    local,
)
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.city import Unit
from tickets.domain.clocks import ClockKind
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Level, Role
from tickets.errors import InvalidTicket, RuleForbids, TransitionNotAllowed
from tickets.service.desk import TicketDesk

OTHER_SUPERVISOR = Actor(Role.SUPERVISOR, "zhao")


def returned(tickets: TicketDesk, **changes: Any) -> str:
    """A dispatched ticket that its unit has given back."""
    number = tickets.file(file_command(**changes)).number
    tickets.advance(advance_command(number, "dispatch"))
    unit = Actor(Role.UNIT, "zhang", tickets.get(number).unit)
    tickets.advance(advance_command(number, "return", by=unit, code="not_competent"))
    return number


def refusal(tickets: TicketDesk, number: str, step: str, by: Actor, **changes: object) -> str:
    before = tickets.get(number)
    with pytest.raises((RuleForbids, InvalidTicket)) as caught:
        tickets.advance(advance_command(number, step, f"refused-{step}-{by}", by=by, **changes))
    assert tickets.get(number) == before
    return caught.value.code


def test_two_different_people_agree_and_the_hotline_has_the_ticket_again() -> None:
    tickets = desk()
    number = returned(tickets)
    assert tickets.advance(advance_command(number, "approve_return", by=AGENT)).status == "returned"
    receipt = tickets.advance(advance_command(number, "confirm_return", by=SUPERVISOR))
    assert (receipt.status, receipt.unit) == ("pre_checked", "hotline")
    running = [(each.kind, each.unit) for each in tickets.get(number).clocks if each.running]
    assert running == [(ClockKind.HANDLE, "hotline")]


def test_the_same_person_cannot_review_twice_not_even_as_supervisor() -> None:
    tickets = desk()
    number = returned(tickets)
    tickets.advance(advance_command(number, "approve_return", by=SUPERVISOR))
    assert refusal(tickets, number, "confirm_return", SUPERVISOR) == "same_reviewer"
    assert refusal(tickets, number, "approve_return", AGENT) == "already_reviewed"
    assert tickets.advance(advance_command(number, "confirm_return", by=OTHER_SUPERVISOR)).status == "pre_checked"


def test_without_a_first_review_nothing_is_confirmed_and_no_reviewer_stays_nameless() -> None:
    tickets = desk()
    number = returned(tickets)
    assert refusal(tickets, number, "confirm_return", SUPERVISOR) == "first_review_missing"
    assert refusal(tickets, number, "approve_return", Actor(Role.AGENT)) == "actor_missing"


def test_an_agent_is_no_shift_leader_and_a_unit_no_reviewer() -> None:
    tickets = desk()
    number = returned(tickets)
    assert refusal(tickets, number, "approve_return", Actor(Role.UNIT, "wang", "urban_management")) == "hotline_reviews"
    tickets.advance(advance_command(number, "approve_return", by=AGENT))
    with pytest.raises(TransitionNotAllowed):
        tickets.advance(advance_command(number, "confirm_return", by=Actor(Role.AGENT, "other")))
    assert refusal(tickets, number, "refuse_return", AGENT) == "shift_leader_decides"


def test_who_gave_it_back_in_the_units_place_does_not_review_it() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "dispatch"))
    tickets.advance(advance_command(number, "return", by=SUPERVISOR, code="duplicate"))
    assert refusal(tickets, number, "approve_return", SUPERVISOR) == "own_return"


def test_a_refused_return_leaves_every_clock_of_the_unit_exactly_as_it_was() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "dispatch"))
    before = tickets.get(number).clocks
    tickets.advance(advance_command(number, "return", by=UNIT, code="other_area"))
    clock.at += timedelta(hours=4)
    assert tickets.advance(advance_command(number, "refuse_return", by=AGENT)).status == "dispatched"
    after = tickets.get(number).clocks
    assert after[: len(before)] == before
    assert [(each.kind, each.met_at) for each in after[len(before) :]] == [(ClockKind.RETURN_REVIEW, clock.at)]


def test_a_refused_return_gives_no_new_time_to_return_again() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = returned(tickets)
    clock.at = local("2026-11-27 09:00")
    tickets.advance(advance_command(number, "refuse_return", by=AGENT))
    assert refusal(tickets, number, "return", UNIT, code="not_competent") == "return_too_late"


@pytest.mark.parametrize(
    ("category", "at", "possible"),
    [
        ("street_light", "2026-11-26 18:00", True),
        ("street_light", "2026-11-26 18:01", False),
        ("gas_supply", "2026-11-25 12:15", True),
        ("gas_supply", "2026-11-25 12:16", False),
        ("water_supply", "2026-11-25 12:31", False),
    ],
)
def test_the_time_to_give_back_is_a_working_day_and_for_danger_as_short_as_taking_it_up(
    category: str, at: str, *, possible: bool
) -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = tickets.file(file_command(category=category)).number
    tickets.advance(advance_command(number, "dispatch"))
    unit = Actor(Role.UNIT, "zhang", tickets.get(number).unit)
    clock.at = local(at)
    if possible:
        step = advance_command(number, "return", by=unit, code="not_competent")
        assert tickets.advance(step).status == "returned"
    else:
        assert refusal(tickets, number, "return", unit, code="not_competent") == "return_too_late"


@pytest.mark.parametrize(("code", "error"), [(None, "return_reason_missing"), ("lazy", "return_reason_unknown")])
def test_a_return_needs_a_reason_of_the_catalogue(code: str | None, error: str) -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "dispatch"))
    assert refusal(tickets, number, "return", UNIT, code=code) == error


def test_the_review_is_due_after_four_working_hours_of_the_hotline() -> None:
    tickets = desk(now=Clock(local("2026-11-27 16:00")))
    number = returned(tickets)
    review = tickets.get(number).clocks[-1]
    # Friday 16:00: two hours until 18:00, two more from Monday 09:00
    assert (review.kind, review.unit, review.due_at) == ("return_review", "hotline", local("2026-11-30 11:00"))


def test_after_a_confirmed_return_a_unit_must_be_named_and_not_the_same_one() -> None:
    tickets = desk()
    number = returned(tickets)
    tickets.advance(advance_command(number, "approve_return", by=AGENT))
    tickets.advance(advance_command(number, "confirm_return", by=SUPERVISOR))
    assert refusal(tickets, number, "dispatch", AGENT) == "unit_missing"
    assert refusal(tickets, number, "dispatch", AGENT, unit="urban_management") == "unit_gave_it_back"
    assert tickets.advance(advance_command(number, "dispatch", "d2", by=AGENT, unit="water_company")).created


def test_what_a_grid_worker_gives_back_is_reviewed_by_the_street_first() -> None:
    city = catalogue()
    offices = {
        "grid_office": Unit("grid_office", {"zh": "网格"}, "grid", "g1"),
        "street_office": Unit("street_office", {"zh": "街道"}, "street", "s1"),
        "other_street": Unit("other_street", {"zh": "另一街道"}, "street", "s2"),
    }
    store = MemoryTicketStore()
    tickets = TicketDesk(store, replace(city, units={**city.units, **offices}), desk()._rules, Clock(), lambda: 7)
    number = tickets.file(file_command()).number
    with store.transaction() as transaction:
        ticket = store.get(number)
        assert ticket is not None
        transaction.save_ticket(ticket, replace(ticket, street="s1", grid="g1"))
    tickets.advance(advance_command(number, "dispatch", unit="grid_office"))
    assert tickets.get(number).level is Level.GRID
    grid = Actor(Role.UNIT, "wang", "grid_office")
    tickets.advance(advance_command(number, "return", by=grid, code="not_competent"))
    assert refusal(tickets, number, "approve_return", AGENT) == "street_reviews_first"
    assert refusal(tickets, number, "approve_return", Actor(Role.UNIT, "x", "other_street")) == "not_your_ticket"
    street = Actor(Role.UNIT, "sun", "street_office")
    tickets.advance(advance_command(number, "approve_return", by=street))
    assert tickets.advance(advance_command(number, "confirm_return", by=SUPERVISOR)).unit == "hotline"


def test_the_history_tells_which_unit_returned_and_which_decision_followed() -> None:
    tickets = desk()
    number = returned(tickets)
    tickets.advance(advance_command(number, "refuse_return", by=AGENT))
    told = [(entry.command, dict(entry.details)) for entry in tickets.get(number).history[-2:]]
    assert told == [
        ("return", {"unit": "urban_management", "code": "not_competent"}),
        ("refuse_return", {"unit": "urban_management"}),
    ]
