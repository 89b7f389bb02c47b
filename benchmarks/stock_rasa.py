"""Measures Rasa 3.6.21 as it comes (TensorFlow, its default pipeline and policies) with the same dialogue.

`python -m benchmarks.stock_rasa` installs it into a folder of its own (3 GB, once), trains the assistant in
`benchmarks/stock`, and writes its figures beside the hotline's. Nothing of it is used by the hotline.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks import doors, machine, report, words
from benchmarks.dialogue import Reply, Said, UnexpectedReply, complaint
from benchmarks.figures import Report
from benchmarks.launching import CannotStart, free_port, launched, wait_for
from benchmarks.load import citizens
from benchmarks.loads import Plan, measure, memory_rows
from hotline.environments import bot_python
from hotline.offspring import die_with_parent
from hotline.settings import ROOT

COMMAND = ".venv/bin/python -m benchmarks.stock_rasa"
PROJECT = ROOT / "benchmarks" / "stock"
PACKAGES = ("rasa==3.6.21", "rasa-sdk==3.6.2", "setuptools<81")
_MODEL = "stock"
_START_SECONDS = 300.0
_TRAINING_SECONDS = 3600.0
_INSTALLING_SECONDS = 3600.0


class RestDoor:
    """Rasa's REST channel; a question names its slot in `custom`, a ticket its number."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/webhooks/rest/webhook"

    async def open(self, language: str) -> doors.Conversation:
        """Gives a conversation; Rasa opens it with its first message."""
        return _RestConversation(self._http, self._url, uuid.uuid4().hex)


@dataclass(frozen=True)
class _RestConversation:
    http: aiohttp.ClientSession
    url: str
    sender: str

    async def say(self, said: Said) -> Reply:
        body = {"sender": self.sender, "message": said.payload or said.text}
        async with self.http.post(self.url, json=body) as response:
            if response.status != 200:
                raise UnexpectedReply(f"{response.status} from Rasa")
            return reply_of(await response.json())


def reply_of(messages: Sequence[dict[str, Any]]) -> Reply:
    """Gives what matters of the REST channel's messages."""
    custom = {key: value for message in messages for key, value in message.get("custom", {}).items()}
    return Reply(
        texts=tuple(message["text"] for message in messages if "text" in message),
        payloads=tuple(button["payload"] for message in messages for button in message.get("buttons", ())),
        requested_slot=custom.get("requested_slot"),
        ticket=custom.get("ticket"),
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the comparison; gives the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.stock_rasa", description="Measures stock Rasa on this machine.")
    default = Path(tempfile.gettempdir()) / "hotline-stock-rasa"
    parser.add_argument("--folder", type=Path, default=default, help=f"where it is installed; default {default}")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured time for each number of conversations")
    arguments = parser.parse_args(argv)
    try:
        measured = _measured(arguments.folder.resolve(), Plan(seconds=arguments.seconds))
    except (CannotStart, UnexpectedReply) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    report.save(report.STOCK, measured)
    print(report.write(report.saved()))
    return 0


def _measured(folder: Path, plan: Plan) -> Report:
    load_average, day = os.getloadavg()[0], datetime.now().astimezone().date().isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    python = _installed(folder / "venv")
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    shutil.copytree(PROJECT, project)
    _say("training")
    began = time.monotonic()
    _run([python, "-m", "rasa", "train", "--fixed-model-name", _MODEL], project, _TRAINING_SECONDS)
    training_seconds = time.monotonic() - began
    _say("starting")
    with _running(python, project) as (url, pids, ready_seconds):
        rows, memory = asyncio.run(_through_rest(url, pids, plan))
    return Report(
        subject="stock Rasa 3.6.21",
        command=COMMAND,
        date=day,
        machine={**machine.describe(), "Python": "3.10"},
        load_average=load_average,
        loads=rows,
        memory=memory,
        ready_seconds=ready_seconds,
        training_seconds=training_seconds,
        notes=("English only.",),
    )


async def _through_rest(url: str, pids: Sequence[int], plan: Plan) -> tuple[Any, Any]:
    phrases = words.load()
    speakers = citizens(["en"], lambda language, number: complaint(words.words_of(phrases, language, number)))
    async with doors.session() as http:
        _say("the dialogue under load")
        rows = await measure(RestDoor(http, url), speakers, pids, plan)
    return rows, memory_rows(pids)


@contextmanager
def _running(python: str, project: Path) -> Iterator[tuple[str, list[int], float]]:
    actions, bot = free_port(), free_port()
    environ = {**_environ(), "SANIC_HOST": "127.0.0.1", "STOCK_ACTIONS_URL": f"http://127.0.0.1:{actions}/webhook"}
    run = [python, "-m", "rasa", "run"]
    credentials = ["--credentials", "credentials.yml", "--endpoints", "endpoints.yml"]
    serve = [*run, "--interface", "127.0.0.1", "--port", str(bot), *credentials, "--model", f"models/{_MODEL}.tar.gz"]
    began, logs = time.monotonic(), (project / "actions.log", project / "bot.log")
    with (
        launched([*run, "actions", "--port", str(actions)], environ, project, logs[0]) as first,
        launched(serve, environ, project, logs[1]) as second,
    ):
        wait_for(f"http://127.0.0.1:{actions}/health", first, logs[0], _START_SECONDS)
        wait_for(f"http://127.0.0.1:{bot}/", second, logs[1], _START_SECONDS)
        yield f"http://127.0.0.1:{bot}", [first.pid, second.pid], time.monotonic() - began


def _installed(venv: Path) -> str:
    """Gives the Python that has stock Rasa; installs it when it is not there."""
    python = str(venv / "bin" / "python")
    if not (venv / "bin" / "rasa").exists():
        _say(f"installing {', '.join(PACKAGES)} into {venv}")
        tool = ROOT / "build" / "tools" / "bin" / "uv"
        uv = shutil.which("uv") or (str(tool) if tool.exists() else None)
        if uv:
            _run([uv, "venv", "--clear", "--python", bot_python(), str(venv)], venv.parent, _INSTALLING_SECONDS)
            install = [uv, "pip", "install", "--compile-bytecode", "--python", python]
        else:
            _run([bot_python(), "-m", "venv", "--clear", str(venv)], venv.parent, _INSTALLING_SECONDS)
            install = [python, "-m", "pip", "install"]
        _run([*install, *PACKAGES], venv.parent, _INSTALLING_SECONDS)
    return python


def _run(command: Sequence[str], folder: Path, seconds: float) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=_environ(),
        capture_output=True,
        timeout=seconds,
        check=False,
        text=True,
        preexec_fn=die_with_parent(),
    )
    if done.returncode:
        raise CannotStart(f"{' '.join(command[:4])} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def _environ() -> dict[str, str]:
    left_out = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3"}


def _say(what: str) -> None:
    print(f"benchmarks: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
