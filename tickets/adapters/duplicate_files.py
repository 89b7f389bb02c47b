"""Reads what the search for duplicates was fitted to: data/duplicates/decision.json, and texts that weigh words."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tickets.domain.duplicates import Decision, decision_of
from tickets.errors import CityDataInvalid


def load_decision(folder: Path, encoder: str) -> tuple[Decision, NDArray[np.float32]]:
    """The coefficients and the centre of sentence vectors.

    Raises:
        CityDataInvalid: the file cannot be used, or belongs to another encoder.
    """
    path = folder / "decision.json"
    try:
        values = json.loads(path.read_text("utf-8"))
        fitted, centre = str(values["encoder"]), np.array(values["centre"], dtype=np.float32)
        decision = decision_of(values)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CityDataInvalid(f"{path}: cannot be read: {error}") from error
    if fitted != encoder:
        raise CityDataInvalid(
            f"{path}: was fitted with {fitted!r}, not {encoder!r}: run `python -m benchmarks.duplicates --fit`"
        )
    return decision, centre


def example_texts(folder: Path) -> Iterator[str]:
    """Citizens' sentences of all languages, by which rare words are told from usual ones."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as rows:
            yield from (row.get("text") or "" for row in csv.DictReader(rows))
