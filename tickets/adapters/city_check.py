"""Finds gaps and contradictions between the files of a city, each with its place and what to do about it.

The readers refuse what cannot be read at all; here the files are compared with each other: areas without a unit, grid
cells without a community, polygons that overlap or leave holes, rules that hold at once, owners that do not exist.
Nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from shapely import STRtree, union_all
from shapely.geometry import Point

from tickets.adapters.city_files import load_catalogue
from tickets.adapters.gazetteer_files import has_map, load_duties, load_map
from tickets.adapters.parts_files import with_parts_files
from tickets.adapters.rule_files import with_rule_files
from tickets.adapters.vehicle_files import CsvVehicleRegistry
from tickets.domain.city import Catalogue
from tickets.domain.duties import Duty, DutyCatalogue
from tickets.domain.geography import METRES_A_DEGREE, CityMap
from tickets.domain.levels import GRASSROOTS
from tickets.errors import CityDataInvalid

_PARENT = {"district": "city", "street": "district", "community": "street", "place": "street", "road": "district"}
_LEAST_M2 = 50.0
"""Overlaps and holes below this are roundings of coordinates."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where, what, and the remedy."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


def check(folder: Path, today: date) -> list[Finding]:
    """All findings of a city's folder; a file that cannot be read is the first and only one.

    Args:
        today: gaps are looked for from this day on.
    """
    try:
        catalogue = with_rule_files(with_parts_files(load_catalogue(folder), folder), folder)
        CsvVehicleRegistry.load(folder)
        if not has_map(folder):
            return [Finding(str(folder), "there is no gazetteer.csv", "without it no place is found: add a map")]
        city, duties = load_map(folder), load_duties(folder)
    except CityDataInvalid as error:
        return [Finding(*_split(str(error)), "put the row right")]
    found = [
        *_areas(folder, city),
        *_offices(folder, city, catalogue),
        *_grid(folder, city),
        *_components(folder, city, catalogue),
        *_rules(folder, city, catalogue, duties),
        *_gaps(folder, catalogue, duties, today),
    ]
    return sorted(found, key=lambda finding: finding.where)


def _split(text: str) -> tuple[str, str]:
    where, _, what = text.rpartition(": ")
    return where or text, what


def _areas(folder: Path, city: CityMap) -> Iterator[Finding]:
    path = folder / "gazetteer.csv"
    for one in city.named.values():
        wanted = _PARENT.get(one.kind)
        if wanted is None:
            continue
        parent = city.named.get(one.parent)
        if parent is None or parent.kind != wanted:
            yield Finding(
                f"{path}: {one.id}", f"its parent {one.parent!r} is no {wanted}", f"name the {wanted} it belongs to"
            )
    siblings: dict[tuple[str, str, str], str] = {}
    for one in city.named.values():
        key = (one.kind, one.parent, one.names["zh"])
        if key in siblings:
            yield Finding(
                f"{path}: {one.id}", f"has the name of {siblings[key]!r} beside it", "tell them apart by name"
            )
        siblings.setdefault(key, one.id)


def _offices(folder: Path, city: CityMap, catalogue: Catalogue) -> Iterator[Finding]:
    path = folder / "area_units.csv"
    cells = {cell.id for cell in city.cells}
    served: set[str] = set()
    for unit in catalogue.units.values():
        if unit.area is None:
            continue
        if unit.area in served:
            yield Finding(f"{path}: {unit.id}", f"{unit.area!r} has two offices", "leave one")
        served.add(unit.area)
        if unit.area not in city.named and unit.area not in cells:
            yield Finding(
                f"{path}: {unit.id}", f"the area {unit.area!r} is not known", "use an id of the gazetteer or grid"
            )
    for one in city.named.values():
        if one.kind in ("district", "street", "community") and one.id not in served:
            yield Finding(
                f"{folder / 'gazetteer.csv'}: {one.id}", f"this {one.kind} has no office", f"add it to {path.name}"
            )


def _grid(folder: Path, city: CityMap) -> Iterator[Finding]:
    path = folder / "grid.geojson"
    by_community: defaultdict[str, int] = defaultdict(int)
    for cell in city.cells:
        community = city.named.get(cell.community)
        if community is None or community.kind != "community":
            yield Finding(
                f"{path}: {cell.id}", f"its community {cell.community!r} is not known", "name one of gazetteer.csv"
            )
        by_community[cell.community] += 1
        if not cell.polygon.is_valid:
            yield Finding(f"{path}: {cell.id}", "its border crosses itself", "draw it again")
    for one in city.named.values():
        if one.kind == "community" and not by_community[one.id]:
            yield Finding(
                f"{path}: {one.id}", "the community has no grid cell", "draw one, or take it out of gazetteer.csv"
            )
    polygons = [cell.polygon for cell in city.cells if cell.polygon.is_valid]
    names = [cell.id for cell in city.cells if cell.polygon.is_valid]
    for first, second in zip(*STRtree(polygons).query(polygons, predicate="intersects"), strict=True):
        if first < second:
            shared = polygons[first].intersection(polygons[second]).area * METRES_A_DEGREE**2
            if shared > _LEAST_M2:
                yield Finding(
                    f"{path}: {names[first]}", f"overlaps {names[second]} by {shared:,.0f} m²", "move the border"
                )
    whole = union_all(polygons)
    for part in getattr(whole, "geoms", [whole]):
        for hole in getattr(part, "interiors", ()):
            size = abs(_area(hole.coords)) * METRES_A_DEGREE**2
            if size > _LEAST_M2:
                at = Point(hole.coords[0])
                yield Finding(f"{path}: near {at.y:.5f}, {at.x:.5f}", f"a hole of {size:,.0f} m²", "give it to a cell")


def _area(ring: object) -> float:
    points = list(ring)  # type: ignore[call-overload]
    return float(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:], strict=False)) / 2)


def _components(folder: Path, city: CityMap, catalogue: Catalogue) -> Iterator[Finding]:
    path, changes = folder / "components.csv", folder / "component_overrides.csv"
    for one in city.components.values():
        if one.owner_unit not in catalogue.units:
            yield Finding(f"{path}: {one.id}", f"the owner {one.owner_unit!r} is not known", "use an id of units.csv")
        if city.cell_at(one.spot) is None:
            yield Finding(f"{path}: {one.id}", "lies outside every grid cell", "put its coordinates right")
        if one.valid_until is not None and one.valid_until <= one.valid_from:
            yield Finding(f"{path}: {one.id}", "ends before it begins", "put valid_from or valid_until right")
        earlier = None
        for change in sorted(one.overrides, key=lambda each: each.valid_from):
            if change.owner_unit not in catalogue.units:
                yield Finding(
                    f"{changes}: {one.id}", f"the owner {change.owner_unit!r} is not known", "use an id of units.csv"
                )
            if earlier and (earlier.valid_until is None or change.valid_from < earlier.valid_until):
                yield Finding(f"{changes}: {one.id}", "has two temporary owners at once", "end the first one earlier")
            earlier = change


def _rules(folder: Path, city: CityMap, catalogue: Catalogue, duties: DutyCatalogue) -> Iterator[Finding]:
    areas = {*city.named, *(cell.id for cell in city.cells)}
    kinds = {component.kind for component in city.components.values()}
    for duty in duties.duties:
        for unit in (duty.lead_unit, *duty.assist_units):
            if unit not in catalogue.units:
                yield Finding(duty.where, f"the unit {unit!r} is not known", "use an id of units.csv or area_units.csv")
        if duty.category not in catalogue.categories:
            yield Finding(duty.where, f"the category {duty.category!r} is not known", "use an id of categories.csv")
        if duty.area and duty.area not in areas:
            yield Finding(duty.where, f"the area {duty.area!r} is not known", "use an id of the gazetteer or grid")
        if duty.component_kind and duty.component_kind not in kinds:
            yield Finding(duty.where, f"no component is a {duty.component_kind!r}", "use a kind of components.csv")
        if not duty.legal_basis:
            yield Finding(duty.where, "has no legal basis", "name law and article: units may ask for it")
        if duty.lead_unit in duty.assist_units:
            yield Finding(duty.where, f"{duty.lead_unit!r} leads and assists", "take it out of assist_units")
        by_law = catalogue.levels.duties.get(duty.category)
        if by_law is not None and catalogue.level_of(duty.lead_unit) in GRASSROOTS:
            pushed = f"gives a duty of {by_law.department!r} to {duty.lead_unit!r}, which no law allows"
            yield Finding(duty.where, pushed, f"let the department lead ({by_law.clause})")
        if duty.valid_until is not None and duty.valid_until <= duty.valid_from:
            yield Finding(duty.where, "ends before it begins", "put valid_from or valid_until right")
    for one, other in duties.contradictions():
        yield Finding(other.where, f"holds at the same time as {one.id!r} ({one.where})", _ending(one, other))


def _ending(one: Duty, other: Duty) -> str:
    earlier, later = sorted((one, other), key=lambda duty: duty.valid_from)
    return (
        f"let {earlier.id!r} end on {later.valid_from}"
        if earlier.valid_from < later.valid_from
        else "leave one of them"
    )


def _gaps(folder: Path, catalogue: Catalogue, duties: DutyCatalogue, today: date) -> Iterator[Finding]:
    """Categories that from some day on no rule without an area holds for: somewhere nobody is responsible."""
    path = folder / "catalogue.csv"
    for category in catalogue.categories:
        rules = [
            duty for duty in duties.duties if duty.category == category and not duty.area and not duty.component_kind
        ]
        days = [today, *(duty.valid_until for duty in rules if duty.valid_until and duty.valid_until > today)]
        for day in days:
            if not any(duty.holds(day) for duty in rules):
                since = "no rule" if day == today else f"no rule from {day} on"
                yield Finding(f"{path}: {category}", f"{since} for the whole city", f"add one valid from {day}")
                break
        for area_rule in (duty for duty in duties.duties if duty.category == category and duty.area):
            if area_rule.valid_until and today < area_rule.valid_until < today + timedelta(days=30):
                yield Finding(
                    area_rule.where, f"ends on {area_rule.valid_until}", "say who is responsible there afterwards"
                )
