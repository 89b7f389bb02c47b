"""What happened in a call, when, and how long each stage took: kept as JSON beside the recording.

It keeps what it is told and works out nothing that was not measured. The caller's number stands in it only masked; what
was said does stand in it, so it is kept and deleted like the recording.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hotline.settings import Settings

_EVENTS_MOST = 20_000
_FILE = "timeline.json"


@dataclass(frozen=True)
class Event:
    """Something that happened at a moment of the call."""

    kind: str
    at_seconds: float
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """From the end of what a caller said to the first sound of the answer, by stages, in seconds.

    Attributes:
        pause: until the turn was taken to be over; recognition: until its words were known.
        thinking: until an answer was given to be spoken; voice: until it was heard.
        how: its first clause was rendered ahead, kept from before, or freshly spoken.
    """

    at_seconds: float
    pause: float
    recognition: float
    thinking: float
    voice: float
    how: str = ""

    @property
    def whole(self) -> float:
        return self.pause + self.recognition + self.thinking + self.voice


class Timeline:
    """The timeline of one call."""

    def __init__(self, call_id: str, caller: str, started_at: datetime) -> None:
        self.call_id = call_id
        self.caller = masked(caller)
        self.started_at = started_at
        self.events: list[Event] = []

    def note(self, kind: str, at_seconds: float, values: Mapping[str, object]) -> None:
        """Adds an event; partial results of one utterance replace each other."""
        event = Event(kind, round(at_seconds, 3), dict(values))
        if kind == "partial" and self.events and self.events[-1].kind == "partial":
            self.events[-1] = event
        elif len(self.events) < _EVENTS_MOST:
            self.events.append(event)

    def save(self, folder: Path) -> Path:
        """Writes the file and gives its path."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / _FILE
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n")
        return path

    def to_json(self) -> dict[str, Any]:
        return {
            "call_id": self.call_id,
            "caller": self.caller,
            "started_at": self.started_at.isoformat(),
            "events": [{"kind": one.kind, "at": one.at_seconds, **one.values} for one in self.events],
            "replies": [{**vars(one), "whole": round(one.whole, 3)} for one in replies(self.events)],
        }

    @classmethod
    def load(cls, path: Path) -> Timeline:
        """Reads a file that `save` wrote."""
        read = json.loads(path.read_text("utf-8"))
        timeline = cls(read["call_id"], read["caller"], datetime.fromisoformat(read["started_at"]))
        for row in read["events"]:
            values = {name: value for name, value in row.items() if name not in ("kind", "at")}
            timeline.events.append(Event(row["kind"], row["at"], values))
        return timeline


def replies(events: Sequence[Event]) -> list[Reply]:
    """How long each answer took: turns that were answered by a prompt that was heard."""
    found: list[Reply] = []
    ended = heard = prompt = None
    for event in events:
        if event.kind == "speech_ended":
            ended, heard, prompt = event, None, None
        elif event.kind == "heard" and ended is not None:
            heard = event
        elif event.kind == "prompt" and heard is not None:
            prompt = event
        elif event.kind == "prompt_heard" and ended is not None and heard is not None and prompt is not None:
            silent_since = float(ended.values.get("spoken_until", ended.at_seconds))
            stages = (silent_since, ended.at_seconds, heard.at_seconds, prompt.at_seconds, event.at_seconds)
            steps = [round(max(0.0, after - before), 3) for before, after in zip(stages, stages[1:], strict=False)]
            pause, recognition, thinking, voice = steps
            how = str(event.values.get("how", ""))
            found.append(Reply(silent_since, pause, recognition, thinking, voice, how))
            ended = heard = prompt = None
    return found


def masked(number: str) -> str:
    """A number of which only the last four digits are shown; words like "anonymous" and short numbers stay."""
    return re.sub(r"\d(?=(?:\D*\d){4})", "*", number)


def calls_folder(settings: Settings) -> Path:
    """Where recordings and timelines are kept."""
    return settings.path("DATA_DIR") / "calls"


def call_folder(settings: Settings, call_id: str, started_at: datetime) -> Path:
    """The folder of one call: its day, and its name made safe."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", call_id).strip(".")[:80] or "call"
    return calls_folder(settings) / started_at.date().isoformat() / safe


def find(settings: Settings, call: str) -> Path | None:
    """The newest timeline of a call, by its name or the beginning of it; or the file itself."""
    given = Path(call)
    if given.is_file():
        return given
    if (given / _FILE).is_file():
        return given / _FILE
    wanted = re.sub(r"[^A-Za-z0-9._-]", "_", call).strip(".")[:80]
    candidates = [path for path in calls_folder(settings).glob(f"*/*/{_FILE}") if path.parent.name.startswith(wanted)]
    return max(candidates, key=lambda path: path.stat().st_mtime, default=None)
