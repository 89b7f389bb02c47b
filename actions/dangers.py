"""Whom to call and where it belongs, per kind of danger: `data/city/dangers.csv`.

The kinds are those of the danger sentences the bot learns from. What to do first stands in the responses
`utter_emergency_<kind>`, not here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FALLBACK_KIND = "other"


@dataclass(frozen=True)
class Danger:
    """One kind of danger.

    Attributes:
        numbers: emergency numbers, the first to call first.
        category: id of categories.csv for the emergency ticket, None where none fits.
    """

    kind: str
    numbers: tuple[str, ...]
    category: str | None


def load(file: Path) -> dict[str, Danger]:
    """Reads the table; a kind that is missing there is answered as `other`."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {
            row["kind"]: Danger(row["kind"], tuple(row["numbers"].split()), row["category"] or None)
            for row in csv.DictReader(lines)
        }
