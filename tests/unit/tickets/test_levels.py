"""Levels: one step at a time, simple matters straight to the grid, and no department's duty pushed down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.tickets.parts_samples import AGENT, CLAUSE, city, city_desk, filed, step, unit
from tests.unit.tickets.ticket_samples import Clock, local, shown
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.levels import GRASSROOTS, goes_to_grid, steps_down
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Level, Status
from tickets.errors import InvalidTicket, RuleForbids
from tickets.service.correcting import CorrectCategory
from tickets.service.desk import TicketDesk
from tickets.service.parts_commands import MoveLevel


def move(tickets: TicketDesk, number: str, to: str, by: Actor = AGENT) -> Any:
    key = f"{to}-{number}-{tickets.get(number).version}"
    return tickets.move_level(MoveLevel(idempotency_key=key, number=number, unit=to, by=by, reason="就近处理"))


def placed(tickets: TicketDesk, store: MemoryTicketStore, name: str = "a", **changes: Any) -> str:
    number = filed(tickets, name, **changes)
    with store.transaction() as transaction:
        ticket = transaction.ticket(number)
        assert ticket is not None
        areas = {"district": "d_east", "street": "s_jade", "community": "c_sun", "grid": "g_sun_1"}
        transaction.save_ticket(ticket, replace(ticket, **areas))
    return number


def test_a_ticket_goes_down_and_up_one_level_at_a_time() -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = placed(tickets, store)
    way = ["district_east", "street_jade", "community_sun", "grid_sun_1", "community_sun", "street_jade"]
    levels = []
    for office in way:
        receipt = move(tickets, number, office)
        levels.append(str(tickets.get(number).level))
        assert (receipt.unit, receipt.status) == (office, "dispatched")
    assert levels == ["district", "street", "community", "grid", "community", "street"]


@pytest.mark.parametrize("office", ["street_jade", "grid_sun_1", "gas_company"])
def test_no_level_is_skipped_and_none_is_a_move_to_itself(office: str) -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = placed(tickets, store)
    with pytest.raises(RuleForbids) as caught:
        move(tickets, number, office)
    assert caught.value.code == "one_level_at_a_time" and tickets.get(number).level is Level.CITY


def test_another_office_takes_it_up_anew_and_the_citizens_date_stays() -> None:
    clock = Clock()
    store = MemoryTicketStore()
    tickets = city_desk(store, clock)
    number = placed(tickets, store)
    due = tickets.get(number).due_at
    clock.at = local("2026-11-27 09:00")
    move(tickets, number, "district_east")
    ticket = tickets.get(number)
    assert (shown(ticket.accept_by), ticket.due_at) == ("2026-11-30 18:00", due)
    assert {clock.unit for clock in ticket.clocks if clock.running} == {"district_east"}


def test_what_the_law_gives_to_a_department_is_not_pushed_down_and_the_clause_is_shown() -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = placed(tickets, store, category="food_safety")
    move(tickets, number, "district_east")  # departments of the district are departments
    with pytest.raises(RuleForbids) as caught:
        move(tickets, number, "street_jade")
    assert (caught.value.code, caught.value.clause) == ("duty_not_pushable", CLAUSE)
    assert CLAUSE in str(caught.value) and tickets.get(number).unit == "district_east"


@pytest.mark.parametrize("office", ["street_jade", "community_sun", "grid_sun_1"])
def test_dispatching_it_there_straight_away_is_pushing_down_too(office: str) -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = placed(tickets, store, category="food_safety")
    with pytest.raises(RuleForbids) as caught:
        step(tickets, number, "dispatch", AGENT, unit=office)
    assert caught.value.code == "duty_not_pushable" and tickets.get(number).status is Status.RECEIVED


def test_an_office_of_another_place_is_refused_by_name() -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = placed(tickets, store)
    move(tickets, number, "district_east")
    with pytest.raises(InvalidTicket) as caught:
        move(tickets, number, "street_lotus")
    assert caught.value.code == "unit_elsewhere" and "s_jade" in str(caught.value)


def test_a_unit_moves_its_own_tickets_only() -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = placed(tickets, store)
    with pytest.raises(RuleForbids) as caught:
        move(tickets, number, "district_east", unit("gas_company"))
    assert caught.value.code == "not_your_ticket"
    move(tickets, number, "district_east", unit("urban_management"))
    move(tickets, number, "street_jade", unit("district_east"))


@pytest.mark.parametrize(
    ("category", "grid", "emergency", "straight"),
    [
        ("garbage", "g_sun_1", False, "grid_sun_1"),
        ("garbage", None, False, None),
        ("garbage", "g_nowhere", False, None),
        ("garbage", "g_sun_1", True, None),
        ("street_light", "g_sun_1", False, None),
        ("food_safety", "g_sun_1", False, None),
        (None, "g_sun_1", False, None),
    ],
)
def test_only_a_simple_matter_at_a_known_place_goes_straight_to_the_grid(
    category: str | None, grid: str | None, emergency: bool, straight: str | None
) -> None:
    assert city().straight_to(category, grid, emergency=emergency) == straight


def test_a_departments_duty_is_never_simple_whatever_the_files_say() -> None:
    rules = replace(city().levels, simple=frozenset({"food_safety"}))
    assert not goes_to_grid("food_safety", "g_sun_1", rules, emergency=False)


def test_levels_are_ordered_from_the_city_down() -> None:
    assert [steps_down(Level.CITY, level) for level in Level] == [0, 1, 2, 3, 4]
    assert {level for level in Level if steps_down(Level.DISTRICT, level) > 0} == GRASSROOTS


def correct(tickets: TicketDesk, number: str, category: str, by: Actor = AGENT) -> Any:
    return tickets.correct_category(CorrectCategory(idempotency_key="c", number=number, category=category, by=by))


def test_a_ticket_that_went_straight_to_the_grid_comes_back_up_with_its_right_category() -> None:
    store = MemoryTicketStore()
    tickets = city_desk(store)
    number = placed(tickets, store, category="garbage")
    with store.transaction() as transaction:
        ticket = tickets.get(number)
        transaction.save_ticket(ticket, replace(ticket, unit="grid_sun_1", level=Level.GRID))
    correct(tickets, number, "food_safety")
    assert (tickets.get(number).unit, tickets.get(number).level) == ("market_regulation", Level.CITY)


def test_a_unit_corrects_the_category_of_its_own_tickets_only() -> None:
    tickets = city_desk()
    number = filed(tickets)
    with pytest.raises(RuleForbids) as caught:
        correct(tickets, number, "garbage", unit("gas_company"))
    assert caught.value.code == "not_your_ticket"
    assert tickets.corrections() == [] and tickets.get(number).category == "street_light"
