"""Looks for viruses in files before they are kept: a port, and its adapter for ClamAV's daemon.

While the scanner is away nothing is kept: the sender is asked to send again. A file set aside would look delivered to
the citizen while nobody can see it, and would need a second way in that somebody watches.
"""

from __future__ import annotations

import contextlib
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from channels.errors import ScannerUnavailable

_CHUNK_BYTES = 256 * 1024
_MOST_ANSWER_BYTES = 4096
_FOUND = re.compile(r"(?:.*: )?(.+) FOUND")


class VirusScanner(Protocol):
    """Blocking; called in a thread."""

    def finding(self, file: Path) -> str | None:
        """The name of what was found, None when the file is clean. Raises ScannerUnavailable."""
        ...

    def ping(self) -> None:
        """Raises ScannerUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """ClamAV's daemon, by INSTREAM (clamd(8)): it needs no access to our files.

    Attributes:
        address: `host:port` in two parts, or the path of a Unix socket.
        seconds: for connecting, and for each wait after that.
    """

    address: tuple[str, int] | str
    seconds: float

    @classmethod
    def at(cls, url: str, seconds: float) -> Clamd:
        """From `tcp://host:3310` or `unix:///run/clamav/clamd.ctl`. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme == "tcp" and parts.hostname:
            return cls((parts.hostname, parts.port or 3310), seconds)
        if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
            return cls(parts.path, seconds)
        raise ValueError(f"{url!r} is no scanner; write tcp://host:3310 or unix:///run/clamav/clamd.ctl")

    def finding(self, file: Path) -> str | None:
        with open(file, "rb") as content, self._talking() as talk:
            talk.sendall(b"zINSTREAM\0")
            # A daemon that has seen enough answers and closes: its answer counts, not the broken pipe.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                while chunk := content.read(_CHUNK_BYTES):
                    talk.sendall(len(chunk).to_bytes(4) + chunk)
                talk.sendall(bytes(4))
            answer = _answer(talk)
        if answer.endswith(" OK"):
            return None
        if found := _FOUND.fullmatch(answer):
            return found[1]
        raise ScannerUnavailable from OSError(f"the scanner said {answer[:200]!r}")

    def ping(self) -> None:
        with self._talking() as talk:
            talk.sendall(b"zPING\0")
            if _answer(talk) != "PONG":
                raise ScannerUnavailable

    @contextlib.contextmanager
    def _talking(self) -> Iterator[socket.socket]:
        try:
            if isinstance(self.address, tuple):
                connected = socket.create_connection(self.address, self.seconds)
            else:
                connected = socket.socket(socket.AF_UNIX)
                connected.settimeout(self.seconds)
                try:
                    connected.connect(self.address)
                except OSError:
                    connected.close()
                    raise
            with connected:
                yield connected
        except OSError as error:
            raise ScannerUnavailable from error


def _answer(talk: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < _MOST_ANSWER_BYTES and (piece := talk.recv(_MOST_ANSWER_BYTES)):
        said += piece
    return said.partition(b"\0")[0].decode("utf-8", "replace").strip()
