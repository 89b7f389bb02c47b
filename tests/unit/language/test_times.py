"""When it happened, since when, for how long: found with exact offsets and resolved against a given now."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.identify import LANGUAGES
from language.normalize import split_words
from language.times import bare_times, find_times, resolve_time
from tests.unit.language.time_phrases import NO_TIMES, PHRASES

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 15, 30, tzinfo=SHANGHAI)
CASES = [
    (language, *(line + " | ").split(" | ")[:5]) for language, lines in PHRASES.items() for line in lines.splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} {case[1]}")
def test_a_phrase_is_one_find_and_means_its_moment(case: tuple[str, ...]) -> None:
    language, text, surface, value, precision, *flags = case
    (found,) = find_times(text, language, NOW)
    assert text[found.start : found.end] == (text if surface == "=" else surface)
    assert found.value == (f"{value}+08:00" if "T" in value else value)
    moment = resolve_time(text, language, NOW)
    assert moment is not None
    assert (moment.isoformat(), moment.precision) == (found.value, precision)
    assert moment.future == ("future" in flags)
    assert (moment.end == NOW) == ("lasting" in flags)


def test_every_language_has_at_least_twenty_five_phrases() -> None:
    assert all(len(PHRASES[language].splitlines()) >= 25 for language in LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language, texts in NO_TIMES.items() for text in texts.splitlines()]
)
def test_no_time_is_found_where_none_is_said(language: str, text: str) -> None:
    assert find_times(text, language, NOW) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "2月31日"),
        ("en", "Feb 31"),
        ("ja", "2月31日"),
        ("ko", "2월 31일"),
        ("ru", "31 февраля"),
        ("zh", "31.02.2026"),
    ],
)
def test_a_date_that_does_not_exist_means_nothing(language: str, text: str) -> None:
    assert resolve_time(text, language, NOW) is None


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "at 8", "2026-11-25T08:00+08:00"), ("ru", "в 8", "2026-11-25T08:00+08:00"),
        ("zh", "晚上", "2026-11-25T18:00+08:00"), ("zh", "现在", "2026-11-25T15:30+08:00"),
        ("en", "at eight, I think. Yesterday", "2026-11-24T08:00+08:00"),
        ("zh", "八点吧。嗯，昨天", "2026-11-24T08:00+08:00"),
    ],
)  # fmt: skip
def test_an_answer_to_when_may_be_shorter_than_what_is_found_in_a_text(language: str, text: str, value: str) -> None:
    moment = resolve_time(text, language, NOW)
    assert moment is not None and moment.isoformat() == value


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("zh", "昨天8点到10点"),
        ("en", "yesterday 8:00 - 10:00"),
        ("ja", "昨日8時から10時"),
        ("ru", "вчера 8:00 до 10:00"),
    ],
)
def test_a_range_ends_on_the_day_it_begins(language: str, text: str) -> None:
    moment = resolve_time(text, language, NOW)
    assert moment is not None
    assert (moment.start.hour, moment.end and moment.end.hour, moment.start.day) == (8, 10, 24)


def test_a_date_without_a_year_is_not_half_a_year_ahead() -> None:
    january = datetime(2027, 1, 3, 9, 0, tzinfo=SHANGHAI)
    moment = resolve_time("12月28日", "zh", january)
    assert moment is not None and moment.isoformat() == "2026-12-28"


def test_a_late_hour_said_after_midnight_was_the_evening_before() -> None:
    night = datetime(2026, 11, 26, 0, 40, tzinfo=SHANGHAI)
    moment = resolve_time("晚上11点", "zh", night)
    assert moment is not None and moment.isoformat() == "2026-11-25T23:00+08:00" and not moment.future


def test_the_answer_is_in_the_zone_of_now() -> None:
    moment = resolve_time("yesterday at noon", "en", NOW)
    assert moment is not None and moment.start.utcoffset() == timedelta(hours=8)


def test_a_month_before_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    moment = resolve_time("一个月前", "zh", datetime(2026, 3, 31, 12, 0, tzinfo=SHANGHAI))
    assert moment is not None and moment.isoformat() == "2026-02-28"


TIME_WORDS = split_words(
    "昨天 晚上 8 点 半 3 号 11 月 日 前 年 三 天 了 从 周 一 昨日 時 間 から 午後 어제 시 전 째 부터 2026 - / : . , "
    "yesterday at eight pm last since for two days ago in вчера в восемь вечера назад уже с"
)
TIME_TEXT = st.lists(st.sampled_from([*TIME_WORDS, " "]), max_size=25).map("".join)


@given(st.one_of(st.text(max_size=120), TIME_TEXT), st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
def test_any_text_is_survived_and_finds_do_not_overlap(text: str, language: str) -> None:
    end = 0
    for found in find_times(text, language, NOW):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        datetime.fromisoformat(found.value)
    resolve_time(text, language, NOW)


@pytest.mark.parametrize(
    ("language", "text", "surface"),
    [
        ("en", "the lamp went out in October", "October"),
        ("en", "it rattles every Monday night", "every Monday night"),
        ("en", "since Tuesday", "since Tuesday"),
        ("zh", "从上周五开始停水", "上周五"),
        ("zh", "停水三天了", "三天"),
        ("ja", "昨日の夜から水が出ません", "昨日の夜"),
        ("ja", "毎朝7時に工事", "毎朝7時"),
        ("ko", "어제부터 물이 안 나와요", "어제"),
        ("ko", "매일 저녁 8시에 시끄러워요", "매일 저녁 8시"),
        ("ru", "с понедельника", "с понедельника"),
    ],
)
def test_words_that_only_tie_a_time_to_its_sentence_are_no_part_of_it(language: str, text: str, surface: str) -> None:
    whole = find_times(text, language, NOW)
    (bare,) = bare_times(text, language, whole)
    assert text[bare.start : bare.end] == surface
    assert bare.value == whole[0].value
