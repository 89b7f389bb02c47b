"""What callers send: what is accepted, and that everything else is refused with the field's name."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.errors import InvalidBody, InvalidField
from channels.web.bodies import DEEPEST, clean_text, parse_incoming, parse_number, parse_object, parse_opening
from tickets.domain.text import safe_cell

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(["message_id", "text", "payload", "type", "channel", "language"])


def test_text_and_payload_are_kept_apart() -> None:
    typed = parse_incoming({"message_id": "m-1", "text": "/affirm"})
    pressed = parse_incoming({"message_id": "m-1", "payload": "/affirm"})
    assert (typed.text, typed.payload) == ("/affirm", None)
    assert (pressed.text, pressed.payload) == (None, "/affirm")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "a"}, "message_id"),
        ({"message_id": 1, "text": "a"}, "message_id"),
        ({"message_id": "", "text": "a"}, "message_id"),
        ({"message_id": "a b", "text": "a"}, "message_id"),
        ({"message_id": "a:b", "text": "a"}, "message_id"),
        ({"message_id": "m" * 65, "text": "a"}, "message_id"),
        ({"message_id": "m"}, "text"),
        ({"message_id": "m", "text": "a", "payload": "/affirm"}, "text"),
        ({"message_id": "m", "text": 1}, "text"),
        ({"message_id": "m", "text": ["a"]}, "text"),
        ({"message_id": "m", "text": ""}, "text"),
        ({"message_id": "m", "text": " \n\t　"}, "text"),
        ({"message_id": "m", "text": "\u200b\u200d"}, "text"),
        ({"message_id": "m", "text": "a\x00b"}, "text"),
        ({"message_id": "m", "text": "\x01\x02"}, "text"),
        ({"message_id": "m", "payload": "affirm"}, "payload"),
        ({"message_id": "m", "payload": "/Affirm"}, "payload"),
        ({"message_id": "m", "payload": "/affirm "}, "payload"),
        ({"message_id": "m", "payload": "/affirm\n"}, "payload"),
        ({"message_id": "m", "payload": "/inform{bad}"}, "payload"),
        ({"message_id": "m", "payload": '/inform{"a":{"b":1}}'}, "payload"),
        ({"message_id": "m", "payload": '/inform{"a":null}'}, "payload"),
        ({"message_id": "m", "payload": "/" + "a" * 1000}, "payload"),
        ({"message_id": "m", "payload": 7}, "payload"),
    ],
)
def test_a_wrong_field_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as error:
        parse_incoming(body)
    assert error.value.field == field


@pytest.mark.parametrize("payload", ["/affirm", '/inform{"category":"lamp","n":1,"ok":true}', '/inform{"a":"路{灯}"}'])
def test_a_payload_of_the_buttons_form_is_accepted(payload: str) -> None:
    assert parse_incoming({"message_id": "m", "payload": payload}).payload == payload


def test_control_characters_go_and_line_ends_become_newlines() -> None:
    assert clean_text("  a\r\nb\rc\td\x07\x1b[31m\x85 ") == "a\nb\nc\td[31m"


def test_a_text_of_any_length_is_taken_in_since_its_limit_is_told_in_words() -> None:
    incoming = parse_incoming({"message_id": "m", "text": "长" * 5000})
    assert incoming.text is not None and len(incoming.text) == 5000


@pytest.mark.parametrize(
    ("body", "expected"), [({}, ("web", None)), ({"channel": "phone", "language": "ru"}, ("phone", "ru"))]
)
def test_an_opening_has_a_channel_and_maybe_a_language(body: dict[str, Any], expected: tuple[str, str | None]) -> None:
    assert parse_opening(body) == expected


@pytest.mark.parametrize(
    "body", [{"channel": "fax"}, {"channel": None}, {"channel": []}, {"language": "fr"}, {"language": {}}]
)
def test_an_unknown_channel_or_language_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidField):
        parse_opening(body)


@pytest.mark.parametrize("given_", ["-1", "1.5", "x", "", "1e3", "９", "1" * 16])
def test_a_number_in_an_address_is_whole_and_not_negative(given_: str) -> None:
    with pytest.raises(InvalidField):
        parse_number({"after": given_}, "after", 0, 100)


def test_a_number_in_an_address_has_a_default_and_a_most() -> None:
    assert parse_number({}, "after", 7, 100) == 7
    assert parse_number({"after": "500"}, "after", 7, 100) == 100


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_are_an_object_or_refused(raw: bytes | str) -> None:
    with contextlib.suppress(InvalidBody):
        assert isinstance(parse_object(raw), dict)


@given(st.dictionaries(FIELDS, ANYTHING, max_size=4))
def test_any_object_is_a_message_or_refused_by_field(body: dict[str, Any]) -> None:
    for parse in (parse_incoming, parse_opening):
        try:
            parse(body)
        except InvalidField as error:
            assert error.field and str(error)


def test_a_nest_is_taken_to_a_depth_that_every_part_can_write_again() -> None:
    for levels, good in ((DEEPEST - 2, True), (DEEPEST + 2, False), (900, False)):
        raw = b'{"a":' + b"[" * levels + b"1" + b"]" * levels + b"}"
        if good:
            assert parse_object(raw)
        else:
            with pytest.raises(InvalidBody):
                parse_object(raw)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_table_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}cmd|'/c calc'!A1") == f"'{start}cmd|'/c calc'!A1"
    assert safe_cell("路灯=坏了") == "路灯=坏了" and safe_cell("") == "" and safe_cell(-5) == -5
