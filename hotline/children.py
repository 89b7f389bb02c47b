"""A child process that is kept running: started, watched, restarted with a growing pause, ended with its group.

A child never outlives its supervisor: on Linux the kernel kills it with its parent, however the parent ends. It is
given up only when it fails to start several times in a row.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp

from hotline.errors import CommandFailed
from hotline.offspring import die_with_parent

STOP_SECONDS = 7.0
_PROBE_SECONDS = 2.0
_PROBE_EVERY_SECONDS = 0.15
_LINE_BYTES = 1 << 20


class ChildCannotStart(CommandFailed):
    """A process failed to start several times in a row."""

    code = "child_cannot_start"
    status = 1


@dataclass(frozen=True)
class Program:
    """What is to be kept running.

    Attributes:
        name: as it stands before its log lines.
        health_url: answers 200 when the process is ready.
        start_seconds: how long it may take to become ready.
        needed: the others are of no use without it; else they go on when it cannot start.
    """

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    health_url: str
    start_seconds: float = 60.0
    folder: str | None = None
    needed: bool = True


@dataclass(frozen=True)
class RestartRules:
    """Pauses double from `first_seconds` to `longest_seconds` and start anew after `steady_seconds` of health."""

    first_seconds: float = 1.0
    longest_seconds: float = 30.0
    steady_seconds: float = 60.0
    failed_starts: int = 5


DEFAULT_RULES = RestartRules()


class Child:
    """One program and its process of the moment.

    Args:
        show: takes each line that the process writes.
        say: takes level and message of what happens to the process.
    """

    def __init__(
        self,
        program: Program,
        show: Callable[[str, str], None],
        say: Callable[[str, str], None],
        rules: RestartRules = DEFAULT_RULES,
    ) -> None:
        self.program = program
        self.ready = asyncio.Event()
        self.pid: int | None = None
        self._show = show
        self._say = say
        self._rules = rules
        self._last_lines: deque[str] = deque(maxlen=15)

    async def keep_running(self) -> None:
        """Runs until cancelled, then ends the process.

        Raises:
            ChildCannotStart: it failed to start `failed_starts` times in a row; the message has its last lines.
        """
        pause, failed = self._rules.first_seconds, 0
        while True:
            healthy_seconds = await self._run_once()
            failed = failed + 1 if healthy_seconds is None else 0
            if failed >= self._rules.failed_starts:
                raise ChildCannotStart(self._obituary(failed))
            if healthy_seconds is not None and healthy_seconds >= self._rules.steady_seconds:
                pause = self._rules.first_seconds
            self._say("WARNING", f"{self.program.name} starts again in {pause:.3g} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._rules.longest_seconds)

    def kill(self) -> None:
        """Ends the process of the moment without asking it."""
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    async def _run_once(self) -> float | None:
        """Runs the process to its end; gives how long it was healthy, None when it never was."""
        try:
            process = await self._start()
        except OSError as error:
            self._last_lines.append(f"cannot be started: {error.strerror or error}")
            self._say("ERROR", f"{self.program.name} cannot be started: {error.strerror or error}")
            return None
        self.pid = process.pid
        reading = asyncio.create_task(self._read(process))
        since = None
        try:
            if await self._becomes_healthy(process):
                since = time.monotonic()
                self.ready.set()
                self._say("INFO", f"{self.program.name} is ready (process {process.pid})")
            else:
                await _stop(process)
            status = await process.wait()
        finally:
            self.ready.clear()
            await _stop(process)
            await _finish(reading)
            self.pid = None
        ended = f"signal {-status}" if status < 0 else f"exit status {status}"
        self._say("ERROR", f"{self.program.name} ended with {ended}")
        return None if since is None else time.monotonic() - since

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self.program.command,
            env=dict(self.program.environ),
            cwd=self.program.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=_LINE_BYTES,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )

    async def _becomes_healthy(self, process: asyncio.subprocess.Process) -> bool:
        deadline = time.monotonic() + self.program.start_seconds
        timeout = aiohttp.ClientTimeout(total=_PROBE_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while process.returncode is None:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                    async with session.get(self.program.health_url) as response:
                        if response.status == 200 and process.returncode is None:
                            return True
                if time.monotonic() > deadline:
                    seconds = f"{self.program.start_seconds:.0f} s"
                    self._say("ERROR", f"{self.program.name} did not answer /healthz within {seconds}")
                    self._last_lines.append(f"no answer to /healthz within {seconds}")
                    return False
                await asyncio.sleep(_PROBE_EVERY_SECONDS)
        return False

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while True:
            try:
                raw = await process.stdout.readline()
            except ValueError:  # a line longer than the limit: what was read of it is dropped
                continue
            if not raw:
                return
            line = raw.decode("utf-8", "replace").rstrip()
            if line:
                self._last_lines.append(line)
                self._show(self.program.name, line)

    def _obituary(self, failed: int) -> str:
        last = "".join(f"\n  {line}" for line in self._last_lines)
        return f"{self.program.name} failed to start {failed} times in a row; its last lines:{last or ' none'}"


async def _stop(process: asyncio.subprocess.Process) -> None:
    """Asks the process to end, and after a while makes it; its group goes with it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def _finish(reading: asyncio.Task[None]) -> None:
    """Lets the last lines through; a grandchild that keeps the pipe open is not waited for."""
    await asyncio.wait([reading], timeout=0.5)
    reading.cancel()
