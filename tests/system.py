"""A whole running system for tests: `hotline up` on a data folder and ports of its own, ended at the end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from hotline.conversation import Conversation, call
from hotline.errors import CommandFailed

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 180.0
UP = ("-m", "hotline.cli", "up")
UP_WITHOUT_PAUSES = ("-m", "tests.quick_up")
"""What starts the system: the command, or the same with restarts at once."""
UNLIMITED = {
    "HOTLINE_RATE_PER_SECOND": "1000",
    "HOTLINE_RATE_BURST": "1000",
    "HOTLINE_OPEN_BURST": "1000",
    "HOTLINE_DUPLICATES": "false",
}
"""Settings for tests that talk faster than any citizen, about the same few matters again and again."""


def plain_environ() -> dict[str, str]:
    """The environment without settings, so that a developer's own do not change a test; models are shared."""
    kept = ("HOTLINE_MODELS_DIR",)
    return {name: value for name, value in os.environ.items() if name in kept or not name.startswith("HOTLINE_")}


class System:
    """`hotline up` as a child process.

    Args:
        program: how it is started, without the arguments.

    Attributes:
        url: the citizen page's address, without a slash at the end.
        errors: what it wrote on standard error.
    """

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        environ: Mapping[str, str] | None = None,
        program: tuple[str, ...] = UP,
    ) -> None:
        self.data_dir = data_dir
        self.errors: list[str] = []
        self.environ = {
            **plain_environ(),
            "HOTLINE_DATA_DIR": str(data_dir),
            "HOTLINE_HTTP_PORT": "0",
            **(environ or {}),
        }
        self.process = subprocess.Popen(
            [sys.executable, *program, *arguments],
            cwd=ROOT,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._said: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read_output, daemon=True).start()
        threading.Thread(target=self._read_errors, daemon=True).start()
        self.url = ""

    def wait_until_up(self, seconds: float = START_SECONDS) -> System:
        """Waits for the address on standard output."""
        try:
            line = self._said.get(timeout=seconds)
        except queue.Empty:
            raise AssertionError(f"not up after {seconds:.0f} s:\n" + "\n".join(self.errors[-20:])) from None
        assert line is not None, "hotline up ended:\n" + "\n".join(self.errors[-20:])
        self.url = next((word.rstrip("/") for word in line.split() if word.startswith("http")), "")
        return self

    def open(self, language: str | None = None, channel: str = "web") -> Conversation:
        """Opens a conversation; `say` and `press` give the replies."""
        return Conversation.open(self.url, language, channel)

    def children(self) -> dict[str, int]:
        """Gives the process ids of the children by module name."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                    command = (entry / "cmdline").read_bytes().decode().split("\0")
                except OSError:
                    continue
                if parent == self.process.pid and "-m" in command:
                    found[command[command.index("-m") + 1]] = int(entry.name)
        return found

    @property
    def database(self) -> Path:
        """The file of tickets and conversations."""
        return self.data_dir / "hotline.db"

    def kill(self, module: str) -> None:
        """SIGKILL to one child, as a crash or the kernel would; it comes back by itself."""
        pid = self.children()[module]
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Waits until a citizen can chat and file."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                call("GET", f"{self.url}/readyz")
                return
            except CommandFailed as error:
                assert time.monotonic() < deadline, f"not ready: {error}\n" + "\n".join(self.errors[-20:])
            time.sleep(0.05)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 30.0) -> int:
        """Ends it as Ctrl-C or a service manager would; gives the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def _read_output(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line)
        self._said.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.errors.append(line.rstrip("\n"))


def gone(pid: int, seconds: float = 5.0) -> bool:
    """Says whether a process ends within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
