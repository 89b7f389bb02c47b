"""Reports of calls on their way to the gateway, kept as small files: nothing is lost when either side is down.

A file is there from the first second of a call, so a call that dies with this process is reported as dropped by the
next one. The gateway takes each call once, so a report that is sent twice does nothing twice.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from voice.ports_office import CallReport

log = logging.getLogger(__name__)
_LONGEST_CALL_SECONDS = 2 * 3_600.0  # an agent may talk beyond the 45 minutes that the assistant does


class Spool:
    """The folder of the reports. Every file is written whole or not at all, and only its owner may read it.

    Args:
        folder: made when it is not there.
        process: names this process among those that share the folder.
    """

    def __init__(self, folder: Path, process: str | None = None) -> None:
        self._folder = folder
        self._process = process or f"{socket.gethostname()}:{os.getpid()}"
        self._begun: set[Path] = set()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    def begin(self, call_id: str, number: str, language: str, at: datetime) -> None:
        """A call has come."""
        row = {"call_id": call_id, "number": number, "language": language, "at": at.isoformat()}
        self._begun.add(self._path(call_id))
        self._write(call_id, {**row, "open": self._process, "how": "lost"})

    def end(self, report: CallReport, at: datetime) -> None:
        """A call is over."""
        row = {
            "call_id": report.call_id,
            "number": report.number,
            "language": report.language,
            "how": report.how,
            "why": report.why or None,
            "conversation_id": report.conversation_id,
            "callback_number": report.callback_number or None,
            "served": report.served,
            "at": at.isoformat(),
        }
        self._write(report.call_id, row)
        self._begun.discard(self._path(report.call_id))

    def waiting(self) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """Reports that can be sent, oldest first."""
        for path in sorted(self._folder.glob("*.json"), key=_changed_at):
            row = _read(path)
            if row is not None and "open" not in row:
                yield path, row

    def recover(self) -> int:
        """Calls of processes that are gone were dropped; gives how many.

        A container's process has the number of the one before it, and a new container another host's name: so calls of
        this number count that this process did not begin, and those of other hosts when no call lasts so long.
        """
        found = 0
        for path in self._folder.glob("*.json"):
            row = _read(path)
            if row is not None and "open" in row and self._is_gone(path, str(row["open"])):
                self._put(path, {**{name: value for name, value in row.items() if name != "open"}, "why": "dropped"})
                found += 1
        return found

    def done(self, path: Path) -> None:
        """The gateway has taken a report."""
        path.unlink(missing_ok=True)

    def set_aside(self, path: Path) -> None:
        """The gateway will never take this report; it stays to be looked at."""
        path.rename(path.with_suffix(".refused"))

    def _is_gone(self, path: Path, process: str) -> bool:
        host, _, number = process.rpartition(":")
        if process == self._process:
            return path not in self._begun
        if host != socket.gethostname():
            return time.time() - _changed_at(path) > _LONGEST_CALL_SECONDS
        if not number.isdecimal():
            return False
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def _path(self, call_id: str) -> Path:
        return self._folder / f"{hashlib.sha256(call_id.encode()).hexdigest()[:40]}.json"

    def _write(self, call_id: str, row: Mapping[str, Any]) -> None:
        self._put(self._path(call_id), row)

    def _put(self, path: Path, row: Mapping[str, Any]) -> None:
        draft = path.with_name(f".{path.stem}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(dict(row), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _read(path: Path) -> dict[str, Any] | None:
    try:
        row = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        log.warning("the report %s cannot be read", path.name)
        return None
    return row if isinstance(row, dict) else None
