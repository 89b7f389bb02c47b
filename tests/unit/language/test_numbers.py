"""Numbers in figures and words, amounts of money, and full-width writing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.identify import LANGUAGES
from language.money import find_money, normalize_money
from language.normalize import lower, to_halfwidth
from language.numbers import find_numbers, parse_number

NUMBERS: dict[str, dict[str, int | Decimal]] = {
    "zh": {
        "一百二十三": 123, "十五": 15, "二十": 20, "十": 10, "两千": 2000, "3千5": 3500, "3万5": 35000, "三百五": 350,
        "二三百": 300, "一百二": 120,
        "一万零五": 10005, "两万三千": 23000, "一千零一十": 1010, "一三八": 138, "二〇二六": 2026, "幺幺零": 110,
        "1.5万": 15000,
        "一亿三千万": 130000000, "廿三": 23, "卅": 30, "贰佰伍拾": 250, "１２３": 123, "1,200": 1200, "0": 0, "零": 0,
        "万": 10000,
    },
    "ja": {
        "二十三": 23, "三百五": 305, "千二百": 1200, "一億二千万": 120000000, "五": 5, "二〇": 20, "弐百": 200,
        "１０": 10,
    },
    "ko": {
        "이십삼": 23, "백이십": 120, "세": 3, "열두": 12, "스물다섯": 25, "스무": 20, "3만5천": 35000,
        "삼만 오천": 35000, "천": 1000,
        "공": 0, "일삼팔": 138, "하나": 1, "아흔아홉": 99,
    },
    "en": {
        "twenty-three": 23, "three hundred": 300, "one hundred and five": 105, "two thousand three hundred": 2300,
        "five thousand": 5000, "zero": 0, "Nineteen": 19, "three hundred and forty-two": 342,
        "1,200.50": Decimal("1200.50"),
        "one million two hundred thousand": 1200000, "hundred": 100,
    },
    "ru": {
        "сто тридцать восемь": 138, "восемь": 8, "восьми": 8, "двадцать один": 21, "две тысячи пятьсот": 2500,
        "тысяча двести": 1200,
        "триста": 300, "пятисот": 500, "сорока": 40, "ноль": 0, "пять тысяч": 5000,
    },
}  # fmt: skip
MONEY = {
    "zh": {
        "300元": "300 CNY", "三百块": "300 CNY", "¥300": "300 CNY", "￥1,200.50": "1200.5 CNY", "300块钱": "300 CNY",
        "3万5千元": "35000 CNY",
        "三块五": "3.5 CNY", "三块五毛": "3.5 CNY", "5毛钱": "0.5 CNY", "300多块": "300 CNY", "人民币三百元": "300 CNY",
        "5万多元": "50000 CNY",
        "100美元": "100 USD", "一百港币": "100 HKD", "３００元": "300 CNY", "2000元": "2000 CNY",
    },
    "en": {
        "300 yuan": "300 CNY", "RMB 300": "300 CNY", "CNY300": "300 CNY", "three hundred yuan": "300 CNY",
        "3k yuan": "3000 CNY",
        "$20": "20 USD", "20 dollars": "20 USD", "€15.50": "15.5 EUR", "¥3,000": "3000 CNY", "300 kuai": "300 CNY",
    },
    "ja": {"300元": "300 CNY", "三百元": "300 CNY", "300人民元": "300 CNY", "5000円": "5000 JPY", "5万円": "50000 JPY"},
    "ko": {"300위안": "300 CNY", "삼백 위안": "300 CNY", "3만 원": "30000 KRW", "100달러": "100 USD"},
    "ru": {
        "300 юаней": "300 CNY", "триста юаней": "300 CNY", "две тысячи пятьсот юаней": "2500 CNY", "500 руб": "500 RUB",
        "сто рублей": "100 RUB", "20 долларов": "20 USD",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "value"), [(k, t, v) for k, table in NUMBERS.items() for t, v in table.items()]
)
def test_a_number_is_read(language: str, text: str, value: Decimal) -> None:
    assert parse_number(text, language) == value


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "你好"),
        ("zh", ""),
        ("en", "one two"),
        ("en", "twenty twenty"),
        ("ru", "дом"),
        ("ko", "사람"),
        ("ja", "水"),
        ("zh", "1.2.3万"),
        ("en", "1,2"),
    ],
)
def test_what_is_not_one_number_is_none(language: str, text: str) -> None:
    assert parse_number(text, language) is None


def test_numbers_in_a_sentence_keep_their_offsets() -> None:
    text = "I paid three hundred and five yuan for 2 keys"
    assert [(text[n.start : n.end], n.value) for n in find_numbers(text, "en")] == [
        ("three hundred and five", Decimal(305)),
        ("2", Decimal(2)),
    ]
    text = "заплатил сто тридцать восемь юаней"
    assert [text[n.start : n.end] for n in find_numbers(text, "ru")] == ["сто тридцать восемь"]
    text = "罚了三百五十块，等了２小时"
    assert [text[n.start : n.end] for n in find_numbers(text, "zh")] == ["三百五十", "２"]


def test_digits_read_out_stay_apart() -> None:
    assert [number.value for number in find_numbers("one three eight", "en")] == [1, 3, 8]


@pytest.mark.parametrize(
    ("language", "text", "value"), [(k, t, v) for k, table in MONEY.items() for t, v in table.items()]
)
def test_an_amount_is_found_with_its_currency(language: str, text: str, value: str) -> None:
    (found,) = find_money(f"({text})", language)
    assert found.value == value
    assert (found.start, found.end) == (1, 1 + len(text))
    assert normalize_money(value, language) == value


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "3单元"),
        ("zh", "一块儿去"),
        ("zh", "三块地"),
        ("zh", "300米"),
        ("ko", "이 원인"),
        ("ko", "사원"),
        ("en", "300 people"),
        ("ja", "2元素"),
        ("zh", "两块石头"),
    ],
)
def test_other_numbers_are_no_money(language: str, text: str) -> None:
    assert find_money(text, language) == []


def test_a_form_that_asks_how_much_takes_a_bare_number() -> None:
    assert normalize_money("三千五", "zh") == "3500 CNY"
    assert normalize_money("不知道", "zh") is None


@given(st.text(max_size=200))
def test_half_width_writing_keeps_the_length_and_is_stable(text: str) -> None:
    plain = to_halfwidth(text)
    assert len(plain) == len(text) == len(lower(text))
    assert to_halfwidth(plain) == plain


@given(
    st.one_of(st.text(max_size=60), st.text(alphabet="一百千万零0123.,두 십만 hundred сто元块¥", max_size=40)),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_survived(text: str, language: str) -> None:
    parse_number(text, language)
    for number in find_numbers(text, language):
        assert 0 <= number.start < number.end <= len(text)
    for found in find_money(text, language):
        assert 0 <= found.start < found.end <= len(text)
