"""Yes, no and the wish for a person that were written as other words of the same sound."""

from __future__ import annotations

import pytest

from hotline.settings import ROOT
from voice.endpointing import Expectation
from voice.heard.answers import YesAndNo
from voice.heard.person_wish import PersonWish
from voice.heard.sounds import SOUNDS, joined_hangul
from voice.heard.words import CallerWords
from voice.ports_speech import Heard

PHRASES = CallerWords.load(ROOT / "data" / "voice" / "words").phrases
READINGS = {"配送です。": "ハイソーデス", "はい": "ハイ", "そうです": "ソーデス", "いいえ": "イーエ"}
ANSWERS = YesAndNo(
    {language: {kind: rows[kind] for kind in ("yes", "no")} for language, rows in PHRASES.items()},
    {**SOUNDS, "ko": joined_hangul, "ja": lambda text: list(READINGS.get(text, text))},
)


def right(text: str, language: str, slot: str | None = "yes_no") -> str:
    return ANSWERS.right(Heard(text, language, 0.8, True, "whisper"), Expectation(slot, language)).text


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("提角。", "zh", "提交"),
        ("队的", "zh", "对的"),
        ("配送です。", "ja", "はい、そうです"),
        ("네 마자요", "ko", "네 맞아요"),
        ("да верна", "ru", "да верно"),
        ("Korrekt.", "en", "correct"),
    ],
)
def test_what_sounds_like_yes_is_yes_where_it_was_asked_for(text: str, language: str, meant: str) -> None:
    assert right(text, language) == meant


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("对的", "zh"),
        ("不对", "zh"),
        ("改电话", "zh"),
        ("不可以", "zh"),
        ("地址错了要改一下", "zh"),
        ("keep them private", "en"),
        ("Yes, they may.", "en"),
        ("нет", "ru"),
        ("скрыть", "ru"),
    ],
)
def test_what_is_a_saying_or_sounds_like_neither_stays(text: str, language: str) -> None:
    assert right(text, language) == text


@pytest.mark.parametrize("slot", [None, "location", "description", "contact_name"])
def test_elsewhere_nothing_is_put_right(slot: str | None) -> None:
    assert right("提角", "zh", slot) == "提角"


def test_the_engines_own_words_are_kept() -> None:
    heard = ANSWERS.right(Heard("提角", "zh", 0.8, True, "whisper"), Expectation("yes_no", "zh"))
    assert (heard.text, heard.raw) == ("提交", "提角")


WISHES = PersonWish({language: rows["human"] for language, rows in PHRASES.items()}, {**SOUNDS, "ko": joined_hangul})


def wished(text: str, language: str, slot: str | None = None) -> str:
    return WISHES.right(Heard(text, language, 0.5, True, "whisper"), Expectation(slot, language)).text


@pytest.mark.parametrize("slot", [None, "location", "yes_no", "contact_phone"])
@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("人共。", "zh", "人工"),
        ("转人公", "zh", "转人工"),
        ("Апиратер.", "ru", "оператор"),
        ("Я пиратер.", "ru", "оператор"),
        ("Operater", "en", "operator"),
        ("상담언", "ko", "상담원"),
    ],
)
def test_what_sounds_like_the_wish_for_a_person_is_one(slot: str | None, text: str, language: str, meant: str) -> None:
    assert wished(text, language, slot) == meant


@pytest.mark.parametrize(
    ("text", "language", "slot"),
    [
        ("人工", "zh", None),
        ("人行道坏了", "zh", None),
        ("我要认购", "zh", None),
        ("не переводите на оператора", "ru", "location"),
        ("не зовите оператора", "ru", None),
        ("상담원 안 바꿔 주세요", "ko", None),
        ("not the operator", "en", None),
        ("オペレーターはいりません", "ja", None),
        ("任宫", "zh", "contact_name"),
        ("人共", "zh", "person"),
        ("振仁", "zh", None),
        ("человека", "ru", None),
        ("persona", "en", None),
        ("ひと", "ja", None),
        ("人都没有", "zh", None),
        ("a hole", "en", None),
        ("Cooper, Peter", "en", "contact_name"),
        ("The operation is loud", "en", None),
        ("аптека", "ru", "location"),
        ("ひとつ", "ja", None),
        ("사거리", "ko", "location"),
    ],
)
def test_other_words_ask_for_nobody(text: str, language: str, slot: str | None) -> None:
    assert wished(text, language, slot) == text
