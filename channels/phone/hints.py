"""Words that callers of this city say and recognisers mishear: units, streets, communities, kinds of matters.

Read from the city's data; a city without a gazetteer has fewer. What a recogniser does with them is not known here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

GAZETTEER = "gazetteer.csv"
_MOST_PLACES = 20_000
_FILES = {"units": "units.csv", "places": GAZETTEER, "matters": "categories.csv"}


def hints_of(city: Path, language: str) -> dict[str, list[str]]:
    """Names by kind: `units`, `places`, `matters`; in the column `name_<language>`, else `name`."""
    return {kind: _names(city / file, language) for kind, file in _FILES.items()}


def _names(path: Path, language: str) -> list[str]:
    if not path.exists():
        return []
    found: list[str] = []
    with path.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            found += _of_row(row, language)
            if len(found) >= _MOST_PLACES:
                break
    return list(dict.fromkeys(found))


def _of_row(row: Mapping[str, str | None], language: str) -> list[str]:
    name = row.get(f"name_{language}") or row.get("name") or ""
    others = (row.get("aliases") or "") if language == "zh" else ""
    return [one.strip() for one in (name, *others.split(";")) if one.strip()]
