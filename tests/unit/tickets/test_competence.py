"""Disputed competence: all units have the matter meanwhile, one rules, and the catalogue knows it from then on."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.unit.tickets.parts_samples import AGENT, CHIEF, city_desk, filed, heard, step, told, unit, with_parts
from tests.unit.tickets.ticket_samples import Clock, local, shown
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.clocks import ClockKind
from tickets.domain.competence import negotiations, open_negotiation
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Status
from tickets.errors import InvalidTicket, RuleForbids, TransitionNotAllowed
from tickets.service.desk import TicketDesk
from tickets.service.parts_commands import OpenNegotiation, RuleNegotiation, StatePosition

UNITS = ("urban_management", "water_company", "gas_company")


def negotiate(tickets: TicketDesk, number: str, units: tuple[str, ...] = UNITS, key: str = "open") -> Any:
    return tickets.open_negotiation(
        OpenNegotiation(idempotency_key=f"{key}-{number}", number=number, units=units, by=AGENT, reason="飞地归谁管？")
    )


def state(tickets: TicketDesk, number: str, of: str, by: Actor | None = None) -> Any:
    return tickets.state_position(
        StatePosition(
            idempotency_key=f"{of}-{number}-{tickets.get(number).version}",
            number=number,
            unit=of,
            by=by or unit(of),
            reason=f"{of}：不在我处辖区",
        )
    )


def decide(tickets: TicketDesk, number: str, lead: str, by: Actor = CHIEF, **changes: Any) -> Any:
    fields = {"legal_basis": "《城镇燃气管理条例》第五条", "reason": "依三定规定", **changes}
    key = f"rule-{number}-{tickets.get(number).version}"
    return tickets.rule_negotiation(RuleNegotiation(idempotency_key=key, number=number, unit=lead, by=by, **fields))


def test_all_units_in_dispute_have_it_at_once_and_the_citizens_clock_runs_on() -> None:
    tickets = city_desk()
    number = filed(tickets)
    due = tickets.get(number).due_at
    assert negotiate(tickets, number).status == "dispatched"
    ticket = tickets.get(number)
    assert (ticket.unit, ticket.due_at) == ("urban_management", due)
    assert {part.unit for part in tickets.parts_of(number)} == {"water_company", "gas_company"}
    assert [clock.due_at for clock in ticket.clocks if clock.running and clock.kind is ClockKind.HANDLE] == [due]
    assert heard(told(tickets), "talk-a")[-1] == "open_negotiation"


def test_where_the_present_unit_is_not_in_dispute_the_first_one_named_leads() -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number, ("water_company", "gas_company"))
    ticket = tickets.get(number)
    assert ticket.unit == "water_company" and {part.unit for part in tickets.parts_of(number)} == {"gas_company"}
    assert [clock.unit for clock in ticket.clocks if clock.running] == ["water_company"] * 2


def test_the_record_holds_question_statements_and_ruling() -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number)
    state(tickets, number, "water_company")
    state(tickets, number, "gas_company", AGENT)
    decide(tickets, number, "gas_company")
    [record] = negotiations(tickets.get(number))
    assert (record.question, record.units, record.ruled_for) == ("飞地归谁管？", UNITS, "gas_company")
    assert [(one.unit, one.text) for one in record.statements] == [
        ("water_company", "water_company：不在我处辖区"),
        ("gas_company", "gas_company：不在我处辖区"),
    ]


def test_a_unit_speaks_for_itself_only_and_only_when_asked() -> None:
    tickets = city_desk()
    number = filed(tickets)
    with pytest.raises(RuleForbids):
        state(tickets, number, "water_company")
    negotiate(tickets, number, ("urban_management", "water_company"))
    with pytest.raises(RuleForbids) as caught:
        state(tickets, number, "water_company", unit("urban_management"))
    assert caught.value.code == "not_your_unit"
    with pytest.raises(InvalidTicket) as refused:
        state(tickets, number, "gas_company")
    assert refused.value.code == "unit_not_asked"


@pytest.mark.parametrize("units", [(), ("water_company",), ("water_company", "water_company"), ("x", "y")])
def test_a_dispute_needs_two_units_that_exist(units: tuple[str, ...]) -> None:
    tickets = city_desk()
    number = filed(tickets)
    with pytest.raises(InvalidTicket):
        negotiate(tickets, number, units)
    assert tickets.get(number).status is Status.RECEIVED


def test_one_negotiation_at_a_time_and_none_without_a_category() -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number)
    with pytest.raises(RuleForbids):
        negotiate(tickets, number, key="again")
    with pytest.raises(InvalidTicket):
        negotiate(tickets, filed(tickets, "b", category=None))


def test_a_ruling_moves_the_ticket_and_ends_what_the_others_had() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    number = filed(tickets)
    due = tickets.get(number).due_at
    negotiate(tickets, number)
    step(tickets, number, "accept")
    clock.at = local("2026-11-26 10:00")
    receipt = decide(tickets, number, "gas_company")
    ticket = tickets.get(number)
    assert (receipt.unit, receipt.status, ticket.due_at) == ("gas_company", "dispatched", due)
    assert {(clock.kind, clock.unit) for clock in ticket.clocks if clock.running} == {
        (ClockKind.ACCEPT, "gas_company"),
        (ClockKind.HANDLE, "gas_company"),
    }
    assert shown(ticket.accept_by) == "2026-11-27 18:00"
    assert {part.status for part in tickets.parts_of(number)} == {Status.WITHDRAWN}
    assert open_negotiation(ticket) is None


def test_a_ruling_for_the_unit_that_has_it_changes_neither_status_nor_clocks() -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number)
    step(tickets, number, "accept")
    before = tickets.get(number)
    decide(tickets, number, "urban_management")
    after = tickets.get(number)
    assert (after.status, after.clocks) == (before.status, before.clocks)


def test_units_that_are_ruled_to_assist_keep_or_get_their_parts() -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number, ("urban_management", "water_company"))
    decide(tickets, number, "gas_company", assist_units=("water_company", "mediation"))
    status = {part.unit: part.status for part in tickets.parts_of(number)}
    assert status == {"water_company": Status.DISPATCHED, "mediation": Status.DISPATCHED}


def test_parts_that_have_nothing_to_do_with_the_dispute_stay() -> None:
    tickets = city_desk()
    number = filed(tickets)
    with_parts(tickets, number, "mediation")
    negotiate(tickets, number, ("urban_management", "water_company"))
    decide(tickets, number, "water_company")
    status = {part.unit: part.status for part in tickets.parts_of(number)}
    assert status == {"mediation": Status.DISPATCHED, "water_company": Status.WITHDRAWN}


def test_the_next_ticket_of_the_kind_goes_where_it_was_ruled_from_its_day_on() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    number = filed(tickets)
    negotiate(tickets, number)
    decide(tickets, number, "gas_company", valid_from=date(2026, 11, 27), valid_until=date(2026, 12, 1))
    units = []
    for day in ("2026-11-26", "2026-11-27", "2026-11-30", "2026-12-01"):
        clock.at = local(f"{day} 10:00")
        units.append(tickets.get(filed(tickets, f"on-{day}")).unit)
    assert units == ["urban_management", "gas_company", "gas_company", "urban_management"]
    assert tickets.get(filed(tickets, "other", category="water_supply")).unit == "water_company"


def test_of_two_rulings_the_later_one_wins() -> None:
    tickets = city_desk()
    for name, lead, start in (("a", "gas_company", date(2026, 11, 1)), ("b", "water_company", date(2026, 11, 20))):
        number = filed(tickets, name)
        negotiate(tickets, number)
        decide(tickets, number, lead, valid_from=start)
    assert tickets.get(filed(tickets, "c")).unit == "water_company"


def test_a_ruling_for_an_area_holds_there_only() -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = filed(tickets)
    with store.transaction() as transaction:
        ticket = transaction.ticket(number)
        assert ticket is not None
        transaction.save_ticket(ticket, replace(ticket, district="d_east", street="s_jade"))
    negotiate(tickets, number)
    with pytest.raises(InvalidTicket) as caught:
        decide(tickets, number, "gas_company", area="d_west")
    assert caught.value.code == "area_not_of_ticket"
    decide(tickets, number, "gas_company", area="s_jade")
    assert tickets.get(filed(tickets, "b")).unit == "urban_management"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"legal_basis": " "}, "legal_basis"),
        ({"assist_units": ("gas_company",)}, "assist_units"),
        ({"assist_units": ("nobody",)}, "unit"),
        ({"valid_from": date(2026, 12, 1), "valid_until": date(2026, 12, 1)}, "valid_until"),
    ],
)
def test_a_ruling_that_cannot_be_used_names_the_field_and_is_not_kept(changes: dict[str, Any], field: str) -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number)
    with pytest.raises(InvalidTicket) as caught:
        decide(tickets, number, "gas_company", **changes)
    assert caught.value.field == field and tickets.rulings() == []
    assert open_negotiation(tickets.get(number)) is not None


def test_only_a_supervisor_rules_and_only_after_both_sides_could_speak() -> None:
    tickets = city_desk()
    number = filed(tickets)
    with pytest.raises(RuleForbids) as caught:
        decide(tickets, number, "gas_company")
    assert caught.value.code == "no_negotiation"
    negotiate(tickets, number)
    for by in (AGENT, unit("gas_company")):
        with pytest.raises(TransitionNotAllowed):
            decide(tickets, number, "gas_company", by=by)


def test_a_ruling_may_come_after_the_matter_was_solved_and_then_moves_nothing() -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number)
    for part in tickets.parts_of(number):
        step(tickets, part.number, "accept")
        step(tickets, part.number, "reply")
    for command in ("accept", "reply", "close"):
        step(tickets, number, command)
    decide(tickets, number, "gas_company")
    assert (tickets.get(number).status, tickets.get(number).unit) == (Status.CLOSED, "urban_management")
    assert tickets.get(filed(tickets, "b")).unit == "gas_company"


@pytest.mark.parametrize("way", [("reply",), ("reply", "start_revisit")])
def test_a_ruling_on_an_answered_ticket_starts_no_clock_and_keeps_nobody_from_closing_it(way: tuple[str, ...]) -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number)
    for part in tickets.parts_of(number):
        step(tickets, part.number, "accept")
        step(tickets, part.number, "reply")
    for command in ("accept", *way):
        step(tickets, number, command)
    decide(tickets, number, "gas_company", assist_units=("mediation",))
    ticket = tickets.get(number)
    assert ticket.unit == "urban_management"
    assert [clock.kind for clock in ticket.clocks if clock.running] == [ClockKind.REVISIT]
    assert step(tickets, number, "close").status == "closed"
    assert tickets.get(filed(tickets, "b")).unit == "gas_company"


def test_rulings_are_shown_as_lines_of_the_catalogue() -> None:
    tickets = city_desk()
    number = filed(tickets)
    negotiate(tickets, number)
    decide(tickets, number, "gas_company", assist_units=("water_company", "mediation"), component_kind="manhole")
    [row] = csv.DictReader(io.StringIO(tickets.rulings_csv()))
    assert row == {
        "id": f"R-{number}",
        "category": "street_light",
        "area": "",
        "component_kind": "manhole",
        "lead_unit": "gas_company",
        "assist_units": "water_company;mediation",
        "legal_basis": "《城镇燃气管理条例》第五条",
        "valid_from": "2026-11-25",
        "valid_until": "",
        "source": f"{number} 2026-11-25",
    }
