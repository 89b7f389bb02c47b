"""Which language outside the five a text is in, when that is certain enough to tell the citizen.

It never guesses for the sake of an answer: None means "treat it as one of the five". langdetect is asked only for
long Latin or Cyrillic texts without a sign of English or Russian, because on short ones it calls `hello` Finnish.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from language.english_words import COMMON_WORDS, FUNCTION_WORDS, NEUTRAL_WORDS
from language.foreign_words import (
    CYRILLIC_FUNCTION_WORDS,
    CYRILLIC_LETTERS,
    GREETINGS,
    LATIN_FUNCTION_WORDS,
    LATIN_LETTERS,
    PINYIN_SYLLABLE,
    RUSSIAN_WORDS,
    SHARED_CYRILLIC,
)

_PINYIN = re.compile(PINYIN_SYLLABLE + "{1,6}")
_SCRIPTS: tuple[tuple[str, int, int], ...] = (
    ("el", 0x370, 0x3FF), ("el", 0x1F00, 0x1FFF), ("hy", 0x530, 0x58F), ("he", 0x590, 0x5FF), ("ar", 0x600, 0x77F),
    ("ar", 0xFB50, 0xFDFF), ("ar", 0xFE70, 0xFEFC), ("hi", 0x900, 0x97F), ("bn", 0x980, 0x9FF), ("pa", 0xA00, 0xA7F),
    ("gu", 0xA80, 0xAFF), ("or", 0xB00, 0xB7F), ("ta", 0xB80, 0xBFF), ("te", 0xC00, 0xC7F), ("kn", 0xC80, 0xCFF),
    ("ml", 0xD00, 0xD7F), ("si", 0xD80, 0xDFF), ("th", 0xE00, 0xE7F), ("lo", 0xE80, 0xEFF), ("bo", 0xF00, 0xFFF),
    ("my", 0x1000, 0x109F), ("ka", 0x10A0, 0x10FF), ("am", 0x1200, 0x137F), ("km", 0x1780, 0x17FF),
    ("mn", 0x1800, 0x18AF), ("ii", 0xA000, 0xA4CF),
)  # fmt: skip
_RUSSIAN_LETTERS = frozenset("ыэъё")
_WITH_RUSSIAN_LETTERS = frozenset({"be", "bg", "kk", "mn"})
_SEEDS = (0, 12345)
_LOADING = threading.Lock()
_CERTAIN = 0.99
_FEWEST_LETTERS, _FEWEST_WORDS = 20, 4
# English mixed with names and typing errors is what langdetect takes for these; three words of theirs are wanted then.
_SUSPICIOUS = frozenset(
    {"af", "ca", "cy", "da", "et", "fi", "hr", "lt", "lv", "nl", "no", "sk", "sl", "so", "sq", "sw", "tl"}
)


def by_script(letters: str) -> str | None:
    """Name the language of letters in a script that none of the five uses.

    Args:
        letters: Only letters of such scripts, in the order of the text.

    Returns:
        An ISO 639-1 code, None when there is no letter.
    """
    counts: Counter[str] = Counter()
    for letter in letters:
        point = ord(letter)
        for language, first, last in _SCRIPTS:
            if first <= point <= last:
                counts[language] += 1
                break
    if not counts:
        return None
    language = counts.most_common(1)[0][0]
    return _arabic_script(letters) if language == "ar" else language


def _arabic_script(letters: str) -> str:
    for language, telling in (("ug", "ەېۆۈۇۋڭ"), ("ur", "ٹڈڑںےھ"), ("fa", "پچژگکی")):
        if any(letter in telling for letter in letters):
            return language
    return "ar"


def by_cyrillic(words: Sequence[str]) -> str | None:
    """Name the language of Cyrillic words when it is surely not Russian."""
    lowered = [word.lower() for word in words]
    letters = set("".join(lowered))
    russian = sum(
        (word in RUSSIAN_WORDS and word not in SHARED_CYRILLIC) or bool(set(word) & _RUSSIAN_LETTERS)
        for word in lowered
    )
    for language, telling in CYRILLIC_LETTERS:
        if all(letters & set(group) for group in telling.split("+")):
            own = set(telling) | (set("ії") if language == "uk" else set())
            marked = sum(bool(set(word) & own) for word in lowered)
            # a Ukrainian name in a Russian sentence does not make the sentence Ukrainian
            return language if marked > russian else None
    hits = {
        language: len({w for w in lowered if w in known and w not in RUSSIAN_WORDS})
        for language, known in CYRILLIC_FUNCTION_WORDS.items()
    }
    best = max(hits, key=lambda language: hits[language])
    if len(lowered) <= 2 and (greeting := GREETINGS.get(lowered[0])):
        return greeting
    if (
        hits[best] >= 2
        and (best in _WITH_RUSSIAN_LETTERS or not letters & _RUSSIAN_LETTERS)
        and hits[best] * 2 > russian
    ):
        return best
    if russian or not _long_enough(lowered):
        return None
    guess = _langdetect(" ".join(words))
    return guess if guess in {"uk", "bg", "mk"} and hits.get(guess, 1) else None


def by_latin(words: Sequence[str], text: str) -> str | None:
    """Name the language of Latin words when it is surely not English.

    Args:
        words: The Latin words of the text.
        text: The text they stand in (marks such as the inverted question mark are looked up there).
    """
    lowered = [unicodedata.normalize("NFC", word.lower().replace("’", "'")) for word in words]
    english = sum(word in FUNCTION_WORDS for word in lowered)
    common = sum(word in COMMON_WORDS or word in NEUTRAL_WORDS for word in lowered)
    marks = Counter(
        language for letter in set(text.lower()) if not letter.isascii() for language in LATIN_LETTERS.get(letter, ())
    )
    distinct = set(lowered)
    scores: dict[str, float] = {}
    for language, known in LATIN_FUNCTION_WORDS.items():
        hits = distinct & known
        sure = sum(1.0 if word not in FUNCTION_WORDS and word not in COMMON_WORDS else 0.25 for word in hits)
        scores[language] = sure + (min(marks[language], 3) * 0.8 if sure or marks[language] > 1 else 0)
    best = max(scores, key=lambda language: scores[language])
    against = english + 0.5 * common
    if len(lowered) <= 3 and not english:
        greeting = next((GREETINGS[word] for word in lowered if word in GREETINGS), None)
        if greeting is not None:
            return greeting
    if scores[best] >= 1.8 and scores[best] > against * 1.2 and scores[best] * 5 >= len(distinct):
        tied = [language for language, score in scores.items() if score == scores[best]]
        if len(tied) > 1 and _long_enough(lowered):
            guess = _langdetect(" ".join(words))
            return guess if guess in tied else best
        return best
    speech = sum(word[0].islower() for word in words) * 2 >= len(words)  # names and addresses have capitals
    if not speech or english or common * 3 > len(lowered) or not _long_enough(lowered) or is_pinyin(lowered):
        return None
    guess = _langdetect(" ".join(words))
    if guess is None or guess == "en" or guess in _SUSPICIOUS and scores.get(guess, 0) < 1:
        return None
    return guess


def is_pinyin(words: Sequence[str]) -> bool:
    """Tell whether Latin words can all be read as Chinese written in pinyin."""
    return all(_PINYIN.fullmatch(word.lower()) is not None for word in words if len(word) < 30)


def _long_enough(words: Sequence[str]) -> bool:
    return len(words) >= _FEWEST_WORDS and sum(map(len, words)) >= _FEWEST_LETTERS


def _langdetect(text: str) -> str | None:
    """Ask langdetect twice with fixed seeds; an answer counts when both are the same and certain."""
    no_features = import_module("langdetect.lang_detect_exception").LangDetectException
    answers = set()
    for seed in _SEEDS:
        with _LOADING:
            factory = _factory()
        factory.set_seed(seed)
        detector = factory.create()
        detector.append(text[:600])
        try:
            ranked = detector.get_probabilities()
        except no_features:
            return None
        if not ranked or ranked[0].prob < _CERTAIN:
            return None
        answers.add(ranked[0].lang)
    answer = answers.pop()
    return None if answers else str(answer)[:2]


def warm_up() -> None:
    """Loads what the first doubtful text would wait for; safe in a thread."""
    with _LOADING:
        _factory()


@lru_cache(maxsize=1)
def _factory() -> Any:
    """Load langdetect's profiles once, on first use (a third of a second)."""
    detector_factory = import_module("langdetect.detector_factory")
    factory = detector_factory.DetectorFactory()
    factory.load_profile(detector_factory.PROFILES_DIRECTORY)
    return factory
