"""Reads the files of the city's map: gazetteer.csv, grid.geojson, roads.geojson, components.csv, catalogue.csv.

A row or feature that cannot be used is an error with file and line; whether the files agree with each other is
`city_check`'s matter. A city without a map has none of them, and nothing is placed then.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from shapely.errors import GEOSException
from shapely.geometry import LineString, Polygon

from tickets.adapters.city_files import LANGUAGES, NAMES, Row, day_of, names_of, new_id, rows_of
from tickets.domain.duties import Duty, DutyCatalogue
from tickets.domain.geography import Cell, CityMap, Component, Named, Override, Road, Spot
from tickets.errors import CityDataInvalid

KINDS = ("city", "district", "street", "community", "road", "place")
_NAMED = ("id", "kind", "parent", *NAMES, "aliases", "latitude", "longitude")
_COMPONENT = ("id", "kind", "owner_unit", "latitude", "longitude", "valid_from", "valid_until")
_OVERRIDE = ("component", "owner_unit", "valid_from", "valid_until")
_DUTY = (
    "id", "category", "area", "component_kind", "lead_unit", "assist_units", "legal_basis", "valid_from",
    "valid_until", "source",
)  # fmt: skip


def has_map(folder: Path) -> bool:
    """Whether the city has a map at all."""
    return (folder / "gazetteer.csv").exists()


def load_map(folder: Path) -> CityMap:
    """Reads the map of `folder`.

    Raises:
        CityDataInvalid: a file is missing or a row cannot be used.
    """
    named: dict[str, Named] = {}
    for where, row in rows_of(folder / "gazetteer.csv", _NAMED):
        if row["kind"] not in KINDS:
            raise CityDataInvalid(f"{where}: kind must be one of {', '.join(KINDS)}, not {row['kind']!r}")
        aliases = tuple(alias.strip() for alias in row["aliases"].split(";") if alias.strip())
        one = Named(
            new_id(where, row, named), row["kind"], row["parent"], names_of(where, row), aliases, _spot(where, row)
        )
        named[one.id] = one
    roads = {road.id: road for road in _roads(folder / "roads.geojson")}
    for road in roads:
        if road not in named or named[road].kind != "road":
            raise CityDataInvalid(f"{folder / 'roads.geojson'}: {road!r} is no road of gazetteer.csv")
    for one in named.values():
        if one.kind == "road" and one.id not in roads:
            raise CityDataInvalid(f"{folder / 'roads.geojson'}: the course of {one.id!r} of gazetteer.csv is missing")
    return CityMap(named, roads, tuple(_cells(folder / "grid.geojson")), _components(folder))


def load_duties(folder: Path) -> DutyCatalogue:
    """Reads catalogue.csv; no file means no rules.

    Raises:
        CityDataInvalid: a row cannot be used.
    """
    path = folder / "catalogue.csv"
    if not path.exists():
        return DutyCatalogue(())
    known: dict[str, Duty] = {}
    for where, row in rows_of(path, _DUTY):
        duty = Duty(
            id=new_id(where, row, known),
            category=row["category"],
            area=row["area"],
            component_kind=row["component_kind"],
            lead_unit=row["lead_unit"],
            assist_units=tuple(unit for unit in row["assist_units"].split(";") if unit),
            legal_basis=row["legal_basis"],
            valid_from=day_of(where, row["valid_from"]),
            valid_until=day_of(where, row["valid_until"]) if row["valid_until"] else None,
            source=row["source"],
            where=where,
        )
        known[duty.id] = duty
    return DutyCatalogue(known.values())


def _components(folder: Path) -> Mapping[str, Component]:
    path = folder / "components.csv"
    if not path.exists():
        return {}
    overrides: defaultdict[str, list[Override]] = defaultdict(list)
    changes = folder / "component_overrides.csv"
    for where, row in rows_of(changes, _OVERRIDE) if changes.exists() else ():
        overrides[row["component"]].append(Override(row["owner_unit"], *_period(where, row)))
    found: dict[str, Component] = {}
    for where, row in rows_of(path, _COMPONENT):
        identifier = new_id(where, row, found)
        found[identifier] = Component(
            identifier,
            row["kind"],
            row["owner_unit"],
            _spot(where, row),
            *_period(where, row),
            tuple(overrides[identifier]),
        )
    unknown = sorted(set(overrides) - set(found))
    if unknown:
        raise CityDataInvalid(f"{changes}: the component {unknown[0]!r} is not in components.csv")
    return found


def _cells(path: Path) -> Iterator[Cell]:
    seen: set[str] = set()
    for where, properties, geometry in _features(path, "Polygon"):
        identifier, community = str(properties.get("id") or ""), str(properties.get("community") or "")
        if not identifier or identifier in seen:
            raise CityDataInvalid(f"{where}: the id {identifier!r} is empty or there twice")
        seen.add(identifier)
        try:
            yield Cell(identifier, community, Polygon(geometry[0], geometry[1:]))
        except (GEOSException, ValueError, TypeError, IndexError) as error:
            raise CityDataInvalid(f"{where}: no usable polygon: {error}") from error


def _roads(path: Path) -> Iterator[Road]:
    for where, properties, geometry in _features(path, "LineString"):
        try:
            first, last = int(properties["first_number"]), int(properties["last_number"])
            yield Road(str(properties["id"]), LineString(geometry), first, last)
        except (GEOSException, ValueError, TypeError, KeyError) as error:
            raise CityDataInvalid(
                f"{where}: no usable road (id, first_number, last_number, a line): {error}"
            ) from error


def _features(path: Path, kind: str) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    try:
        features = json.loads(path.read_text("utf-8"))["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CityDataInvalid(f"{path}: is no readable GeoJSON FeatureCollection: {error}") from error
    for number, feature in enumerate(features, start=1):
        where = f"{path}: feature {number}"
        try:
            properties, geometry = feature["properties"], feature["geometry"]
            given, coordinates = geometry["type"], geometry["coordinates"]
        except (KeyError, TypeError) as error:
            raise CityDataInvalid(f"{where}: has no properties or geometry") from error
        if given != kind:
            raise CityDataInvalid(f"{where}: must be a {kind}, not a {given}")
        yield where, properties, coordinates


def _period(where: str, row: Row) -> tuple[date, date | None]:
    return day_of(where, row["valid_from"]), day_of(where, row["valid_until"]) if row["valid_until"] else None


def _spot(where: str, row: Row) -> Spot:
    try:
        spot = Spot(float(row["latitude"]), float(row["longitude"]))
    except ValueError:
        raise CityDataInvalid(f"{where}: latitude and longitude must be degrees such as 32.0197") from None
    if not (-90 <= spot.latitude <= 90 and -180 <= spot.longitude <= 180):
        raise CityDataInvalid(f"{where}: latitude or longitude is out of range")
    return spot


__all__ = ["LANGUAGES", "has_map", "load_duties", "load_map"]
