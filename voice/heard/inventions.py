"""What recognisers invent where nothing was said: closing titles of films, one word over and over.

It judges a whole utterance only; a sentence that merely contains such words is kept.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_MOST_CHARACTERS_A_SECOND = 40.0
_DESCRIPTION = re.compile(r"[\[(（【*♪].{0,40}[\])）】*♪]")
_PUNCTUATION = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """The text without punctuation, spaces and case."""
    return _PUNCTUATION.sub("", text).casefold()


def is_invention(text: str, known: Collection[str], seconds: float) -> bool:
    """Says whether a transcript is an engine's invention.

    Args:
        text: everything that was "heard".
        known: sentences that the engine is known to invent in this language.
        seconds: length of the sound.
    """
    plain = folded(text)
    if not plain:
        return True
    if any(not plain.replace(one, "") for one in map(folded, known) if one):
        return True
    if _DESCRIPTION.fullmatch(text.strip()) or _shouted(text):
        return True
    return len(plain) / max(seconds, 0.1) > _MOST_CHARACTERS_A_SECOND or _repeats(plain)


def echoes_hints(text: str, hints: Sequence[str]) -> bool:
    """Says whether a transcript seems made of the hints instead of the sound: several of them, and little else."""
    plain = folded(text)
    said = [folded(hint) for hint in hints if len(folded(hint)) > 1]
    counts = [plain.count(hint) for hint in said]
    covered = sum(count * len(hint) for count, hint in zip(counts, said, strict=True))
    return sum(counts) >= 3 or (sum(counts) == 2 and covered > 0.7 * len(plain))


def _shouted(text: str) -> bool:
    """All in capitals, as subtitles describe sounds."""
    letters = [c for c in text if c.lower() != c.upper()]
    return len(letters) >= 8 and all(c.isupper() for c in letters)


def _repeats(plain: str) -> bool:
    """One to twelve characters, eight times in a row or more, and little else."""
    if len(plain) < 24:
        return False
    for size in range(1, 13):
        piece = plain[-size:]
        run = 0
        while plain.endswith(piece * (run + 1)):
            run += 1
        if run >= 8 and run * size >= 0.6 * len(plain):
            return not piece.isdigit()
    return False
