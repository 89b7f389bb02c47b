"""What every ticket store promises about versions, pauses, answers and provisional clocks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.tickets.databases import database
from tests.unit.tickets.ticket_samples import (
    AGENT,
    NOON,
    SUPERVISOR,
    UNIT,
    Clock,
    advance_command,
    desk,
    file_command,
    local,
)
from tickets.adapters.engine import make_engine
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.domain.vocabulary import Level, Part
from tickets.errors import TicketChanged, TransitionNotAllowed
from tickets.service.commands import RateTicket
from tickets.service.ports import TicketStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TicketStore]:
    if request.param == "memory":
        yield MemoryTicketStore()
        return
    with database(request.param, tmp_path) as url:
        engine = make_engine(url)
        migrate_database(engine)
        sql = SqlTicketStore(engine)
        yield sql
        sql.close()


def test_every_field_of_the_lifecycle_comes_back_as_it_went_in(store: TicketStore) -> None:
    tickets = desk(store)
    parent = tickets.file(file_command("parent")).number
    number = tickets.file(file_command()).number
    with store.transaction() as transaction:
        ticket = transaction.ticket(number)
        assert ticket is not None
        changed = replace(
            ticket,
            level=Level.GRID,
            parent=parent,
            part=Part.ASSIST,
            district="d1",
            street="s1",
            community="c1",
            grid="g1",
            component="lamp-7",
            followers=3,
            solved=False,
            satisfied=True,
            unmet=2,
            suspended_until=local("2026-12-01 09:30"),
            external=("media", "delegates"),
            category_sure=0.75,
        )
        saved = transaction.save_ticket(ticket, changed)
    assert store.get(number) == saved


def test_pauses_and_who_acted_for_which_unit_are_kept(store: TicketStore) -> None:
    clock = Clock()
    tickets = desk(store, clock)
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "accept", by=UNIT))
    tickets.advance(advance_command(number, "suspend", until=NOON + timedelta(days=3)))
    standing = tickets.get(number)
    assert [clock.paused for clock in standing.clocks if clock.kind == "handle"] == [True]
    clock.at = NOON + timedelta(days=1)
    tickets.advance(advance_command(number, "resume"))
    ticket = tickets.get(number)
    (handle,) = (clock for clock in ticket.clocks if clock.kind == "handle")
    assert [(pause.since, pause.until) for pause in handle.pauses] == [(NOON, clock.at)]
    assert handle.period is not None and handle.period.amount == 7
    assert ticket.history[1].actor == UNIT and ticket.history[1].actor.unit == "urban_management"


def test_of_several_who_saw_the_same_state_exactly_one_wins(store: TicketStore) -> None:
    tickets = desk(store)
    number = tickets.file(file_command()).number

    def act(at: int) -> str:
        by = UNIT if at % 2 else SUPERVISOR
        try:
            tickets.advance(advance_command(number, "accept", f"k{at}", by=by, expected_version=1))
        except TicketChanged as error:
            assert error.command == "accept" and error.version == 2
            return "late"
        return "won"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(act, range(8)))
    assert sorted(outcomes) == ["late"] * 7 + ["won"]
    ticket = tickets.get(number)
    assert (ticket.version, len(ticket.history)) == (2, 2)


def test_without_versions_the_table_still_lets_one_of_two_contrary_steps_win(store: TicketStore) -> None:
    tickets = desk(store)
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "dispatch", by=AGENT))

    def act(step: str) -> str:
        code = {"code": "duplicate"} if step == "return" else {}
        try:
            tickets.advance(advance_command(number, step, by=UNIT, **code))
        except TransitionNotAllowed:
            return "refused"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(act, ("accept", "return")))
    assert sorted(outcomes) == ["done", "refused"]
    assert len(tickets.get(number).history) == 3


def test_a_double_click_on_a_rating_counts_one_round(store: TicketStore) -> None:
    tickets = desk(store)
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "reply"))

    def rate(at: int) -> None:
        tickets.rate(RateTicket(idempotency_key=f"r{at}", number=number, solved=False))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rate, range(4)))
    assert tickets.get(number).unmet == 1


def test_tickets_with_a_provisional_clock_are_found_page_by_page(store: TicketStore) -> None:
    clock = Clock(local("2036-12-28 10:00"))  # no notice reaches so far
    tickets = desk(store, clock)
    numbers = sorted(tickets.file(file_command(f"k{at}")).number for at in range(3))
    clock.at = local("2026-03-02 10:00")
    certain = tickets.file(file_command("certain")).number
    first = store.provisional_numbers("", 2)
    assert first == numbers[:2] and certain not in numbers
    assert store.provisional_numbers(first[-1], 2) == numbers[2:]
    tickets.advance(advance_command(numbers[0], "accept"))
    tickets.advance(advance_command(numbers[0], "reply"))
    tickets.advance(advance_command(numbers[0], "close"))
    assert store.provisional_numbers("", 9) == numbers[1:]
