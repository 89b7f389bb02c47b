"""What callers say to the telephone line itself: yes, no, wait, repeat, a person, another language; and bare digits.

Whole utterances only: "I waited a long time" is no wish to wait. The sayings are data (data/voice/words).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from language.digits import digit_runs
from voice.heard.inventions import folded

KINDS = ("yes", "no", "backchannel", "wait", "repeat", "stop", "human", "goodbye", "hash")
_POLITE: Mapping[str, tuple[str, ...]] = {
    "zh": ("请", "谢谢", "吧", "啊", "呢", "了", "那个", "嗯"),
    "en": ("please", "thanks", "thankyou", "well", "um", "uh", "sorry"),
    "ja": ("お願いします", "ください", "です", "あの", "えっと", "すみません"),
    "ko": ("요", "주세요", "부탁합니다", "부탁드립니다", "저기", "음"),
    "ru": ("пожалуйста", "спасибо", "ну", "э"),
}


@dataclass(frozen=True)
class CallerWords:
    """The sayings of all five languages, folded."""

    sayings: Mapping[str, Mapping[str, frozenset[str]]]
    wishes: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]]

    @classmethod
    def load(cls, folder: Path) -> CallerWords:
        """Reads `<language>.yml` of each language."""
        sayings: dict[str, Mapping[str, frozenset[str]]] = {}
        wishes: dict[str, Mapping[str, str]] = {}
        phrases: dict[str, Mapping[str, tuple[str, ...]]] = {}
        for file in sorted(folder.glob("*.yml")):
            rows: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
            sayings[file.stem] = {kind: frozenset(folded(one) for one in rows[kind]) for kind in KINDS}
            wishes[file.stem] = {folded(one): to for to, said in rows["languages"].items() for one in said}
            phrases[file.stem] = {kind: tuple(rows[kind]) for kind in (*KINDS, "digits")}
        return cls(sayings, wishes, phrases)

    def is_saying(self, text: str, kind: str, language: str) -> bool:
        """Says whether an utterance is one of the sayings of a kind, with or without small polite words."""
        plain = folded(text)
        known = self.sayings[language][kind]
        if plain in known:
            return True
        for word in _POLITE[language]:
            plain = plain.removeprefix(word).removesuffix(word)
        return bool(plain) and plain in known

    def wished_language(self, text: str, language: str) -> str | None:
        """The language a caller asks for; the wish may be in any language (`English please` in a Chinese call)."""
        plain = folded(text)
        for one in (language, *self.wishes):
            found = self.wishes[one].get(plain)
            if found is not None:
                return found
        return None

    def grammar(self, kind: str, language: str) -> list[str]:
        """Phrases for a recogniser that may hear nothing else.

        Args:
            kind: one of `KINDS`, `digits`, or `yes_no`.
        """
        kinds = ("yes", "no", "repeat", "wait", "human") if kind == "yes_no" else (kind,)
        return [phrase for one in kinds for phrase in self.phrases[language][one]]


def is_of_many_languages(text: str) -> bool:
    """Whether an utterance is a word that sounds the same in many languages, so that it tells nothing of the caller."""
    return folded(text) in _OF_MANY_LANGUAGES


def only_digits(text: str, language: str) -> str:
    """All digits of an utterance, spoken or in figures: for numbers that are asked for alone."""
    return "".join(run.digits for run in digit_runs(text, language))


def ends_in_digit(text: str, language: str) -> bool:
    """Says whether a digit, spoken or in figures, is the last word of an utterance."""
    runs = digit_runs(text, language)
    return bool(runs) and not folded(text[runs[-1].groups[-1].end :])


def chosen(text: str, choices: Sequence[str], language: str) -> int | None:
    """Which of the choices read out was meant: its name, or its place ("the second one"); None: none or several."""
    plain = folded(text)
    named = [at for at, choice in enumerate(choices) if folded(choice) and folded(choice) in plain]
    if len(named) == 1:
        return named[0]
    inside = [at for at, choice in enumerate(choices) if len(plain) >= 2 and plain in folded(choice)]
    if len(inside) == 1:
        return inside[0]
    places = _PLACES[language][: len(choices)]
    said = [at for at, words in enumerate(places) if any(folded(word) in plain for word in words)]
    if len(said) == 1:
        return said[0]
    digits = only_digits(text, language)
    return int(digits) - 1 if len(digits) == 1 and 1 <= int(digits) <= len(choices) else None


def place_words(language: str, count: int) -> list[str]:
    """How callers name one of so many choices by its place."""
    return [word for words in _PLACES[language][:count] for word in words]


_OF_MANY_LANGUAGES = frozenset(folded(one) for one in ("operator", "オペレーター", "오퍼레이터", "оператор"))
_PLACES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "zh": (("第一", "一号", "头一个"), ("第二", "二号"), ("第三", "三号"), ("第四", "四号"), ("第五", "五号")),
    "en": (("first", "number one"), ("second", "number two"), ("third", "number three"), ("fourth",), ("fifth",)),
    "ja": (
        ("一番目", "最初", "一つ目", "1番"), ("二番目", "二つ目", "2番"), ("三番目", "三つ目", "3番"), ("四番目",),
        ("五番目",),
    ),
    "ko": (
        ("첫 번째", "첫째", "일번"), ("두 번째", "둘째", "이번"), ("세 번째", "셋째", "삼번"), ("네 번째",),
        ("다섯 번째",),
    ),
    "ru": (
        ("первый", "первое", "первая"), ("второй", "второе", "вторая"), ("третий", "третье", "третья"),
        ("четвёрт", "четверт"), ("пятый", "пятое", "пятая"),
    ),
}  # fmt: skip
