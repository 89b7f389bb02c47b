"""What a caller's words into a prompt are worth: a turn, or no more than a sign of listening.

Counted in characters, for each utterance by itself: a whole Chinese sentence is not one word, and five hums are no
words at all. It knows no sound and no time.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Protocol

from voice.endpointing import Expectation
from voice.heard.inventions import folded
from voice.heard.words import only_digits

_LEAST_CHARACTERS = {"zh": 2, "ja": 3, "ko": 2, "en": 4, "ru": 4}


class Sayings(Protocol):
    """What callers say to the line itself, by language (`voice.heard.words.CallerWords`)."""

    def is_saying(self, text: str, kind: str, language: str) -> bool: ...

    def wished_language(self, text: str, language: str) -> str | None: ...


class Weight(StrEnum):
    """What an utterance into a prompt is worth."""

    NOTHING = "nothing"
    BACKCHANNEL = "backchannel"
    TURN = "turn"


_SIGNS = re.compile(r"[,.!，。！、]")
_ASKED_FOR_YES = frozenset(("category",))
"""Fields that are asked for as "is it this?", though another answer than yes or no is as welcome."""
_TO_THE_LINE = ("human", "repeat", "wait", "goodbye")
_COMMANDS = ("stop", "human", "no", "wait", "repeat", "goodbye")


def weigh(text: str, expectation: Expectation, sayings: Sayings) -> Weight:
    """Weighs one utterance by its words.

    A saying like "wait" is a turn however short it is; "yes" is one only where yes or no was asked for; a repeated
    "嗯嗯嗯" is still no turn.
    """
    plain = folded(text)
    if not plain:
        return Weight.NOTHING
    language = expectation.language or "zh"
    if any(sayings.is_saying(text, command, language) for command in _COMMANDS):
        return Weight.TURN
    if sayings.wished_language(text, language):
        return Weight.TURN
    asked = expectation.kind == "yes_no" or expectation.slot in _ASKED_FOR_YES
    answers = asked and sayings.is_saying(text, "yes", language)
    if answers and len(set(plain)) > 1:  # a hum is no answer to a question that was not asked to its end
        return Weight.TURN
    if _is_backchannel(text, plain, language, sayings):
        return Weight.BACKCHANNEL
    if any(character.isdigit() for character in plain):
        return Weight.TURN
    return Weight.TURN if len(plain) >= _LEAST_CHARACTERS.get(language, 3) else Weight.BACKCHANNEL


def answers_fully(text: str, expectation: Expectation, sayings: Sayings) -> bool:
    """Whether an utterance leaves nothing to be said: a word to the line itself, a yes, all digits of a number.

    A no does not: what is right instead often follows it.
    """
    language, plain = expectation.language, folded(text)
    if language is None or not plain:
        return False
    if any(sayings.is_saying(text, command, language) for command in _TO_THE_LINE):
        return True
    if expectation.is_full(only_digits(text, language)):
        return True
    asked = expectation.kind == "yes_no" or expectation.slot in _ASKED_FOR_YES
    offered = asked or plain in {folded(phrase) for phrase in expectation.grammar}
    if not offered or len(set(plain)) < 2:  # a hum is no answer yet
        return False
    parts = [part for part in _SIGNS.split(text) if part.strip()]
    return all(sayings.is_saying(part, "yes", language) for part in parts)


def _is_backchannel(text: str, plain: str, language: str, sayings: Sayings) -> bool:
    """One backchannel, or several in a row and nothing else."""
    if sayings.is_saying(text, "backchannel", language):
        return True
    words = text.replace("，", " ").replace("。", " ").replace(",", " ").replace("、", " ").split()
    if len(words) > 1:
        return all(_is_backchannel(word, folded(word), language, sayings) for word in words)
    for size in range(1, len(plain) // 2 + 1):
        if len(plain) % size == 0 and plain == plain[:size] * (len(plain) // size):
            return sayings.is_saying(plain[:size], "backchannel", language)
    return False
