"""Telephone numbers in figures and words, and what is wrong with those that are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.identify import LANGUAGES
from language.phones import find_phones, normalize_phone, phone_problem

IN_FIGURES = {
    "13800138000": "13800138000", "138 0013 8000": "13800138000", "138-0013-8000": "13800138000",
    "138.0013.8000": "13800138000", "１３８００１３８０００": "13800138000", "+8613800138000": "13800138000",
    "+86 138 0013 8000": "13800138000", "0086 138 0013 8000": "13800138000", "86-13800138000": "13800138000",
    "(+86) 13800138000": "13800138000", "1 3 8 0 0 1 3 8 0 0 0": "13800138000", "013800138000": "13800138000",
    "0755-23456789": "0755-23456789", "(0755) 2345 6789": "0755-23456789", "021 62345678": "021-62345678",
    "010-12345678": "010-12345678", "0571-1234567": "0571-1234567", "+86 10 1234 5678": "010-12345678",
    "400-800-1234": "4008001234", "8001234567": "8001234567", "+1 (415) 555-2671": "+14155552671",
    "+44 20 7946 0958": "+442079460958", "+7 916 123 45 67": "+79161234567", "0755-23456789-801": "0755-23456789-801",
    "0755-23456789 ext 801": "0755-23456789-801", "19912345678": "19912345678",
}  # fmt: skip
SPOKEN = {
    "zh": {
        "幺三八零零幺三八零零零": "13800138000", "一三八零零一三八零零零": "13800138000",
        "一三八，零零一三，八零零零": "13800138000",
        "我的电话是幺三八 零零幺三 八零零零": "13800138000", "一三八零零一三八三个零": "13800138000",
        "壹叁捌零零壹叁捌零零零": "13800138000",
        "138零零13八零零零": "13800138000", "电话：13800138000，晚上打": "13800138000",
        "010-12345678转801": "010-12345678-801",
        "零七五五二三四五六七八九": "0755-23456789", "我姓王13800138000": "13800138000",
        "四零零八零零一二三四": "4008001234",
    },
    "en": {
        "one three eight double zero one three eight triple zero": "13800138000",
        "my number is one three eight, zero zero one three, eight zero zero zero": "13800138000",
        "one three eight oh oh one three eight oh oh oh": "13800138000",
        "one thirty-eight zero zero thirteen eighty zero zero": "13800138000",
        "it's 13800138000, call me": "13800138000", "13800138000 2 days ago": "13800138000",
        "one-three-eight-zero-zero-one-three-eight-zero-zero-zero": "13800138000",
        "plus one four one five five five five two six seven one": "+14155552671",
        "zero seven five five two three four five six seven eight nine": "0755-23456789",
        "One Three Eight 0013 8000": "13800138000",
    },
    "ja": {
        "いちさんはちぜろぜろいちさんはちぜろぜろぜろ": "13800138000", "一三八〇〇一三八〇〇〇です": "13800138000",
        "09012345678に電話してください": "+819012345678", "090-1234-5678": "+819012345678",
        "090の1234の5678": "+819012345678",
        "ゼロキュウゼロ、イチニーサンヨン、ゴーロクナナハチ": "+819012345678", "電話は13800138000です": "13800138000",
        "138の0013の8000": "13800138000",
        "いち、さん、はち、ぜろ、ぜろ、いち、さん、はち、ぜろ、ぜろ、ぜろ": "13800138000",
        "+81 90 1234 5678": "+819012345678",
    },
    "ko": {
        "일삼팔공공일삼팔공공공": "13800138000", "일삼팔 공공일삼 팔공공공입니다": "13800138000",
        "공일공 일이삼사 오육칠팔이에요": "+821012345678",
        "010-1234-5678": "+821012345678", "13800138000이에요": "13800138000",
        "전화는 13800138000 입니다": "13800138000",
        "일 삼 팔 공 공 일 삼 팔 공 공 공": "13800138000", "138에 0013에 8000": "13800138000",
        "일삼팔영영일삼팔영영영": "13800138000",
        "+82 10 1234 5678": "+821012345678",
    },
    "ru": {
        "один три восемь ноль ноль один три восемь ноль ноль ноль": "13800138000",
        "сто тридцать восемь ноль ноль тринадцать восемьдесят ноль ноль": "13800138000",
        "сто тридцать восемь два нуля тринадцать восемь три нуля": "13800138000",
        "8 (916) 123-45-67": "+79161234567", "8 916 123 45 67": "+79161234567",
        "плюс семь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь": "+79161234567",
        "восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь": "+79161234567",
        "мой номер 13800138000": "13800138000", "138 ноль ноль 13 8000": "13800138000",
        "ноль семьсот пятьдесят пять двадцать три сорок пять шестьдесят семь восемьдесят девять": "0755-23456789",
    },
}  # fmt: skip
CASES = [(language, text, value) for language in LANGUAGES for text, value in (IN_FIGURES | SPOKEN[language]).items()
         if (language, text) not in {("ko", "010-12345678x")}]  # fmt: skip
PROBLEMS = {
    "too_short": ["1380013800", "82345678", "0755-123456", "12345", "+86 138 0013", "400-800-12", "123"],
    "too_long": ["138001380001", "13800138000 1", "0755-234567890", "400-800-12345", "+861380013800012"],
    "impossible": ["12800138000", "00000000000", "11111111111"],
    "not_a_number": ["", "hello", "没有", "не знаю", "なし", "없어요", "7"],
}


@pytest.mark.parametrize(("language", "text", "value"), CASES)
def test_a_number_is_brought_into_its_one_form(language: str, text: str, value: str) -> None:
    assert normalize_phone(text, language) == value
    assert phone_problem(text, language) is None
    (found,) = find_phones(text, language)
    assert found.value == value


def test_every_language_has_at_least_twenty_five_numbers() -> None:
    assert all(len(IN_FIGURES | SPOKEN[language]) >= 35 for language in LANGUAGES)


@pytest.mark.parametrize(("language", "text", "value"), CASES)
def test_the_one_form_is_its_own_form(language: str, text: str, value: str) -> None:
    assert normalize_phone(value, language) == value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("problem", "text"), [(problem, text) for problem, texts in PROBLEMS.items() for text in texts]
)
def test_what_is_wrong_with_a_number_is_said(language: str, problem: str, text: str) -> None:
    assert normalize_phone(text, language) is None
    assert phone_problem(text, language) == problem


@pytest.mark.parametrize(
    "text",
    [
        "20261103000123", "110101199003071234", "12345", "110", "95588", "1234567890123456", "¥13800138000.5元A",
        "ID13800138000X", "2026-11-03 08:30", "3.14159265358979", "13.00——14.00,22.40——7.00",
        "03.02.2021 17-30", "60.008332, 30.361417", "05.01.2021. 06.01",
    ],
)  # fmt: skip
def test_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert [found for found in find_phones(text, "zh") if found.value != "13800138000"] == []
    if not text.startswith("¥"):
        assert find_phones(text, "zh") == []


def test_offsets_are_those_of_the_text_as_given() -> None:
    text = "请打（０７５５）２３４５６７８９，或１３８ ００１３ ８０００，谢谢"
    assert [text[found.start : found.end] for found in find_phones(text, "zh")] == [
        "（０７５５）２３４５６７８９",
        "１３８ ００１３ ８０００",
    ]


def test_two_numbers_are_two_finds_and_the_first_is_the_answer() -> None:
    text = "13800138000或者0755-23456789"
    assert [found.value for found in find_phones(text, "zh")] == ["13800138000", "0755-23456789"]
    assert normalize_phone(text, "zh") == "13800138000"


PHONE_TEXT = st.text(alphabet="0138 9-+()一三八零幺いちさん공일삼팔oneто тридцать転转#", max_size=60)


@given(st.one_of(st.text(max_size=80), PHONE_TEXT), st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
def test_any_text_is_survived_and_normal_forms_are_stable(text: str, language: str) -> None:
    value = normalize_phone(text, language)
    assert (value is None) == (phone_problem(text, language) is not None)
    if value is not None:
        assert normalize_phone(value, language) == value
    for found in find_phones(text, language):
        assert 0 <= found.start < found.end <= len(text)
