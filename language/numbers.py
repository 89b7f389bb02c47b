"""Numbers in figures and words: 一百二十三, 3万5, 二十三, 이십삼, 세, twenty-three, сто тридцать восемь.

Cardinal numbers only. Strings of digits that are read out (telephone and ticket numbers) are in `digits.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from language import number_words as words
from language.normalize import lower, to_halfwidth

_FIGURES = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,15})(?:\.\d{1,4})?"
_HAN = "".join(words.HAN_DIGITS) + "".join(words.HAN_UNITS)
_HANGUL = "".join(words.HANGUL_DIGITS) + "".join(words.HANGUL_UNITS)
# A figure may stand before units ("3万5", "3千5百"); the bound keeps long runs linear.
HAN_NUMBER = (
    rf"(?<![\d.{_HAN}])(?:{_FIGURES}|[{_HAN}])(?:\d{{1,4}}(?=[{_HAN}])|[{_HAN}]|(?<=[十百千万])\d){{0,19}}"
    rf"(?![\d{_HAN}])"
)
HANGUL_NUMBER = (
    rf"(?<![\d.,{_HANGUL}])(?:{_FIGURES}|[{_HANGUL}])(?:\s?(?:\d{{1,4}}(?=\s?[만천백억])|[{_HANGUL}])){{0,19}}"
)
_NATIVE = (
    "(?:(?:열|스물|스무|서른|마흔|쉰|예순|일흔|여든|아흔) ?(?:하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉)?"
    "|하나|한|둘|두|셋|세|석|넷|네|넉|다섯|여섯|일곱|여덟|아홉)"
)
HANGUL_NATIVE_NUMBER = _NATIVE
_WORD = re.compile(r"[a-zа-яё]+|\d+(?:,\d{3})*(?:\.\d+)?")
_PATTERNS = {
    "zh": re.compile(HAN_NUMBER),
    "ja": re.compile(HAN_NUMBER),
    "ko": re.compile(HANGUL_NUMBER),
}
_JOINS = re.compile(r"[ \-]{1,2}|[ \-]and ")


@dataclass(frozen=True)
class Number:
    """A number found in a text, with the offsets of its words."""

    value: Decimal
    start: int
    end: int


def parse_number(text: str, language: str) -> Decimal | None:
    """Read a text that is a number and nothing else.

    Args:
        text: Such as `一百二十三`, `3千5`, `twenty-three`, `이십삼`, `сто тридцать восемь`.
        language: One of the five; characters for numbers are read in all of them.

    Returns:
        Its value, None when the text is not one number.
    """
    text = lower(to_halfwidth(text)).strip()
    if not text or len(text) > 200:
        return None
    if text[0].isascii() and re.fullmatch(_FIGURES, text):
        return Decimal(text.replace(",", ""))
    if language in ("en", "ru") and (text[0].isascii() or "а" <= text[0] <= "ё"):
        found = find_numbers(text, language)
        return found[0].value if len(found) == 1 and (found[0].start, found[0].end) == (0, len(text)) else None
    if language == "ko" and (native := _native_hangul(text.replace(" ", ""))) is not None:
        return Decimal(native)
    compact = text.replace(" ", "")
    if language == "ko" and all(c in _HANGUL or c.isdigit() or c in ".," for c in compact):
        return read_characters(compact, words.HANGUL_DIGITS, words.HANGUL_UNITS)
    return read_characters(compact, words.HAN_DIGITS, words.HAN_UNITS, short_tail=language != "ja")


def find_numbers(text: str, language: str) -> list[Number]:
    """Find the numbers of a text, in figures and in words.

    A single Han or Hangul character that also is a number is found; callers look at what follows it.
    """
    text = lower(to_halfwidth(text))
    pattern = _PATTERNS.get(language)
    if pattern is None:
        return _find_word_numbers(text, words.RUSSIAN if language == "ru" else words.ENGLISH)
    found = []
    for match in pattern.finditer(text):
        value = parse_number(match.group(), language)
        if value is not None:
            found.append(Number(value, match.start(), match.end()))
    return found


def read_characters(
    text: str, digits: Mapping[str, int], units: Mapping[str, int], short_tail: bool = False
) -> Decimal | None:
    """Read characters for digits and units, with figures allowed in front of a unit.

    Args:
        text: The characters, nothing else.
        digits: Values of the digit characters.
        units: Values of the unit characters.
        short_tail: Whether a last digit takes the next lower unit (Chinese: 三百五 is 350, 3万5 is 35,000).
    """
    total, section, pending, last_unit = Decimal(0), Decimal(0), "", 0
    zero = from_characters = False
    for character in text.replace(",", ""):
        if character in units:
            unit = units[character]
            if unit in (20, 30):  # 廿 卅
                section, last_unit, pending = section + unit, 10, ""
                continue
            if len(pending) == 2 and from_characters:
                pending = pending[1]  # 二三百: two or three hundred, the more of it
            number = _plain(pending)
            if pending and number is None:
                return None
            pending, zero = "", False
            if unit >= 10**4:
                section += number or 0
                total = (total + (section or 1)) * unit if unit == 10**8 else total + (section or 1) * unit
                section = Decimal(0)
            else:
                section += (1 if number is None else number) * unit
            last_unit = unit
        elif character in digits or character.isdecimal() or character == ".":
            if character in digits and digits[character] == 0 and not pending and last_unit:
                zero = True
                continue
            from_characters = character in digits
            pending += str(digits.get(character, character))
        else:
            return None
    if not pending:
        return total + section if last_unit else None
    tail = _plain(pending)
    if tail is None:
        return None
    if short_tail and last_unit >= 100 and len(pending) == 1 and not zero:
        tail *= last_unit // 10
    return total + section + tail


def _plain(pending: str) -> Decimal | None:
    if not pending or pending.count(".") > 1 or pending.startswith(".") or pending.endswith("."):
        return None
    return Decimal(pending)


def _native_hangul(text: str) -> int | None:
    for tens, ten in (("", 0), *words.HANGUL_NATIVE_TENS.items()):
        if text.startswith(tens):
            rest = text[len(tens) :]
            if tens and not rest:
                return ten
            if rest in words.HANGUL_NATIVE_ONES:
                return ten + words.HANGUL_NATIVE_ONES[rest]
    return None


def _find_word_numbers(text: str, table: Mapping[str, int]) -> list[Number]:
    """Find numbers in words; neighbours that make one number are joined."""
    found: list[Number] = []
    group: list[tuple[Decimal, int, int]] = []

    def close() -> None:
        for value, first, last in compose([value for value, _, _ in group]):
            found.append(Number(value, group[first][1], group[last][2]))
        group.clear()

    for match in _WORD.finditer(text):
        word = match.group()
        if word in table:
            value: Decimal | None = Decimal(table[word])
        else:
            value = Decimal(word.replace(",", "")) if word[0].isdigit() and len(word) <= 20 else None
        if value is None:
            if word != "and" or not group:
                close()
            continue
        if group and not _JOINS.fullmatch(text[group[-1][2] : match.start()]):
            close()
        group.append((value, match.start(), match.end()))
    close()
    return found


def compose(values: Sequence[Decimal]) -> list[tuple[Decimal, int, int]]:
    """Join neighbouring number words into numbers.

    Args:
        values: Values of words in a row: 100, 30, 8 or 1, 3, 8.

    Returns:
        (value, index of first word, index of last word): one number for 100, 30, 8; three numbers for 1, 3, 8.
    """
    numbers: list[tuple[Decimal, int, int]] = []
    total, chunk, room, start = Decimal(0), Decimal(0), 0, 0
    ceiling = 10**9

    def close(end: int) -> None:
        if end >= start:
            numbers.append((total + chunk, start, end))

    for index, value in enumerate(values):
        first = index == start
        if value in (1000, 10**6) and not first and 0 < chunk < 1000 and value < ceiling:
            total, chunk, room, ceiling = total + chunk * value, Decimal(0), 1000, int(value)
            continue
        if value == 100 and not first and 0 < chunk < 100 and chunk % 10 and room < 1000:
            chunk, room = chunk * 100, 100
            continue
        if not first and 0 < value < room:
            chunk += value
        else:
            close(index - 1)
            total, chunk, start, ceiling = Decimal(0), value, index, 10**9
            if value in (1000, 10**6):
                total, chunk, room, ceiling = value, Decimal(0), 1000, int(value)
                continue
        room = _room_below(value)
    close(len(values) - 1)
    return numbers


def _room_below(value: Decimal) -> int:
    """Say below which value the next word must lie to be part of the same number."""
    if 100 <= value < 1000 and value % 100 == 0:
        return 100
    if 20 <= value < 100 and value % 10 == 0:
        return 10
    return 0
