"""Whether an answer can be taken, per slot: pure functions from a text to `Accepted` or `Rejected`.

A rejection names the response that tells the citizen kindly what is wrong, with an example. Nothing is stored here,
and nothing of the citizen's text is thrown away by the callers when it is rejected.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from language.phones import normalize_phone, phone_problem
from language.times import resolve_time

NAME_LIMIT = 40
PLACE_LIMIT = 300
CLEAR_PLACE = {"zh": 6, "ja": 8, "ko": 8, "en": 16, "ru": 16}
"""A place of this many characters holds enough detail, even without a number."""
DESCRIPTION_LIMIT = 4000


@dataclass(frozen=True)
class Accepted:
    """The value to store, JSON-able."""

    value: Any


@dataclass(frozen=True)
class Rejected:
    """`response` is the key of what to say; `kept` is a value that counts when the same is said again."""

    response: str
    kept: Any = None


Verdict = Accepted | Rejected


def has_words(text: str) -> bool:
    """Whether there is any letter or digit: emoji and punctuation alone say nothing."""
    return any(unicodedata.category(character)[0] in "LN" for character in text)


def description(text: str) -> Verdict:
    """A description has at least two letters or digits and at most 4,000 characters."""
    if sum(unicodedata.category(character)[0] in "LN" for character in text) < 2:
        return Rejected("utter_invalid_description")
    return Accepted(text.strip()[:DESCRIPTION_LIMIT])


def place(text: str, language: str, surface: str | None, vague: bool) -> Verdict:
    """A place is taken with an entity or enough detail; "here" or "near my home" is unclear and asked once more.

    Args:
        text: the whole answer.
        language: its language, which decides how long a place must at least be without a number.
        surface: the words that were understood as a place, if any.
        vague: the answer is one of the sayings that name no place.
    """
    if not has_words(text):
        return Rejected("utter_invalid_location")
    words = text.strip()[:PLACE_LIMIT]
    clear = bool(surface) or any(character.isdigit() for character in words) or len(words) >= CLEAR_PLACE[language]
    if vague or not clear:
        return Rejected("utter_unclear_location", {"text": words, "unclear": True})
    return Accepted({"text": words, "unclear": False})


def moment(text: str, language: str, now: datetime) -> Verdict:
    """A time is resolved where possible and kept in words otherwise; the future is refused.

    Args:
        now: the present, aware, in the city's zone.
    """
    if not has_words(text):
        return Rejected("utter_invalid_time")
    found = resolve_time(text, language, now)
    if found is None:
        return Accepted({"text": text.strip()[:100], "at": None})
    if found.future:
        return Rejected("utter_future_time")
    return Accepted({"text": text.strip()[:100], "at": found.start.isoformat()})


_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .·・'’\-])*", re.UNICODE)


def name(text: str, surface: str | None) -> Verdict:
    """A name has letters of any script, spaces, dots, hyphens and apostrophes, and at most 40 characters."""
    said = (surface or text).strip().rstrip("。.!！,，、~～")
    if _NAME.fullmatch(said) is None or len(said) > NAME_LIMIT:
        return Rejected("utter_invalid_name")
    return Accepted(said)


def phone(text: str, language: str) -> Verdict:
    """A telephone number that can exist: Chinese mobile, landline with area code, or international with +."""
    number = normalize_phone(text, language)
    if number:
        return Accepted(number)
    problem = phone_problem(text, language) or "not_a_number"
    return Rejected(f"utter_invalid_phone_{problem}")
