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
        ("contact_phone", "ja", "09012345678"),
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
        ("en", ["my number is one three eight, one two three four", "five six seven eight"]),
        ("ja", ["私の電話番号は138、1234", "5678です"]),
        ("ko", ["제 전화번호는 138 1234", "5678"]),
        ("ru", ["мой номер телефона один три восемь, один два три четыре", "пять шесть семь восемь"]),
        ("zh", ["13812", "1381234", "5678"]),
    ],
)
def test_a_number_said_in_pieces_is_put_together(language: str, pieces: list[str]) -> None:
    number = AskedNumber()
    assert all(number.take(piece, "contact_phone", language)[1] for piece in pieces[:-1])
    assert number.take(pieces[-1], "contact_phone", language) == ("13812345678", None)
    assert number.take("5678", "contact_phone", language)[1] == "number"  # what was put together is used up


def test_a_ticket_number_may_be_said_in_the_groups_it_is_dictated_in() -> None:
    number = AskedNumber()
    asked = [number.take(piece, "ticket_number", "en")[1] for piece in ("2026", "1126", "000")]
    assert asked == ["number", "number", "number"]
    assert number.take("123", "ticket_number", "en") == ("20261126000123", None)


def test_a_group_that_is_a_number_for_danger_belongs_to_the_ticket_number_that_has_begun() -> None:
    number = AskedNumber()
    assert [number.take(piece, "ticket_number", "zh")[1] for piece in ("20261126", "120")] == ["number", "number"]
    assert number.take("119", "ticket_number", "zh") == ("20261126120119", None)
    assert number.take("119", "ticket_number", "zh") == ("119", None)
    assert number.take("138001", "contact_phone", "zh")[1] == "number"
    assert number.take("119", "contact_phone", "zh") == ("119", None)


def test_words_in_between_end_what_was_begun() -> None:
    number = AskedNumber()
    assert number.take("20261126", "ticket_number", "zh")[1] == "number"
    assert number.take("我不知道，着火了", "ticket_number", "zh")[1] is None
    assert number.take("119", "ticket_number", "zh") == ("119", None)


def test_who_begins_anew_is_not_taken_to_go_on() -> None:
    number = AskedNumber()
    assert number.take("13800138", "contact_phone", "zh")[1] == "number"
    assert number.take("一三八", "contact_phone", "zh")[1] == "keypad"
    assert number.take("00138000", "contact_phone", "zh") == ("13800138000", None)


@pytest.mark.parametrize("text", ["82881234", "212 555 0123", "03-1234-5678", "0755123456"])
def test_what_the_assistant_can_say_more_of_goes_to_it(text: str) -> None:
    assert AskedNumber().take(text, "contact_phone", "zh") == (text, None)


def test_who_says_the_same_again_is_believed() -> None:
    number = AskedNumber()
    assert number.take("1381234567", "contact_phone", "zh")[1] == "number"
    assert number.take("1381234567", "contact_phone", "zh") == ("1381234567", None)


def test_pieces_of_one_number_belong_to_no_other() -> None:
    number = AskedNumber()
    assert number.take("1381234", "contact_phone", "zh")[1]
    assert number.take("路灯坏了", "description", "zh") == ("路灯坏了", None)
    assert number.take("5678", "contact_phone", "zh")[1]


def test_a_number_is_asked_for_twice_and_while_it_grows_longer() -> None:
    number = AskedNumber()
    misheard = [number.take(text, "contact_phone", "zh") for text in ("1381234567", "1381234568", "1381234569")]
    assert misheard == [("1381234567", "number"), ("1381234568", "keypad"), ("1381234569", None)]
    grown = [number.take(text, "contact_phone", "zh") for text in ("138", "12", "34", "5", "6")]
    assert [ask for _, ask in grown] == ["number"] * 4 + [None]
    assert grown[-1][0] == "138123456"


@pytest.mark.parametrize(
    ("slot", "language", "text"),
    [
        ("contact_phone", "zh", "13812345678"),
        ("contact_phone", "zh", "就打0755-12345678"),
        ("contact_phone", "zh", "不想留"),
        ("contact_phone", "zh", "我住在解放路315号"),
        ("contact_phone", "zh", "着火了，快打119"),
        ("contact_phone", "zh", "有人晕倒了，快叫120"),
        ("contact_phone", "zh", "我家在人民路12号3栋301，着火了"),
        ("contact_phone", "zh", "没有电话，我邮箱是12345678@qq.com"),
        ("contact_phone", "zh", "打12345就行"),
        ("contact_phone", "zh", "着火了我在402"),
        ("contact_phone", "zh", "煤气泄漏302"),
        ("contact_phone", "zh", "不想留，问工单12345678"),
        ("contact_phone", "en", "fire in room 402"),
        ("contact_phone", "en", "emergency nine nine nine"),
        ("contact_phone", "en", "no, ticket 20260101"),
        ("contact_phone", "ja", "火事です、部屋は402"),
        ("contact_phone", "ko", "불났어요 여기 402"),
        ("contact_phone", "ru", "пожар, квартира 402"),
        ("contact_phone", "ru", "вызовите 103"),
        ("contact_phone", "en", "There is a fire, call 119"),
        ("contact_phone", "en", "I'd rather not, it's been 2 days"),
        ("contact_phone", "ja", "火事です、119"),
        ("contact_phone", "ja", "3日前からです"),
        ("contact_phone", "ko", "불이 났어요 119"),
        ("contact_phone", "ko", "아니요"),
        ("contact_phone", "ru", "пожар, звоните 112"),
        ("contact_phone", "ru", "+7 916 123-45-67"),
        ("ticket_number", "zh", "我是2026年1月5号反映的"),
        ("ticket_number", "en", "I called on January 5th 2026"),
    ],
)
def test_a_whole_number_and_words_are_left_as_they_are(slot: str, language: str, text: str) -> None:
    assert AskedNumber().take(text, slot, language) == (text, None)


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


@pytest.mark.asyncio
async def test_what_is_said_and_what_is_typed_are_one_number() -> None:
    question = Turn("zh", "bot", ("请问电话？",), form={"requested_slot": "contact_phone"})
    caller = WrittenCaller(heard("路灯坏了"), heard("一三八一二三四"), Digits("5678"))
    caller.number, assistant = "", WrittenAssistant(question)
    await talk(caller, assistant)
    assert assistant.told == ["路灯坏了", "13812345678"]


@pytest.mark.asyncio
async def test_a_lone_zero_asks_for_a_person_here_too() -> None:
    question = Turn("zh", "bot", ("请问电话？",), form={"requested_slot": "contact_phone"})
    caller, assistant = WrittenCaller(heard("路灯坏了"), Digits("0")), WrittenAssistant(question)
    caller.number = ""
    await talk(caller, assistant, desk="8000")
    assert caller.transfers[0].target == "8000" and "0" not in assistant.told


@pytest.mark.asyncio
async def test_danger_is_told_though_a_number_was_asked_for() -> None:
    question = Turn("zh", "bot", ("请问电话？",), form={"requested_slot": "contact_phone"})
    caller, assistant = WrittenCaller(heard("路灯坏了"), heard("着火了，快打119")), WrittenAssistant(question)
    caller.number = ""
    await talk(caller, assistant)
    assert assistant.told == ["路灯坏了", "着火了，快打119"] and not caller.heard_prompt("number_again")
