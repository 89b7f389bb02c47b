"""The dates of parts keep to their parent's: they move with it, and none ends after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tickets.parts_samples import CHIEF, city_desk, filed, merge, split, step, told, unit, with_parts
from tests.unit.tickets.test_recounting import AFTER, BEFORE
from tests.unit.tickets.ticket_samples import NOON, Clock, local, shown
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.calendar import WorkingCalendar
from tickets.domain.clocks import ClockKind, ClockRules
from tickets.domain.parts import open_parts
from tickets.domain.people import SYSTEM
from tickets.domain.timing import running
from tickets.domain.vocabulary import Command, Status
from tickets.errors import InvalidTicket, TransitionNotAllowed
from tickets.service.desk import TicketDesk
from tickets.service.parts_commands import AddParts


def extended(tickets: TicketDesk, number: str, days: int) -> None:
    step(tickets, number, "ask_extension", days=days)
    step(tickets, number, "grant_extension")


def due(tickets: TicketDesk, *numbers: str) -> list[str]:
    return [shown(tickets.get(number).due_at) for number in numbers]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tickets(clock: Clock) -> TicketDesk:
    return city_desk(now=clock)


def test_an_extension_of_the_parent_moves_its_parts_on_by_the_same_working_time(tickets: TicketDesk) -> None:
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    assert due(tickets, part, number) == ["2026-12-03 18:00", "2026-12-04 18:00"]
    told(tickets)
    extended(tickets, number, 3)
    assert due(tickets, part, number) == ["2026-12-08 18:00", "2026-12-09 18:00"]
    entry = tickets.get(part).history[-1]
    assert (entry.command, entry.actor, entry.reason) == (Command.RECOMPUTE, SYSTEM, "parent_grant_extension")
    assert entry.details == {
        "clocks": [{"clock": "handle", "from": "2026-12-03T18:00:00+08:00", "to": "2026-12-08T18:00:00+08:00"}]
    }
    assert running(tickets.get(part), ClockKind.HANDLE).wake_at == local("2026-12-08 18:00")  # type: ignore[union-attr]
    assert [event.conversation_id for event in told(tickets) if event.ticket_number == part] == [None]


def test_a_part_with_a_date_of_its_own_keeps_it(tickets: TicketDesk) -> None:
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    step(tickets, part, "accept", unit("gas_company"))
    extended(tickets, part, 1)
    extended(tickets, number, 3)
    assert due(tickets, part, number) == ["2026-12-04 18:00", "2026-12-09 18:00"]


def test_what_is_late_stays_late(tickets: TicketDesk, clock: Clock) -> None:
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    clock.at = local("2026-12-04 09:00")
    extended(tickets, number, 3)
    assert due(tickets, part, number) == ["2026-12-03 18:00", "2026-12-09 18:00"]


def test_a_part_gets_back_the_time_that_its_parent_stood(tickets: TicketDesk, clock: Clock) -> None:
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    step(tickets, number, "suspend", until=NOON + timedelta(days=9))
    assert due(tickets, part) == ["2026-12-03 18:00"]
    clock.at = NOON + timedelta(days=2)  # two working days later, at the same hour
    step(tickets, number, "resume")
    assert due(tickets, part, number) == ["2026-12-07 18:00", "2026-12-08 18:00"]


def test_a_part_that_stood_itself_ends_within_its_parent(tickets: TicketDesk, clock: Clock) -> None:
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    step(tickets, part, "accept", unit("gas_company"))
    step(tickets, part, "suspend", until=NOON + timedelta(days=5))
    clock.at = NOON + timedelta(days=5)
    step(tickets, part, "resume")
    assert due(tickets, part) == ["2026-12-03 18:00"]  # three working days later would be after its parent


def test_a_parent_that_answers_earlier_by_a_merge_draws_its_parts_and_those_that_came_along(
    tickets: TicketDesk, clock: Clock
) -> None:
    slow, fast = filed(tickets, "slow"), filed(tickets, "fast", nature="help")
    [own] = with_parts(tickets, slow, "gas_company")
    [brought] = with_parts(tickets, fast, "water_company")
    assert due(tickets, fast) == ["2026-11-30 18:00"]
    merge(tickets, fast, slow)
    assert due(tickets, slow, own, brought) == ["2026-11-30 18:00", "2026-11-28 03:00", "2026-11-28 03:00"]
    entry = tickets.get(own).history[-1]
    assert (entry.command, entry.reason) == (Command.RECOMPUTE, "parent_join")
    accepting = running(tickets.get(own), ClockKind.ACCEPT)
    assert accepting is not None and accepting.due_at <= tickets.get(own).due_at


def test_a_parent_that_was_merged_while_it_stood_draws_its_parts_when_it_goes_on(tickets: TicketDesk) -> None:
    slow, fast = filed(tickets, "slow"), filed(tickets, "fast", nature="help")
    [part] = with_parts(tickets, slow, "gas_company")
    step(tickets, slow, "suspend", until=NOON + timedelta(days=3))
    merge(tickets, fast, slow)
    assert due(tickets, part) == ["2026-12-03 18:00"]
    step(tickets, slow, "resume")
    assert due(tickets, slow, part) == ["2026-11-30 18:00", "2026-11-28 03:00"]


def test_a_part_that_goes_along_to_an_earlier_parent_is_due_within_it(tickets: TicketDesk) -> None:
    fast, slow = filed(tickets, "fast", nature="help"), filed(tickets, "slow")
    [part] = with_parts(tickets, slow, "gas_company")
    merge(tickets, slow, fast)
    assert due(tickets, fast, part) == ["2026-11-30 18:00", "2026-11-28 03:00"]
    split(tickets, slow)
    assert tickets.get(part).parent == slow and tickets.get(part).due_at <= tickets.get(slow).due_at


def test_it_is_taken_up_by_its_new_date_at_the_latest(tickets: TicketDesk, clock: Clock) -> None:
    slow, fast = filed(tickets, "slow"), filed(tickets, "fast", nature="help")
    clock.at = local("2026-11-30 08:00")
    [part] = with_parts(tickets, slow, "gas_company")
    assert shown(tickets.get(part).accept_by) == "2026-12-01 18:00"
    merge(tickets, fast, slow)
    assert shown(tickets.get(part).accept_by) == due(tickets, part)[0] == "2026-11-30 13:00"


def test_a_new_holiday_notice_moves_parts_with_their_parent_and_makes_them_certain() -> None:
    store, clock = MemoryTicketStore(), Clock(local("2026-12-28 10:00"))

    def desk_on(calendar: WorkingCalendar, first: int) -> TicketDesk:
        made = city_desk(store, clock, first)
        made._rules = ClockRules(calendar)
        return made

    before, after = desk_on(BEFORE, 1), desk_on(AFTER, 50)
    number = filed(before)
    [part] = with_parts(before, number, "gas_company")
    assert before.get(part).provisional
    after.recompute_provisional()
    parent, moved = after.get(number), after.get(part)
    assert (moved.provisional, moved.due_at < parent.due_at) == (False, True)
    assert moved.history[-1].reason == "parent_recompute"
    assert after.recompute_provisional() == 0


Move = Callable[[TicketDesk, str, Clock], object]


def _of_a_part(name: str, **more: object) -> Move:
    def move(tickets: TicketDesk, number: str, clock: Clock) -> None:
        for part in tickets.parts_of(number)[:1]:
            step(tickets, part.number, name, unit(part.unit) if name == "accept" else CHIEF, **more)

    return move


def _later(hours: int) -> Move:
    def move(tickets: TicketDesk, number: str, clock: Clock) -> None:
        clock.at += timedelta(hours=hours)

    return move


def _given(tickets: TicketDesk, number: str, clock: Clock) -> None:
    command = AddParts(
        idempotency_key=str(clock.at), number=number, units=("water_company",), by=CHIEF, reason="去看看"
    )
    tickets.add_parts(command)


def _joined_by_another(tickets: TicketDesk, number: str, clock: Clock) -> None:
    other = filed(tickets, f"other-{clock.at}", nature="help")
    step(tickets, other, "dispatch", assist_units=("market_regulation",))
    merge(tickets, other, number)


MOVES: dict[str, Move] = {
    "an hour": _later(1),
    "a day": _later(24),
    "four days": _later(96),
    "extended": lambda tickets, number, clock: extended(tickets, number, 2),
    "suspended": lambda tickets, number, clock: step(tickets, number, "suspend", until=clock.at + timedelta(days=3)),
    "resumed": lambda tickets, number, clock: step(tickets, number, "resume"),
    "accepted": lambda tickets, number, clock: step(tickets, number, "accept"),
    "another unit": lambda tickets, number, clock: step(tickets, number, "dispatch", unit="market_regulation"),
    "given": _given,
    "joined": _joined_by_another,
    "part accepted": _of_a_part("accept"),
    "part suspended": lambda tickets, number, clock: _of_a_part("suspend", until=clock.at + timedelta(days=3))(
        tickets, number, clock
    ),
    "part resumed": _of_a_part("resume"),
    "part asks": _of_a_part("ask_extension", days=1),
    "part extended": _of_a_part("grant_extension"),
}


@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=14))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_no_part_is_due_after_a_parent_that_is_in_time(moves: list[str]) -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    number = filed(tickets)
    with_parts(tickets, number, "gas_company")
    for name in moves:
        before = {part.number: part for part in tickets.parts_of(number)}
        try:
            MOVES[name](tickets, number, clock)
        except (TransitionNotAllowed, InvalidTicket):
            continue
        parent = tickets.get(number)
        if parent.status is Status.SUSPENDED or parent.due_at <= clock.at:
            continue
        for part in open_parts(tickets.parts_of(number)):
            assert part.due_at <= parent.due_at, name
            old = before.get(part.number)
            moved = [entry for entry in part.history if entry.command == Command.RECOMPUTE]
            if old is not None and part.due_at != old.due_at and "part" not in name:
                assert moved and moved[-1].reason.startswith("parent_"), name
