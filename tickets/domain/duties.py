"""Who is responsible for what, where and since when: the versioned catalogue of duties.

A rule holds for a category, perhaps only within an area or for a kind of component, from a day until another. The most
specific rule that holds wins; two equal ones at once are a contradiction that `contradictions` finds and `find` refuses
to decide silently: it takes the later one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from tickets.domain.geography import Areas

LEVELS = ("district", "street", "community", "grid")


@dataclass(frozen=True)
class Duty:
    """One rule. `area` and `component_kind` empty mean any; `valid_until` is the first day it no longer holds."""

    id: str
    category: str
    area: str
    component_kind: str
    lead_unit: str
    assist_units: tuple[str, ...]
    legal_basis: str
    valid_from: date
    valid_until: date | None = None
    source: str = ""
    where: str = field(default="", compare=False)

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class DutyCatalogue:
    """All rules of a city, those of the past and the future included."""

    def __init__(self, duties: Iterable[Duty]) -> None:
        self.duties: Sequence[Duty] = tuple(duties)
        self._by_category: dict[str, list[Duty]] = defaultdict(list)
        for duty in self.duties:
            self._by_category[duty.category].append(duty)

    def with_rulings(self, rulings: Iterable[Duty]) -> DutyCatalogue:
        """The catalogue with rulings added; of two equally specific rules the later one wins."""
        return DutyCatalogue((*self.duties, *rulings))

    def find(self, category: str | None, areas: Areas, component_kind: str | None, on: date) -> Duty | None:
        """The rule for a matter on a day; None when no rule holds.

        Args:
            component_kind: kind of the component it is about, if it is about one.
        """
        fitting = [
            duty
            for duty in self._by_category.get(category or "", ())
            if duty.holds(on)
            and (not duty.area or duty.area in areas)
            and (not duty.component_kind or duty.component_kind == component_kind)
        ]
        return max(fitting, key=lambda duty: (*_specific(duty, areas), duty.valid_from), default=None)

    def contradictions(self) -> list[tuple[Duty, Duty]]:
        """Pairs of rules for the same matter that hold at the same time, whichever units they name."""
        return [
            (one, other)
            for duties in self._by_category.values()
            for one, other in combinations(duties, 2)
            if (one.area, one.component_kind) == (other.area, other.component_kind) and _overlap(one, other)
        ]


def _specific(duty: Duty, areas: Areas) -> tuple[bool, int]:
    depth = next((at for at, level in enumerate(LEVELS, start=1) if getattr(areas, level) == duty.area), 0)
    return bool(duty.component_kind), depth if duty.area else 0


def _overlap(one: Duty, other: Duty) -> bool:
    first, second = sorted((one, other), key=lambda duty: duty.valid_from)
    return first.valid_until is None or second.valid_from < first.valid_until
