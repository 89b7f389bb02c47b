"""What a language module gives: how it says each kind of thing that is written in figures.

`rules.py` finds the things; the languages only say them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Date:
    """A calendar day; `year` and `day` may be missing."""

    year: int | None
    month: int
    day: int | None


@dataclass(frozen=True)
class Clock:
    """A time of day."""

    hour: int
    minute: int


Substitution = tuple[re.Pattern[str], "str | Callable[[re.Match[str]], str]"]


@dataclass(frozen=True)
class Speech:
    """How one language speaks figures.

    Attributes:
        date: says a day; the second argument is the text before it.
        clock: says a time; the second argument is the text before it.
        number: says a whole number; the arguments are the text before and behind it.
        decimal: says a fraction: whole part, digits behind the point.
        joint: between the two ends of a range of times or numbers.
        first: substitutions before anything is read (abbreviations, units that stand behind figures).
        last: substitutions on what is left.
    """

    date: Callable[[Date, str], str]
    clock: Callable[[Clock, str], str]
    number: Callable[[int, str, str], str]
    decimal: Callable[[str, str], str]
    joint: str
    first: Sequence[Substitution] = field(default=())
    last: Sequence[Substitution] = field(default=())


def substitute(text: str, substitutions: Sequence[Substitution]) -> str:
    """Carries out substitutions in order."""
    for pattern, replacement in substitutions:
        text = pattern.sub(replacement, text)
    return text
