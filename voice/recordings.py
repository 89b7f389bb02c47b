"""Recordings of calls: which there are, who has listened to which and why, and deleting them in time.

Nobody gets at a recording by these functions without a line in the access log; when that cannot be written, nothing is
handed out. The log holds no telephone number and none of what was said.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from voice.errors import VoiceError
from voice.timeline import Timeline

RECORDING, TIMELINE, LOG = "call.wav", "timeline.json", "access.jsonl"
_DAYS = "????-??-??"
_LEAST_REASON = 4


class RecordingNotFound(VoiceError):
    """No recording of that name is kept; see `hotline voice recordings list`."""

    code = "recording_not_found"


class AccessUnexplained(VoiceError):
    """Say who listens (--by) and what for (--reason, some words); both are kept."""

    code = "access_unexplained"


@dataclass(frozen=True)
class Recording:
    """One call that is kept.

    Attributes:
        caller: the number, masked; sound: None when the call was not recorded.
    """

    call: str
    started_at: datetime
    caller: str
    folder: Path
    sound: Path | None

    def row(self) -> dict[str, Any]:
        size = self.sound.stat().st_size if self.sound is not None else 0
        return {
            "call": self.call,
            "started_at": self.started_at.isoformat(),
            "caller": self.caller,
            "recorded": self.sound is not None,
            "bytes": size,
        }


def kept(calls: Path, day: date | None = None) -> Iterator[Recording]:
    """All calls that are kept, newest day first; of one day only when it is given."""
    for folder in sorted(calls.glob(day.isoformat() if day else _DAYS), reverse=True):
        for call in sorted(folder.iterdir()):
            if (call / TIMELINE).is_file():
                timeline = Timeline.load(call / TIMELINE)
                sound = call / RECORDING
                yield Recording(
                    call.name, timeline.started_at, timeline.caller, call, sound if sound.is_file() else None
                )


def opened(calls: Path, call: str, by: str, reason: str, how: str, now: datetime) -> Recording:
    """The recording of a call, after the access has been written down.

    Args:
        call: its name or the beginning of it.
        how: "path", "export", "timeline".

    Raises:
        AccessUnexplained, RecordingNotFound: nothing is handed out; OSError: the log cannot be written.
    """
    by, reason = by.strip(), " ".join(reason.split())
    if not by or len(reason) < _LEAST_REASON:
        raise AccessUnexplained
    found = [one for one in kept(calls) if one.call.startswith(call)] if call else []
    exact = [one for one in found if one.call == call]
    if len(exact or found) != 1:
        many = f"{len(found)} calls begin with {call!r}; write more of the name" if found else None
        raise RecordingNotFound(many)
    [recording] = exact or found
    note_access(calls, {"at": now.isoformat(), "by": by, "reason": reason, "call": recording.call, "how": how})
    return recording


def export(recording: Recording, to: Path) -> list[Path]:
    """Copies sound and timeline of a call into a folder, for their owner only; gives the files.

    Raises:
        RecordingNotFound: the call was not recorded.
    """
    if recording.sound is None:
        raise RecordingNotFound("This call was not recorded; its timeline is kept: hotline voice timeline")
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = []
    for file in (recording.sound, recording.folder / TIMELINE):
        target = to / f"{recording.call}{file.suffix}"
        with file.open("rb") as source, os.fdopen(_private(target, os.O_TRUNC), "wb") as copy:
            shutil.copyfileobj(source, copy)
        written.append(target)
    return written


def note_access(calls: Path, row: Mapping[str, Any]) -> None:
    """Adds a line to the access log. Raises OSError when that cannot be done."""
    with os.fdopen(_private(calls / LOG, os.O_APPEND), "a", encoding="utf-8") as log:
        log.write(json.dumps(dict(row), ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())


def accesses(calls: Path) -> list[dict[str, Any]]:
    """Who has got at which recording, oldest first."""
    path = calls / LOG
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def clean(calls: Path, oldest_day: date) -> int:
    """Deletes the calls of days before one; the access log stays. Gives how many days were deleted."""
    old = [folder for folder in calls.glob(_DAYS) if folder.name < oldest_day.isoformat()]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _private(path: Path, flag: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
