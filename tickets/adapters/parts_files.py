"""Reads the city's files about levels and mediation: levels.csv, duties.csv, mediation.csv; each may be missing.

A row that cannot be used is an error with file and line; nothing is guessed or skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from tickets.adapters.city_files import rows_of
from tickets.domain.city import Catalogue
from tickets.domain.levels import GRASSROOTS, DepartmentDuty, LevelRules
from tickets.domain.mediation import Body
from tickets.errors import CityDataInvalid


def with_parts_files(catalogue: Catalogue, folder: Path) -> Catalogue:
    """The catalogue with what the three files of `folder` say.

    Raises:
        CityDataInvalid: a row cannot be used, or two files contradict each other.
    """
    duties: dict[str, DepartmentDuty] = {}
    for where, row in _rows(folder / "duties.csv", ("category", "department", "clause"), catalogue):
        department, clause = _unit(where, row["department"], catalogue), row["clause"]
        if catalogue.level_of(department) in GRASSROOTS:
            raise CityDataInvalid(f"{where}: department: {department} is no department; duties are of departments")
        if not clause:
            raise CityDataInvalid(f"{where}: clause is empty; name the law and its article")
        duties[row["category"]] = DepartmentDuty(row["category"], department, clause)
    simple = set()
    for where, row in _rows(folder / "levels.csv", ("category", "straight_to"), catalogue):
        if row["straight_to"] != "grid":
            raise CityDataInvalid(f"{where}: straight_to must be grid, not {row['straight_to']!r}")
        if row["category"] in duties:
            raise CityDataInvalid(f"{where}: {row['category']} is a department's duty (duties.csv); take one row out")
        simple.add(row["category"])
    bodies: dict[str, Body] = {}
    for where, row in _rows(folder / "mediation.csv", ("category", "unit", "legal_basis"), catalogue):
        if not row["legal_basis"]:
            raise CityDataInvalid(f"{where}: legal_basis is empty; name the law and its article")
        bodies[row["category"]] = Body(row["category"], _unit(where, row["unit"], catalogue), row["legal_basis"])
    return replace(catalogue, levels=LevelRules(frozenset(simple), duties), mediators=bodies)


def _rows(path: Path, columns: tuple[str, ...], catalogue: Catalogue) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Rows by category, each category known and there once."""
    if not path.exists():
        return
    seen: set[str] = set()
    for where, row in rows_of(path, columns):
        category = row["category"]
        if category not in catalogue.categories:
            raise CityDataInvalid(f"{where}: the category {category!r} is not in categories.csv")
        if category in seen:
            raise CityDataInvalid(f"{where}: the category {category!r} is there twice")
        seen.add(category)
        yield where, row


def _unit(where: str, unit: str, catalogue: Catalogue) -> str:
    if unit not in catalogue.units:
        raise CityDataInvalid(f"{where}: the unit {unit!r} is not in units.csv")
    return unit
