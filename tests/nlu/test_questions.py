"""Questions that no item holds, per language: the right topic first, served at once, wrong ones not, small talk silent.

The questions were written apart from the items, by other authors. A row without a topic must not be answered.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOTLINE = ROOT / ".venv" / "bin" / "hotline"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
RIGHT_FIRST = 0.90
RIGHT_SERVED = 0.80
WRONG_SERVED = 0.04
SILENT = 0.90


@pytest.fixture(scope="module", params=LANGUAGES)
def figures(request: pytest.FixtureRequest) -> dict[str, Any]:
    language = str(request.param)
    with (ROOT / "tests" / "nlu" / "heldout" / f"questions.{language}.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    texts = "".join(f"{row['text']}\n" for row in rows)
    done = subprocess.run(
        [HOTLINE, "ask", "--language", language], input=texts, cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == [row["text"] for row in rows]
    found = measured(rows, answers)
    sys.stderr.write(
        f"\n{language}  right first {found['first']:.3f}  served right {found['served']:.3f}  "
        f"served wrong {found['wrong']:.3f}  silent {found['silent']:.3f}\n"
    )
    return found


def measured(rows: list[dict[str, str]], answers: list[dict[str, Any]]) -> dict[str, Any]:
    known = [(row["topic"], answer) for row, answer in zip(rows, answers, strict=True) if row["topic"]]
    quiet = [answer for row, answer in zip(rows, answers, strict=True) if not row["topic"]]
    right = [(answer["candidates"][0]["id"] == topic, answer["answered"]) for topic, answer in known]
    return {
        "topics": {topic for topic, _ in known},
        "questions": len(known),
        "first": sum(good for good, _ in right) / len(right),
        "served": sum(good and answered for good, answered in right) / len(right),
        "wrong": sum(not good and answered for good, answered in right) / len(right),
        "silent": sum(not answer["answered"] for answer in quiet) / len(quiet),
        "shapes": all(1 <= len(answer["candidates"]) <= 5 for answer in answers),
    }


def test_the_right_topic_is_first(figures: dict[str, Any]) -> None:
    assert figures["first"] >= RIGHT_FIRST
    assert figures["shapes"]


def test_the_right_item_is_served_at_once(figures: dict[str, Any]) -> None:
    assert figures["served"] >= RIGHT_SERVED


def test_a_wrong_item_is_hardly_ever_served(figures: dict[str, Any]) -> None:
    assert figures["wrong"] <= WRONG_SERVED


def test_small_talk_abuse_and_impossible_wishes_are_not_answered(figures: dict[str, Any]) -> None:
    assert figures["silent"] >= SILENT


def test_each_topic_is_asked_at_least_three_times(figures: dict[str, Any]) -> None:
    assert len(figures["topics"]) == 70 and figures["questions"] >= 210
