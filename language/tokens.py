"""Words of a text with their exact offsets: a Han character each, runs of kana, letters or digits, Korean eojeol.

No dictionary and no grammar: what a model learns from is left to the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005-\u3007\U00020000-\U0003134f"
_HIRAGANA = "\u3041-\u3096\u309d-\u309f"
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f"
_DIGITS = r"\d+(?:[.,:]\d+)*"
_WORD = rf"[^\W\d_{_HAN}{_HIRAGANA}{_KATAKANA}]+"
# The parts of a writing system; a mark above or below a letter stays with its word.
_MARKED = rf"(?:{_WORD}[\u0300-\u036f]*)+"


@dataclass(frozen=True)
class Token:
    """A word; `text` is the text between the offsets, unchanged."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=8)
def _pattern(language: str) -> re.Pattern[str]:
    if language in ("zh", "ja"):
        word = _MARKED
    elif language == "ko":
        word = rf"(?:{_WORD}|\d+(?=[\uac00-\ud7a3]))+"  # 3월, 20대: figures belong to their word
    else:
        word = rf"{_MARKED}(?:['’\-]{_MARKED}){{0,8}}"
    return re.compile(rf"[{_HAN}]|[{_HIRAGANA}]+|[{_KATAKANA}]+|{word}|{_DIGITS}")


def tokenize(text: str, language: str) -> list[Token]:
    """Split a text into words.

    Args:
        text: Any text.
        language: One of the five; a script of another language inside is split by that script's own rule.

    Returns:
        Tokens in order, without white space, punctuation and emoji.
    """
    return [Token(match.group(), match.start(), match.end()) for match in _pattern(language).finditer(text)]


def character_count(text: str) -> int:
    """Count the characters a person would count: white space, marks and joiners are none."""
    return len(_UNCOUNTED.sub("", text))


_UNCOUNTED = re.compile("[\\s\u0300-\u036f\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]")
