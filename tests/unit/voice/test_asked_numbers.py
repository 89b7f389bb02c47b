"""Numbers that callers are asked for, said in pieces, misheard and put together."""

from __future__ import annotations

import pytest

from tests.dialogues import WrittenAssistant, WrittenCaller, heard, talk
from voice.asked_number import AskedNumber, can_go_on, lacks_one_at_most
from voice.gateway_client import Turn
from voice.ports_dialogue import Digits
from voice.prompts import LANGUAGES


@pytest.mark.parametrize(
    ("slot", "language", "whole"),
    [
        ("contact_phone", "zh", "13812345678"),
        ("contact_phone", "zh", "01012345678"),
        ("contact_phone", "zh", "075512345678"),
        ("contact_phone", "zh", "4008001234"),
        ("contact_phone", "zh", "8613812345678"),
        ("contact_phone", "ru", "89161234567"),
        ("contact_phone", "ko", "01012345678"),
        ("ticket_number", "ja", "20261126000123"),
    ],
)
def test_a_number_can_go_on_until_its_last_digit(slot: str, language: str, whole: str) -> None:
    beginnings = [whole[:length] for length in range(1, len(whole))]
    assert all(can_go_on(beginning, slot, language) for beginning in beginnings)
    assert not can_go_on(whole, slot, language)
    assert not any(lacks_one_at_most(beginning, slot, language) for beginning in beginnings[:7])
    assert lacks_one_at_most(whole[:-1], slot, language) and lacks_one_at_most(whole, slot, language)


@pytest.mark.parametrize(
    ("language", "pieces"),
    [
        ("zh", ["一三八", "一二三四", "五六七八"]),
        ("zh", ["我的电话是一三八一二三四", "五六七八"]),
        ("en", ["one three eight, one two three four", "five six seven eight"]),
        ("ja", ["138、1234", "5678です"]),
        ("ko", ["138 1234", "5678"]),
        ("ru", ["один три восемь, один два три четыре", "пять шесть семь восемь"]),
        ("zh", ["13812", "1381234", "5678"]),
    ],
)
def test_a_number_said_in_pieces_is_put_together(language: str, pieces: list[str]) -> None:
    number = AskedNumber()
    assert [number.take(piece, "contact_phone", language) for piece in pieces[:-1]] == [None] * (len(pieces) - 1)
    assert number.take(pieces[-1], "contact_phone", language) == "13812345678"
    assert number.take("5678", "contact_phone", language) is None  # what was put together is used up


def test_a_ticket_number_is_put_together_too() -> None:
    number = AskedNumber()
    assert number.take("20261126", "ticket_number", "en") is None
    assert number.take("000123", "ticket_number", "en") == "20261126000123"


def test_pieces_of_one_number_belong_to_no_other() -> None:
    number = AskedNumber()
    assert number.take("1381234", "contact_phone", "zh") is None
    assert number.take("路灯坏了", "description", "zh") == "路灯坏了"
    assert number.take("5678", "contact_phone", "zh") is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "13812345678"),
        ("zh", "就打0755-12345678"),
        ("zh", "不想留"),
        ("zh", "我住在解放路315号"),
        ("en", "I'd rather not, it's been 2 days"),
        ("ja", "3日前からです"),
        ("ko", "아니요"),
        ("ru", "+7 916 123-45-67"),
    ],
)
def test_a_whole_number_and_words_are_left_as_they_are(language: str, text: str) -> None:
    assert AskedNumber().take(text, "contact_phone", language) == text


@pytest.mark.asyncio
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_is_not_understood_with_a_number_may_type_it(language: str) -> None:
    question = Turn(language, "bot", ("?",), form={"requested_slot": "contact_phone"})
    said = [heard(text, language) for text in ("abcdefg", "138 1234 567", "138 1234 568", "138 1234 569")]
    caller, assistant = WrittenCaller(*said[:3], Digits("13812345678")), WrittenAssistant(question, question)
    caller.number = ""
    await talk(caller, assistant)
    assert caller.heard_prompt("number_again", language) and caller.heard_prompt("keypad_number", language)
    assert assistant.told == ["abcdefg", "13812345678"]
    caller, assistant = WrittenCaller(*said), WrittenAssistant(question, question)
    caller.number = ""
    await talk(caller, assistant)
    assert assistant.told == ["abcdefg", "138 1234 569"]  # asked twice: what there is goes to the assistant


@pytest.mark.asyncio
async def test_who_pauses_within_a_number_need_not_say_it_again() -> None:
    question = Turn("zh", "bot", ("请问电话？",), form={"requested_slot": "contact_phone"})
    caller = WrittenCaller(heard("路灯坏了"), heard("一三八一二三四"), heard("五六七八"))
    caller.number, assistant = "", WrittenAssistant(question)
    await talk(caller, assistant)
    assert assistant.told == ["路灯坏了", "13812345678"]
