"""Names put right by their sound: streets, places and units that the engine wrote as other words that sound alike.

Only words of the given vocabulary are put in, only where the sound is near and no other name is as near. How a language
sounds is passed in; `sounds.py` has the usual ways.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Sounds = Callable[[str], Sequence[str]]
"""Gives the sounds of a text, one for each character or word it is made of."""

_MOST_DISTANCE = 0.22
_CLEARLY_NEARER = 0.08
_LEAST_UNITS = 3


@dataclass(frozen=True)
class Correction:
    """A name that was put in."""

    heard: str
    name: str
    distance: float


@dataclass(frozen=True)
class Vocabulary:
    """Names with their sounds, ready to be compared.

    Attributes:
        language: of the names.
        by_length: names by the number of their units (characters, or words in en and ru).
        places: of each number of units, which names have a sound at a place; keeps ten thousand names quick.
    """

    language: str
    by_length: Mapping[int, Sequence[tuple[str, tuple[str, ...]]]]
    places: Mapping[int, Mapping[tuple[int, str], Sequence[int]]]

    def candidates(self, heard: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
        """Names of the same length that have half of their sounds in the same places."""
        names = self.by_length[len(heard)]
        if len(heard) == 1:
            return list(names)
        places = self.places[len(heard)]
        alike = Counter(number for place in enumerate(heard) for number in places.get(place, ()))
        return [names[number] for number, count in alike.items() if count >= len(heard) // 2]

    @classmethod
    def of(cls, names: Sequence[str], language: str, sounds: Sounds) -> Vocabulary:
        """Prepares names; too short ones are left out, since they sound like many things."""
        by_length: dict[int, list[tuple[str, tuple[str, ...]]]] = {}
        for name in dict.fromkeys(name.strip() for name in names):
            sounded = tuple(sounds(name))
            size = len(_units(name, language))
            letters = sum(len(sound) for sound in sounded)
            if len(sounded) != size or (size < _LEAST_UNITS if language in ("zh", "ja", "ko") else letters < 6):
                continue
            by_length.setdefault(size, []).append((name, sounded))
        places: dict[int, dict[tuple[int, str], list[int]]] = {}
        for size, kept in by_length.items():
            for number, (_, sounded) in enumerate(kept):
                for place in enumerate(sounded):
                    places.setdefault(size, {}).setdefault(place, []).append(number)
        return cls(language, by_length, places)


def correct(text: str, vocabulary: Vocabulary, sounds: Sounds) -> tuple[str, tuple[Correction, ...]]:
    """Puts names right.

    Args:
        text: what was heard.
        vocabulary: the names there are.
        sounds: how the language sounds.

    Returns:
        The text, and what was changed.
    """
    units = _units(text, vocabulary.language)
    sounded = list(sounds(text))
    if len(sounded) != len(units):
        return text, ()
    done: list[Correction] = []
    taken = [False] * len(units)
    changes: list[tuple[int, int, str]] = []
    for size in sorted(vocabulary.by_length, reverse=True):
        for start in range(len(units) - size + 1):
            end = start + size
            if any(taken[start:end]):
                continue
            heard = text[units[start][0] : units[end - 1][1]]
            best = _nearest(sounded[start:end], vocabulary.candidates(sounded[start:end]))
            if best is None:
                continue
            name, distance = best
            taken[start:end] = [True] * size
            if name != heard and not _inflected(heard, name, vocabulary.language):
                changes.append((units[start][0], units[end - 1][1], name))
                done.append(Correction(heard, name, distance))
    for begin, stop, name in sorted(changes, reverse=True):
        text = text[:begin] + name + text[stop:]
    return text, tuple(done)


def _inflected(heard: str, name: str, language: str) -> bool:
    """The same name in another case (на улице Ленина) is no mistake."""
    if language != "ru":
        return False
    pairs = list(zip(heard.lower().split(), name.lower().split(), strict=False))
    return all(one[: max(3, len(other) - 2)] == other[: max(3, len(other) - 2)] for one, other in pairs)


def _nearest(heard: Sequence[str], names: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, float] | None:
    ranked = []
    for name, sounded in names:
        distance = sum(sound_distance(one, other) for one, other in zip(heard, sounded, strict=True)) / len(sounded)
        if distance <= _MOST_DISTANCE + _CLEARLY_NEARER:
            ranked.append((distance, name))
    ranked.sort()
    if not ranked or ranked[0][0] > _MOST_DISTANCE:
        return None
    if len(ranked) > 1 and ranked[0][0] > 0.0 and ranked[1][0] - ranked[0][0] < _CLEARLY_NEARER:
        return None
    return ranked[0][1], ranked[0][0]


def sound_distance(one: str, other: str) -> float:
    """How far two sounds are apart: 0 (the same) to 1; single letters are compared by edit distance."""
    if one == other:
        return 0.0
    longest = max(len(one), len(other))
    if not longest or not one or not other:
        return 1.0
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], at
        for to, second in enumerate(other, 1):
            diagonal, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, diagonal + (letter != second))
    return row[-1] / longest


def _units(text: str, language: str) -> list[tuple[int, int]]:
    """Offsets of the characters (zh, ja, ko) or words (en, ru) of a text; punctuation and spaces are none."""
    if language in ("zh", "ja", "ko"):
        return [(at, at + 1) for at, c in enumerate(text) if c.isalnum()]
    found: list[tuple[int, int]] = []
    start: int | None = None
    for at, c in enumerate(text + " "):
        if c.isalnum() or c in "'-":
            start = at if start is None else start
        elif start is not None:
            found.append((start, at))
            start = None
    return found
