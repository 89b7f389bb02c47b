"""Finds what is written in figures and lets the language say it: the one pass that all five share.

Order decides: a ticket number before a telephone number, a date before a time, both before plain numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from language.normalize import split_words, to_halfwidth
from language.plates import find_plates
from language.ticket_numbers import is_ticket_number
from voice.speakable import digits as spelled
from voice.speakable import english, japanese, korean, mandarin, russian
from voice.speakable.cardinals import LARGEST
from voice.speakable.parts import Clock, Date, Speech, substitute

_SPEECH: dict[str, Speech] = {
    "zh": mandarin.SPEECH,
    "en": english.SPEECH,
    "ja": japanese.SPEECH,
    "ko": korean.SPEECH,
    "ru": russian.SPEECH,
}
_MONTHS = {one: at for at, one in enumerate(split_words("jan feb mar apr may jun jul aug sep oct nov dec"), 1)}
_MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_NOT_IN_NUMBER = r"(?<![\d.,\-/:])"
_END = r"(?![\d]|[.,:/\-]\d)"
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_MARKUP = re.compile(r"(?<![\d*])[*_`#>|]{1,3}(?=\S)|(?<=[^\s\d*])[*_`|]{1,3}(?![\d*])")
_TICKET = re.compile(r"(?<!\d)20\d{12}(?!\d)")
_PHONE = re.compile(
    r"(?<![\d.])(?:\+\d[\d ()\-]{7,17}\d|1[3-9]\d[\d* \-]{0,2}[\d*]{4}[ \-]?\d{4}|0\d{2,3}-\d{7,8}(?:-\d{1,5})?"
    r"|[48]00[ \-]?\d{3}[ \-]?\d{4}|8 ?\(?\d{3}\)? ?\d{3}-\d{2}-\d{2}|\d{2,4}-\d{3,4}-\d{4}|\d{3}\*{2,}\d{2,4})(?![\d])"
)
# Numbers to dial; the same figures before a counter are a number ("120 days").
_COUNTED = (
    r"[天个米元人次号户年月平公吨分小名位条件日円歳回개명년월일원미]|days?|metres?|people|minutes?|hours?|yuan|times"
    r"|k?m\b|k?m²|kg|%|％|дн|ден|мет|чел|мин|час|юан|раз|к?м\b|кг"
)
_SERVICE = re.compile(
    r"(?<![\d.,\-+:/])(?:11[0479]|12[02]|12\d{3}|100(?:86|10|00)|9[56]\d{3})(?!\d|[.,:/\-]\d)"
    + rf"(?! ?(?:{_COUNTED}))"
)
_ISO = re.compile(_NOT_IN_NUMBER + r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DOTTED = re.compile(_NOT_IN_NUMBER + r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)(?: ?г\.?)?")
_DAY_AND_HOUR = re.compile(r"(?<!\d)(\d{1,2}\.\d{1,2}\.\d{4}),? (\d{1,2}:\d{2})(?!\d)")
_ENGLISH_DATE = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH}(?:,? (\d{{4}}))?(?!\w)")
_ENGLISH_DATE_US = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:, (\d{{4}}))?(?![\w:])")
_HAN_DATE = re.compile(r"(?:(\d{4}) ?年 ?)?(?<!\d)(\d{1,2}) ?月(?: ?(\d{1,2}) ?[日号號])?")
_HAN_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2}) ?年")
_HANGUL_DATE = re.compile(r"(?:(\d{4}) ?년 ?)?(?<!\d)(\d{1,2}) ?월(?: ?(\d{1,2}) ?일)?")
_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-4])[:：]([0-5]\d)(?::[0-5]\d)?(?![\d:])")
_RANGE = re.compile(r"(?<=\d)(?:\s?[-–—~～至]\s?)(?=\d)")
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3}(?:[,\u00a0 ]\d{3})+)(?![\d,])")
_DECIMAL = re.compile(r"(?<![\d.])(\d{1,12})[.,](\d{1,4})(?![\d.,]\d|\d)")
_NUMBER = re.compile(r"\d+")
_ABBREVIATION = re.compile(r"(?<![A-Za-z])[A-Z]{1,5}(?![A-Za-z])")


def speakable(text: str, language: str) -> str:
    """Writes a text as it is said.

    Args:
        text: what a citizen would read.
        language: one of the five.
    """
    speech = _SPEECH[language]
    text = _MARKUP.sub("", _LINK.sub("", _ascii_figures(text)))
    text = _plates(text, language)
    text = _TICKET.sub(lambda found: _set_off(found, _ticket(found.group(), language), language), text)
    text = _PHONE.sub(lambda found: _set_off(found, spelled.phone(found.group(), language), language), text)
    text = _dates(text, speech, language)
    text = substitute(text, speech.first)
    text = _RANGE.sub(speech.joint, text)
    text = _each(_CLOCK, text, lambda found: speech.clock(Clock(int(found[1]), int(found[2])), _before(found)))
    text = _SERVICE.sub(lambda found: _service(found.group(), language), text)
    text = _GROUPED.sub(lambda found: re.sub(r"\D", "", found.group()), text)
    text = _each(_DECIMAL, text, lambda found: speech.decimal(found[1], found[2]))
    text = _each(_NUMBER, text, lambda found: _number(found, speech, language))
    text = substitute(text, speech.last)
    text = _ABBREVIATION.sub(lambda found: spelled.letters(found.group(), language), text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()


def _ascii_figures(text: str) -> str:
    """Full-width figures and letters as ASCII; punctuation stays wide, since voices pause at it."""
    return "".join(to_halfwidth(c) if c.isdecimal() or ("Ａ" <= c <= "ｚ" and c.isalpha()) else c for c in text)


def _plates(text: str, language: str) -> str:
    for found in reversed(find_plates(text)):
        text = text[: found.start] + spelled.plate(found.value, language) + text[found.end :]
    return text


def _service(number: str, language: str) -> str:
    """110, 119, 120, 122: Japanese and Russian say them as numbers, the others digit by digit."""
    if language in ("ja", "ru") and len(number) == 3:
        return number
    return spelled.digits(number, language)


def _ticket(number: str, language: str) -> str:
    if is_ticket_number(number):
        return spelled.ticket_number(number, language)
    return spelled.grouped([number[:4], number[4:8], number[8:11], number[11:]], language)


def _set_off(found: re.Match[str], said: str, language: str) -> str:
    """A pause before and behind a long string of digits, unless there is one."""
    before, after = found.string[: found.start()].rstrip(), found.string[found.end() :].lstrip()
    pause = "，" if language == "zh" else "、" if language == "ja" else ", "
    front = "" if not before or not before[-1].isalnum() else pause if language in ("zh", "ja") else ""
    behind = pause if after[:1].isalnum() and language == "zh" else ""
    return front + said + behind


def _dates(text: str, speech: Speech, language: str) -> str:
    def say(year: str | None, month: str | int, day: str | None, found: re.Match[str]) -> str:
        one = Date(int(year) if year else None, int(month), int(day) if day else None)
        if not 1 <= one.month <= 12 or (one.day is not None and not 1 <= one.day <= 31):
            return found.group()
        return speech.date(one, _before(found))

    def named(day: int, month: int, year: int) -> Callable[[re.Match[str]], str]:
        return lambda found: say(found[year], _MONTHS[found[month][:3].lower()], found[day], found)

    if language == "ru":  # the hour is said before the day
        text = _DAY_AND_HOUR.sub(r"\2 \1", text)
    text = _each(_ISO, text, lambda found: say(found[1], found[2], found[3], found))
    text = _each(_DOTTED, text, lambda found: say(found[3], found[2], found[1], found))
    if language in ("en", "ru"):
        text = _each(_ENGLISH_DATE, text, named(1, 2, 3))
        text = _each(_ENGLISH_DATE_US, text, named(2, 1, 3))
    if language in ("zh", "ja"):
        text = _each(_HAN_DATE, text, lambda found: say(found[1], found[2], found[3], found))
        if language == "zh":
            text = _HAN_YEAR.sub(lambda found: spelled.digits(found[1], "zh", telephone=False) + "年", text)
    if language == "ko":
        text = _each(_HANGUL_DATE, text, lambda found: say(found[1], found[2], found[3], found))
    return text


def _number(found: re.Match[str], speech: Speech, language: str) -> str:
    written = found.group()
    if len(written) > 1 and written[0] == "0" or len(written) > 9 or int(written) > LARGEST:
        return spelled.digits(written, language)
    return speech.number(int(written), _before(found), found.string[found.end() :])


def _before(found: re.Match[str]) -> str:
    return found.string[: found.start()]


def _each(pattern: re.Pattern[str], text: str, say: Callable[[re.Match[str]], str]) -> str:
    return pattern.sub(say, text)
