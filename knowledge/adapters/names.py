"""The city's units and the list of topics, as the check needs them: ids and nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

from knowledge.errors import InvalidItem


def read_units(city_dir: Path) -> frozenset[str]:
    """Ids of the city's units."""
    return _column(city_dir / "units.csv")


def read_topics(items_dir: Path) -> frozenset[str]:
    """Ids of the topics that there should be."""
    return _column(items_dir / "topics.csv")


def _column(file: Path) -> frozenset[str]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return frozenset(row["id"] for row in csv.DictReader(lines))
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise InvalidItem(str(file), f"cannot be read: {error}") from error
