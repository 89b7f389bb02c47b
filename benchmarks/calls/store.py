"""What the hotline's store says of a call while it goes on: what is asked for, and what became of it.

For measurements and tests on this machine's SQLite file, read only. A caller knows none of it: it only chooses which
of the prepared answers is said next.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Stand:
    """Where a conversation stands.

    Attributes:
        turns: messages of the citizen so far; answered: the last message is the assistant's.
        slot: what is asked for; None: nothing.
        ticket: number of the ticket that was filed.
    """

    turns: int
    answered: bool
    language: str
    slot: str | None
    ticket: str | None
    texts: tuple[str, ...]


class Store:
    """The store of one system."""

    def __init__(self, database: Path) -> None:
        self._database = database

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=5)) as connection:
            yield connection

    def phone_conversations(self) -> list[str]:
        """Ids of all conversations by telephone, the oldest first."""
        with self._opened() as connection:
            rows = connection.execute("SELECT id FROM conversations WHERE channel = 'phone' ORDER BY created_at")
            return [str(row[0]) for row in rows]

    def stand(self, conversation: str) -> Stand:
        """Where a conversation stands now."""
        with self._opened() as connection:
            [language] = connection.execute(
                "SELECT language FROM conversations WHERE id = ?", (conversation,)
            ).fetchone()
            rows = connection.execute(
                "SELECT seq, sender, text, data FROM messages WHERE conversation_id = ? ORDER BY seq", (conversation,)
            ).fetchall()
        data: dict[str, Any] = {}
        ticket = None
        for row in rows:
            read = json.loads(row[3] or "{}") or {}
            ticket = (read.get("ticket") or {}).get("number") or ticket
            data = read if row[1] != "citizen" else data
        slot = (data.get("form") or {}).get("requested_slot")
        last = rows[-1] if rows else (0, "", "", "")
        texts = tuple(f"{row[1]}: {row[2]}" for row in rows)
        turns = sum(row[1] == "citizen" for row in rows)
        return Stand(turns, last[1] not in ("citizen", ""), str(language), slot, ticket, texts)

    def ticket(self, number: str) -> dict[str, Any]:
        """A ticket's row with `name` and `phone` of who filed it; {} when there is none."""
        with self._opened() as connection:
            connection.row_factory = sqlite3.Row
            row = connection.execute(
                "SELECT tickets.*, ticket_contacts.name, ticket_contacts.phone FROM tickets "
                "LEFT JOIN ticket_contacts ON ticket_number = number WHERE number = ?",
                (number,),
            ).fetchone()
            return dict(row) if row is not None else {}
