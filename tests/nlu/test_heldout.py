"""The trained model on sentences it never saw, per language; the report is printed and the bars are guarded.

The sentences were written apart from the training data, by other authors. Slow (about a minute): the whole model runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "bot" / ".venv" / "bin" / "python"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
INTENT_ACCURACY = 0.92
DANGER_RECALL = 0.98
FALSE_ALARMS = 0.02
DANGERS = ("danger", "danger_later")
"""Two files of dangers and look-alikes by different authors; the later one was written when the first had been used
to choose thresholds."""


@pytest.fixture(scope="module")
def report() -> dict[str, dict[str, Any]]:
    if not BOT.exists():
        pytest.skip("the bot's environment is not installed (make setup)")
    environment = {name: value for name, value in os.environ.items() if name != "HOTLINE_DATA_DIR"}
    done = subprocess.run(
        [BOT, "-W", "ignore", "-m", "bot.evaluate", "tests/nlu/heldout"],
        cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    if "no trained model" in done.stderr:
        pytest.skip("the bot's model is not trained (make setup)")
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    sys.stderr.write(table(found))
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "understanding.json").write_text(done.stdout, "utf-8")
    return found


def table(report: dict[str, dict[str, Any]]) -> str:
    lines = ["\nlanguage  intents  danger recall, false alarms  the same, later  worst confusions"]
    for language, parts in report.items():
        confusions = ", ".join(f"{name} {times}" for name, times in list(parts["intents"]["confusions"].items())[:3])
        lines.append(
            f"{language:8}  {parts['intents']['accuracy']:.3f}    {parts['danger']['recall']:.3f}, "
            f"{parts['danger']['false_alarms']:.3f}                 {parts['danger_later']['recall']:.3f}, "
            f"{parts['danger_later']['false_alarms']:.3f}     {confusions}"
        )
        scores = parts["entities"]["by_entity"]
        lines.append("          F1 " + "  ".join(f"{name} {score['f1']:.2f}" for name, score in scores.items()))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_intents_are_understood(report: dict[str, dict[str, Any]], language: str) -> None:
    measured = report[language]["intents"]
    assert measured["sentences"] >= 12 * 34
    assert measured["accuracy"] >= INTENT_ACCURACY, measured["wrong"]


@pytest.mark.parametrize("sentences", DANGERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_is_recognised(report: dict[str, dict[str, Any]], language: str, sentences: str) -> None:
    measured = report[language][sentences]
    assert measured["dangers"] >= 40 and measured["lookalikes"] >= 80
    missed = [line for line in measured["wrong"] if line.startswith("1")]
    assert measured["recall"] >= DANGER_RECALL, missed


@pytest.mark.parametrize("sentences", DANGERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_lookalikes_do_not_alarm(report: dict[str, dict[str, Any]], language: str, sentences: str) -> None:
    measured = report[language][sentences]
    alarmed = [line for line in measured["wrong"] if line.startswith("0")]
    assert measured["false_alarms"] <= FALSE_ALARMS, alarmed
