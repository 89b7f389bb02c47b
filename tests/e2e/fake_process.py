"""The fake gateway as a process of its own, which a test can kill, start again and make misbehave."""

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


class FakeGateway:
    """The fake gateway as a process that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.state = folder / "conversations.json"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(HERE / "fake_gateway.py"), "--port", str(self.port), "--state", str(self.state)]
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url + "healthz", timeout=1).read()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the fake gateway did not start")

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def behave(self, **behaviour: Any) -> None:
        body = json.dumps(behaviour).encode()
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(self.url + "fake/behave", body, headers)).read()

    def said(self, text: str) -> int:
        """How often a citizen's message is stored, in all conversations."""
        conversations = json.loads(urllib.request.urlopen(self.url + "fake/stored").read())
        messages = [message for one in conversations.values() for message in one["messages"]]
        return sum(message["sender"] == "citizen" and message["text"] == text for message in messages)
