"""The whole hotline as `hotline up` runs it, on a data folder of its own and a free port.

Settings of the caller's environment are left out, except where the models are: nobody's database is written to.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.launching import CannotStart, free_port, launched, wait_for
from hotline.environments import bot_python
from hotline.offspring import die_with_parent
from hotline.settings import PREFIX, ROOT

_KEPT = ("HOTLINE_MODELS_DIR",)
_LEFT_OUT = ("PYTHONDONTWRITEBYTECODE",)
"""With it every start would compile anew."""
_START_SECONDS = 1800.0
"""The first start on a machine trains what is missing."""
_TRAINING_SECONDS = 3600.0
_LIMITS = {
    "HOTLINE_BOT_TIMEOUT_SECONDS": "60",
    "HOTLINE_DUPLICATES": "false",  # every measured conversation reports the same few matters
    "HOTLINE_RATE_PER_SECOND": "1000000",
    "HOTLINE_RATE_BURST": "1000000",
    "HOTLINE_OPEN_PER_MINUTE": "60000000",
    "HOTLINE_OPEN_BURST": "1000000",
}
"""All load comes from one address, which the gateway would hold back; waiting is measured, so nobody gives up early."""


@dataclass(frozen=True)
class System:
    """The running system; times in seconds from its start."""

    url: str
    pid: int
    page_seconds: float
    ready_seconds: float


def environ_of(data_folder: Path, **settings: str) -> dict[str, str]:
    """Gives the environment of a process that is measured; `settings` are HOTLINE_* names and values."""
    left_out = {name for name in os.environ if name.startswith(PREFIX) and name not in _KEPT} | set(_LEFT_OUT)
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "HOTLINE_DATA_DIR": str(data_folder), **settings}


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[System]:
    """Runs the system while the block runs; `settings` are further HOTLINE_* names and values.

    Raises:
        CannotStart: it did not become ready; the message has its last lines.
    """
    port, log = free_port(), folder / "hotline.log"
    environ = environ_of(folder / "data", HOTLINE_HTTP_PORT=str(port), **{**_LIMITS, **settings})
    began = time.monotonic()
    with launched([sys.executable, "-m", "hotline.cli", "up"], environ, ROOT, log) as process:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/", process, log, _START_SECONDS)
        page_seconds = time.monotonic() - began
        wait_for(f"{url}/readyz", process, log, _START_SECONDS)
        yield System(url, process.pid, page_seconds, time.monotonic() - began)


def training_seconds(folder: Path) -> float:
    """Gives how long the bot's model takes to train with nothing kept from earlier trainings.

    Raises:
        CannotStart: the training failed.
    """
    environ: Mapping[str, str] = environ_of(folder / "data", HOTLINE_MODELS_DIR=str(folder / "models"))
    began = time.monotonic()
    command = [bot_python(), "-W", "ignore", "-m", "bot.training"]
    done = subprocess.run(
        command,
        env=dict(environ),
        cwd=ROOT,
        capture_output=True,
        timeout=_TRAINING_SECONDS,
        check=False,
        preexec_fn=die_with_parent(),
    )
    if done.returncode:
        raise CannotStart(f"the training failed:\n{done.stderr.decode('utf-8', 'replace')[-2000:]}")
    return time.monotonic() - began
