"""What a citizen's words say about an outcome: a score, satisfied or not, solved or not; by closed word lists.

It guesses nothing: what the lists do not hold is None. The negative lists are read first, since "not solved" holds
"solved".
"""

from __future__ import annotations

import re

from actions.words import Words
from language.normalize import to_halfwidth

_SCORE = re.compile(r"(?<![\d.])[1-5](?![\d.%])")


def judgement(text: str, words: Words) -> tuple[int | None, bool | None]:
    """Gives the score (1 to 5) and whether the citizen is satisfied, each None where the words do not tell."""
    found = _SCORE.search(to_halfwidth(text))
    score = int(found.group()) if found else None
    if words.contains("dissatisfied", text):
        return score, False
    if words.contains("satisfied", text):
        return score, True
    return score, None


def solved(text: str, words: Words) -> bool | None:
    """Whether the matter is solved, None where the words do not tell."""
    if words.contains("unsolved", text):
        return False
    return True if words.contains("solved", text) else None
