"""Numbers, masks, texts and what a citizen may see."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.unit.tickets.ticket_samples import PHONE, SUPERVISOR, advance_command, desk, file_command, local
from tickets.domain.masking import mask_name, mask_numbers, mask_phone
from tickets.domain.number import clean_number, ticket_number
from tickets.domain.people import Actor, Contact
from tickets.domain.text import clean_text
from tickets.domain.views import citizen_view
from tickets.domain.vocabulary import Role
from tickets.service.commands import UrgeTicket


def test_a_number_is_the_local_date_and_six_digits() -> None:
    assert ticket_number(local("2026-11-26 00:30"), 4711) == "20261126004711"
    assert ticket_number(local("2026-11-25 23:59"), 999_999) == "20261125999999"


def test_a_random_part_of_seven_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="six digits"):
        ticket_number(local("2026-11-25 12:00"), 1_000_000)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20261125 004711", "20261125004711"),
        (" 2026-1125-004711\n", "20261125004711"),
        ("2026112500471", None),
        ("２０２６１１２５００４７１１", None),
        ("20261125004711; drop", None),
        ("", None),
    ],
)
def test_a_number_may_be_spaced_but_nothing_else(text: str, number: str | None) -> None:
    assert clean_number(text) == number


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86*******5678"),
        ("12345", "***45"),
        ("110", "***"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_phone_is_masked_in_the_middle(phone: str | None, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王小明", "王**"), ("John Smith", "J*** S****"), ("王", "*"), (" ", ""), (None, ""), ("Иван", "И***")],
)
def test_a_name_keeps_its_first_character(name: str | None, masked: str) -> None:
    assert mask_name(name) == masked


def test_long_numbers_inside_a_text_are_masked_and_short_ones_stay() -> None:
    assert mask_numbers("电话138 1234 5678，3栋1202室") == "电话***********78，3栋1202室"
    assert "11010519491231" not in mask_numbers("身份证11010519491231002X")


def test_controls_and_half_characters_are_taken_out_of_a_text() -> None:
    assert clean_text(" a\x00b\x1b[31m\r\nc\ud800\x85 ") == "ab[31m\nc\ufffd"


def test_personal_data_stays_out_of_every_repr() -> None:
    command = file_command(description="王小明住在解放路")
    tickets = desk()
    ticket = tickets.get(tickets.file(command).number)
    for shown in (repr(command), repr(ticket), repr(ticket.contact), repr(ticket.history)):
        assert "王小明" not in shown and PHONE not in shown and "解放路" not in shown


def test_the_citizen_sees_exactly_these_things() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    tickets.urge(UrgeTicket(idempotency_key="u", number=number))
    tickets.reveal(number, SUPERVISOR, "a call")
    tickets.advance(advance_command(number, "dispatch"))
    view = citizen_view(tickets.get(number))
    assert view == {
        "number": number,
        "nature": "complaint",
        "category": "street_light",
        "unit": "urban_management",
        "status": "dispatched",
        "accept_by": "2026-11-26T18:00:00+08:00",
        "due_at": "2026-12-04T18:00:00+08:00",
        "duplicate_of": None,
        "urged": 1,
        "filed_at": "2026-11-25T12:00:00+08:00",
        "history": [
            {"at": "2026-11-25T12:00:00+08:00", "status": "received"},
            {"at": "2026-11-25T12:00:00+08:00", "status": "dispatched"},
        ],
    }
    assert json.loads(json.dumps(view)) == view


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("unit:water_company", Actor(Role.UNIT, "water_company")),
        ("system", Actor(Role.SYSTEM)),
        ("li", Actor(Role.SUPERVISOR, "li")),
        ("li:hua", Actor(Role.SUPERVISOR, "li:hua")),
    ],
)
def test_an_actor_is_read_from_a_word(text: str, actor: Actor) -> None:
    assert Actor.parse(text) == actor


def test_a_contact_without_anything_is_empty() -> None:
    assert Contact().empty and not Contact(phone="1").empty
    masks: list[Callable[[str], str]] = [mask_name, mask_phone]
    assert all(mask("") == "" for mask in masks)
