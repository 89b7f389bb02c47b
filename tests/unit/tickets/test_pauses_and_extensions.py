"""Suspensions and extensions: what they need, what they do to the clocks, and who may."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.tickets.ticket_samples import (
    NOON,
    SUPERVISOR,
    UNIT,
    Clock,
    advance_command,
    desk,
    file_command,
    local,
    shown,
)
from tickets.domain.clocks import ClockKind
from tickets.domain.people import SYSTEM, Actor
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Role
from tickets.errors import InvalidTicket, RuleForbids
from tickets.service.commands import DisputeTicket
from tickets.service.desk import TicketDesk


def accepted(tickets: TicketDesk, **changes: Any) -> str:
    number = tickets.file(file_command(**changes)).number
    tickets.advance(advance_command(number, "accept"))
    return number


def handle(ticket: Ticket) -> datetime:
    (clock,) = (clock for clock in ticket.clocks if clock.kind is ClockKind.HANDLE and clock.running)
    return clock.due_at


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (None, "until_missing"),
        (NOON.replace(tzinfo=None) + timedelta(days=1), "until_without_zone"),
        (NOON, "until_past"),
        (local("2027-06-01 12:00"), "until_too_far"),
    ],
)
def test_a_suspension_needs_an_end_in_the_future_with_a_zone(until: datetime | None, code: str) -> None:
    tickets = desk()
    number = accepted(tickets)
    with pytest.raises(InvalidTicket) as caught:
        tickets.advance(advance_command(number, "suspend", until=until))
    assert (caught.value.code, caught.value.field) == (code, "until")
    assert tickets.get(number).status == "accepted"


def test_a_suspended_matter_is_due_as_much_working_time_later_as_it_stood() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = accepted(tickets)  # due Friday 4 December 18:00
    tickets.advance(advance_command(number, "suspend", until=local("2026-12-20 12:00")))
    standing = tickets.get(number)
    assert {(each.kind, each.wake_at) for each in standing.clocks if each.running} == {
        (ClockKind.HANDLE, None),
        (ClockKind.SUSPENSION, local("2026-12-20 12:00")),
    }
    clock.at = local("2026-11-27 12:00")  # Wednesday noon to Friday noon: two working days of nine hours
    tickets.advance(advance_command(number, "resume"))
    going = tickets.get(number)
    assert (shown(handle(going)), going.suspended_until) == ("2026-12-08 18:00", None)
    assert [each.kind for each in going.clocks if each.running] == [ClockKind.HANDLE]


def test_a_weekend_in_suspension_moves_nothing() -> None:
    clock = Clock(local("2026-11-27 18:00"))
    tickets = desk(now=clock)
    number = accepted(tickets)
    due = handle(tickets.get(number))
    tickets.advance(advance_command(number, "suspend", until=local("2026-12-20 12:00")))
    clock.at = local("2026-11-30 09:00")
    tickets.advance(advance_command(number, "resume"))
    assert handle(tickets.get(number)) == due


def test_what_was_overdue_before_it_was_suspended_stays_overdue() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = accepted(tickets)
    due = handle(tickets.get(number))
    clock.at = due + timedelta(days=1)
    tickets.advance(advance_command(number, "suspend", until=clock.at + timedelta(days=3)))
    clock.at += timedelta(days=2)
    tickets.advance(advance_command(number, "resume"))
    assert handle(tickets.get(number)) == due


def test_the_first_answer_in_an_emergency_is_never_put_off() -> None:
    tickets = desk()
    number = tickets.file(file_command(category="gas_supply", emergency=True)).number
    with pytest.raises(Exception, match="suspend"):
        tickets.advance(advance_command(number, "suspend", until=NOON + timedelta(days=1)))
    running = {clock.kind for clock in tickets.get(number).clocks if clock.running and not clock.paused}
    assert {ClockKind.RESPOND, ClockKind.ACCEPT} <= running


def test_the_system_ends_a_suspension_when_its_time_has_come_and_not_before() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = accepted(tickets)
    until = local("2026-11-27 12:00")
    tickets.advance(advance_command(number, "suspend", until=until))
    with pytest.raises(RuleForbids) as caught:
        tickets.advance(advance_command(number, "resume", by=SYSTEM))
    assert caught.value.code == "suspended_still"
    clock.at = until
    assert tickets.advance(advance_command(number, "resume", by=SYSTEM)).status == "in_progress"


def test_an_extension_is_asked_for_in_days_before_the_deadline_and_granted_from_the_old_one() -> None:
    tickets = desk()
    number = accepted(tickets, nature="help")  # due Monday 30 November
    tickets.advance(advance_command(number, "ask_extension", by=UNIT, days=5))
    receipt = tickets.advance(advance_command(number, "grant_extension"))
    assert shown(receipt.due_at) == "2026-12-07 18:00"
    assert dict(tickets.get(number).history[-1].details) == {"days": 5, "unit": "urban_management"}


@pytest.mark.parametrize("days", [0, -1, 16])
def test_days_out_of_range_are_refused(days: int) -> None:
    tickets = desk()
    number = accepted(tickets)
    with pytest.raises(InvalidTicket) as caught:
        tickets.advance(advance_command(number, "ask_extension", by=UNIT, days=days))
    assert caught.value.code == "days_out_of_range"


def test_after_the_deadline_nobody_asks_for_more_time() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = accepted(tickets)
    clock.at = handle(tickets.get(number)) + timedelta(seconds=1)
    with pytest.raises(RuleForbids) as caught:
        tickets.advance(advance_command(number, "ask_extension", by=UNIT))
    assert caught.value.code == "extension_too_late"


def test_a_second_extension_needs_a_supervisor_unless_the_matter_began_anew() -> None:
    tickets = desk()
    number = accepted(tickets)
    tickets.advance(advance_command(number, "ask_extension", by=UNIT))
    tickets.advance(advance_command(number, "grant_extension"))
    with pytest.raises(RuleForbids) as caught:
        tickets.advance(advance_command(number, "ask_extension", "second", by=UNIT))
    assert caught.value.code == "extended_already"
    tickets.advance(advance_command(number, "ask_extension", "third", by=SUPERVISOR))
    tickets.advance(advance_command(number, "refuse_extension"))
    tickets.advance(advance_command(number, "reply", by=UNIT))
    tickets.dispute(DisputeTicket(idempotency_key="d", number=number))
    tickets.advance(advance_command(number, "accept", "again", by=UNIT))
    assert tickets.advance(advance_command(number, "ask_extension", "fourth", by=UNIT)).status == "extension_asked"


def test_a_refused_extension_changes_no_clock() -> None:
    tickets = desk()
    number = accepted(tickets)
    before = tickets.get(number).clocks
    tickets.advance(advance_command(number, "ask_extension", by=UNIT))
    tickets.advance(advance_command(number, "refuse_extension"))
    assert tickets.get(number).clocks == before


def test_a_unit_acts_on_its_own_tickets_only() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    for stranger in (Actor(Role.UNIT, "x", "gas_company"), Actor(Role.UNIT, "gas_company"), Actor(Role.UNIT)):
        with pytest.raises(RuleForbids) as caught:
            tickets.advance(advance_command(number, "accept", by=stranger))
        assert caught.value.code == "not_your_ticket"
    assert tickets.advance(advance_command(number, "accept", by=Actor(Role.UNIT, "urban_management"))).created


@pytest.mark.parametrize(
    ("field", "value"),
    [("until", NOON), ("code", "duplicate"), ("days", 3), ("external", "media"), ("assist_units", ("gas_company",))],
)
def test_a_field_of_another_command_is_refused_and_not_ignored(field: str, value: Any) -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    given: dict[str, Any] = {field: value}
    with pytest.raises(InvalidTicket) as caught:
        tickets.advance(advance_command(number, "accept", **given))
    assert (caught.value.code, caught.value.field) == (f"{field}_not_expected", field)
