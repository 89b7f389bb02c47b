"""Keeps conversations' events in a SQLite journal: one appended row a turn, recent trackers in memory.

For one bot process on one machine (several copies use Rasa's own SQL store on PostgreSQL). A tracker handed out leaves
the memory until it is saved again, so a turn that failed half-way is forgotten and the next one starts from disk.
Events are never changed or deleted here.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from pathlib import Path
from typing import Iterable, List, Optional, Text, Tuple

import orjson
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

REMEMBERED = 256
_SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (
  id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, first_event INTEGER NOT NULL, events BLOB NOT NULL,
  UNIQUE (conversation_id, first_event)
)"""


class JournalTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Rasa tracker store on one SQLite file; `database=":memory:"` for tests."""

    def __init__(self, domain: Optional[Domain], database: Text) -> None:
        super().__init__(domain)
        if database != ":memory:":
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(database, timeout=5, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute(_SCHEMA)
        self._recent: OrderedDict[Text, Tuple[DialogueStateTracker, int]] = OrderedDict()
        self._lent: dict[Text, int] = {}

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """Gives the conversation's tracker, or None when nothing is known of it."""
        remembered = self._recent.pop(sender_id, None)
        if remembered is None:
            events = self._events(sender_id)
            if not events:
                return None
            tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots if self.domain else None)
            remembered = (tracker, len(events))
        self._lent[sender_id] = remembered[1]
        return remembered[0]

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Appends what the tracker has more than the journal, as one row."""
        stored = self._lent.pop(tracker.sender_id, None)
        if stored is None:
            stored = len(self._events(tracker.sender_id))
        fresh = [event.as_dict() for event in list(tracker.events)[stored:]]
        if fresh:
            row = (tracker.sender_id, stored, orjson.dumps(fresh, default=str, option=orjson.OPT_SERIALIZE_NUMPY))
            self._connection.execute("INSERT INTO turns (conversation_id, first_event, events) VALUES (?, ?, ?)", row)
        self._recent[tracker.sender_id] = (tracker, stored + len(fresh))
        while len(self._recent) > REMEMBERED:
            self._recent.popitem(last=False)

    async def keys(self) -> Iterable[Text]:
        """Gives the ids of all conversations."""
        return [row[0] for row in self._connection.execute("SELECT DISTINCT conversation_id FROM turns")]

    def _events(self, sender_id: Text) -> List[dict]:
        rows = self._connection.execute("SELECT events FROM turns WHERE conversation_id = ? ORDER BY id", (sender_id,))
        return [event for (events,) in rows for event in orjson.loads(events)]
