"""Texts are spelled out as each language says them, and nothing the hotline says keeps a figure."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.settings import ROOT
from language.numbers import parse_number
from voice.prompts import LANGUAGES, Prompts, response_texts
from voice.speakable import cardinals, digits, russian_numbers
from voice.speakable.rules import speakable

SAID = [
    ("zh", "工单号是20261125000001。", "工单号是，二零二六，幺幺二五，零零零，零零幺。"),
    ("zh", "12月4日 18:00前答复您。", "十二月四日十八点前答复您。"),
    ("zh", "2026年1月2日 09:05", "二零二六年一月二日九点零五分"),
    ("zh", "请立即拨打110、119或120！", "请立即拨打幺幺零、幺幺九或幺二零！"),
    ("zh", "面积120平方米，2个人，2分钟，第2位", "面积一百二十平方米，两个人，两分钟，第二位"),
    ("zh", "解放路15号2栋201室", "解放路十五号二栋二零一室"),
    ("zh", "电话138****8000", "电话，幺三八，八零零零"),
    ("zh", "下降12.5%，费用¥35.50", "下降百分之十二点五，费用三十五点五零元"),
    ("zh", "9:00-17:30", "九点到十七点三十分"),
    ("zh", "车牌粤B12345", "车牌粤必一二三四五"),
    ("en", "due by 4 Dec 2026, 18:00.", "due by the fourth of December, twenty twenty-six, six P M."),
    ("en", "Call 110, 119 or 120.", "Call one one zero, one one nine or one two zero."),
    ("en", "It takes 120 days.", "It takes one hundred and twenty days."),
    (
        "en",
        "You are 2nd, No. 15 Jiefang Rd., room 201",
        "You are second, number fifteen Jiefang Road, room two zero one",
    ),
    ("en", "plate 粤B12345", "plate Yue B one two three four five"),
    ("ja", "12月4日 18:00まで", "十二月四日 十八時まで"),
    ("ja", "110番、7営業日", "百十番、七営業日"),
    ("ko", "12월 4일 18:00까지", "십이월 사일 십팔 시까지"),
    ("ko", "6월 10일 2시간 3번째 110번", "유월 십일 두 시간 세 번째 일 일 공번"),
    ("ko", "7영업일, 3명, 2개월", "칠영업일, 세 명, 이개월"),
    ("ru", "до 04.12.2026 18:00.", "до восемнадцати часов четвёртого декабря две тысячи двадцать шестого года."),
    ("ru", "В течение 7 рабочих дней, 2 минуты, 1 заявка", "В течение семи рабочих дней, две минуты, одна заявка"),
    (
        "ru",
        "ул. Ленина, д. 5, 2,5 км, звоните 110",
        "улица Ленина, дом пять, два с половиной километра, звоните сто десять",
    ),
    ("ru", "с 9:00 до 17:30", "с девяти часов до семнадцати часов тридцати минут"),
]


@pytest.mark.parametrize(("language", "written", "said"), SAID, ids=[f"{row[0]}-{row[1][:20]}" for row in SAID])
def test_a_text_is_spelled_out_as_it_is_said(language: str, written: str, said: str) -> None:
    assert speakable(written, language) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_the_hotline_says_keeps_a_figure(language: str) -> None:
    prompts = Prompts.load(ROOT / "data" / "voice" / "prompts")
    texts = [*prompts.texts[language].values(), *response_texts(ROOT / "bot" / "responses", language)]
    filled = [re.sub(r"\{(\w+)\}", "20261125000001", text) for text in texts]
    assert [text for text in filled if re.search(r"\d", speakable(text, language))] == []


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.integers(0, 10**9 - 1))
def test_a_number_in_words_is_understood_as_the_same_number(language: str, number: int) -> None:
    words = russian_numbers.cardinal(number) if language == "ru" else cardinals.CARDINALS[language](number)
    assert parse_number(words, language) == number


@given(text=st.text(max_size=60), language=st.sampled_from(LANGUAGES))
def test_any_text_can_be_spelled_out(text: str, language: str) -> None:
    speakable(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_telephone_number_is_read_digit_by_digit_in_groups(language: str) -> None:
    said = digits.phone("13800138000", language)
    groups = [part for part in re.split("[，,。]", said) if part.strip()]
    assert len(groups) == 3
    assert said.replace(" ", "") == digits.grouped(["138", "0013", "8000"], language).replace(" ", "")


def test_a_russian_number_keeps_its_own_grouping() -> None:
    assert digits.phone("+79161234567", "ru") == digits.phone("+7 916 123-45-67", "ru")
    assert digits.phone("+79161234567", "ru").startswith("плюс семь, девять один шесть, один два три")
