"""Which language a text is in: script first, sticky, and honest about languages the hotline does not speak."""

from __future__ import annotations

import csv
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.identify import DEFAULT_LANGUAGE, LANGUAGES, identify
from tests.unit.language.language_sentences import OTHERS, OURS

EVALUATION = Path(__file__).resolve().parents[4] / "shared" / "data" / "langid_tatoeba.csv"
OUR_SENTENCES = [(language, text) for language, texts in OURS.items() for text in texts.splitlines()]
OTHER_SENTENCES = [(language, text) for language, texts in OTHERS.items() for text in texts.splitlines()]


@pytest.mark.parametrize(("language", "text"), OUR_SENTENCES)
def test_a_citizens_sentence_is_met_in_its_language(language: str, text: str) -> None:
    found = identify(text)
    assert (found.language, found.other) == (language, None)


@pytest.mark.parametrize(("language", "text"), [case for case in OUR_SENTENCES if identify(case[1]).sure])
def test_speech_changes_the_language_of_a_conversation_in_another(language: str, text: str) -> None:
    for current in set(LANGUAGES) - {language, "ja"}:
        assert identify(text, current=current).language == language


def test_nearly_every_sentence_of_the_five_languages_is_sure_evidence() -> None:
    assert sum(identify(text).sure for _, text in OUR_SENTENCES) >= 0.97 * len(OUR_SENTENCES)


@pytest.mark.parametrize(("language", "text"), OTHER_SENTENCES)
def test_another_language_is_named_and_one_of_the_five_given(language: str, text: str) -> None:
    found = identify(text)
    assert found.other == language
    assert found.language == ("ru" if language in {"uk", "bg", "kk", "mn"} else "en")


@pytest.mark.parametrize("current", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["", "  ", "12345", "👍", "20261103000123", "13800138000", "WiFi", "iPhone", "OK", "!?"]
)
def test_a_text_without_evidence_keeps_the_language(current: str, text: str) -> None:
    found = identify(text, current=current)
    assert (found.language, found.other) == (current, None)
    assert not found.sure or current == "en"


@pytest.mark.parametrize(
    ("current", "text"),
    [
        ("ja", "東京都新宿区西新宿"), ("ja", "了解"), ("ja", "解放路12号"), ("ja", "朝阳区建国门外大街1号"),
        ("ja", "停電"),
        ("en", "解放路12号"), ("ko", "朝阳区"), ("ru", "阳光小区3栋2单元"), ("en", "粤B12345"),
        ("zh", "Jiefang Road 12"), ("ko", "Sunshine Garden"), ("ru", "Tom Smith"), ("zh", "wo yao tou su"),
    ],
)  # fmt: skip
def test_names_addresses_and_plates_keep_the_language(current: str, text: str) -> None:
    assert identify(text, current=current).language == current


def test_chinese_speech_with_characters_japan_does_not_have_leaves_japanese() -> None:
    assert identify("我要投诉，你们没有人管吗", current="ja").language == "zh"


def test_nothing_said_yet_means_the_default_language_and_no_certainty() -> None:
    assert identify("12345") == identify("")
    assert identify("").language == DEFAULT_LANGUAGE
    assert not identify("").sure


@pytest.mark.parametrize("hint", LANGUAGES)
@pytest.mark.parametrize("text", ["我要投诉", "hello there", "はい", "네", "да", ""])
def test_a_hint_always_wins(hint: str, text: str) -> None:
    assert identify(text, current="zh", hint=hint).language == hint


def test_a_web_or_mail_address_is_no_english() -> None:
    assert (
        identify("Не работает http://portal.example.org/problems/list/all и www.example.org/help/me/now").language
        == "ru"
    )
    assert identify("发到 please.help.me@example.org 了吗").language == "zh"


def test_an_unknown_hint_or_language_is_ignored() -> None:
    assert identify("네", hint="xx").language == "ko"
    assert identify("12345", current="fr").language == DEFAULT_LANGUAGE


@given(st.text(max_size=300), st.sampled_from([None, "xx", *LANGUAGES]))
@settings(max_examples=200, deadline=None)
def test_any_text_gets_one_of_the_five(text: str, current: str | None) -> None:
    found = identify(text, current=current)
    assert found.language in LANGUAGES
    assert found.other not in LANGUAGES
    assert found == identify(text, current=current)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_case_takes_a_fraction_of_a_millisecond(language: str) -> None:
    text = max(OURS[language].splitlines(), key=len)
    identify(text)
    assert _seconds_each(lambda: identify(text)) < 0.0006  # a third of it on an idle machine


def test_a_very_long_text_is_read_to_a_bound() -> None:
    for text in ("说" * 100_000, "hello " * 20_000, "“" * 100_000, "і" * 100_000):
        started = time.process_time()
        identify(text)
        assert time.process_time() - started < 1.0


def _seconds_each(call: object, repeats: int = 200) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        for _ in range(repeats):
            call()  # type: ignore[operator]
        best = min(best, (time.process_time() - started) / repeats)
    return best


@pytest.mark.skipif(not EVALUATION.exists(), reason="the evaluation sentences langid_tatoeba.csv are not here")
def test_short_sentences_of_the_evaluation_set_are_told_apart() -> None:
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    others: Counter[str] = Counter()
    with EVALUATION.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found = identify(row["text"])
            total[row["lang"]] += 1
            right[row["lang"]] += found.language == row["lang"]
            others[row["lang"]] += found.other is not None
    for language in LANGUAGES:
        assert right[language] >= 0.998 * total[language]
        assert others[language] <= 0.005 * total[language]
