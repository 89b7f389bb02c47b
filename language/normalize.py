"""Full-width letters and digits as half-width ones, character by character, so that every offset stays valid.

Nothing is removed or added: one character in, one character out.
"""

from __future__ import annotations

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_WIDE.update(
    {
        0x3000: 0x20,  # ideographic space
        0x00A0: 0x20,
        0x202F: 0x20,
        0x2009: 0x20,
        0xFFE5: 0xA5,  # yen sign
        0xFE63: 0x2D,
        0x2010: 0x2D,
        0x2011: 0x2D,
        0x2012: 0x2D,
        0x2013: 0x2D,
        0x2014: 0x2D,
        0x2015: 0x2D,
        0x2212: 0x2D,
        0x2018: 0x27,
        0x2019: 0x27,
    }
)
_WIDE.update({ord(digit): ord("0") + i for i, digit in enumerate("٠١٢٣٤٥٦٧٨٩")})


def to_halfwidth(text: str) -> str:
    """Write full-width letters, digits, signs, dashes and spaces as ASCII; the length stays the same."""
    return text if text.isascii() else text.translate(_WIDE)


def split_words(text: str) -> list[str]:
    """Split a table of words that is written as one text."""
    return text.split()


def lower(text: str) -> str:
    """Lower-case a text without ever changing its length (a dotted capital I would become two characters)."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
