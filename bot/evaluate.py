"""How well the trained model understands held-out sentences: `python -m bot.evaluate FOLDER` prints one JSON object.

Reads `intents.<lang>.csv` (intent,text), `danger.<lang>.csv` and `danger_later.<lang>.csv` (danger,text) and
`entities.<lang>.yml` of the folder, in every language it finds. It only measures; the bars stand in the tests.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Text, Tuple

import yaml

from bot import training
from bot.logs import configure
from bot.parse import Parse, parser
from hotline.settings import load

WORST = 12


async def intents(parse: Parse, file: Path) -> Dict[Text, Any]:
    """Accuracy, calibration at the model's own threshold, and the worst confusions."""
    right: List[bool] = []
    missed: List[bool] = []
    confusions: Counter = Counter()
    wrong: List[Text] = []
    for row in _rows(file):
        parsed = await parse(row["text"])
        best = parsed["intent_ranking"][0]["name"]
        right.append(best == row["intent"])
        missed.append(bool(parsed["fallback"]))
        if best != row["intent"]:
            confusions[f"{row['intent']} -> {best}"] += 1
            wrong.append(f"{row['intent']} -> {best}: {row['text']}")
    good = [under for under, hit in zip(missed, right, strict=True) if hit]
    errors = [under for under, hit in zip(missed, right, strict=True) if not hit]
    return {
        "sentences": len(right),
        "accuracy": sum(right) / len(right),
        "mistakes_under_threshold": sum(errors) / len(errors) if errors else None,
        "right_under_threshold": sum(good) / max(len(good), 1),
        "confusions": dict(confusions.most_common(WORST)),
        "wrong": wrong,
    }


async def danger(parse: Parse, file: Path) -> Dict[Text, Any]:
    """Recall on dangers and false alarms on what only sounds like one."""
    hits: Dict[Text, List[bool]] = {"0": [], "1": []}
    wrong = []
    for row in _rows(file):
        alarmed = bool((await parse(row["text"])).get("danger"))
        hits[row["danger"]].append(alarmed)
        if alarmed != (row["danger"] == "1"):
            wrong.append(f"{row['danger']}: {row['text']}")
    return {
        "dangers": len(hits["1"]),
        "lookalikes": len(hits["0"]),
        "recall": sum(hits["1"]) / len(hits["1"]),
        "false_alarms": sum(hits["0"]) / len(hits["0"]),
        "wrong": wrong,
    }


async def entities(parse: Parse, file: Path) -> Dict[Text, Any]:
    """Precision, recall and F1 of each entity; a find counts when its words are those expected."""
    counts: Dict[Text, Counter] = {}
    wrong = []
    for item in yaml.safe_load(file.read_text("utf-8")):
        expected = Counter((entity["entity"], _bare(entity["text"])) for entity in item["entities"])
        parsed = await parse(item["text"])
        found = Counter((entity["entity"], _bare(_surface(item["text"], entity))) for entity in parsed["entities"])
        for name, _ in set(expected) | set(found):
            counts.setdefault(name, Counter())
        for kind, part in (("hit", expected & found), ("missed", expected - found), ("extra", found - expected)):
            for (name, surface), times in part.items():
                counts[name][kind] += times
                if kind != "hit":
                    wrong.append(f"{kind} {name} {surface!r}: {item['text']}")
    return {"by_entity": {name: _f1(count) for name, count in sorted(counts.items())}, "wrong": wrong}


def _f1(count: Counter) -> Dict[Text, float]:
    found, expected = count["hit"] + count["extra"], count["hit"] + count["missed"]
    precision, recall = count["hit"] / max(found, 1), count["hit"] / max(expected, 1)
    both = precision + recall
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / both if both else 0.0}


def _surface(text: Text, entity: Dict[Text, Any]) -> Text:
    return text[entity["start"] : entity["end"]]


def _bare(surface: Text) -> Text:
    return surface.strip(" ,.，。、!?！？").lower()


def _rows(file: Path) -> List[Dict[Text, Text]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


MEASURES = (
    ("intents", "csv", intents),
    ("danger", "csv", danger),
    ("danger_later", "csv", danger),
    ("entities", "yml", entities),
)


async def measure(parse: Parse, folder: Path) -> Dict[Text, Dict[Text, Any]]:
    """Gives `{language: {"intents": ..., "danger": ..., "entities": ...}}`."""
    report: Dict[Text, Dict[Text, Any]] = {}
    for name, ending, how in MEASURES:
        for file in sorted(folder.glob(f"{name}.*.{ending}")):
            report.setdefault(file.name.split(".")[1], {})[name] = await how(parse, file)
    return report


def main(arguments: Tuple[Text, ...] = ()) -> None:
    """Prints the report of a folder."""
    folder = Path((arguments or tuple(sys.argv[1:]))[0])
    settings = load()
    configure(settings)
    parse = parser(str(training.trained_model(settings)))
    print(json.dumps(asyncio.run(measure(parse, folder)), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
