"""Whether two matters are the same: from meaning, shared words, place and category to a calibrated probability.

Pure: vectors, places and weights come in, a probability and a verdict go out. The coefficients are fitted by
`benchmarks.duplicates` on labelled pairs of real messages; what they reach stands in docs/howto/city.md.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tickets.domain.geography import Spot

_HAN = "㐀-鿿぀-ヿ가-힣"
_PIECE = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_EAST = re.compile(rf"[{_HAN}]")
_STEM = 6
"""Longer words of spaced scripts are cut to this, so that endings make no difference."""
TEXT_CHARACTERS, OPENING_CHARACTERS = 300, 36
FAR = 3.0
"""From this many radii on a place is another one."""
_LEAST_RADIUS_M = 30.0


class Verdict(StrEnum):
    """What to do with a pair."""

    OTHER = "other"
    """Two matters."""
    LIKELY = "likely"
    """The citizen is asked."""
    CERTAIN = "certain"
    """Joined without asking, with a way back."""


@dataclass(frozen=True)
class Matter:
    """What is compared.

    Attributes:
        grams, opening: words of the text, and of how it begins, where citizens name the matter; see `words_of`.
        group: group of the category (urban, utilities ...); None when the category is not known.
        radius_m: how near two matters of the category are the same place; 0: place says nothing.
    """

    grams: frozenset[str] = field(repr=False)
    opening: frozenset[str] = field(repr=False)
    category: str | None = None
    group: str | None = None
    radius_m: int = 0
    spot: Spot | None = None
    component: str | None = None
    street: str | None = None
    district: str | None = None


@dataclass(frozen=True)
class Decision:
    """The fitted coefficients of a logistic model, and what follows from its probability.

    Attributes:
        near: added when category is the same and the place near.
        other_script: added to `near` when one text is in Chinese, Japanese or Korean and the other is not: vectors of
            different languages are less alike.
        category, other_category: added when the category is the same, taken off when it is another of its group.
        likely: from this probability on the citizen is asked.
        certain: from this probability by the text alone on, at the same spot and of the same category, it is joined.
    """

    bias: float
    meaning: float
    words: float
    opening: float
    near: float
    category: float
    other_category: float
    likely: float
    certain: float
    other_script: float = 0.0


class GramWeights:
    """How much a shared word says: the rarer in citizens' texts, the more."""

    def __init__(self, texts: Iterable[str]) -> None:
        counted: Counter[str] = Counter()
        total = 0
        for text in texts:
            counted.update(grams_of(text))
            total += 1
        self._most = math.log(total + 1.0)
        self._weights = {gram: math.log((total + 1.0) / (count + 1.0)) for gram, count in counted.items()}

    def of(self, gram: str) -> float:
        """The weight; words that the texts never have weigh most: names of places and people."""
        return self._weights.get(gram, self._most)

    def overlap(self, one: frozenset[str], other: frozenset[str]) -> float:
        """The weight of what two texts share, 0 to 1 (a cosine)."""
        shared = sum(self.of(gram) ** 2 for gram in one & other)
        if not shared:
            return 0.0
        first, second = (sum(self.of(gram) ** 2 for gram in grams) for grams in (one, other))
        return shared / math.sqrt(first * second)


def grams_of(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters where scripts have no spaces, stems of words elsewhere."""
    found: set[str] = set()
    for piece in _PIECE.findall(unicodedata.normalize("NFKC", text).lower()):
        if _EAST.match(piece):
            found.update(piece[at : at + 2] for at in range(max(1, len(piece) - 1)))
        elif len(piece) > 2 or piece.isdigit():
            found.add(piece[:_STEM])
    return frozenset(found)


@dataclass(frozen=True)
class Likeness:
    """How alike two matters are.

    Attributes:
        probability: that they are the same.
        metres: between them; None where a place is not known.
    """

    probability: float
    verdict: Verdict
    metres: float | None = None

    @property
    def rank(self) -> tuple[bool, float]:
        """What is certain stands before what is likely."""
        return self.verdict is Verdict.CERTAIN, self.probability

    def asked(self) -> Likeness:
        """The same, but the citizen is asked in any case."""
        return replace(self, verdict=Verdict.LIKELY) if self.verdict is Verdict.CERTAIN else self


def compare(one: Matter, other: Matter, meaning: float, weights: GramWeights, decision: Decision) -> Likeness:
    """Compares two matters.

    Args:
        meaning: cosine of the two texts' centred sentence vectors, -1 to 1.
    """
    metres = one.spot.metres_to(other.spot) if one.spot and other.spot else None
    radius = max(one.radius_m, other.radius_m)
    if _elsewhere(one, other, metres, radius) or _of_another_kind(one, other):
        return Likeness(0.0, Verdict.OTHER, metres)
    same_thing = one.component is not None and one.component == other.component
    near = same_thing or (metres is not None and radius > 0 and metres <= radius)
    known = one.category is not None and other.category is not None
    same_category = known and one.category == other.category
    total = decision.bias + decision.meaning * meaning
    total += decision.words * weights.overlap(one.grams, other.grams)
    total += decision.opening * weights.overlap(one.opening, other.opening)
    by_text = _share(total)
    total += decision.near * (near and same_category) + decision.category * same_category
    if near and same_category and _eastern(one) != _eastern(other):
        total += decision.other_script
    total -= decision.other_category * (known and not same_category)
    probability = _share(total)
    at_one_spot = same_thing or (metres is not None and metres <= max(_LEAST_RADIUS_M, radius / 3))
    if by_text >= decision.certain and same_category and at_one_spot and radius > 0:
        return Likeness(probability, Verdict.CERTAIN, metres)
    verdict = Verdict.LIKELY if probability >= decision.likely else Verdict.OTHER
    return Likeness(probability, verdict, metres)


def _eastern(matter: Matter) -> bool:
    return any(_EAST.match(gram) for gram in matter.grams)


def _share(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


def _elsewhere(one: Matter, other: Matter, metres: float | None, radius: int) -> bool:
    if one.component and other.component and one.component != other.component:
        return True
    if metres is not None:
        return radius > 0 and metres > FAR * radius
    return bool(one.district and other.district and one.district != other.district)


def _of_another_kind(one: Matter, other: Matter) -> bool:
    return one.group is not None and other.group is not None and one.group != other.group


def words_of(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a text that are compared, and those of its beginning."""
    return grams_of(text[:TEXT_CHARACTERS]), grams_of(text.strip()[:OPENING_CHARACTERS])


def decision_of(values: Mapping[str, object]) -> Decision:
    """Reads coefficients from JSON."""
    return Decision(**{name: float(str(values[name])) for name in Decision.__dataclass_fields__})
