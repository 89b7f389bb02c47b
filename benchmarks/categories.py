"""How well categories are suggested, on held-out texts: `python -m benchmarks.categories`.

The texts (tests/nlu/heldout/categories.<language>.csv) were written before the training texts were extended and are
never trained on. Prints and stores top 1, top 3, what is chosen without a person, and how long one text takes.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from hotline.settings import ROOT, load
from tickets.adapters.category_classifier import TrainedCategoryClassifier
from tickets.adapters.city_files import LANGUAGES
from tickets.bootstrap import open_classifier
from tickets.config import TicketsConfig
from tickets.service.ports import Suggestion

HELD_OUT = ROOT / "tests" / "nlu" / "heldout"
RESULTS = ROOT / "benchmarks" / "results" / "categories.json"


@dataclass(frozen=True)
class Figures:
    """Of one language, or of all. `sure`: the share chosen without a person; `sure_right`: how much of it was right."""

    texts: int
    top1: float
    top3: float
    sure: float
    sure_right: float


@dataclass(frozen=True)
class Asked:
    """A held-out text with what was suggested for it."""

    language: str
    category: str
    text: str
    found: Suggestion

    @property
    def names(self) -> list[str]:
        return [candidate.category for candidate in self.found.candidates]


def read_held_out(folder: Path) -> list[tuple[str, str, str]]:
    """Language, category and text of every held-out line."""
    lines = []
    for language in LANGUAGES:
        with (folder / f"categories.{language}.csv").open(encoding="utf-8", newline="") as file:
            lines += [(language, row["category"], row["text"]) for row in csv.DictReader(file)]
    return lines


def ask(classifier: TrainedCategoryClassifier, lines: list[tuple[str, str, str]]) -> tuple[list[Asked], list[float]]:
    """Suggestions for all lines, each asked alone as a conversation does, and the milliseconds each took."""
    asked, milliseconds = [], []
    for language, category, text in lines:
        started = time.perf_counter()
        classifier.suggest(text, limit=3)
        milliseconds.append((time.perf_counter() - started) * 1000)
        asked.append(Asked(language, category, text, classifier.suggest_with_evidence(text, limit=3)))
    return asked, milliseconds


def figures(asked: list[Asked]) -> Figures:
    first = [each.names[0] == each.category for each in asked]
    sure = [right for right, each in zip(first, asked, strict=True) if each.found.sure]
    return Figures(
        texts=len(asked),
        top1=round(float(np.mean(first)), 4),
        top3=round(float(np.mean([each.category in each.names for each in asked])), 4),
        sure=round(len(sure) / len(asked), 4),
        sure_right=round(float(np.mean(sure)), 4) if sure else 0.0,
    )


def main() -> None:
    classifier = open_classifier(TicketsConfig.from_settings(load()))
    started = time.perf_counter()
    model = classifier.prepare()
    ready_seconds = time.perf_counter() - started
    asked, milliseconds = ask(classifier, read_held_out(HELD_OUT))
    by_language = {language: figures([each for each in asked if each.language == language]) for language in LANGUAGES}
    found = {"all": figures(asked), **by_language}
    print("language texts  top 1  top 3   sure  right when sure")
    for name, each in found.items():
        print(f"{name:8} {each.texts:5d} {each.top1:6.3f} {each.top3:6.3f} {each.sure:6.3f} {each.sure_right:6.3f}")
    wrong = Counter((each.category, each.names[0]) for each in asked if each.names[0] != each.category)
    print("taken for another:", ", ".join(f"{true} -> {said} {count}" for (true, said), count in wrong.most_common(10)))
    p50, p95 = (round(float(np.percentile(milliseconds, share)), 1) for share in (50, 95))
    print(f"one text: {p50} ms (p50), {p95} ms (p95); model ready in {ready_seconds:.0f} s")
    stored = {
        "examples": len(model.examples),
        "threshold": round(model.measured.threshold, 4),
        "figures": {name: asdict(each) for name, each in found.items()},
        "milliseconds": {"p50": p50, "p95": p95},
        "ready_seconds": round(ready_seconds, 1),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    if "--wrong" in sys.argv:
        for one in asked:
            if one.names[0] != one.category:
                print(f"{one.language} {one.category} -> {', '.join(one.names)}: {one.text}")


if __name__ == "__main__":
    main()
