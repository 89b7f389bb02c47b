"""Writes down for the desk what happens to a case, and lets the pages know that it changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from channels.desk.cases import Case
from channels.desk.live import Live
from channels.desk.ports import WorkStore
from channels.desk.records import Note


@dataclass(slots=True)
class Journal:
    """The desk's own record of a case; citizens never see it."""

    work: WorkStore
    live: Live
    clock: Callable[[], datetime]

    async def changed(self, case: Case) -> None:
        """The pages look at the case again."""
        await self.live.hint({"type": "case", "handoff_id": case.handoff_id})

    async def note(self, case: Case, event: Mapping[str, Any], words: str = "") -> None:
        """Notes an event, in no language, with what somebody wrote about it."""
        told = {**event, "words": words} if words else event
        await self.write(Note(str(uuid4()), case.conversation_id, "system", None, "", self.clock(), told))
        await self.changed(case)

    async def write(self, note: Note) -> None:
        """Keeps a note, once by its id."""
        await self.work.add_note(note)
        hint = {"type": "note", "conversation_id": note.conversation_id, "note_id": note.id}
        await self.live.hint(hint)
