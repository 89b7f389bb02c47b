"""Whole numbers in words, as each language counts; the reverse of `language.numbers`.

Numbers up to 999,999,999,999; beyond that, and with leading zeros, digits are read one by one (`digits.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from language.normalize import split_words

LARGEST = 10**12 - 1

_HAN = "零一二三四五六七八九"
_HANGUL = "영일이삼사오육칠팔구"
_EN_SMALL = split_words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_EN_TENS = split_words("- - twenty thirty forty fifty sixty seventy eighty ninety")
_KO_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_KO_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")


def chinese(number: int) -> str:
    """一百零五, 两万三千, 十二."""
    if number == 0:
        return "零"
    written = _chinese_groups(number)
    return written[1:] if 10 <= number < 20 else written


def _chinese_groups(number: int) -> str:
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            head, rest = divmod(number, size)
            front = ("两" if head == 2 else _chinese_groups(head)) + name
            if not rest:
                return front
            return front + ("零" if rest < size // 10 else "") + _chinese_groups(rest)
    written, gap = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        if digit:
            if gap and written:
                written += "零"
            gap = False
            written += ("两" if digit == 2 and size == 1000 else _HAN[digit]) + name
        elif written:
            gap = True
        if not number:
            break
    return written


def japanese(number: int) -> str:
    """百五, 二万三千, 十二, in kanji: their reading is the voice's business."""
    return _sino(number, _HAN, ("千", "百", "十"), ("億", "万"), "一")


def korean(number: int) -> str:
    """백오, 이만 삼천, 십이: numbers of Chinese origin."""
    return _sino(number, _HANGUL, ("천", "백", "십"), ("억 ", "만 "), "").strip()


def _sino(number: int, digits: str, small: tuple[str, ...], large: tuple[str, ...], one_before_large: str) -> str:
    if number == 0:
        return digits[0]
    written = ""
    for size, name in zip((10**8, 10**4), large, strict=True):
        head, number = divmod(number, size)
        if head == 1:
            written += (one_before_large or ("" if size == 10**4 and not written else digits[1])) + name
        elif head:
            written += _sino(head, digits, small, large, one_before_large).strip() + name
    for size, name in zip((1000, 100, 10), small, strict=True):
        digit, number = divmod(number, size)
        if digit:
            written += ("" if digit == 1 else digits[digit]) + name
    return written + (digits[number] if number else "")


def korean_native(number: int) -> str:
    """한, 두, 스물다섯, as they stand before a counter; beyond 99 the numbers of Chinese origin."""
    if not 0 < number < 100:
        return korean(number)
    if number == 20:
        return "스무"
    return _KO_NATIVE_TENS[number // 10] + _KO_NATIVE_ONES[number % 10]


def english(number: int) -> str:
    """One hundred and five, twelve, in lower case."""
    if number < 20:
        return _EN_SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _EN_TENS[tens] + (f"-{_EN_SMALL[ones]}" if ones else "")
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_EN_SMALL[hundreds]} hundred" + (f" and {english(rest)}" if rest else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if number >= size:
            head, rest = divmod(number, size)
            joint = " and " if 0 < rest < 100 else " "
            return f"{english(head)} {name}" + (f"{joint}{english(rest)}" if rest else "")
    return str(number)


_EN_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
                "twelve": "twelfth"}  # fmt: skip


def english_ordinal(number: int) -> str:
    """First, twenty-second."""
    words = english(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    if last in _EN_ORDINALS:
        return words[:cut] + _EN_ORDINALS[last]
    return words[:cut] + (last[:-1] + "ieth" if last.endswith("y") else last + "th")


def english_year(year: int) -> str:
    """Twenty twenty-six, two thousand and five."""
    head, rest = divmod(year, 100)
    if not 1100 <= year < 2100 or 2000 <= year < 2010:
        return english(year)
    return f"{english(head)} {'hundred' if rest == 0 else ('oh ' if rest < 10 else '') + english(rest)}"


CARDINALS: Mapping[str, Callable[[int], str]] = {
    "zh": chinese,
    "ja": japanese,
    "ko": korean,
    "en": english,
}
"""The plain cardinal of each language but Russian, whose numbers have gender and case: `russian.py`."""
