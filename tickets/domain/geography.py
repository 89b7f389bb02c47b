"""The city's map as plain values: areas, roads, places, grid cells and components, and what lies where.

Points are WGS 84 degrees, distances metres. Geometry is shapely's; within a city a degree is taken as flat. It reads no
text: names are `placenames`, an address is `gazetteer`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

METRES_A_DEGREE = 111_320.0
AREA_KINDS = ("district", "street", "community")
"""The levels between city and grid, the widest first."""


@dataclass(frozen=True)
class Spot:
    """A point."""

    latitude: float
    longitude: float

    def metres_to(self, other: Spot) -> float:
        """The distance, flat, right to 0.1 % within a city."""
        north = (other.latitude - self.latitude) * METRES_A_DEGREE
        east = (other.longitude - self.longitude) * METRES_A_DEGREE * math.cos(math.radians(self.latitude))
        return math.hypot(north, east)


@dataclass(frozen=True)
class Named:
    """Something of the gazetteer: an area, a road or a place.

    Attributes:
        kind: city, district, street, community, road or place.
        parent: id of the area it lies or begins in.
        names: by language.
        aliases: other ways it is written, in any language.
    """

    id: str
    kind: str
    parent: str
    names: Mapping[str, str]
    aliases: tuple[str, ...]
    spot: Spot


@dataclass(frozen=True)
class Road:
    """A road's course; house numbers run along it evenly."""

    id: str
    line: LineString
    first_number: int
    last_number: int

    def at_number(self, number: int) -> Spot | None:
        """Where a house number is; None when the road has no such number."""
        if not self.first_number <= number <= self.last_number:
            return None
        share = (number - self.first_number) / max(1, self.last_number - self.first_number)
        return _spot(self.line.interpolate(share, normalized=True))


@dataclass(frozen=True)
class Cell:
    """A grid cell: the smallest area, one worker's."""

    id: str
    community: str
    polygon: Polygon


@dataclass(frozen=True)
class Override:
    """A component's temporary owner."""

    owner_unit: str
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class Component:
    """A lamp, manhole, pole ... with a number on it."""

    id: str
    kind: str
    owner_unit: str
    spot: Spot
    valid_from: date
    valid_until: date | None = None
    overrides: tuple[Override, ...] = ()

    def owner_on(self, day: date) -> str:
        """Who owns it on a day: a temporary owner first."""
        return next((one.owner_unit for one in self.overrides if valid(one, day)), self.owner_unit)


@dataclass(frozen=True)
class Areas:
    """The areas a point or name belongs to, from the widest; None where it is not known."""

    district: str | None = None
    street: str | None = None
    community: str | None = None
    grid: str | None = None

    def __contains__(self, area: object) -> bool:
        return area is not None and area in (self.district, self.street, self.community, self.grid)


NOWHERE = Areas()


@dataclass(frozen=True)
class CityMap:
    """Everything that has a place in the city, by id."""

    named: Mapping[str, Named]
    roads: Mapping[str, Road]
    cells: Sequence[Cell]
    components: Mapping[str, Component]

    def areas_of(self, area: str) -> Areas:
        """The areas that a named area, place or grid cell lies in, itself included."""
        found: dict[str, str] = {}
        cell = self._cells_by_id.get(area)
        if cell is not None:
            found["grid"], area = cell.id, cell.community
        here = self.named.get(area)
        while here is not None:
            if here.kind in AREA_KINDS:
                found[here.kind] = here.id
            here = self.named.get(here.parent)
        return Areas(**found)

    def cell_at(self, spot: Spot) -> Cell | None:
        """The grid cell a point lies in; on an edge, the first of the file; None outside the city."""
        hit = self._tree.query(Point(spot.longitude, spot.latitude), predicate="intersects")
        return self.cells[min(hit)] if len(hit) else None

    def areas_at(self, spot: Spot) -> Areas:
        """The areas a point lies in."""
        cell = self.cell_at(spot)
        return NOWHERE if cell is None else self.areas_of(cell.id)

    def areas_along(self, road: str) -> list[Areas]:
        """The areas a road passes, in the order of the grid file, without grids."""
        line = self.roads[road].line
        cells = sorted(self._tree.query(line, predicate="intersects"))
        return list(dict.fromkeys(self.areas_of(self.cells[at].community) for at in cells))

    def crossing(self, one: str, other: str, within_metres: float = 150.0) -> Spot | None:
        """Where two roads meet, or come as near as `within_metres`."""
        first, second = self.roads[one].line, self.roads[other].line
        shared: BaseGeometry = first.intersection(second)
        if not shared.is_empty:
            return _spot(shared.representative_point())
        if first.distance(second) * METRES_A_DEGREE > within_metres:
            return None
        return _spot(first.interpolate(first.project(second.interpolate(second.project(Point(first.coords[0]))))))

    @cached_property
    def _tree(self) -> STRtree:
        return STRtree([cell.polygon for cell in self.cells])

    @cached_property
    def _cells_by_id(self) -> Mapping[str, Cell]:
        return {cell.id: cell for cell in self.cells}


def valid(entry: Override | Component, day: date) -> bool:
    """Whether an entry holds on a day; `valid_until` is the first day it does not."""
    return entry.valid_from <= day and (entry.valid_until is None or day < entry.valid_until)


def _spot(point: Point) -> Spot:
    return Spot(round(point.y, 6), round(point.x, 6))
