"""Which of the five languages a text is in, decided by script first and sticky within a conversation.

Names, addresses, numbers and brands are no reason to change a conversation's language, so they never do. Languages
outside the five are only named (`Identified.other`); answering in them is not attempted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from language import foreign, scripts
from language.english_words import (
    COMMON_WORDS,
    ENGLISH_WORDS,
    FUNCTION_WORDS,
    NEUTRAL_WORDS,
)

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
DEFAULT_LANGUAGE = "zh"

_CHINESE_PLACE_OR_NAME = re.compile(
    "(?:[\\w\\s,，、.·\\-–—#()（）]{1,40})?"
    "(?:[路街道号號区區楼樓室栋棟市省县縣镇鎮村巷弄门門站园園苑院寺桥橋港湾灣城店]|小区|花园|广场|廣場|大厦|大廈|单元)"
    "[0-9A-Za-z\\s,，.\\-–—#()（）号室层]{0,8}"
)


@dataclass(frozen=True)
class Identified:
    """What a text was found to be in.

    Attributes:
        language: One of `LANGUAGES`: what to answer in.
        other: ISO 639-1 code of a language outside the five when the text is surely in it.
        sure: False when the text gave no or weak evidence and the language was kept or assumed.
    """

    language: str
    other: str | None
    sure: bool


def identify(text: str, current: str | None = None, hint: str | None = None) -> Identified:
    """Say which language a text is in.

    Args:
        text: What the citizen wrote or said.
        current: The conversation's language so far; kept when the text carries no or weak evidence.
        hint: A decision already taken (the citizen's choice, the gateway's metadata); it always wins.

    Returns:
        The language to answer in, and a language outside the five when the text is in one.
    """
    if current not in LANGUAGES:
        current = None
    found = _from_text(text, current)
    if hint in LANGUAGES:
        return Identified(str(hint), found.other, True)
    return found


def _from_text(text: str, current: str | None) -> Identified:
    text = scripts.without_links(text)
    text = text if text.isascii() else scripts.without_quotations(text)
    count = scripts.count_scripts(text)
    weights = {
        "han": float(count.han + count.kana),
        "hangul": 1.3 * count.hangul,
        "cyrillic": 2.0 * len(count.cyrillic_words),
        "latin": sum(map(_latin_weight, count.latin_words)),
        "foreign": 0.6 * len(count.foreign),
    }
    if count.han and not count.kana and not scripts.chinese_words(text):
        weights["han"] *= 0.5  # a name or an address that others write in Han characters too
    strongest = max(weights, key=lambda script: weights[script])
    if weights[strongest] == 0:
        return Identified(current or DEFAULT_LANGUAGE, None, False)
    if count.hangul and strongest == "han" and not count.kana and count.hangul * 2 >= count.han:
        strongest = "hangul"  # Korean with hanja
    if strongest == "foreign":
        return Identified("en", foreign.by_script(count.foreign), True)
    if strongest == "hangul":
        return Identified("ko", None, True)
    if strongest == "cyrillic":
        return Identified("ru", foreign.by_cyrillic(count.cyrillic_words), True)
    if strongest == "latin":
        return _latin(text, count, current)
    return _han(text, count, current)


def _latin_weight(word: str) -> float:
    """Weigh a Latin word against one Han character: speech more, names and brands less."""
    lowered = word.lower()
    if lowered in NEUTRAL_WORDS or len(word) == 1:
        return 0.6
    if lowered in FUNCTION_WORDS or lowered in COMMON_WORDS:
        return 2.5
    return 1.0 if not word.islower() else 1.5


def _latin(text: str, count: scripts.ScriptCount, current: str | None) -> Identified:
    words = count.latin_words
    other = foreign.by_latin(words, text)
    if other is not None:
        return Identified("en", other, True)
    lowered = [word.lower().replace("’", "'") for word in words]
    speech = [word for word in lowered if word in ENGLISH_WORDS and word not in NEUTRAL_WORDS and len(word) > 1]
    greeting = len(words) <= 3 and any(word in {"hello", "hi", "hey"} for word in lowered)
    if greeting or len(speech) * 8 >= len(words) and speech:
        return Identified("en", None, True)
    if current is not None and (count.han or len(words) <= 12 or foreign.is_pinyin(lowered)):
        return Identified(current, None, current == "en")
    return Identified("en", None, len(words) > 3 and not foreign.is_pinyin(lowered))


def _han(text: str, count: scripts.ScriptCount, current: str | None) -> Identified:
    words = scripts.chinese_words(text)
    only_chinese = scripts.chinese_only(text)
    if count.kana:
        # one の in a Chinese shop name, or one quoted word, does not make a Chinese sentence Japanese
        chinese = 3 * only_chinese + words
        if (words or count.kana == 1) and chinese >= 3 and chinese > 2 * count.kana:
            return Identified("zh", None, True)
        return Identified("ja", None, True)
    only_japanese = scripts.japanese_only(text)
    if only_japanese > only_chinese + (words > 1):
        return Identified("ja", None, True)
    if current == "ja":
        # an address in simplified characters is no Chinese speech; a sentence with "you" or "is it" is
        spoken = only_chinese >= 1 and words >= 1 and not only_japanese
        return Identified("zh", None, True) if spoken else Identified("ja", None, False)
    if current in ("en", "ko", "ru") and not words and count.han <= 2 and any(c.isdigit() for c in text):
        return Identified(str(current), None, False)  # a plate, a house number
    if current in ("en", "ko", "ru") and not words and _CHINESE_PLACE_OR_NAME.fullmatch(text.strip()):
        return Identified(str(current), None, False)
    return Identified("zh", None, bool(only_chinese or words or count.han >= 5))
