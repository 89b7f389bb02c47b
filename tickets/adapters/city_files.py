"""Reads the files that describe the city: categories.csv, units.csv, area_units.csv, holidays/<year>.csv.

A row that cannot be used is an error with file and line; nothing is guessed or skipped.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from tickets.adapters.holiday_notices import ChineseCalendarNotices
from tickets.domain.calendar import WorkingCalendar
from tickets.domain.city import Catalogue, Category, Unit
from tickets.domain.clocks import AcceptClass
from tickets.domain.vocabulary import HOTLINE_UNIT
from tickets.errors import CityDataInvalid

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
NAMES = tuple(f"name_{language}" for language in LANGUAGES)
_CATEGORY_COLUMNS = (
    "id",
    "group",
    *NAMES,
    "lead_unit",
    "assist_units",
    "urgency",
    "accept_class",
    "duplicate_radius_m",
)
_URGENCIES = ("normal", "urgent")
_WORKED = {"holiday": False, "workday": True}
Row = Mapping[str, str]


def load_catalogue(folder: Path) -> Catalogue:
    """Reads categories.csv and units.csv of `folder`.

    Raises:
        CityDataInvalid: a file is missing or a row cannot be used.
    """
    units: dict[str, Unit] = {}
    for where, row in rows_of(folder / "units.csv", ("id", *NAMES, "level")):
        unit = Unit(new_id(where, row, units), names_of(where, row), row["level"])
        units[unit.id] = unit
    areas = folder / "area_units.csv"
    for where, row in rows_of(areas, ("id", "area", "level", *NAMES)) if areas.exists() else ():
        unit = Unit(new_id(where, row, units), names_of(where, row), row["level"], row["area"])
        units[unit.id] = unit
    if HOTLINE_UNIT not in units:
        raise CityDataInvalid(f"{folder / 'units.csv'}: the unit {HOTLINE_UNIT!r} is missing")
    categories: dict[str, Category] = {}
    for where, row in rows_of(folder / "categories.csv", _CATEGORY_COLUMNS):
        category = _category(where, row, categories, units)
        categories[category.id] = category
    return Catalogue(categories, units)


def load_calendar(folder: Path) -> WorkingCalendar:
    """The working calendar with the overrides of `folder`/<year>.csv (date, kind, name), which may all be missing.

    Raises:
        CityDataInvalid: a row cannot be used.
    """
    overrides: dict[date, bool] = {}
    settled: set[int] = set()
    for path in sorted(folder.glob("*.csv")):
        if not path.stem.isdigit():
            raise CityDataInvalid(f"{path}: the file's name must be a year")
        settled.add(int(path.stem))
        for where, row in rows_of(path, ("date", "kind", "name")):
            day, worked = day_of(where, row["date"]), _one_of(where, "kind", row["kind"], tuple(_WORKED))
            # A notice also moves days just before its year, so the year before is allowed.
            if day.year not in (int(path.stem), int(path.stem) - 1):
                raise CityDataInvalid(f"{where}: {day} does not belong into {path.name}")
            overrides[day] = _WORKED[worked]
    return WorkingCalendar(ChineseCalendarNotices(), overrides, frozenset(settled))


def _category(where: str, row: Row, known: Mapping[str, Category], units: Mapping[str, Unit]) -> Category:
    assist = tuple(unit for unit in row["assist_units"].split(";") if unit)
    for unit in (row["lead_unit"], *assist):
        if unit not in units:
            raise CityDataInvalid(f"{where}: the unit {unit!r} is not in units.csv")
    radius = row["duplicate_radius_m"]
    if not (radius.isascii() and radius.isdigit()):
        raise CityDataInvalid(f"{where}: duplicate_radius_m must be a whole number of metres, not {radius!r}")
    return Category(
        id=new_id(where, row, known),
        group=row["group"],
        names=names_of(where, row),
        lead_unit=row["lead_unit"],
        assist_units=assist,
        urgency=_one_of(where, "urgency", row["urgency"], _URGENCIES),
        accept_class=AcceptClass(_one_of(where, "accept_class", row["accept_class"], tuple(AcceptClass))),
        duplicate_radius_m=int(radius),
    )


def rows_of(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """Each row with its place for error texts; all `columns` are there, stripped."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise CityDataInvalid(f"{path}: missing columns: {', '.join(missing)}")
            for row in reader:
                where = f"{path}:{reader.line_num}"
                if None in row or None in row.values():
                    raise CityDataInvalid(f"{where}: the row has more or fewer cells than the header")
                yield where, {name: cell.strip() for name, cell in row.items()}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CityDataInvalid(f"{path}: cannot be read: {error}") from error


def new_id(where: str, row: Row, known: Mapping[str, object]) -> str:
    """The row's id, which must be new among the known ones."""
    identifier = row["id"]
    if not identifier or identifier in known:
        raise CityDataInvalid(f"{where}: the id {identifier!r} is empty or there twice")
    return identifier


def names_of(where: str, row: Row) -> dict[str, str]:
    """The row's names by language; Chinese must be there."""
    names = {language: row[f"name_{language}"] for language in LANGUAGES if row[f"name_{language}"]}
    if "zh" not in names:
        raise CityDataInvalid(f"{where}: name_zh is empty")
    return names


def _one_of(where: str, column: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise CityDataInvalid(f"{where}: {column} must be one of {', '.join(allowed)}, not {value!r}")
    return value


def day_of(where: str, text: str) -> date:
    """A date as ISO 8601 writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CityDataInvalid(f"{where}: {text!r} is no date such as 2027-02-06") from None
