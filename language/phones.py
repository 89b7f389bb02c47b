"""Telephone numbers: found in any grouping or read out digit by digit, and brought into one form.

Chinese mobiles are 11 digits, landlines `0xx-xxxxxxxx`, 400 and 800 numbers 10 digits, foreign numbers `+` and digits.
Short service numbers (110, 12345, 95588) are no one's telephone number and are not found.
"""

from __future__ import annotations

import re
from typing import Literal

from language.digits import DigitRun, Group, digit_runs
from language.found import Found
from language.normalize import lower, to_halfwidth

PhoneProblem = Literal["too_short", "too_long", "not_a_number", "impossible"]

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02\d)([1-9]\d{7})|(0[3-9]\d{2})([1-9]\d{6,7})")
_SERVICE = re.compile(r"[48]00\d{7}")
_RUSSIAN = re.compile(r"[78]([3489]\d{9})")
_KOREAN_MOBILE = re.compile(r"0(1[016789]\d{7,8})")
_JAPANESE_MOBILE = re.compile(r"0([789]0\d{8})")
_EXTENSION = re.compile(
    r"(?:\s?[,，]?\s?(?:转|轉|内线|内線|分机|分機|내선|доб\.?|добавочный|ext\.?|extension|x|#)\s?|-)(\d{1,5})(?!\d)"
)
_LONGEST = 18
_LONGEST_E164 = 15


def find_phones(text: str, language: str) -> list[Found]:
    """Find the telephone numbers of a text.

    Args:
        text: What was written or said.
        language: One of the five; decides which words are digits and how a number without country code is read.

    Returns:
        In order of the text, not overlapping; values as `normalize_phone` gives them.
    """
    plain = lower(to_halfwidth(text))
    found: list[Found] = []
    for run in digit_runs(text, language):
        found.extend(_phones_of(run, plain, language))
    return found


def _phones_of(run: DigitRun, plain: str, language: str) -> list[Found]:
    found: list[Found] = []
    free_from = 0
    for first, last, digits in run.windows(_LONGEST):
        if first < free_from:
            continue
        if first and digits.startswith("00") or plain[run.groups[first].start - 1 : run.groups[first].start] == ".":
            continue  # the middle of a decimal or of a stretch of hours
        plus = run.plus and first == 0
        value = _value(digits, plus, run.groups[first : last + 1], language)
        start = run.start if plus else run.groups[first].start
        end = run.groups[last].end
        if value is None or _in_a_word(plain, start, end):
            continue
        if start and plain[start - 1] == "(" and plain.find(")", start, end) != -1:
            start -= 1
        extension = _EXTENSION.match(plain, end) if value.startswith("0") else None
        if extension:
            value, end = f"{value}-{extension.group(1)}", extension.end()
        found.append(Found("phone", value, start, end))
        free_from = next((i for i, group in enumerate(run.groups) if group.start >= end), len(run.groups))
    return found


def _in_a_word(plain: str, start: int, end: int) -> bool:
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return bool(before) and before.isascii() and before.isalpha() or bool(after) and after.isascii() and after.isalpha()


def _value(digits: str, plus: bool, groups: tuple[Group, ...], language: str) -> str | None:
    if digits.startswith("00") and len(digits) >= 12 and (groups[0].digits != "00" or digits[2:4] == "86"):
        digits, plus = digits[2:], True
    if plus:
        if not digits.startswith("86"):
            foreign = 8 <= len(digits) <= _LONGEST_E164 and digits[0] != "0"
            return f"+{digits}" if foreign else None
        digits = digits[2:].removeprefix("0") if digits[2:3] == "0" else digits[2:]
        return _chinese(digits) or _chinese("0" + digits)
    if language == "ru" and (match := _RUSSIAN.fullmatch(digits)):
        return f"+7{match.group(1)}"
    if language == "ko" and (match := _KOREAN_MOBILE.fullmatch(digits)) and len(groups) != 2:
        return f"+82{match.group(1)}"
    if language == "ja" and (match := _JAPANESE_MOBILE.fullmatch(digits)):
        return f"+81{match.group(1)}"
    if digits.startswith("86") and _MOBILE.fullmatch(digits[2:]):
        return digits[2:]
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        return digits[1:]
    if digits[0] in "01" and len(groups) > 1 and len(groups[0].digits) == 2:
        return None  # a date or hours: neither an area code nor the first block of a mobile has two digits
    return _chinese(digits)


def _chinese(digits: str) -> str | None:
    if _MOBILE.fullmatch(digits) or _SERVICE.fullmatch(digits):
        return digits
    match = _LANDLINE.fullmatch(digits)
    if match is None:
        return None
    return f"{match.group(1) or match.group(3)}-{match.group(2) or match.group(4)}"


def normalize_phone(text: str, language: str) -> str | None:
    """Bring the telephone number of a text into its one form.

    Args:
        text: A form's answer: the number alone or in a sentence.
        language: One of the five.

    Returns:
        `13800138000`, `0755-12345678`, `0755-12345678-801`, `4008001234` or `+79161234567`; None when the text has no
        number, or is a number with digits left over.
    """
    found = find_phones(text, language)
    if not found:
        return None
    rest = text[: found[0].start] + text[found[0].end :]
    left_over = any(run.digits for run in digit_runs(rest, language)) and len(found) == 1
    if left_over and not any(c.isalpha() for c in rest):
        return None
    return found[0].value


def phone_problem(text: str, language: str) -> PhoneProblem | None:
    """Say what keeps a text from being a telephone number, so that a form can ask for just that.

    Returns:
        None when `normalize_phone` reads it; else `not_a_number` (hardly a digit in it), `too_short` (also a landline
        without area code), `too_long`, or `impossible` (right length, but no such number).
    """
    if normalize_phone(text, language) is not None:
        return None
    runs = digit_runs(text, language)
    run = max(runs, key=lambda run: len(run.digits), default=None)
    if run is None or len(run.digits) < 3:
        return "not_a_number"
    digits, count = run.digits, len(run.digits)
    if count > 6 and len(set(digits)) == 1:
        return "impossible"
    shortest, longest = _lengths(digits, run.plus, language)
    if count < shortest:
        return "too_short"
    return "too_long" if count > longest else "impossible"


def _lengths(digits: str, plus: bool, language: str) -> tuple[int, int]:
    """Give the fewest and the most digits of the kind of number that these digits begin."""
    if digits.startswith("86") and (plus or len(digits) > 11):
        return (13, 13) if digits[2:3] == "1" else (12, 13)
    if plus:
        return 8, _LONGEST_E164
    if digits.startswith("00"):
        return 12, _LONGEST_E164 + 2
    if digits.startswith("01") and digits[2:3] not in ("", "0"):
        return 12, 12
    if digits.startswith(("010", "02")):
        return 11, 11
    if digits.startswith("0"):
        return 11, 12
    if digits.startswith(("400", "800")) and not (language == "ru" and digits.startswith("8") and len(digits) > 10):
        return 10, 10
    return 11, 11
