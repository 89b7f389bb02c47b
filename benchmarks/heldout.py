"""Sentences nobody trained on, from tests/nlu/heldout, in an order that is the same every time."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path

from hotline.settings import ROOT

FOLDER = ROOT / "tests" / "nlu" / "heldout"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")


@dataclass(frozen=True)
class Sentence:
    """A sentence and what it means."""

    language: str
    intent: str
    text: str


def sentences(folder: Path = FOLDER) -> list[Sentence]:
    """Gives all sentences of the five languages, mixed.

    Raises:
        FileNotFoundError: there are none in the folder.
    """
    found = []
    for language in LANGUAGES:
        with open(folder / f"intents.{language}.csv", encoding="utf-8", newline="") as rows:
            found += [Sentence(language, row["intent"], row["text"]) for row in csv.DictReader(rows)]
    random.Random(12345).shuffle(found)
    return found
