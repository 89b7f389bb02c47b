"""Where the two Python environments are, and the trained models they need.

`bot/` runs on a Python of its own (docs/adr/0001-two-environments.md), so it is only ever started, never imported,
from here; `bot.training` is the exception: naming a model by its inputs is plain Python.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bot import training
from hotline.errors import CommandFailed
from hotline.offspring import die_with_parent
from hotline.settings import ROOT, Settings

BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
TRAIN_BOT = ("-W", "ignore", "-m", "bot.training")


class EnvironmentMissing(CommandFailed):
    """The bot's Python environment is missing: run `make setup` first."""

    code = "environment_missing"


class TrainingFailed(CommandFailed):
    """The bot's model could not be trained; the lines above say why."""

    code = "training_failed"


def bot_python() -> str:
    """Gives the interpreter of the bot's environment.

    Raises:
        EnvironmentMissing: `make setup` has not been run.
    """
    if not BOT_PYTHON.exists():
        raise EnvironmentMissing()
    return str(BOT_PYTHON)


def child_environ(settings: Settings, environ: Mapping[str, str]) -> dict[str, str]:
    """Gives the environment of a child that runs in the checkout: folders as absolute paths, one thread of algebra.

    A second thread gains nothing on one text, and several processes' threads spin against each other.
    """
    folders = {f"HOTLINE_{name}": str(settings.path(name).resolve()) for name in ("DATA_DIR", "MODELS_DIR", "CITY_DIR")}
    return {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **environ, **folders, "PYTHONUNBUFFERED": "1"}


def model_is_trained(settings: Settings) -> bool:
    """Says whether the bot's model of the present files is there."""
    return training.model_file(settings).exists()


def ensure_bot_model(settings: Settings) -> None:
    """Trains the bot's model when it is missing, with its progress on standard error.

    Raises:
        EnvironmentMissing, TrainingFailed: there is no model, and none can be made.
    """
    python = bot_python()
    if model_is_trained(settings):
        return
    environ = child_environ(settings, {"OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1), **os.environ})
    done = subprocess.run(
        [python, *TRAIN_BOT],
        cwd=ROOT,
        env=environ,
        stdout=sys.stderr.fileno(),
        check=False,
        preexec_fn=die_with_parent(),
    )
    if done.returncode or not model_is_trained(settings):
        raise TrainingFailed()


def relative(path: Path) -> str:
    """Gives a path as a reader of the checkout knows it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
