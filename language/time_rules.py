"""How time words are recognised: a rule is a pattern and what it says; a language is an ordered table of rules.

The first rule that matches at a place wins, so longer words stand first. Every repetition is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from language.numbers import parse_number
from language.time_facts import Facts

Build = Callable[["re.Match[str]"], "Facts | None"]
_NAMED_GROUP = re.compile(r"\(\?P<[a-z_0-9]+>")


@dataclass(frozen=True)
class Rule:
    """A pattern with named groups, and what a match says (None: nothing after all)."""

    pattern: str
    build: Build

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled on first use."""
        return re.compile(self.pattern)


class RuleTable:
    """The time words of one language.

    Args:
        rules: Longest words first.
        connector: What may stand between two words of one phrase.
    """

    def __init__(self, rules: list[Rule], connector: str) -> None:
        self._rules = [*rules]
        self.connector = re.compile(connector)

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile(
            "|".join(f"(?P<r{i}>{_NAMED_GROUP.sub('(?:', r.pattern)})" for i, r in enumerate(self._rules))
        )

    def words(self, text: str) -> Iterator[tuple[int, int, Facts]]:
        """Yield (start, end, facts) of each time word in lower-case, half-width text."""
        for match in self._any.finditer(text):
            rule = self._rules[int(str(match.lastgroup)[1:])]
            inner = rule.compiled.match(text, match.start())
            facts = rule.build(inner) if inner is not None else None
            if facts is not None and inner is not None:
                yield match.start(), inner.end(), facts


def words(table: dict[str, Facts], before: str = "", after: str = "") -> Rule:
    """Make one rule of a table of fixed words."""
    alternatives = "|".join(re.escape(word) for word in sorted(table, key=len, reverse=True))
    return Rule(f"{before}(?P<word>{alternatives}){after}", lambda match: table[match["word"]])


def number(text: str | None, language: str) -> int | None:
    """Read a whole number of a time word, None for none."""
    if not text:
        return None
    value = parse_number(text, language)
    return None if value is None or value != value.to_integral_value() or value > 10**6 else int(value)


def amount(text: str, language: str) -> float | None:
    """Read an amount of time units, such as 3 or 1.5."""
    value: Decimal | None = parse_number(text, language)
    return None if value is None or value > 10**5 else float(value)


def calendar(year: str | None, month: str | None, day: str | None) -> Facts | None:
    """Make facts of figures; a year of two figures is of this century, an impossible date is kept and refused later."""
    return Facts(
        year=None if year is None else int(year) + (2000 if len(year) == 2 else 0),
        month=None if month is None else int(month),
        day=None if day is None else int(day),
    )


_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![\d.,/:+\-])", r"(?![\d]|[.,:/\-]\d)"


def _iso(match: re.Match[str]) -> Facts | None:
    facts = calendar(match["year"], match["month"], match["day"])
    if facts is None or match["hour"] is None:
        return facts
    return replace(facts, hour=int(match["hour"]), minute=int(match["minute"]))


def _clock(match: re.Match[str]) -> Facts | None:
    meridiem = match["meridiem"]
    if int(match["hour"]) > 24 or int(match["minute"]) > 59:
        return None
    return Facts(
        hour=int(match["hour"]),
        minute=int(match["minute"]),
        meridiem=None if meridiem is None else "am" if meridiem[0] == "a" else "pm",
    )


def _hour_am_pm(match: re.Match[str]) -> Facts | None:
    if not 1 <= int(match["hour"]) <= 12:
        return None
    return Facts(hour=int(match["hour"]), meridiem="am" if match["meridiem"][0] == "a" else "pm")


def _slashed(day_first: bool) -> Build:
    def build(match: re.Match[str]) -> Facts | None:
        first, second = match["first"], match["second"]
        year = match["year"] if "year" in match.re.groupindex else None
        if (first, second) == ("24", "7"):
            return None
        swap = day_first or int(first) > 12
        facts = calendar(year, second if swap else first, first if swap else second)
        # in Russian 13/1 is a house sooner than a day
        return replace(facts, weak=True) if facts is not None and day_first and year is None else facts

    return build


def common_rules(day_first: bool) -> list[Rule]:
    """Figures that are read alike everywhere; `day_first` says how 3/11 is read."""
    y, d = _NO_DIGIT_BEFORE, _NO_DIGIT_AFTER
    return [
        Rule(
            rf"{y}(?P<year>20\d\d)(?P<sep>[\-/.])(?P<month>\d{{1,2}})[\-/.](?P<day>\d{{1,2}})(?!\d)"
            r"(?:[t ]{1,2}(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?!\d))?",
            _iso,
        ),
        Rule(rf"{y}(?P<first>\d{{1,2}})\.(?P<second>\d{{1,2}})\.(?P<year>20\d\d){d}", _slashed(True)),
        Rule(rf"{y}(?P<first>[0-3]\d)\.(?P<second>[01]\d)\.(?P<year>\d\d){d}", _slashed(True)),
        Rule(rf"{y}(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})/(?P<year>20\d\d){d}", _slashed(day_first)),
        Rule(
            r"(?<![\d.,/+\-])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?![\d:])(?: ?(?P<meridiem>[ap]\.?m\b\.?))?",
            _clock,
        ),
        Rule(rf"{y}(?P<hour>\d{{1,2}}) ?(?P<meridiem>[ap]\.?m\b\.?)", _hour_am_pm),
        Rule(rf"(?<![\d.,/:+\-a-z])(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}}){d}(?!/)", _slashed(day_first)),
    ]
