"""How English says figures: the fourth of December, six p.m., number five, three per cent."""

from __future__ import annotations

import re

from language.normalize import split_words
from voice.speakable.cardinals import english, english_ordinal, english_year
from voice.speakable.digits import digits
from voice.speakable.parts import Clock, Date, Speech

_MONTHS = split_words(
    "January February March April May June July August September October November December"
)  # fmt: skip
_UNITS = {
    "km": "kilometres", "m²": "square metres", "㎡": "square metres", "m": "metres", "cm": "centimetres",
    "kg": "kilograms", "℃": "degrees", "°C": "degrees", "dB": "decibels", "h": "hours", "min": "minutes",
}  # fmt: skip
_UNIT = re.compile(rf"(?<=\d) ?({'|'.join(sorted(map(re.escape, _UNITS), key=len, reverse=True))})(?![A-Za-z])")
_WORDS = {
    "St.": "Street", "Ave.": "Avenue", "Rd.": "Road", "Blvd.": "Boulevard", "Apt.": "apartment", "Bldg.": "building",
    "No.": "number", "Nos.": "numbers", "e.g.": "for example", "i.e.": "that is", "approx.": "about",
    "Dept.": "Department",
    "Mr.": "Mister", "Mrs.": "Missis", "Ms.": "Miz", "Dr.": "Doctor", "hrs": "hours", "hr": "hour", "a.m.": "A M",
    "p.m.": "P M",
}  # fmt: skip
_WORD = re.compile(rf"(?<![A-Za-z.])(?:{'|'.join(map(re.escape, _WORDS))})(?![A-Za-z])")


def _date(date: Date, before: str) -> str:
    year = f" {english_year(date.year)}" if date.year else ""
    month = _MONTHS[date.month - 1]
    if date.day is None:
        return f"{month}{year}"
    article = "" if re.search(r"\bthe $", before) else "the "
    return f"{article}{english_ordinal(date.day)} of {month}" + (f",{year}" if year else "")


def _clock(clock: Clock, before: str) -> str:
    half = "A M" if clock.hour % 24 < 12 else "P M"
    hour = english(clock.hour % 12 or 12)
    if not clock.minute:
        return f"{hour} {half}" if clock.hour != 12 else "twelve noon"
    minute = ("oh " if clock.minute < 10 else "") + english(clock.minute)
    return f"{hour} {minute} {half}"


def _number(number: int, before: str, behind: str) -> str:
    if re.search(r"(?:[Rr]oom|[Aa]partment|[Uu]nit|[Ff]lat) $", before) and number >= 100:
        return digits(str(number), "en")
    if 1900 <= number < 2100 and re.search(r"\b(?:in|since|of|year|until|by) $", before) and not behind[:1].isalpha():
        return english_year(number)
    return english(number)


def _decimal(whole: str, fraction: str) -> str:
    return f"{english(int(whole))} point {digits(fraction, 'en')}"


SPEECH = Speech(
    date=_date,
    clock=_clock,
    number=_number,
    decimal=_decimal,
    joint=" to ",
    first=(
        (re.compile(r"(?<![\d.,])(\d{1,6})(?:st|nd|rd|th)\b"), lambda found: english_ordinal(int(found[1]))),
        (re.compile(r"(?<=\d) ?%"), " per cent"),
        (
            re.compile(r"[¥￥] ?(\d[\d,]*(?:\.\d+)?)|\b(?:RMB|CNY) ?(\d[\d,]*(?:\.\d+)?)"),
            lambda found: f"{found[1] or found[2]} yuan",
        ),
        (_UNIT, lambda found: " " + _UNITS[found[1]]),
        (_WORD, lambda found: _WORDS[found.group()]),
        (re.compile(r"\b24/7\b"), "day and night"),
        (re.compile(r"#(?=\d)"), "number "),
        (re.compile(r"(?<=[a-z]) & (?=[A-Za-z])"), " and "),
    ),
    last=((re.compile(r" ?\("), ", "), (re.compile(r"\)(?=[.,;:!?])"), ""), (re.compile(r"\)"), ",")),
)
