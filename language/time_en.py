"""English time words: yesterday evening around 8, last Tuesday, the 3rd of November, for three days, since Monday.

A table of rules for `times.py`; it resolves nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from language.normalize import split_words
from language.time_facts import Facts, Part, Unit
from language.time_rules import (
    Rule,
    RuleTable,
    amount,
    calendar,
    common_rules,
    number,
    words,
)

_ONES = "one|two|three|four|five|six|seven|eight|nine"
_SMALL = (
    rf"(?:(?:twenty|thirty|forty|fifty)(?:[ \-](?:{_ONES}))?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    rf"|seventeen|eighteen"
    rf"|nineteen|{_ONES})"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:january|february|march|april|june|july|august|september|october|november|december|may"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_SHORT_WEEKDAY = r"(?:mon|tues?|wed|thur?s?|fri|sat|sun)\b\.?"
_UNITS: dict[str, Unit] = {
    "min": "minute",
    "hou": "hour",
    "hr": "hour",
    "day": "day",
    "wee": "week",
    "mon": "month",
    "yea": "year",
}
_UNIT = r"(?P<unit>min(?:ute)?s?|hours?|hrs?|days?|weeks?|months?|years?)\b"
_AMOUNT = (
    rf"(?P<amount>\d{{1,4}}(?:\.\d)?|{_SMALL}|half an?|a couple(?: of)?|a few|several|an?)"
    r"(?P<half> and a half)?(?: (?:whole|full|more|or (?:two|three|so)))?"
)
_ORDINALS = split_words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third "
    "twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_ORDINAL = "|".join(sorted((o.replace("-", "[ -]") for o in _ORDINALS), key=len, reverse=True))
_DAY = rf"(?P<day>\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL})\b"
_YEAR = r"(?:,? (?P<year>20\d\d))?(?![\d])"
_PARTS: dict[str, Part] = {
    "early morning": "morning", "early in the morning": "morning", "in the morning": "morning", "morning": "morning",
    "in the afternoon": "afternoon", "afternoon": "afternoon", "in the evening": "evening", "evening": "evening",
    "late at night": "night", "at night": "night", "night": "night", "during the night": "night",
    "in the night": "night",
    "around noon": "noon",
}  # fmt: skip
_AFTER_HOUR = (
    r"(?= ?(?:$|[.,;!?)]|o'?clock|in the|at night|yesterday|today|tonight|last|this|on\b|and\b|or\b|when|until|till"
    r"|to \d|from"
    r"|every|because|but|the\b|there|my\b|i\b|we\b|it\b|-))"
)
_CLOCK_HOUR = rf"(?P<hour>\d{{1,2}}|{_SMALL})"
_BEHIND_PART = "(?:(?<=morning )|(?<=afternoon )|(?<=evening )|(?<=night )|(?<=yesterday )|(?<=today ))"
_COUNTED = "(?:yuan|people|cars?|times|minutes?|hours?|days?|weeks?|months?|years?|of|or)\\b"
_ABOUT = r"(?:at )?(?:about|around|approximately|roughly|almost|nearly|before|after|by|at|@)"


def _day_number(text: str) -> int:
    text = text.replace(" ", "-")
    return _ORDINALS.index(text) + 1 if text in _ORDINALS else int(re.sub(r"\D", "", text))


def _month(match: re.Match[str]) -> Facts | None:
    month = str(_MONTHS.index(match["month"][:3]) + 1)
    year = match["year"]
    day = match["day"] if "day" in match.re.groupindex else None
    return calendar(year, month, None if day is None else str(_day_number(day)))


def _length(match: re.Match[str]) -> tuple[float, Unit] | None:
    unit = next(unit for start, unit in _UNITS.items() if match["unit"].startswith(start))
    text = match["amount"]
    vague = {"a": 1, "an": 1, "half a": 0.5, "half an": 0.5, "a couple": 2, "a couple of": 2, "a few": 3, "several": 3}
    value = vague[text] if text in vague else amount(text, "en")
    if value is None:
        return None
    value += 0.5 if match["half"] else 0
    return (15, "day") if unit == "month" and value == 0.5 else (value, unit)


def _ago(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=length)


def _later(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(ago=(-length[0], length[1]))


def _span(match: re.Match[str]) -> Facts | None:
    length = _length(match)
    return None if length is None else Facts(span=length)


def _last_unit(match: re.Match[str]) -> Facts:
    shift = {"last": -1, "past": -1, "this": 0, "next": 1}[match["shift"]]
    if match["unit"] == "week":
        return Facts(week_shift=shift)
    return Facts(month_shift=shift) if match["unit"] == "month" else Facts(year_shift=shift)


def _weekday(match: re.Match[str]) -> Facts:
    rule = match["rule"]
    day = _WEEKDAYS.index(match["day"][:3])
    if rule is None or rule.startswith("this"):
        return Facts(weekday=day)
    return Facts(weekday=day, weekday_rule="next" if rule.startswith("next") else "last")


def _hour(match: re.Match[str]) -> Facts | None:
    hour = number(match["hour"], "en")
    minute = number(match["minute"], "en") if "minute" in match.re.groupindex else None
    if hour is None or hour > 24 or (minute or 0) > 59:
        return None
    meridiem = match["meridiem"] if "meridiem" in match.re.groupindex else None
    weak = "strong" not in match.re.groupindex and meridiem is None
    half: Literal["am", "pm"] | None = None if meridiem is None else "am" if meridiem[0] == "a" else "pm"
    return Facts(hour=hour, minute=minute, meridiem=half, weak=weak)


def _past_or_to(match: re.Match[str]) -> Facts | None:
    hour, named = number(match["hour"], "en"), match["minutes"]
    minutes = {"half": 30, "quarter": 15, "a quarter": 15}.get(named) or number(named, "en")
    if hour is None or minutes is None or not 1 <= hour <= 12 or minutes > 59:
        return None
    if match["way"] in ("to", "before", "of"):
        return Facts(hour=(hour - 1) or 12, minute=60 - minutes)
    return Facts(hour=hour, minute=minutes)


@lru_cache(maxsize=1)
def rules() -> RuleTable:
    """Make the table on first use."""
    parts = {word: Facts(part=part, weak=True) for word, part in _PARTS.items()}
    shifted: dict[str, Facts] = {}
    for name, shift in (("this", 0), ("yesterday", -1), ("tomorrow", 1)):
        for part in ("morning", "afternoon", "evening", "night"):
            shifted[f"{name} {part}"] = Facts(day_shift=shift, part=part)
    shifted |= {
        "last night": Facts(day_shift=-1, part="evening"), "last evening": Facts(day_shift=-1, part="evening"),
        "tonight": Facts(day_shift=0, part="evening"), "the night before last": Facts(day_shift=-2, part="evening"),
        "the day before yesterday": Facts(day_shift=-2), "day before yesterday": Facts(day_shift=-2),
        "the day after tomorrow": Facts(day_shift=2), "day after tomorrow": Facts(day_shift=2),
        "yesterday": Facts(day_shift=-1), "today": Facts(day_shift=0), "tomorrow": Facts(day_shift=1),
        "just now": Facts(instant=True), "a moment ago": Facts(instant=True),
        "right now": Facts(instant=True, weak=True),
        "now": Facts(instant=True, weak=True), "noon": Facts(hour=12, meridiem="pm"),
        "at noon": Facts(hour=12, meridiem="pm"),
        "midday": Facts(hour=12, meridiem="pm"), "at midnight": Facts(hour=0), "midnight": Facts(hour=0),
    }  # fmt: skip
    return RuleTable(
        [
            *common_rules(day_first=False),
            Rule(rf"\b{_AMOUNT} {_UNIT} (?:ago|back|earlier)\b", _ago),
            Rule(rf"\bin {_AMOUNT} {_UNIT}(?! of)", _later),
            Rule(
                rf"\b(?:for|over|lasting|more than|at least)(?: the)?(?: (?:about|around|almost|nearly|over|more than"
                rf"|already|last|past|at least)){{0,2}} {_AMOUNT} {_UNIT}",
                _span,
            ),
            Rule(rf"\b(?:the )?(?:last|past) {_AMOUNT} {_UNIT}", _span),
            Rule(
                rf"\b(?:already )?{_AMOUNT} {_UNIT} (?:now|already|straight|in a row|running)\b|\balready "
                rf"{_AMOUNT.replace('amount', 'amount2').replace('half', 'half2')} {_UNIT.replace('unit', 'unit2')}",
                _span_either,
            ),
            Rule(rf"\b(?:on )?(?:the )?{_DAY} (?:of )?(?P<month>{_MONTH}){_YEAR}", _month),
            Rule(rf"\b(?:on )?(?P<month>{_MONTH}) (?:the )?{_DAY}{_YEAR}", _month),
            Rule(
                r"\b(?:in )?(?P<month>january|february|april|june|july|august|september|october|november|december)\b"
                r"(?: (?P<year>20\d\d))?",
                _month,
            ),
            Rule(r"\bin (?P<month>march|may)\b(?: (?P<year>20\d\d))?", _month),
            Rule(r"\bin (?P<year>20\d\d)\b", lambda m: calendar(m["year"], None, None)),
            Rule(
                r"\b(?:on )?the (?P<day>\d{1,2}(?:st|nd|rd|th))\b"
                r"(?! (?!of|at|in|around|and|but|i|we|it|the|from|when|this|last)[a-z])",
                lambda m: Facts(day=_day_number(m["day"])),
            ),
            words(shifted, before=r"\b", after=r"\b"),
            Rule(r"\b(?P<shift>last|this|next|past) (?P<unit>week|month|year)\b", _last_unit),
            Rule(rf"\b(?:on )?(?:(?P<rule>last|past|this past|this|next) )?(?P<day>{_WEEKDAY})\b", _weekday),
            Rule(rf"\b(?:on |(?=last|next|this))(?:(?P<rule>last|this|next) )?(?P<day>{_SHORT_WEEKDAY})", _weekday),
            Rule(
                rf"\b(?:{_ABOUT} )?(?P<minutes>half|a quarter|quarter|\d{{1,2}}|{_SMALL}) (?:minutes )?(?P<way>past|to"
                rf"|after|before) {_CLOCK_HOUR}\b(?! (?:yuan|days?|hours?|weeks?|minutes?|months?|years?|people"
                rf"|times))",
                _past_or_to_checked,
            ),
            Rule(
                rf"\b(?:{_ABOUT} )?{_CLOCK_HOUR}[ .:](?P<minute>[0-5]\d|(?:ten|fifteen|twenty|thirty|forty|fifty)"
                rf"(?:[ -](?:{_ONES}))?) ?(?P<meridiem>[ap]\.?m\b\.?)",
                _hour,
            ),
            Rule(rf"\b(?:{_ABOUT} )?{_CLOCK_HOUR} ?(?P<meridiem>[ap]\.?m\b\.?)", _hour),
            Rule(rf"\b(?:{_ABOUT} )?{_CLOCK_HOUR} ?(?P<strong>o'?clock)\b(?: sharp)?", _hour),
            Rule(
                rf"\b{_ABOUT} {_CLOCK_HOUR}[ .:](?P<minute>[0-5]\d|(?:ten|fifteen|twenty|thirty|forty|fifty)(?:[ -]"
                rf"(?:{_ONES}))?)\b(?! (?:yuan|people))",
                _hour,
            ),
            Rule(rf"\b{_ABOUT} {_CLOCK_HOUR}{_AFTER_HOUR}", _hour),
            Rule(rf"{_BEHIND_PART}{_ABOUT} {_CLOCK_HOUR}\b(?! {_COUNTED})", _hour),
            Rule(
                rf"\b{_CLOCK_HOUR}(?= (?:in the (?:morning|afternoon|evening)|at night|last night|yesterday|this "
                rf"morning|tonight)\b)",
                _hour,
            ),
            words(parts, before=r"\b", after=r"\b"),
            words(
                {
                    "since": Facts(opens=True, since=True, weak=True),
                    "ever since": Facts(opens=True, since=True, weak=True),
                    "starting": Facts(opens=True, since=True, weak=True),
                    "from": Facts(opens=True, since=True, weak=True),
                },
                before=r"\b",
                after=r"\b",
            ),
        ],
        connector=r"[\s,]{0,2}(?:at|on|in|of|the|around|about|from|it was|maybe|i think|sometime|some time"
        r"|roughly|early|late|approximately)?(?: the| around| about)?[\s,]{0,2}",
    )


def _span_either(match: re.Match[str]) -> Facts | None:
    if match["amount"] is not None:
        return _span(match)
    again = re.compile(rf"{_AMOUNT} {_UNIT}").search(match.group())
    return None if again is None else _span(again)


def _past_or_to_checked(match: re.Match[str]) -> Facts | None:
    """Read "ten to eight"; but "8 to 10" in figures is a range or a count."""
    if match["minutes"].isdigit() and match["way"] in ("to", "after", "before"):
        return None
    return _past_or_to(match)
