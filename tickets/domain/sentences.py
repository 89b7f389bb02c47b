"""Cuts what citizens and units write into sentences, with their places in the text.

It knows the marks of the five languages and numbered points; it does not judge what a sentence says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# A point ends a sentence before white space and a capital or the text's end only: "ул. Мира", "3.5" and "No. 7" do not.
_END = re.compile(r"[。！？!?；;\n]+|\.(?=\s+[A-ZА-ЯЁ가-힣\d]|\s*$)|(?<=[다요까죠])\.\s*")
_ABBREVIATED = re.compile(r"(?:\b(?:ул|г|д|кв|пр|стр|ст|п|No|Mr|Mrs|Ms|Dr|St|Art|tel|т))$", re.IGNORECASE)
_POINT = re.compile(r"(?:^|(?<=[\s：:，,]))(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十])[)）、.．](?!\d)|[①-⑩])\s*")


@dataclass(frozen=True)
class Sentence:
    """One sentence; `start` and `end` are offsets in the whole text."""

    text: str
    start: int
    end: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order, numbered points apart, without white space around them."""
    found: list[Sentence] = []
    for start, end in _pieces(text):
        cuts = [start, *(match.start() for match in _POINT.finditer(text, start, end)), end]
        for first, last in zip(cuts, cuts[1:], strict=False):
            piece = text[first:last]
            stripped = piece.strip()
            if any(character.isalnum() for character in stripped):
                at = first + len(piece) - len(piece.lstrip())
                found.append(Sentence(stripped, at, at + len(stripped)))
    return tuple(found)


def _pieces(text: str) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group() == "." and _ABBREVIATED.search(text[start : match.start()]):
            continue
        pieces.append((start, match.end()))
        start = match.end()
    pieces.append((start, len(text)))
    return pieces
