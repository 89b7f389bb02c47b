"""Finds the city's names in what citizens write: exact, by sound, without the suffix, with a slip of the pen.

Five languages, and forms mixed within a text. It knows names only; which of several things of a name is meant, and
where a house number lies, is decided by `gazetteer`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from tickets.domain.geography import Named

EXACT, SOUND, SLIP, STEM = 1.0, 0.8, 0.7, 0.6
"""How sure a name is that was found so."""
_SUFFIXES = re.compile(r"(?:街道|社区|小区|花园|大道|大街|[区路街镇])$")
_STEM_CHARACTERS = 2
_HAN = "㐀-鿿"
_KANA = "぀-ヿ"
_HANGUL = "가-힣"
_PIECES = re.compile(rf"[{_HAN}{_KANA}{_HANGUL}]|[^\W_{_HAN}{_KANA}{_HANGUL}]+|№")
_CASE_ENDINGS = re.compile(
    r"(?:ами|ями|ого|его|ему|ому|ыми|ими|ый|ий|ая|яя|ое|ее|ые|ие|ых|их|ую|юю|ым|им|ой|ей|ом|ем|ах|ях|ам|ям|[ыиаяуюеоьй])$"
)
_CYRILLIC = re.compile(r"[а-яё]")
_MERGED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
_LEAST_FOR_SLIP = 6
_LETTERS_A_SLIP = 10
"""One slip, and one more for each so many letters."""
_MOST_WORDS = 6


@dataclass(frozen=True)
class Piece:
    """A character of Chinese, Japanese or Korean, or a word of another script, folded; and where it stood."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Found:
    """A name in a text: which things it may mean, from where to where, how sure."""

    ids: tuple[str, ...]
    start: int
    end: int
    sure: float


def pieces(text: str) -> list[Piece]:
    """Cuts a text; widths, case and Russian endings make no difference."""
    folded = unicodedata.normalize("NFKC", text)
    if len(folded) != len(text):  # rare: ligatures, circled numbers; offsets then are those of the folded text
        text = folded
    lowered = folded.lower().replace("ё", "е")
    return [Piece(_word(match[0]), match.start(), match.end()) for match in _PIECES.finditer(lowered)]


def _word(word: str) -> str:
    return _CASE_ENDINGS.sub("", word) if len(word) > 3 and _CYRILLIC.match(word) else word


@dataclass
class _Forms:
    """Forms by their first piece, the longest first."""

    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, form: tuple[str, ...], identifier: str) -> None:
        if form and (form, identifier) not in self.by_first[form[0]]:
            self.by_first[form[0]].append((form, identifier))

    def settle(self) -> None:
        for forms in self.by_first.values():
            forms.sort(key=lambda form: -len(form[0]))

    def at(self, said: list[str], start: int, free: list[bool]) -> tuple[int, tuple[str, ...]] | None:
        """The longest form that begins at `start` and what it may mean."""
        best: tuple[str, ...] | None = None
        ids: list[str] = []
        for form, identifier in self.by_first.get(said[start], ()):
            if best is not None and len(form) < len(best):
                break
            end = start + len(form)
            if tuple(said[start:end]) == form and all(free[start:end]):
                best = form
                ids.append(identifier)
        return None if best is None else (len(best), tuple(dict.fromkeys(ids)))


class PlaceNames:
    """All names of a gazetteer, ready to be found.

    Args:
        named: the gazetteer's entries; the city's own name is left out, it says nothing.
    """

    def __init__(self, named: Iterable[Named]) -> None:
        self._exact, self._sound, self._stem = _Forms(), _Forms(), _Forms()
        spelt: dict[str, list[str]] = defaultdict(list)
        for one in named:
            if one.kind == "city":
                continue
            for name in dict.fromkeys((*one.names.values(), *one.aliases)):
                form = tuple(piece.text for piece in pieces(name))
                self._exact.add(form, one.id)
                if not _is_han(name):
                    spelt["".join(form)].append(one.id)
            self._sound.add(_sounds([piece.text for piece in pieces(one.names["zh"])]), one.id)
            stem = _SUFFIXES.sub("", one.names["zh"])
            if len(stem) >= _STEM_CHARACTERS and stem != one.names["zh"]:
                self._stem.add(tuple(stem), one.id)
        for forms in (self._exact, self._sound, self._stem):
            forms.settle()
        self._spelt = {form: tuple(dict.fromkeys(ids)) for form, ids in spelt.items() if len(form) >= _LEAST_FOR_SLIP}
        self._letters = {form: _letters(form) for form in self._spelt}

    def find(self, text: str) -> list[Found]:
        """The names of a text, in order; those found less surely only where no exact name is at all."""
        cut = pieces(text)
        said = [piece.text for piece in cut]
        free = [True] * len(cut)
        found = list(self._scan(self._exact, said, cut, free, EXACT))
        if not found:
            found = list(self._scan(self._sound, list(_sounds(said)), cut, free, SOUND))
        if not found:
            found = self._slips(cut)
        if not found:
            found = list(self._scan(self._stem, said, cut, free, STEM))
        return sorted(found, key=lambda one: one.start)

    @staticmethod
    def _scan(forms: _Forms, said: list[str], cut: list[Piece], free: list[bool], sure: float) -> Iterator[Found]:
        hits = []
        for start in range(len(said)):
            hit = forms.at(said, start, free)
            if hit is not None:
                hits.append((-hit[0], start, hit[1]))
        for length, start, ids in sorted(hits):  # the longest first, so that no shorter name stands inside it
            end = start - length
            if all(free[start:end]):
                free[start:end] = [False] * -length
                yield Found(ids, cut[start].start, cut[end - 1].end, sure)

    def _slips(self, cut: list[Piece]) -> list[Found]:
        """The name of few letters' difference: one wrong or left out, or words run together; the nearest wins."""
        best: tuple[int, int, int, tuple[str, ...]] | None = None
        for start, first in enumerate(cut):
            whole = ""
            for end in range(start, min(start + _MOST_WORDS, len(cut))):
                whole += cut[end].text
                if len(whole) < _LEAST_FOR_SLIP or first.text.isdigit() or _is_han(whole):
                    continue
                said = _letters(whole)
                near = process.extractOne(
                    said, self._letters, scorer=Levenshtein.distance, score_cutoff=1 + len(said) // _LETTERS_A_SLIP
                )
                if near is not None and (best is None or (near[1], -end + start) < best[:2]):
                    best = (int(near[1]), start - end, start, self._spelt[near[2]])
        if best is None:
            return []
        _, less, start, ids = best
        return [Found(ids, cut[start].start, cut[start - less].end, SLIP)]


def _is_han(text: str) -> bool:
    return all("㐀" <= character <= "鿿" or not character.isalpha() for character in text)


def _letters(text: str) -> str:
    """Hangul as its letters, so that one wrong vowel is a small slip."""
    return unicodedata.normalize("NFD", text)


def _sounds(said: list[str]) -> tuple[str, ...]:
    """Pinyin without tones of each character; what many regions and telephones confuse is one sound."""
    return tuple(_sound(one) if _is_han(one) and one.isalpha() else one for one in said)


@lru_cache(maxsize=10_000)
def _sound(character: str) -> str:
    from pypinyin import Style, lazy_pinyin  # deferred: its dictionary takes half a second to load

    return _merged(lazy_pinyin(character, style=Style.NORMAL)[0])


def _merged(pinyin: str) -> str:
    for one, other in _MERGED:
        pinyin = pinyin.replace(one, other)
    return pinyin


def names_of(named: Mapping[str, Named], identifier: str, language: str) -> str:
    """A name in a language, in Chinese where there is none."""
    names = named[identifier].names
    return names.get(language) or names["zh"]
