"""Trains the bot's model when its inputs changed: `python -m bot.training`.

A model is named by a hash of everything it is made from, so a start needs no training when nothing changed, and
Rasa's own cache re-trains only the parts whose input changed. Models and caches live in HOTLINE_MODELS_DIR.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Sequence

from hotline.settings import ROOT, Settings, SettingsError, load

logger = logging.getLogger("bot.training")
INPUTS = (
    "config.yml", "bot/requirements.lock", "bot/hot_loading.py", "bot/importer.py", "bot/payloads.py",
    "bot/components/*.py",
    "bot/domain/**/*.yml", "bot/responses/*/*.yml",
    "data/nlu/*/*.yml", "data/rules/*.yml", "data/stories/*.yml", "language/*.py",
)  # fmt: skip


class ModelMissing(RuntimeError):
    """There is no trained model for the present files: run `make setup` (some minutes) first."""


CODE = ("bot/requirements.lock", "bot/components/*.py", "language/*.py")
"""Of these, Rasa's cache does not see what its components import, so a change of them starts a new cache."""


def fingerprint(root: Path = ROOT, patterns: Sequence[str] = INPUTS) -> str:
    """Gives a hash of all files the model is made from."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted({file for pattern in patterns for file in root.glob(pattern)}):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _cache(folder: Path) -> Path:
    """Gives the folder of Rasa's cache for the present code, and removes those of older code."""
    present = folder / f"rasa-cache-{fingerprint(patterns=CODE)}"
    for older in folder.glob("rasa-cache*"):
        if older != present:
            shutil.rmtree(older, ignore_errors=True)
    return present


def model_file(settings: Settings) -> Path:
    """Gives where the model of the present files is or will be."""
    return settings.path("MODELS_DIR").resolve() / f"bot-{fingerprint()}.tar.gz"


def trained_model(settings: Settings) -> Path:
    """Gives the model of the present files.

    Raises:
        ModelMissing: it has not been trained yet.
    """
    file = model_file(settings)
    if not file.exists():
        raise ModelMissing(ModelMissing.__doc__)
    return file


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Lets one process train at a time; others wait and find the model."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "training.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def train(settings: Settings) -> Path:
    """Trains unless the model of the present files is there; gives its file."""
    file = model_file(settings)
    with _alone(file.parent):
        if file.exists():
            return file
        os.environ["RASA_CACHE_DIRECTORY"] = str(_cache(file.parent))
        os.environ["RASA_TELEMETRY_ENABLED"] = "false"
        os.environ["TQDM_DISABLE"] = "1"
        from bot import lean

        lean.install()
        from bot import hot_loading

        hot_loading.apply()
        os.chdir(ROOT)
        from rasa.model_training import train as rasa_train

        started = time.monotonic()
        logger.info("training the bot's model; this takes some minutes, once")
        result = rasa_train(
            domain="bot/domain",
            config="config.yml",
            training_files=["data/nlu", "data/rules", "data/stories"],
            output=str(file.parent),
            fixed_model_name=file.name[: -len(".tar.gz")] + ".partial",
        )
        if not result.model:
            raise ModelMissing("Rasa trained no model; the lines above say why")
        Path(result.model).replace(file)
        logger.info("trained in %.0f s", time.monotonic() - started)
        _forget_older(file)
    return file


def _forget_older(newest: Path) -> None:
    """Keeps the three newest models."""
    models = sorted(newest.parent.glob("bot-*.tar.gz"), key=lambda model: model.stat().st_mtime, reverse=True)
    for model in models[3:]:
        model.unlink(missing_ok=True)


def main() -> None:
    """Trains, with progress on standard error."""
    from bot.logs import configure

    try:
        settings = load()
        configure(settings)
        train(settings)
    except (SettingsError, ModelMissing) as error:
        sys.exit(f"bot.training: {error}")


if __name__ == "__main__":
    main()
