"""Car plates and ticket numbers, in any grouping, full-width, spelt or read out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.identify import LANGUAGES
from language.plates import find_plates, normalize_plate
from language.ticket_numbers import (
    find_ticket_numbers,
    is_ticket_number,
    normalize_ticket_number,
)

PLATES = {
    "粤B12345": "粤B12345", "粤B·12345": "粤B12345", "粤b 123 45": "粤B12345", "粤B-12345": "粤B12345",
    "粤Ｂ１２３４５": "粤B12345",
    "粤BD12345": "粤BD12345", "粤BF12345": "粤BF12345", "粤B12345D": "粤B12345D", "京A1234警": "京A1234警",
    "粤Z1234港": "粤Z1234港",
    "粤Z1234澳": "粤Z1234澳", "冀A1234挂": "冀A1234挂", "川A1234学": "川A1234学", "滬A12345": "沪A12345",
    "粤BA1B2C": "粤BA1B2C",
    "yue B12345": "粤B12345", "юэ В 12345": "粤B12345", "粤B一二三四五": "粤B12345", "粤В12345": "粤B12345",
}  # fmt: skip
TICKETS = {
    "zh": [
        "20261103000123", "工单 20261103-000123 到哪了", "２０２６１１０３０００１２３", "二零二六一一零三零零零一二三",
        "二〇二六 一一〇三 〇〇〇一二三",
    ],
    "en": [
        "20261103 000123", "2026 1103 0001 23", "two zero two six one one zero three zero zero zero one two three",
        "twenty twenty-six eleven oh three triple zero one two three",
    ],
    "ja": ["受付番号は20261103000123です", "二〇二六一一〇三〇〇〇一二三", "2026-1103-000123"],
    "ko": ["접수번호 20261103000123", "이공이육일일공삼공공공일이삼"],
    "ru": [
        "номер 20261103000123", "двадцать двадцать шесть одиннадцать ноль три ноль ноль ноль один два три",
        "20261103 000 123",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), PLATES.items())
def test_a_plate_is_found_in_its_one_form(text: str, value: str) -> None:
    sentence = f"车 {text}，停在这里"
    (found,) = find_plates(sentence)
    assert found.value == value
    assert sentence[found.start : found.end] == text
    assert normalize_plate(value) == value


@pytest.mark.parametrize(
    "text", ["在新A12345678", "云南", "粤B1234", "京东", "B12345", "粤I1O345X", "黑色轿车", "bu B12345", "su happy"]
)
def test_other_things_are_no_plates(text: str) -> None:
    assert find_plates(text) == []


def test_a_word_right_behind_a_plate_is_left_out() -> None:
    text = "粤B12345一直停在消防通道"
    assert [text[found.start : found.end] for found in find_plates(text)] == ["粤B12345"]


@pytest.mark.parametrize(("language", "text"), [(k, t) for k, texts in TICKETS.items() for t in texts])
def test_a_ticket_number_is_found_in_any_writing(language: str, text: str) -> None:
    assert normalize_ticket_number(text, language) == "20261103000123"


@pytest.mark.parametrize(
    "digits",
    ["20261303000123", "2026110300012", "202611030001234", "19991103000123", "20260231000123", "2026110300012a", ""],
)
def test_fourteen_digits_and_a_date_make_a_ticket_number(digits: str) -> None:
    assert not is_ticket_number(digits)
    assert find_ticket_numbers(digits, "zh") == []


def test_of_two_ticket_numbers_none_is_the_answer() -> None:
    assert len(find_ticket_numbers("20261103000123 20261103000124", "en")) == 2
    assert normalize_ticket_number("20261103000123和20261103000124", "zh") is None


@given(
    st.one_of(st.text(max_size=80), st.text(alphabet="粤京B·12345警 yue20261103一二", max_size=60)),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_survived(text: str, language: str) -> None:
    for found in [*find_plates(text), *find_ticket_numbers(text, language)]:
        assert 0 <= found.start < found.end <= len(text)
    for plate in find_plates(text):
        assert normalize_plate(plate.value) == plate.value


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("Машина 京A82K16 стоит на тротуаре", "京A82K16"),
        ("bus 粤B 60287 on route 5", "粤B 60287"),
        ("粤B 123 45 is parked", "粤B 123 45"),
    ],
)
def test_the_word_behind_a_plate_is_no_part_of_it(text: str, plate: str) -> None:
    (found,) = find_plates(text)
    assert text[found.start : found.end] == plate
