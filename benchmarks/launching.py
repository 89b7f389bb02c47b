"""Starts programs on this machine, waits until they answer, and ends them: only those it started, by their id.

What they write goes to a file, whose end is shown when one of them fails.
"""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from hotline.offspring import die_with_parent

_STOP_SECONDS = 20.0
_PROBE_SECONDS = 3.0
_PROBE_EVERY_SECONDS = 0.05


class CannotStart(Exception):
    """A program that is to be measured ended or did not answer in time."""


@contextmanager
def launched(
    command: Sequence[str], environ: Mapping[str, str], folder: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program while the block runs; it is ended with SIGTERM, and if need be killed."""
    with open(log, "ab") as written:
        process = subprocess.Popen(
            command,
            env=dict(environ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(),
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    """Returns as soon as `url` answers 200.

    Raises:
        CannotStart: the program ended, or the time is over; the message has its last lines.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if _answers(url):
            return
        if process.poll() is not None:
            raise CannotStart(f"ended with status {process.returncode}:\n{_end_of(log)}")
        time.sleep(_PROBE_EVERY_SECONDS)
    raise CannotStart(f"no answer from {url} within {seconds:.0f} s:\n{_end_of(log)}")


def free_port() -> int:
    """Gives a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_PROBE_SECONDS) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end_of(log: Path) -> str:
    return "\n".join(f"  {line}" for line in log.read_text("utf-8", "replace").splitlines()[-15:])
