"""All patterns of a text at once: what beats what, exact offsets, and time that grows with the length and no faster."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.entities import ENTITIES, find_patterns
from language.identify import LANGUAGES, identify
from language.money import normalize_money
from language.numbers import parse_number
from language.phones import phone_problem
from language.tokens import tokenize

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
SENTENCES = {
    "zh": "昨天晚上十一点多，粤B12345堵住小区门口，罚了我300元，电话13800138000，工单20261103000123",
    "en": "Yesterday evening around 8 plate yue B12345, fined 300 yuan, call 13800138000, ticket 20261103000123",
    "ja": "昨日の午後8時半ごろ粤B12345が、300元払った、電話13800138000、受付20261103000123",
    "ko": "어제 오후 여덟 시 반쯤 粤B12345, 벌금 300위안, 전화 13800138000, 접수번호 20261103000123",
    "ru": "Вчера около 8 вечера машина 粤B12345, штраф 300 юаней, телефон 13800138000, заявка 20261103000123",
}
HOSTILE = [
    "1", "一", "1 ", "十", "万", "1.", "이", "이 ", "one ", "один ", "一点", "に", "yue ", "粤B", "+", "从", "昨天",
    "since ", "1:", "1/",
    "1,000", "три дня ", "at about ", " ", "3万", "三个", "1-", "double ", "백 ", "thousand ", "B1", "в ", "¥", "第",
    "(", "の", "2026-11-",
    "last ", "号", "0", "“", "for the last ", "уже ", "열 ", "二十", "二〇二六年",
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_with_everything_gives_everything(language: str) -> None:
    text = SENTENCES[language]
    found = find_patterns(text, language, NOW)
    assert [one.entity for one in found] == ["time", "plate", "money", "phone", "ticket_number"]
    assert [one.value for one in found][1:] == ["粤B12345", "300 CNY", "13800138000", "20261103000123"]
    assert found[0].value in ("2026-11-24T23:00+08:00", "2026-11-24T20:00+08:00", "2026-11-24T20:30+08:00")
    assert text[found[3].start : found[3].end] == "13800138000"


def test_a_ticket_number_beats_a_telephone_number_and_a_date() -> None:
    (ticket,) = find_patterns("20261103000123", "zh", NOW)
    assert ticket.entity == "ticket_number"


@given(
    st.one_of(
        st.text(max_size=150),
        st.lists(
            st.sampled_from([*HOSTILE, *SENTENCES.values(), "13800138000", "元", "块", "days ago"]), max_size=8
        ).map("".join),
    ),
    st.sampled_from([*LANGUAGES, "xx"]),
)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_ordered_finds_inside_it_that_do_not_overlap(text: str, language: str) -> None:
    end = 0
    for found in find_patterns(text, language, NOW):
        assert found.entity in ENTITIES and found.value
        assert end <= found.start < found.end <= len(text)
        end = found.end


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("unit", "length"), [*((u, 4000) for u in ("1", "一", "1 ", "昨天")), *((u, 1000) for u in HOSTILE)]
)
def test_hostile_repetitions_are_read_in_linear_time(unit: str, length: int, language: str) -> None:
    text = (unit * length)[:length]
    started = time.process_time()
    find_patterns(text, language, NOW)
    identify(text)
    tokenize(text, language)
    phone_problem(text, language)
    normalize_money(text, language)
    parse_number(text, language)
    # 4,000 characters take 0.1 s on an idle machine; a quadratic pattern takes minutes
    assert time.process_time() - started < 2.0


@given(
    st.text(alphabet="1一十 .,-:/年月日号点半前了天後時분시전세день в", min_size=200, max_size=400),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=30, deadline=None)
def test_mixed_hostile_text_is_read_in_bounded_time(text: str, language: str) -> None:
    started = time.process_time()
    find_patterns(text, language, NOW)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_takes_about_a_millisecond(language: str) -> None:
    text = SENTENCES[language][:60]
    find_patterns(text, language, NOW)
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for _ in range(20):
            find_patterns(text, language, NOW)
        best = min(best, (time.process_time() - started) / 20)
    assert best < 0.002  # 0.5 ms on an idle machine
