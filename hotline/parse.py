"""`hotline parse`: what the bot understands of texts from standard input, as JSON lines, without a running server.

The trained model lives in the bot's environment, so worker processes (`python -m bot.parse`) do the work: one for few
texts, a second one when there are many. The order is kept, no text knows of another, and a dead worker ends the
command with one sentence.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, BinaryIO, TextIO

from hotline import settings as known_settings
from hotline.batch import Progress, read_texts, write_object
from hotline.environments import bot_python, child_environ, ensure_bot_model
from hotline.errors import CommandFailed
from hotline.settings import ROOT

MOST_WORKERS = 2
SECOND_WORKER_FROM = 150
"""Loading the model costs about as much as understanding this many texts."""
_AHEAD = 512

Answer = dict[str, Any]


class WorkerDied(CommandFailed):
    """The process with the language model ended; the lines above say why."""

    code = "worker_died"


def mount(subparsers: Any) -> None:
    """Adds `parse` to the command."""
    parser = subparsers.add_parser("parse", help="intent and entities of texts from standard input")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    settings = known_settings.load()
    ensure_bot_model(settings)
    environ = {**child_environ(settings, os.environ), "HOTLINE_LOG_LEVEL": "WARNING"}
    command = [bot_python(), "-W", "ignore", "-m", "bot.parse"]
    with worker_pool(command, environ, min(os.cpu_count() or 1, MOST_WORKERS)) as pool:
        parse(sys.stdin.buffer, sys.stdout, pool)
    return 0


def parse(texts: BinaryIO, out: TextIO, pool: WorkerPool) -> None:
    """Writes the answers in the order of the texts while more texts are being read."""
    progress = Progress("texts")
    for answer in _in_order(texts, pool):
        write_object(out, answer)
        progress.step()
    progress.end()


def _in_order(texts: BinaryIO, pool: WorkerPool) -> Iterator[Answer]:
    waiting: queue.Queue[Future[Answer] | None] = queue.Queue(_AHEAD)

    def read() -> None:
        try:
            for text in read_texts(texts):
                waiting.put(pool.submit(text))
        except Exception as error:  # noqa: BLE001 - raised again where the answers are taken
            failed: Future[Answer] = Future()
            failed.set_exception(error)
            waiting.put(failed)
        waiting.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (answer := waiting.get()) is not None:
        yield answer.result()


class WorkerPool:
    """Worker processes that answer one JSON line with another."""

    def __init__(self, command: Sequence[str], environ: dict[str, str], most: int) -> None:
        self._command = command
        self._environ = environ
        self._most = most
        self._tasks: queue.Queue[tuple[str, Future[Answer]]] = queue.Queue()
        self._workers: list[subprocess.Popen[bytes]] = []
        self._submitted = 0

    def submit(self, text: str) -> Future[Answer]:
        """Gives the answer to come."""
        future: Future[Answer] = Future()
        self._tasks.put((text, future))
        self._submitted += 1
        if not self._workers or (self._submitted >= SECOND_WORKER_FROM and len(self._workers) < self._most):
            self._start()
        return future

    def close(self) -> None:
        """Ends the worker processes; safe at any moment."""
        for worker in self._workers:
            worker.kill()
            worker.wait()

    def _start(self) -> None:
        worker = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches this process alone, which then ends the workers
        )
        self._workers.append(worker)
        threading.Thread(target=self._serve, args=(worker,), daemon=True).start()

    def _serve(self, worker: subprocess.Popen[bytes]) -> None:
        assert worker.stdin is not None and worker.stdout is not None
        while True:
            text, future = self._tasks.get()
            try:
                worker.stdin.write(json.dumps({"text": text}).encode() + b"\n")
                worker.stdin.flush()
                line = worker.stdout.readline()
                if not line:
                    raise WorkerDied()
                future.set_result(json.loads(line))
            except (OSError, ValueError, CommandFailed):
                future.set_exception(WorkerDied())


@contextmanager
def worker_pool(command: Sequence[str], environ: dict[str, str], most: int) -> Iterator[WorkerPool]:
    """A pool whose processes are gone at the end, whatever happened."""
    pool = WorkerPool(command, environ, most)
    try:
        yield pool
    finally:
        pool.close()
