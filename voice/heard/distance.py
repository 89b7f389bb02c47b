"""How far a transcript is from what was said: the character error rate.

Punctuation, spaces and case do not count; ё is е. Numbers are compared as they are written.
"""

from __future__ import annotations

from voice.heard.inventions import folded


def character_error(said: str, heard: str) -> float:
    """Edits that turn what was heard into what was said, as a share of the characters said (Levenshtein)."""
    one, other = (folded(text).replace("ё", "е") for text in (said, heard))
    if not one:
        return 0.0 if not other else 1.0
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], at
        for to, second in enumerate(other, 1):
            diagonal, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, diagonal + (letter != second))
    return row[-1] / len(one)
