"""Who of the staff sees and touches which ticket: every position, every call, every kind of secrecy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest

from tests.unit.tickets.ticket_samples import desk, file_command
from tickets.domain import transitions
from tickets.domain.people import Contact
from tickets.domain.ticket import Ticket
from tickets.domain.visibility import (
    AREAS,
    HOTLINE,
    RANKS,
    Family,
    Position,
    Viewer,
    contact_known_to,
    may_act,
    may_see,
    position_of,
    shown_contact,
    shown_text,
)
from tickets.domain.vocabulary import Command, Confidentiality, Level, Nature
from tickets.service.call_shapes import Call, Scope
from tickets.service.calls import BY_NAME, CALLS, DEEDS, LED, NOT_CALLED
from tickets.service.parts_commands import JoinTicket
from tickets.service.staff_office import StaffOffice

OWN, OTHER = "urban_management", "gas_company"


def ticket(**changes: Any) -> Ticket:
    tickets = desk()
    filed = tickets.get(tickets.file(file_command(contact=Contact("王小明", "13812345678"))).number)
    return replace(filed, **changes)


def viewer(position: Position, unit: str = OWN, area: str | None = None, rank: int = 0) -> Viewer:
    return Viewer("id", "Name", position, "hotline" if position in HOTLINE else unit, area, rank)


def expected_positions() -> list[tuple[str, str, str, Position]]:
    return [
        ("agent", "hotline", "city", Position.AGENT),
        ("shift_leader", "hotline", "city", Position.SHIFT_LEADER),
        ("supervisor", "hotline", "city", Position.SUPERVISOR),
        ("administrator", "hotline", "city", Position.SUPERVISOR),
        ("agent", OWN, "city", Position.UNIT),
        ("shift_leader", OWN, "city", Position.UNIT_LEADER),
        ("supervisor", OWN, "city", Position.UNIT_LEADER),
        *(("agent", "office", str(level), Position(str(level))) for level in Level if level is not Level.CITY),
    ]


@pytest.mark.parametrize(("role", "unit", "level", "position"), expected_positions())
def test_an_account_has_the_position_of_its_role_and_unit(role: str, unit: str, level: str, position: Position) -> None:
    assert position_of(role, unit, level) is position and role in RANKS


@pytest.mark.parametrize("position", list(Position))
def test_only_the_hotline_and_the_own_unit_act_on_a_ticket(position: Position) -> None:
    mine = may_act(viewer(position), ticket())
    others = may_act(viewer(position, OTHER), ticket())
    assert mine and others is (position in HOTLINE)


@pytest.mark.parametrize("position", list(Position))
def test_a_unit_without_part_in_a_ticket_does_not_see_it(position: Position) -> None:
    assert may_see(viewer(position, OTHER), ticket()) is (position in HOTLINE)
    assert may_see(viewer(position, OTHER), ticket(), Family(parent_unit=OTHER))
    assert may_see(viewer(position, OTHER), ticket(), Family(part_units=frozenset({OTHER})))


@pytest.mark.parametrize("position", sorted(AREAS))
def test_an_area_sees_what_lies_in_it_and_acts_on_its_own_only(position: Position) -> None:
    inside = ticket(**{str(position): "area-1"})
    assert may_see(viewer(position, OTHER, "area-1"), inside)
    assert not may_see(viewer(position, OTHER, "area-2"), inside)
    assert not may_see(viewer(position, OTHER, None), replace(inside, **{str(position): None}))
    assert not may_act(viewer(position, OTHER, "area-1"), inside)


@pytest.mark.parametrize("confidentiality", list(Confidentiality))
@pytest.mark.parametrize("nature", list(Nature))
@pytest.mark.parametrize("position", list(Position))
def test_secret_contacts_are_for_the_hotline_alone_revealed_or_not(
    position: Position, nature: Nature, confidentiality: Confidentiality
) -> None:
    secret = confidentiality is not Confidentiality.PUBLIC or nature is Nature.REPORT
    one = ticket(nature=nature, confidentiality=confidentiality, description="我是王小明，13812345678")
    who = viewer(position)
    assert contact_known_to(who, one) is (position in HOTLINE or not secret)
    for revealed in (False, True):
        contact = shown_contact(who, one, revealed=revealed)
        text = shown_text(one.description, who, one, revealed=revealed)
        if secret and position not in HOTLINE:
            assert contact.empty and "王小明" not in text and "13812345678" not in text
        elif revealed:
            assert contact == one.contact and text == one.description
        else:
            assert contact.phone == "138****5678" and text == "我是***，*********78"


def test_names_of_further_complainants_are_taken_out_of_texts_too() -> None:
    one = ticket()
    assert (
        shown_text("李四和王小明都来过", viewer(Position.UNIT), one, revealed=False, names=["李四"]) == "***和***都来过"
    )


@pytest.mark.parametrize("command", list(Command))
def test_every_command_is_a_call_or_says_why_not(command: Command) -> None:
    called = [call for call in CALLS if call.command is command]
    assert len(called) == (command not in NOT_CALLED)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_whoever_may_give_a_command_has_a_row_in_the_table_of_transitions(call: Call) -> None:
    roles = {role for row in transitions.TABLE if row.command is call.command for role in row.roles}
    assert roles, call.name
    for position in call.positions:
        assert viewer(position).role in roles, f"{call.name} can never succeed for {position}"


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_the_fields_of_a_call_are_those_of_its_command(call: Call) -> None:
    made = call.make if is_dataclass(call.make) else JoinTicket
    known = {one.name for one in fields(made)}  # type: ignore[arg-type]
    extra = {"name", "phone"} if made is JoinTicket else set()
    assert {field.name for field in call.fields} <= known | extra
    assert set(call.fixed or {}) <= known and {"idempotency_key", "number", "by"} <= known
    assert len({field.name for field in call.fields}) == len(call.fields)


def test_names_of_calls_are_unique_and_none_is_a_word_that_the_terminal_has_already() -> None:
    assert len(BY_NAME) == len(CALLS)
    assert not set(BY_NAME) & {"list", "show", "file", "advance", "export", "search", "note", "audit", "outbox"}


@pytest.mark.parametrize("deed", sorted(DEEDS))
@pytest.mark.parametrize("position", list(Position))
def test_every_deed_is_for_the_positions_of_the_table(deed: str, position: Position) -> None:
    office = StaffOffice.__new__(StaffOffice)
    for rank in (0, 1):
        allowed = position in DEEDS[deed] and (deed not in LED or position not in AREAS or rank > 0)
        assert passes(lambda rank=rank: office.require(viewer(position, rank=rank), deed)) is allowed


@pytest.mark.parametrize("position", list(Position))
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_the_steps_of_a_ticket_are_those_of_status_position_and_scope(call: Call, position: Position) -> None:
    office = StaffOffice.__new__(StaffOffice)
    row = next(row for row in transitions.TABLE if row.command is call.command)
    for status in row.sources:
        one = ticket(status=status, parent="20261125000009" if call.of_part else None)
        for unit in (OWN, OTHER):
            who = viewer(position, unit)
            possible = call.command in transitions.allowed_commands(status, who.role)
            scoped = call.scope is Scope.SEEN or may_act(who, one)
            assert (call in office.steps(who, one)) is (possible and scoped and position in call.positions)


def passes(deed: Callable[[], object]) -> bool:
    from tickets.errors import NotForYou

    try:
        deed()
    except NotForYou:
        return False
    return True
