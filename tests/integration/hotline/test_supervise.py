"""The supervisor with real child processes that behave badly."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hotline import children
from hotline.children import ChildCannotStart, Program, RestartRules
from hotline.console import Console
from hotline.ports import free_ports
from hotline.supervise import supervise
from tests.system import gone

FAKE = Path(__file__).parent / "fake_program.py"
QUICK = RestartRules(first_seconds=0.05, longest_seconds=0.2, steady_seconds=60, failed_starts=3)


class Run:
    """One run of the supervisor over fake programs."""

    def __init__(self, *kinds: str, start_seconds: float = 10.0) -> None:
        self.ports = free_ports(len(kinds))
        self.log = io.StringIO()
        self.ready = asyncio.Event()
        self.programs = [
            Program(
                kind,
                (sys.executable, str(FAKE), kind, str(port)),
                dict(os.environ),
                f"http://127.0.0.1:{port}/",
                start_seconds,
            )
            for kind, port in zip(kinds, self.ports, strict=True)
        ]

    async def supervise(self) -> None:
        await supervise(self.programs, Console(out=self.log), self.ready.set, QUICK)

    def pids(self) -> list[int]:
        """The processes that were reported ready, newest last."""
        lines = [line for line in self.log.getvalue().splitlines() if "is ready (process" in line]
        return [int(line.rsplit(" ", 1)[1].rstrip(")")) for line in lines]


async def while_running(run: Run, scene: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.create_task(run.supervise())
    try:
        await asyncio.wait_for(run.ready.wait(), 10)
        await scene()
    finally:
        os.kill(os.getpid(), signal.SIGTERM)  # as a service manager does
        await asyncio.wait_for(task, 15)


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.mark.asyncio
async def test_a_child_that_was_killed_is_started_again_on_its_port() -> None:
    run = Run("good", "late")

    async def scene() -> None:
        first = run.pids()[0]
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(run.pids()) == 3)
        assert run.pids()[-1] != first
        assert run.log.getvalue().count(f"good on {run.ports[0]}") == 2

    await while_running(run, scene)
    assert "good ended with signal 9" in run.log.getvalue()
    assert all(gone(pid) for pid in run.pids())


@pytest.mark.asyncio
async def test_a_child_that_ignores_the_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "STOP_SECONDS", 0.5)
    run = Run("good", "deaf")

    async def scene() -> None:
        await asyncio.sleep(0)

    started = time.monotonic()
    await while_running(run, scene)
    assert time.monotonic() - started < 10
    assert all(gone(pid) for pid in run.pids())


@pytest.mark.asyncio
async def test_the_others_go_on_without_a_child_that_is_not_needed() -> None:
    run = Run("good", "broken")
    run.programs[1] = replace(run.programs[1], needed=False)

    async def scene() -> None:
        await until(lambda: "going on without broken" in run.log.getvalue())
        assert not gone(run.pids()[0])

    await while_running(run, scene)


@pytest.mark.asyncio
async def test_a_child_that_cannot_start_ends_all_with_its_last_lines() -> None:
    run = Run("good", "broken")
    with pytest.raises(ChildCannotStart, match=r"(?s)broken failed to start 3 times in a row.*the database is not"):
        await asyncio.wait_for(run.supervise(), 20)
    assert not run.ready.is_set()
    assert all(gone(pid) for pid in run.pids())


@pytest.mark.asyncio
async def test_a_child_that_does_not_answer_in_time_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "STOP_SECONDS", 0.5)
    run = Run("mute", start_seconds=0.3)
    with pytest.raises(ChildCannotStart, match="mute failed to start"):
        await asyncio.wait_for(run.supervise(), 20)
    assert "mute did not answer /healthz within" in run.log.getvalue()


@pytest.mark.asyncio
async def test_a_program_that_is_not_there_is_a_failed_start() -> None:
    run = Run("good")
    run.programs[0] = Program("lost", ("/no/such/program",), {}, "http://127.0.0.1:9/")
    with pytest.raises(ChildCannotStart, match="No such file"):
        await asyncio.wait_for(run.supervise(), 20)
