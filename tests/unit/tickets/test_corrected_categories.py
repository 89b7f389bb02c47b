"""A person corrects a category: what it does to the ticket, and what is kept for the next training."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.unit.tickets.small_city import gazetteer
from tests.unit.tickets.ticket_samples import (
    AGENT,
    NOON,
    RULES,
    UNIT,
    Clock,
    advance_command,
    catalogue,
    desk,
    file_command,
    shown,
)
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.clocks import ClockKind
from tickets.domain.corrections import taught
from tickets.domain.duties import Duty, DutyCatalogue
from tickets.domain.people import CITIZEN
from tickets.domain.place import Place
from tickets.errors import InvalidTicket, TicketChanged, TransitionNotAllowed
from tickets.service import cars
from tickets.service.correcting import CorrectCategory
from tickets.service.desk import TicketDesk
from tickets.service.placing import Placing


def correct(tickets: TicketDesk, number: str, category: str, key: str = "key", **changes: object) -> None:
    given = {"idempotency_key": key, "number": number, "category": category, "by": AGENT, **changes}
    tickets.correct_category(CorrectCategory(**given))  # type: ignore[arg-type]


def test_before_it_is_sent_the_ticket_goes_with_its_new_category() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    due = tickets.get(number).due_at
    clock.at = NOON + timedelta(hours=1)
    correct(tickets, number, "gas_supply")
    ticket = tickets.get(number)
    assert (ticket.category, ticket.unit, ticket.status) == ("gas_supply", "gas_company", "received")
    assert shown(ticket.accept_by) == "2026-11-25 13:15"
    assert ticket.due_at == due
    running = {clock.unit for clock in ticket.clocks if clock.running}
    assert running == {"gas_company"}
    assert sum(clock.running and clock.kind is ClockKind.ACCEPT for clock in ticket.clocks) == 1


def test_once_a_unit_has_it_the_unit_and_its_clocks_stay() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "dispatch"))
    before = tickets.get(number)
    correct(tickets, number, "gas_supply", by=UNIT)
    after = tickets.get(number)
    assert (after.category, after.unit, after.status) == ("gas_supply", "urban_management", "dispatched")
    assert after.clocks == before.clocks


def test_it_goes_where_filing_would_have_sent_it() -> None:
    east = Duty("D-1", "water_supply", "d_east", "", "urban_management", (), "law", date(2024, 1, 1))
    placing = Placing(gazetteer(), DutyCatalogue([east]), catalogue())
    tickets = TicketDesk(MemoryTicketStore(), catalogue(), RULES, Clock(), iter(range(99)).__next__, placing)
    for key, place, unit in (("1", "东区幸福路36号", "urban_management"), ("2", "西区幸福路36号", "water_company")):
        number = tickets.file(file_command(key, category="gas_supply", place=Place(place))).number
        assert tickets.get(number).unit == "gas_company"
        correct(tickets, number, "water_supply", key)
        assert tickets.get(number).unit == unit
        assert (
            tickets.get(tickets.file(file_command(f"{key}b", category="water_supply", place=Place(place))).number).unit
            == unit
        )


def test_the_owner_of_a_car_is_no_longer_waited_for_when_it_is_another_matter() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    waits = cars.waiting(tickets.get(number), RULES, NOON)
    store = MemoryTicketStore()
    with store.transaction() as transaction:
        transaction.add_ticket(waits)
    tickets = desk(store)
    correct(tickets, number, "gas_supply")
    ticket = tickets.get(number)
    running = {(clock.kind, clock.unit) for clock in ticket.clocks if clock.running}
    assert running == {(ClockKind.ACCEPT, "gas_company"), (ClockKind.HANDLE, "gas_company")}


def test_the_history_says_from_what_to_what() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    correct(tickets, number, "water_supply", reason="水管爆裂")
    entry = tickets.get(number).history[-1]
    assert (entry.command, entry.reason) == ("correct_category", "水管爆裂")
    assert dict(entry.details) == {"from": "street_light", "to": "water_supply"}


def test_corrections_are_kept_with_numbers_and_plates_masked() -> None:
    tickets = desk()
    number = tickets.file(file_command(description="京A12345停在井盖上，电话13812345678")).number
    correct(tickets, number, "water_supply")
    (kept,) = tickets.corrections()
    assert (kept.ticket, kept.before, kept.after, kept.by, kept.language) == (
        number,
        "street_light",
        "water_supply",
        "chen",
        "zh",
    )
    assert "13812345678" not in kept.text and "A12345" not in kept.text and "停在井盖上" in kept.text


def test_the_same_key_corrects_once() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    correct(tickets, number, "water_supply")
    correct(tickets, number, "water_supply")
    assert len(tickets.corrections()) == 1


@pytest.mark.parametrize(
    ("category", "code"),
    [("no_such", "category_unknown"), ("", "category_missing"), ("street_light", "category_unchanged")],
)
def test_what_is_no_correction_is_refused_and_leaves_nothing(category: str, code: str) -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    with pytest.raises(InvalidTicket) as refused:
        correct(tickets, number, category)
    assert (refused.value.code, refused.value.field) == (code, "category")
    assert tickets.corrections() == [] and len(tickets.get(number).history) == 1


def test_who_saw_an_older_state_is_refused() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    seen = tickets.get(number).version
    correct(tickets, number, "water_supply")
    with pytest.raises(TicketChanged):
        correct(tickets, number, "gas_supply", key="later", expected_version=seen)


def test_citizens_and_closed_tickets_are_not_for_it() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    with pytest.raises(TransitionNotAllowed):
        correct(tickets, number, "water_supply", by=CITIZEN)


def test_what_is_taught_keeps_the_matter() -> None:
    assert (
        taught("粤B12345占了路灯下的车位，身份证110101199003077758")
        == "*******占了路灯下的车位，身份证****************58"
    )
