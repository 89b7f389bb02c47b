"""The notice for a year comes out: deadlines that reached into it are counted again, noted and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.unit.tickets.ticket_samples import (
    CALENDAR,
    UNIT,
    Clock,
    advance_command,
    catalogue,
    file_command,
    local,
    shown,
)
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.calendar import WorkingCalendar
from tickets.domain.clocks import ClockRules
from tickets.domain.events import TicketEvent
from tickets.domain.people import SYSTEM
from tickets.service.desk import TicketDesk
from tickets.service.outbox import relay


class NoticesUntil2026:
    """Of late December 2026: the notice for 2027 is not out."""

    def covers(self, year: int) -> bool:
        return year <= 2026

    def is_workday(self, day: date) -> bool:
        return CALENDAR.notices.is_workday(day)


BEFORE = WorkingCalendar(NoticesUntil2026())
# As a notice might say: Saturday 2 January worked, Monday and Tuesday off.
AFTER = replace(
    BEFORE,
    overrides={date(2027, 1, 2): True, date(2027, 1, 4): False, date(2027, 1, 5): False},
    settled_years=frozenset({2027}),
)
FILED = local("2026-12-28 10:00")


def desks(at: datetime = FILED) -> tuple[TicketDesk, TicketDesk, Clock]:
    """The same store before and after the notice."""
    store, clock, numbers = MemoryTicketStore(), Clock(at), iter(range(1, 100))
    first, second = (
        TicketDesk(store, catalogue(), ClockRules(calendar), clock, lambda: next(numbers))
        for calendar in (BEFORE, AFTER)
    )
    return first, second, clock


def events(tickets: TicketDesk) -> list[TicketEvent]:
    told: list[TicketEvent] = []
    while not relay(tickets.outbox, told.append, lambda: local("2027-01-10 00:00")).idle:
        pass
    return told


def test_a_provisional_deadline_moves_is_noted_and_told_once() -> None:
    before, after, clock = desks()
    number = before.file(file_command()).number
    assert (shown(before.get(number).due_at), before.get(number).provisional) == ("2027-01-07 18:00", True)
    clock.at = local("2026-12-29 09:00")
    assert after.recompute_provisional() == 1
    ticket = after.get(number)
    # 29, 30, 31 December, 2 January (worked), 6, 7, 8 January
    assert (shown(ticket.due_at), ticket.provisional) == ("2027-01-08 18:00", False)
    wake_at = ticket.clocks[-1].wake_at
    assert wake_at is not None and wake_at <= ticket.due_at
    last = ticket.history[-1]
    assert (last.command, last.actor, last.reason, last.at) == ("recompute", SYSTEM, "holiday_notice", clock.at)
    assert dict(last.details) == {
        "clocks": [{"clock": "handle", "from": "2027-01-07T18:00:00+08:00", "to": "2027-01-08T18:00:00+08:00"}]
    }
    assert after.recompute_provisional() == 0
    assert [str(event.payload["command"]) for event in events(after)] == ["file", "recompute"]


def test_a_deadline_that_stays_is_only_certain_now_and_nobody_is_told() -> None:
    before, after, _ = desks(local("2026-12-25 10:00"))
    number = before.file(file_command(nature="help")).number
    due = before.get(number).due_at
    assert before.get(number).provisional
    assert after.recompute_provisional() == 0
    ticket = after.get(number)
    assert (ticket.due_at, ticket.provisional, len(ticket.history), ticket.version) == (due, False, 1, 1)


def test_an_extension_moves_with_the_deadline_it_was_counted_from() -> None:
    before, after, _ = desks()
    number = before.file(file_command(nature="help")).number  # 29, 30, 31 December
    before.advance(advance_command(number, "accept"))
    before.advance(advance_command(number, "ask_extension", by=UNIT, days=2))
    before.advance(advance_command(number, "grant_extension"))
    assert shown(before.get(number).due_at) == "2027-01-05 18:00"
    assert after.recompute_provisional() == 1
    assert shown(after.get(number).due_at) == "2027-01-06 18:00"


def test_time_in_suspension_is_counted_again_on_the_new_calendar() -> None:
    before, after, clock = desks()
    number = before.file(file_command()).number
    before.advance(advance_command(number, "accept"))
    clock.at = local("2026-12-31 18:00")
    before.advance(advance_command(number, "suspend", until=local("2027-01-20 12:00")))
    clock.at = local("2027-01-04 09:00")
    before.advance(advance_command(number, "resume"))
    assert shown(before.get(number).due_at) == "2027-01-07 18:00"  # four days were left: 4 to 7 January
    assert after.recompute_provisional() == 1
    assert shown(after.get(number).due_at) == "2027-01-11 18:00"  # 6, 7, 8 and 11 January


@pytest.mark.parametrize("step", ["withdraw", "reply"])
def test_clocks_that_run_no_more_are_left_as_they_were(step: str) -> None:
    before, after, _ = desks()
    number = before.file(file_command()).number
    before.advance(advance_command(number, "accept"))
    before.advance(advance_command(number, "reply"))
    if step == "withdraw":
        before.advance(advance_command(number, "close"))
    clocks = before.get(number).clocks
    after.recompute_provisional()
    kept = [clock for clock in after.get(number).clocks if not clock.running]
    assert kept == [clock for clock in clocks if not clock.running]
