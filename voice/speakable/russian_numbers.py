"""Russian numbers in words: cardinals by gender in the nominative and the genitive, ordinals in the genitive.

The other cases do not occur in what the hotline says.
"""

from __future__ import annotations

from typing import Literal

from language.normalize import split_words

Gender = Literal["m", "f", "n"]

_NOMINATIVE = split_words(
    "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать"
    " пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
_GENITIVE = split_words(
    "ноля одного двух трёх четырёх пяти шести семи восьми девяти десяти одиннадцати двенадцати тринадцати"
    " четырнадцати пятнадцати шестнадцати семнадцати восемнадцати девятнадцати"
)
_TENS = split_words("- - двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_TENS_GENITIVE = split_words("- - двадцати тридцати сорока пятидесяти шестидесяти семидесяти восьмидесяти девяноста")
_HUNDREDS = split_words("- сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
_HUNDREDS_GENITIVE = split_words("- ста двухсот трёхсот четырёхсот пятисот шестисот семисот восьмисот девятисот")
_ORDINAL = split_words(
    "нулевого первого второго третьего четвёртого пятого шестого седьмого восьмого девятого десятого одиннадцатого"
    " двенадцатого тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого девятнадцатого"
)
_ORDINAL_TENS = split_words(
    "- - двадцатого тридцатого сорокового пятидесятого шестидесятого семидесятого восьмидесятого девяностого"
)
_ORDINAL_HUNDREDS = split_words(
    "- сотого двухсотого трёхсотого четырёхсотого пятисотого шестисотого семисотого восьмисотого девятисотого"
)
_GROUPS: tuple[tuple[int, Gender, tuple[str, str, str]], ...] = (
    (10**9, "m", ("миллиард", "миллиарда", "миллиардов")),
    (10**6, "m", ("миллион", "миллиона", "миллионов")),
    (1000, "f", ("тысяча", "тысячи", "тысяч")),
)


def form(number: int, one: str, few: str, many: str) -> str:
    """The form of a noun after a number: 1 час, 2 часа, 5 часов."""
    if 11 <= number % 100 <= 14:
        return many
    return one if number % 10 == 1 else few if 2 <= number % 10 <= 4 else many


def cardinal(number: int, gender: Gender = "m", genitive: bool = False) -> str:
    """Двадцать один, двадцать одна (f), двадцати одного (genitive)."""
    if number == 0:
        return _GENITIVE[0] if genitive else _NOMINATIVE[0]
    words: list[str] = []

    def bare(head: int, size: int) -> bool:
        """Whether one is left unsaid: "тысяча двести", but "миллион одна тысяча"."""
        return head == 1 and size == 1000 and not words

    for size, group_gender, (one, few, many) in _GROUPS:
        head, number = divmod(number, size)
        if not head:
            continue
        if genitive:
            noun = few if head % 10 == 1 and head % 100 != 11 else many
            words += [noun] if bare(head, size) else [cardinal(head, group_gender, True), noun]
        else:
            noun = form(head, one, few, many)
            words += [noun] if bare(head, size) else [cardinal(head, group_gender), noun]
    words += _below_thousand(number, gender, genitive)
    return " ".join(words)


def _below_thousand(number: int, gender: Gender, genitive: bool) -> list[str]:
    words = []
    hundreds, number = divmod(number, 100)
    if hundreds:
        words.append((_HUNDREDS_GENITIVE if genitive else _HUNDREDS)[hundreds])
    if number >= 20:
        tens, number = divmod(number, 10)
        words.append((_TENS_GENITIVE if genitive else _TENS)[tens])
    if number:
        words.append(_small(number, gender, genitive))
    return words


def _small(number: int, gender: Gender, genitive: bool) -> str:
    if genitive:
        return "одной" if number == 1 and gender == "f" else _GENITIVE[number]
    if number == 1:
        return {"m": "один", "f": "одна", "n": "одно"}[gender]
    if number == 2 and gender == "f":
        return "две"
    return _NOMINATIVE[number]


def ordinal_genitive(number: int) -> str:
    """Четвёртого, двадцать шестого, две тысячи двадцать шестого."""
    words: list[str] = []
    thousands, rest = divmod(number, 1000)
    if thousands and not rest:
        return "двухтысячного" if thousands == 2 else f"{cardinal(thousands, 'm', True).replace(' ', '')}тысячного"
    if thousands:
        words.append(cardinal(thousands * 1000))
    hundreds, rest = divmod(rest, 100)
    if hundreds:
        if not rest:
            return " ".join([*words, _ORDINAL_HUNDREDS[hundreds]])
        words.append(_HUNDREDS[hundreds])
    if rest >= 20:
        tens, rest = divmod(rest, 10)
        if not rest:
            return " ".join([*words, _ORDINAL_TENS[tens]])
        words.append(_TENS[tens])
    return " ".join([*words, _ORDINAL[rest]])
