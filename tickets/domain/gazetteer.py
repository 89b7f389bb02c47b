"""From an address, a map point or a component's number to district, street, community and grid cell.

Pure. What is said is not corrected; where it may mean several places, they are given as candidates to be asked about,
the likeliest first. Nothing is guessed that the text does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from tickets.domain.geography import NOWHERE, Areas, CityMap, Spot
from tickets.domain.placenames import EXACT, Found, PlaceNames, names_of

MOST_CANDIDATES = 3
SURE = 0.75
"""From here on a place is taken without asking."""
POINT, NUMBER, CROSSING, PLACE, ROAD = 1.0, 0.95, 0.95, 0.9, 0.7
_CONTRADICTED = 0.5
_COMPONENT = re.compile(r"(?<![A-Za-z])([A-Za-z]{2})\s?[-–—]?\s?(\d{4})(?!\d)")
_BEFORE = re.compile(r"(?:no\.?|number|#|№)?\s*(?<![\d月월:：./-])(\d{1,4})\s*(?:号|號)?[,，]?\s*$", re.IGNORECASE)
"""Not the day of a date ("6月5号解放路") nor the minutes of a time."""
_AFTER = re.compile(
    r"^\s*[,，の]?\s*(?:дом|д\.|no\.?|№|#|номер)?\s*(\d{1,4})(?![\d:：])\s*"
    r"(?:号(?!线)|號(?!線)|番地|番|호(?!선)|번지|弄|(?:의|에|앞|옆|の|前|旁|门|附|对|那|这|左|右|栋|幢|楼)|(?![㐀-鿿぀-ヿ가-힣]))",
    re.IGNORECASE,
)
"""Where scripts have no spaces, a number is of a house only when nothing is counted: "解放路3盏灯" is not no. 3."""


@dataclass(frozen=True)
class Candidate:
    """One place a text may mean: an id of the gazetteer, and where it is."""

    id: str
    areas: Areas
    spot: Spot | None


@dataclass(frozen=True)
class Located:
    """Where something is.

    Attributes:
        spot: the point, where one is known.
        component: id of the component that was named.
        confidence: 0 (nothing found) to 1 (a map point or a component).
        names: ids of what was recognised in the text.
        candidates: other places it may be; the first is the one taken.
    """

    areas: Areas = NOWHERE
    spot: Spot | None = None
    component: str | None = None
    confidence: float = 0.0
    names: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def clear(self) -> bool:
        return self.confidence >= SURE and len(self.candidates) < 2


UNKNOWN = Located()


class Gazetteer:
    """Locates what citizens say, on one city's map."""

    def __init__(self, city: CityMap) -> None:
        self.city = city

    @cached_property
    def _names(self) -> PlaceNames:
        """Made at the first text: processes that place nothing need not wait for it at their start."""
        return PlaceNames(self.city.named.values())

    def locate(self, text: str = "", spot: Spot | None = None, component: str | None = None) -> Located:
        """Finds a place.

        Args:
            text: the address in the citizen's words, any language.
            spot: the point on the map, if one was given: it wins over the text.
            component: number on a lamp, manhole or pole; one within the text is found, too.
        """
        numbered = self._component(component or "") or self._component(text)
        if numbered is not None:
            return numbered
        found = self._names.find(text) if text else []
        names = tuple(identifier for one in found for identifier in one.ids)
        if spot is not None:
            areas = self.city.areas_at(spot)
            if areas != NOWHERE:
                return Located(areas, spot, None, POINT, names)
        if not found:
            return UNKNOWN
        return replace(self._by_names(text, found), names=names)

    def name_of(self, candidate: Candidate, language: str) -> str:
        """What a candidate is called, with its district or street, so that namesakes can be told apart."""
        name = names_of(self.city.named, candidate.id, language)
        within = candidate.areas.street or candidate.areas.district
        if within is None or within == candidate.id:
            return name
        around = names_of(self.city.named, within, language)
        return f"{around}{name}" if language in ("zh", "ja") else f"{name} ({around})"

    def _component(self, text: str) -> Located | None:
        for match in _COMPONENT.finditer(text):
            known = self.city.components.get(f"{match[1].upper()}-{match[2]}")
            if known is not None:
                return Located(self.city.areas_at(known.spot), known.spot, known.id, POINT)
        return None

    def _by_names(self, text: str, found: list[Found]) -> Located:
        within = [identifier for one in found for identifier in one.ids if self._kind(identifier) in _AREAS]
        options = [option for one in found for option in self._options(text, one, found)]
        options.sort(key=lambda option: -option[0])
        if not options:
            return UNKNOWN
        said_in = [one for one in within if len([each for each in found if one in each.ids and len(each.ids) == 1])]
        things = [option for option in options if self._kind(option[1].id) not in _AREAS]
        options = things or options  # an area that is named beside a road or place only says where that is
        agreeing = [option for option in options if all(area in option[1].areas for area in said_in)]
        chosen = agreeing or options
        best = [option for option in chosen if option[0] == chosen[0][0]]
        confidence, first = best[0]
        if said_in and not agreeing:  # the text names an area in which the place is not
            confidence = min(confidence, _CONTRADICTED)
        rivals = tuple(dict.fromkeys(option[1] for option in best))[:MOST_CANDIDATES]
        if first.spot is not None and all(rival.spot == first.spot for rival in rivals):
            rivals = (first,)  # two roads and their crossing are one place
        if len(rivals) == 1:
            return Located(first.areas, first.spot, None, confidence, (), rivals)
        return Located(_shared(one.areas for one in rivals), None, None, confidence, (), rivals)

    def _options(self, text: str, one: Found, found: list[Found]) -> list[tuple[float, Candidate]]:
        """What a found name may mean, each with its confidence."""
        options = []
        for identifier in one.ids:
            kind = self._kind(identifier)
            if kind == "road":
                options.append(self._on_road(text, one, identifier, found))
            elif kind == "place":
                named = self.city.named[identifier]
                areas = self.city.areas_at(named.spot)
                options.append((PLACE, Candidate(identifier, areas, named.spot)))
            else:
                options.append((_AREAS[kind], Candidate(identifier, self.city.areas_of(identifier), None)))
        return [(round(sure * one.sure, 3), candidate) for sure, candidate in options]

    def _on_road(self, text: str, one: Found, road: str, found: list[Found]) -> tuple[float, Candidate]:
        for other in found:
            for identifier in other.ids:
                if other is not one and self._kind(identifier) == "road":
                    meeting = self.city.crossing(road, identifier)
                    if meeting is not None:
                        return CROSSING, Candidate(road, self.city.areas_at(meeting), meeting)
        number = _house_number(text, one)
        spot = None if number is None else self.city.roads[road].at_number(number)
        if spot is not None:
            return NUMBER, Candidate(road, self.city.areas_at(spot), spot)
        along = self.city.areas_along(road)
        return ROAD, Candidate(road, _shared(along), None)

    def _kind(self, identifier: str) -> str:
        return self.city.named[identifier].kind


_AREAS = {"community": 0.8, "street": 0.6, "district": 0.4}
"""How sure a place is when only an area is known."""


def _house_number(text: str, one: Found) -> int | None:
    match = _AFTER.match(text[one.end :]) or _BEFORE.search(text[: one.start])
    return int(match[1]) if match else None


def _shared(areas: Iterable[Areas]) -> Areas:
    """The areas that all have in common."""
    known = list(areas)
    if not known:
        return NOWHERE
    first = known[0]
    return Areas(
        *(
            value if all(getattr(other, name) == value for other in known) else None
            for name in ("district", "street", "community", "grid")
            for value in (getattr(first, name),)
        )
    )


__all__ = ["EXACT", "Candidate", "Gazetteer", "Located", "UNKNOWN"]
