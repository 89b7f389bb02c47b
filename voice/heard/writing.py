"""One way of writing what was heard: no spaces in Chinese and Japanese, simplified characters in Chinese.

It changes the writing only, never a word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_WIDE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〆〇ー，。！？；：、（）"
_BETWEEN_WIDE = re.compile(rf"(?<=[{_WIDE}])[ \u3000]+(?=[{_WIDE}])")
_BESIDE_DIGIT = re.compile(rf"(?<=[{_WIDE}])[ \u3000]+(?=\d)|(?<=\d)[ \u3000]+(?=[{_WIDE}])")
_SPACES = re.compile(r"\s+")
_NARROW_MARK = re.compile(rf"(?<=[{_WIDE}])[,?!] ?")
_WIDE_MARKS = {",": "，", "?": "？", "!": "！"}


def rewrite(text: str, language: str) -> str:
    """Writes a transcript the way the language is written.

    Args:
        text: an engine's words.
        language: one of the five.
    """
    text = _SPACES.sub(" ", text).strip()
    if language in ("zh", "ja"):
        text = _BESIDE_DIGIT.sub("", _BETWEEN_WIDE.sub("", text))
        text = _NARROW_MARK.sub(lambda found: _WIDE_MARKS[found.group()[0]], text)
    if language == "zh":
        text = simplified(text)
    return text


def simplified(text: str) -> str:
    """Chinese in simplified characters (OpenCC's tables)."""
    return str(_converter().convert(text)) if not text.isascii() else text


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # deferred: reads its tables on first use

    return OpenCC("t2s")
