"""Rasa's rule policy predicts the same with and without what `bot.hot_rules` leaves out, on the trained model's rules.

Slow (about half a minute): Rasa loads once.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "bot" / ".venv" / "bin" / "python"


def test_shorter_memory_and_quicker_comparison_predict_the_same() -> None:
    if not BOT.exists():
        pytest.skip("the bot's environment is not installed (make setup)")
    environment = {name: value for name, value in os.environ.items() if name != "HOTLINE_DATA_DIR"}
    done = subprocess.run(
        [BOT, "-W", "ignore", "-m", "tests.nlu.predictions"],
        cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if "trained model" in done.stderr and "ModelMissing" in done.stderr:
        pytest.skip("the bot's model is not trained (make setup)")
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["compared"] > 300 and found["kinds"] > 10, found
    assert found["differing"] == 0
