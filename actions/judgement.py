"""What a citizen's words say about an outcome: a score, satisfied or not, solved or not; by closed word lists.

It guesses nothing: what the lists do not hold is None. The negative lists are read first, since "not solved" holds
"solved".
"""

from __future__ import annotations

import re

from actions.words import Words
from language.normalize import to_halfwidth

_COUNTED = (
    "天|日|个(?!星)|分钟|小时|点钟|周|星期|月|年|次|遍|趟|号|楼|盏|人|户|家|"
    "時間|か月|ヶ月|カ月|週|回|度も|人|台|"
    "일|시간|개월|달|주|번이나|번째|차례|명|"
    "minutes?|hours?|days?|weeks?|months?|years?|times|calls?|people|"
    "минут|час|дн|день|недел|месяц|год|раз"
)
_SCORE = re.compile(rf"(?<![\d.:：/第])[1-5](?![\d.:：%])(?!\s*(?:{_COUNTED}))", re.IGNORECASE)
"""A number that counts days, calls or lamps judges nothing."""


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
