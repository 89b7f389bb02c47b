"""The fake gateway and the fake desk as processes of their own, which a test can kill, start again and order about."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Fake:
    """A fake as a process that can be killed and started again."""

    program = ""
    start_seconds = 60.0

    def __init__(self, *arguments: str) -> None:
        self.port = free_port()
        self.arguments = arguments
        self.url = f"http://127.0.0.1:{self.port}/"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(HERE / self.program), "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + self.start_seconds
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url + "healthz", timeout=1).read()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.program} did not start")

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def behave(self, **behaviour: Any) -> None:
        self.post("fake/behave", behaviour)

    def post(self, path: str, body: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)).read()

    def read(self, path: str) -> Any:
        return json.loads(urllib.request.urlopen(self.url + path).read())


class FakeGateway(Fake):
    """The fake gateway of the citizen page; its conversations survive."""

    program = "fake_gateway.py"

    def __init__(self, folder: Path) -> None:
        super().__init__("--state", str(folder / "conversations.json"))

    def said(self, text: str) -> int:
        """How often a citizen's message is stored, in all conversations."""
        conversations = self.read("fake/stored")
        messages = [message for one in conversations.values() for message in one["messages"]]
        return sum(message["sender"] == "citizen" and message["text"] == text for message in messages)


class FakeDesk(Fake):
    """The fake desk; `reset` brings its beginning back."""

    program = "fake_desk.py"

    @property
    def page(self) -> str:
        return self.url + "desk"

    def reset(self) -> None:
        self.post("fake/reset", {})

    def say(self, conversation_id: str, **said: Any) -> None:
        """A citizen writes (`text`), sends a file (`attachment`) or types (`typing`)."""
        self.post("fake/say", {"conversation_id": conversation_id, **said})

    def commands(self, name: str) -> list[dict[str, Any]]:
        """What the pages ordered, of one kind."""
        return [command for command in self.read("fake/commands") if command["command"] == name]
