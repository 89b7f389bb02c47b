"""Strings of digits in any writing: grouped, full-width, or read out in one of the five languages.

What a string of digits means (a telephone number, a ticket number) is decided by `phones.py` and `ticket_numbers.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from language import number_words as words
from language.normalize import lower, to_halfwidth
from language.numbers import compose

_SEPARATOR = r"[ \t\-.·•()/,、，。・~]{1,3}"
_BETWEEN = {
    "ja": re.compile(rf"{_SEPARATOR}|\s?の\s?"),
    "ko": re.compile(rf"{_SEPARATOR}|\s?[에의]\s?|\s?다시\s?"),
    "en": re.compile(rf"{_SEPARATOR}|\s(?:dash|hyphen|and)\s"),
    "ru": re.compile(rf"{_SEPARATOR}|\s(?:тире|дефис)\s"),
    "zh": re.compile(rf"{_SEPARATOR}|杠|横杠"),
}
_PLUS = re.compile(r"(?:\+|plus\s?|плюс\s?|加(?=\d|八六)|プラス\s?|플러스\s?)\(?$")
# So many spoken digits in a row, nothing between, are digits; fewer may be an ordinary word (に, 이, 一).
_FEWEST_SPOKEN = {"zh": 2, "ja": 3, "ko": 3}


@dataclass(frozen=True)
class Group:
    """Digits written or spoken together."""

    digits: str
    start: int
    end: int


@dataclass(frozen=True)
class DigitRun:
    """Groups of digits with nothing but separators between them.

    Attributes:
        groups: In order of the text.
        plus: Whether a plus sign (or the word) stands in front.
        start: Offset where the run begins, the plus included.
    """

    groups: tuple[Group, ...]
    plus: bool
    start: int

    @property
    def digits(self) -> str:
        """All digits of the run."""
        return "".join(group.digits for group in self.groups)

    def windows(self, longest: int) -> Iterator[tuple[int, int, str]]:
        """Yield (first group, last group, digits) of neighbouring groups, longest first from each group.

        Args:
            longest: The most digits a window may have; this keeps long runs linear.
        """
        for first in range(len(self.groups)):
            digits, ends = "", []
            for last in range(first, len(self.groups)):
                digits += self.groups[last].digits
                if len(digits) > longest:
                    break
                ends.append((first, last, digits))
            yield from reversed(ends)


@dataclass(frozen=True)
class _Atom:
    digits: str
    start: int
    end: int
    spoken: bool


@lru_cache(maxsize=8)
def _spoken(language: str) -> re.Pattern[str]:
    han = f"[{''.join(words.HAN_DIGITS)}]"
    if language == "ko":
        # 이 and 일 are also the subject particle, the copula and "day"
        hangul = "".join(c for c in words.HANGUL_DIGITS if c not in "이일")
        return re.compile(rf"[{hangul}]|이(?!에요|예요|고|야|라|랑|며|요)|일(?![에은을이]\s)")
    if language == "ja":
        kana = "|".join(sorted(words.KANA_DIGITS, key=len, reverse=True))
        return re.compile(rf"{han}|{kana}")
    return re.compile(rf"[两三四五六]个{han}|{han}" if language == "zh" else han)


def digit_runs(text: str, language: str) -> list[DigitRun]:
    """Find every run of digits.

    Args:
        text: Any text, full-width digits and all.
        language: One of the five; decides which words are read as digits.
    """
    text = lower(to_halfwidth(text))
    atoms = _word_atoms(text, language) if language in ("en", "ru") else _character_atoms(text, language)
    between = _BETWEEN.get(language, _BETWEEN["zh"])
    runs: list[DigitRun] = []
    groups: list[Group] = []
    previous: _Atom | None = None
    for atom in atoms:
        gap = text[previous.end : atom.start] if previous else ""
        if previous is None or (gap and (len(gap) > 10 or not between.fullmatch(gap))):
            if groups:
                runs.append(_run(text, groups))
            groups = []
        together = previous is not None and groups and (not gap or (previous.spoken and atom.spoken))
        if together and len(groups[-1].digits) < 5000:
            groups[-1] = Group(groups[-1].digits + atom.digits, groups[-1].start, atom.end)
        else:
            groups.append(Group(atom.digits, atom.start, atom.end))
        previous = atom
    if groups:
        runs.append(_run(text, groups))
    return runs


def _run(text: str, groups: list[Group]) -> DigitRun:
    start = groups[0].start
    plus = _PLUS.search(text, max(0, start - 8), start)
    return DigitRun(tuple(groups), plus is not None, plus.start() if plus else start)


@lru_cache(maxsize=8)
def _character_pattern(language: str) -> re.Pattern[str]:
    spoken = f"(?:{_spoken(language).pattern})"
    fewest = _FEWEST_SPOKEN[language]
    joint = r"[ \-、，,]{0,2}"
    return re.compile(rf"(\d+)|{spoken}(?:{joint}{spoken}){{{fewest - 1},}}")


def _character_atoms(text: str, language: str) -> list[_Atom]:
    if language not in _FEWEST_SPOKEN:
        language = "zh"
    table = {"ko": words.HANGUL_DIGITS, "ja": {**words.HAN_DIGITS, **words.KANA_DIGITS}}.get(language, words.HAN_DIGITS)
    single = _spoken(language)
    atoms = []
    for match in _character_pattern(language).finditer(text):
        if match.group(1):
            atoms.append(_Atom(match.group(), match.start(), match.end(), False))
            continue
        digits = "".join(_read(m.group(), table) for m in single.finditer(match.group()))
        atoms.append(_Atom(digits, match.start(), match.end(), True))
    return atoms


def _read(word: str, table: Mapping[str, int]) -> str:
    if len(word) == 3 and word[1] == "个":  # 三个八 is 888
        return str(table[word[2]]) * table[word[0]]
    return str(table[word])


_WORD = re.compile(r"\d+|[a-z]+|[а-яё]+")


def _word_atoms(text: str, language: str) -> list[_Atom]:
    """Read words as digits; neighbours that make one number (сто тридцать восемь) become its digits."""
    table = words.RUSSIAN if language == "ru" else words.ENGLISH
    atoms: list[_Atom] = []
    pending: list[tuple[int, int, int]] = []

    def close() -> None:
        for value, first, last in compose([Decimal(value) for value, _, _ in pending]):
            atoms.append(_Atom(str(int(value)), pending[first][1], pending[last][2], True))
        pending.clear()

    repeat: tuple[int, int] | None = None
    for match in _WORD.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        if pending and (start - pending[-1][2] > 3 or text[pending[-1][2] : start].strip(" -")):
            close()
        if repeat is not None:
            digit = "0" if word in words.ENGLISH_SPOKEN_ZERO else _single_digit(word, table)
            if digit is not None:
                atoms.append(_Atom(digit * repeat[0], repeat[1], end, True))
                repeat = None
                continue
            repeat = None
        if word[0].isdigit():
            close()
            atoms.append(_Atom(word, start, end, False))
        elif word in words.ENGLISH_REPEATS and language == "en":
            close()
            repeat = (words.ENGLISH_REPEATS[word], start)
        elif word in words.RUSSIAN_ZEROS and pending and 2 <= pending[-1][0] <= 5:
            count, first, _ = pending.pop()  # "три нуля" is 000
            close()
            atoms.append(_Atom("0" * count, first, end, True))
        elif word in words.ENGLISH_SPOKEN_ZERO and language == "en":
            close()
            if atoms and start - atoms[-1].end <= 2:
                atoms.append(_Atom("0", start, end, True))
        elif word in table:
            pending.append((table[word], start, end))
        else:
            close()
    close()
    return atoms


def _single_digit(word: str, table: dict[str, int]) -> str | None:
    value = int(word) if word.isdigit() and len(word) == 1 else table.get(word, 10)
    return str(value) if value < 10 else None
