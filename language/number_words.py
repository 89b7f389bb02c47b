"""The words and characters for numbers in the five languages, as tables of values.

Only values: how they combine is in `numbers.py`, how they are read out digit by digit in `digits.py`.
"""

from __future__ import annotations

from language.normalize import split_words

HAN_DIGITS: dict[str, int] = {
    **{c: i for i, c in enumerate("〇一二三四五六七八九")},
    **{c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{c: i for i, c in enumerate("○壱貳參肆伍陸柒捌玖")},
    "幺": 1, "两": 2, "兩": 2, "俩": 2, "弐": 2, "弌": 1, "参": 3,
}  # fmt: skip
HAN_UNITS: dict[str, int] = {
    "十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "万": 10**4, "萬": 10**4, "亿": 10**8,
    "億": 10**8,
    "廿": 20, "卅": 30,
}  # fmt: skip

HANGUL_DIGITS: dict[str, int] = {
    "영": 0, "공": 0, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "륙": 6, "칠": 7, "팔": 8, "구": 9, "빵": 0,
}  # fmt: skip
HANGUL_UNITS: dict[str, int] = {"십": 10, "백": 100, "천": 1000, "만": 10**4, "억": 10**8}
HANGUL_NATIVE_TENS: dict[str, int] = {
    "열": 10, "스물": 20, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90,
}  # fmt: skip
HANGUL_NATIVE_ONES: dict[str, int] = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4, "다섯": 5, "여섯": 6,
    "일곱": 7,
    "여덟": 8, "아홉": 9,
}  # fmt: skip

_HIRAGANA_DIGITS: dict[str, int] = {
    "ぜろ": 0, "れい": 0, "まる": 0, "いち": 1, "に": 2, "にい": 2, "にー": 2, "さん": 3, "よん": 4, "し": 4, "ご": 5,
    "ごお": 5, "ごー": 5,
    "ろく": 6, "なな": 7, "しち": 7, "はち": 8, "きゅう": 9, "きゅー": 9, "く": 9,
}  # fmt: skip
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
KANA_DIGITS: dict[str, int] = _HIRAGANA_DIGITS | {w.translate(_TO_KATAKANA): v for w, v in _HIRAGANA_DIGITS.items()}

ENGLISH: dict[str, int] = {
    **{w: i for i, w in enumerate(split_words("zero one two three four five six seven eight nine ten"))},
    "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100, "thousand": 1000, "million": 10**6, "hundreds": 100, "thousands": 1000,
}  # fmt: skip
ENGLISH_SPOKEN_ZERO = ("oh", "o", "nought", "null")
ENGLISH_REPEATS: dict[str, int] = {"double": 2, "triple": 3, "treble": 3}


def _russian() -> dict[str, int]:
    forms = {
        0: "ноль нуль ноля нуля нолю нулю нолём нулём нолей нулей нули ноли",
        1: "один одна одно одного одной одну одном одному раз",
        2: "два две двух двум двумя", 3: "три трёх трех трём трем тремя", 4: "четыре четырёх четырех четырём четырем",
        5: "пять пяти пятью", 6: "шесть шести", 7: "семь семи", 8: "восемь восьми", 9: "девять девяти",
        10: "десять десяти", 11: "одиннадцать одиннадцати", 12: "двенадцать двенадцати", 13: "тринадцать тринадцати",
        14: "четырнадцать четырнадцати", 15: "пятнадцать пятнадцати", 16: "шестнадцать шестнадцати",
        17: "семнадцать семнадцати", 18: "восемнадцать восемнадцати", 19: "девятнадцать девятнадцати",
        20: "двадцать двадцати", 30: "тридцать тридцати", 40: "сорок сорока", 50: "пятьдесят пятидесяти",
        60: "шестьдесят шестидесяти", 70: "семьдесят семидесяти", 80: "восемьдесят восьмидесяти",
        90: "девяносто девяноста", 100: "сто ста", 200: "двести двухсот", 300: "триста трёхсот трехсот",
        400: "четыреста четырёхсот четырехсот", 500: "пятьсот пятисот", 600: "шестьсот шестисот",
        700: "семьсот семисот",
        800: "восемьсот восьмисот", 900: "девятьсот девятисот", 1000: "тысяча тысячи тысяч тысячу тысяче",
        10**6: "миллион миллиона миллионов",
    }  # fmt: skip
    return {word: value for value, words in forms.items() for word in words.split() if word != "раз"}


RUSSIAN: dict[str, int] = _russian()
RUSSIAN_ZEROS = ("ноля", "нуля", "нолей", "нулей")
