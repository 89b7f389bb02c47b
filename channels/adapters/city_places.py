"""What lies at a point of the city, in words that the gazetteer reads again, and a sketch of the city to point at.

The words are those of an address a citizen could have written, so what is chosen goes the way of any answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from shapely.geometry import Point

from channels.adapters.ticket_threads import TicketThreads
from channels.errors import TicketsUnavailable
from tickets.domain.gazetteer import Candidate, Gazetteer
from tickets.domain.geography import METRES_A_DEGREE, NOWHERE, Areas, CityMap, Spot
from tickets.domain.placenames import names_of
from tickets.errors import TicketError
from tickets.service.desk import TicketDesk

ROAD_METRES, PLACE_METRES = 250.0, 500.0
AT_METRES = 80.0
"""So near, a named place says more than a house number."""
_MOST_PLACES = 3
_NUMBERED = {
    "zh": "{around}{road}{number}号",
    "en": "{number} {road} ({around})",
    "ja": "{around}{road}{number}号",
    "ko": "{road} {number} ({around})",
    "ru": "{road}, дом {number} ({around})",
}
T = TypeVar("T")


class DeskPlaces:
    """Places on the map of the ticket core; without a map nothing is found."""

    def __init__(self, threads: TicketThreads) -> None:
        self._threads = threads

    async def near(self, latitude: float, longitude: float, language: str) -> Mapping[str, Any]:
        """`{"inside","candidates"}`: what is at a point."""
        spot = Spot(latitude, longitude)

        def look(desk: TicketDesk) -> Mapping[str, Any]:
            if desk.placing is None:
                return {"inside": False, "candidates": []}
            return nearby(desk.placing.gazetteer, spot, language)

        return await self._run(look)

    async def map(self, language: str) -> Mapping[str, Any] | None:
        """The sketch of the city; None without a map."""
        return await self._run(
            lambda desk: None if desk.placing is None else sketch(desk.placing.gazetteer.city, language)
        )

    async def _run(self, work: Callable[[TicketDesk], T]) -> T:
        try:
            return await self._threads.run(work)
        except (TicketError, TimeoutError) as error:
            raise TicketsUnavailable from error


def nearby(gazetteer: Gazetteer, spot: Spot, language: str) -> dict[str, Any]:
    """What is at a point: places and the road with its nearest house number by their distance, then the community.

    `inside` is False beyond the city's grid; then there are no candidates.
    """
    city = gazetteer.city
    areas = city.areas_at(spot)
    if areas == NOWHERE:
        return {"inside": False, "candidates": []}
    places = sorted(
        (
            (one.spot.metres_to(spot), one.id)
            for one in city.named.values()
            if one.kind == "place" and one.spot.metres_to(spot) <= PLACE_METRES
        ),
    )
    found: list[dict[str, Any]] = [
        {
            "text": gazetteer.name_of(_candidate(city, identifier), language),
            "kind": "place",
            "metres": round(metres),
        }
        for metres, identifier in places[:_MOST_PLACES]
    ]
    road = _address(city, spot, areas, language)
    if road is not None:
        at = next((at for at, one in enumerate(found) if one["metres"] > AT_METRES), len(found))
        found.insert(at, road)
    if areas.community is not None:
        text = gazetteer.name_of(Candidate(areas.community, areas, None), language)
        found.append({"text": text, "kind": "community", "metres": 0})
    return {"inside": True, "candidates": found}


def sketch(city: CityMap, language: str) -> dict[str, Any]:
    """`{"box":[west,south,east,north],"roads":[{"name","line"}],"districts":[{"name","at"}],"places":[...]}`.

    Points are `[longitude, latitude]` in WGS 84 degrees.
    """
    bounds = [cell.polygon.bounds for cell in city.cells]
    return {
        "box": [
            min(one[0] for one in bounds),
            min(one[1] for one in bounds),
            max(one[2] for one in bounds),
            max(one[3] for one in bounds),
        ],
        "roads": [
            {"name": names_of(city.named, road.id, language), "line": [list(point) for point in road.line.coords]}
            for road in city.roads.values()
        ],
        "districts": _named(city, "district", language),
        "places": _named(city, "place", language),
    }


def _candidate(city: CityMap, identifier: str) -> Candidate:
    return Candidate(identifier, city.areas_at(city.named[identifier].spot), None)


def _named(city: CityMap, kind: str, language: str) -> list[dict[str, Any]]:
    return [
        {"name": names_of(city.named, one.id, language), "at": [one.spot.longitude, one.spot.latitude]}
        for one in city.named.values()
        if one.kind == kind
    ]


def _address(city: CityMap, spot: Spot, areas: Areas, language: str) -> dict[str, Any] | None:
    """The nearest house number of the nearest road."""
    here = Point(spot.longitude, spot.latitude)
    nearest = min(city.roads.values(), key=lambda road: road.line.distance(here), default=None)
    if nearest is None:
        return None
    metres = nearest.line.distance(here) * METRES_A_DEGREE
    if metres > ROAD_METRES:
        return None
    share = nearest.line.project(here, normalized=True)
    number = nearest.first_number + round(share * (nearest.last_number - nearest.first_number))
    around = names_of(city.named, areas.street or areas.district or "", language)
    text = _NUMBERED[language].format(around=around, road=names_of(city.named, nearest.id, language), number=number)
    return {"text": text, "kind": "road", "metres": round(metres)}
