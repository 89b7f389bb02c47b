"""Times in what citizens say: when it happened, since when, for how long; in five languages.

Something indefinite ("lately", "a while ago") is not found, and a date that does not exist means nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module

from language.found import Found
from language.normalize import lower, to_halfwidth
from language.time_facts import Facts, Moment, join, resolve
from language.time_rules import RuleTable

__all__ = ["Moment", "bare_times", "find_times", "resolve_time"]
_LONGEST_GAP = 16
_UNTIL = re.compile(r"\s?(?:到|至|-|~|から|まで|to|till|until|до|부터|에서)\s?")
_LONGEST_ANSWER = 200
_EDGES = {
    "zh": ("自从|打从|从|自", "就?开始|起|了"),
    "en": ("(?:in|on|at|around) ", ""),
    "ja": ("", "から(?!末)|まで|には?|も"),
    "ko": ("", "부터|까지|에는?|마다"),
    "ru": ("", ""),
}
"""Words that only tie a time to its sentence: "in June", 昨日から, 어제부터; they are no part of the time itself."""
_HABITS = {
    "zh": "每个?",
    "en": "every ",
    "ja": "毎",
    "ko": r"(?:매일|매주|매달|매년)\s?",
    "ru": r"кажд(?:ый|ую|ое)\s",
}
"""What makes a habit of the time behind it: "every Monday night"."""


@dataclass(frozen=True)
class _Phrase:
    facts: Facts
    start: int
    end: int


@lru_cache(maxsize=8)
def _table(language: str) -> RuleTable:
    name = language if language in ("zh", "en", "ja", "ko", "ru") else "zh"
    table: RuleTable = import_module(f"language.time_{name}").rules()
    return table


def find_times(text: str, language: str, now: datetime) -> list[Found]:
    """Find the time phrases of a text; words that belong together ("yesterday evening around 8") are one.

    Args:
        text: What was written or said.
        language: One of the five.
        now: Aware; what "today" is.

    Returns:
        In order of the text; the value is ISO 8601, see `Moment.isoformat`.
    """
    found = []
    for phrase in _phrases(text, language):
        if phrase.facts.weak:
            continue
        moment = resolve(phrase.facts, now)
        if moment is not None:
            found.append(Found("time", moment.isoformat(), phrase.start, phrase.end))
    return found


def bare_times(text: str, language: str, found: list[Found]) -> list[Found]:
    """Leave out what only ties a time to its sentence, and take in what makes a habit of it.

    Args:
        text: The text the times were found in.
        language: One of the five.
        found: What `find_times` gave.

    Returns:
        The same times; "in June" is "June", "Monday night" is "every Monday night" where that was said.
    """
    plain = lower(to_halfwidth(text))
    bare = []
    for one in found:
        start, end = _bare(plain, one.start, one.end, language)
        bare.append(replace(one, start=start, end=end))
    return bare


@lru_cache(maxsize=8)
def _edges(language: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    before, behind = _EDGES.get(language, ("", ""))
    habit = _HABITS.get(language, "")
    return re.compile(f"(?:{before})?"), re.compile(f"(?:{behind})$"), re.compile(f"(?<![a-z])(?:{habit})$")


def _bare(plain: str, start: int, end: int, language: str) -> tuple[int, int]:
    before, behind, habit = _edges(language)
    tied = before.match(plain, start, end)
    first = tied.end() if tied is not None else start
    last = behind.search(plain, first + 1, end)
    repeated = habit.search(plain[max(0, start - _LONGEST_GAP) : start]) if first == start else None
    first -= len(repeated.group()) if repeated is not None else 0
    return first, last.start() if last is not None and last.start() > first else end


def resolve_time(text: str, language: str, now: datetime) -> Moment | None:
    """Read the answer to "when?".

    Args:
        text: A form's answer: all its time words are read together ("at eight, I think, yesterday").
        language: One of the five.
        now: Aware; its zone is the zone of the answer.

    Returns:
        None when no time is said or there is no such date.
    """
    phrases = _phrases(text[:_LONGEST_ANSWER], language)
    if not phrases:
        return None
    gap = "" if len(phrases) != 2 else lower(to_halfwidth(text[phrases[0].end : phrases[1].start]))
    if len(phrases) == 2 and _is_range(phrases[0].facts, phrases[1].facts, gap):
        first, last = (resolve(phrase.facts, now) for phrase in phrases)
        return replace(first, end=last.start) if first and last and last.start > first.start else first
    whole: Facts | None = phrases[0].facts
    for phrase in phrases[1:]:
        whole = whole and join(whole, phrase.facts)
    if whole is not None:
        return resolve(whole, now)
    strong = [phrase for phrase in phrases if not phrase.facts.weak] or phrases
    return resolve(strong[0].facts, now)


def _phrases(text: str, language: str) -> list[_Phrase]:
    """Join neighbouring time words into phrases."""
    plain = lower(to_halfwidth(text))
    table = _table(language)
    phrases: list[_Phrase] = []
    words: list[_Phrase] = []

    def close() -> None:
        while words and words[-1].facts.opens:
            words.pop()
        if words and not (words[0].facts.since and not words[0].facts.opens and _says_only_since(words[0].facts)):
            facts: Facts | None = words[0].facts
            for word in words[1:]:
                facts = facts and join(facts, word.facts)
            if facts is not None:
                start, end = words[0].start, words[-1].end
                if phrases and _is_range(phrases[-1].facts, facts, plain[phrases[-1].end : start]):
                    facts = _same_day(phrases[-1].facts, facts)
                phrases.append(_Phrase(facts, start, end))
        words.clear()

    joined: Facts | None = None
    for start, end, facts in table.words(plain):
        gap = plain[words[-1].end : start] if words else ""
        both = None
        if words and joined is not None and len(gap) <= _LONGEST_GAP and table.connector.fullmatch(gap):
            both = None if facts.opens and joined.since else join(joined, facts)
        if both is None:
            close()
            both = facts
        words.append(_Phrase(facts, start, end))
        joined = both
    close()
    return phrases


def _is_range(first: Facts, last: Facts, gap: str) -> bool:
    """Tell whether two clock times are the beginning and the end of one stretch ("8 to 10", 8時から10時)."""
    if first.hour is None or last.hour is None:
        return False
    return _UNTIL.fullmatch(gap) is not None or (not gap.strip() and first.since is not None)


def _same_day(first: Facts, last: Facts) -> Facts:
    """Give the end of "yesterday 8 to 10" the day, and the part of the day, of its beginning."""
    day = replace(first, hour=None, minute=None, since=None, weak=False)
    if last.part is not None or last.meridiem is not None:
        day = replace(day, part=None, meridiem=None)
    return join(day, last) or last


def _says_only_since(facts: Facts) -> bool:
    return replace(facts, since=None, weak=False) == Facts()
