"""The statements of the hand-over's rows, each a function of an open transaction.

No transaction is begun or ended here. The conversation's row is always held before its hand-over's is read for a
change, so two gateways never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from channels.conversations import Conversation
from channels.handoff import moves
from channels.handoff.contract import Outcome
from channels.handoff.errors import HandoffNotFound
from channels.handoff.rows import Handoff
from channels.handoff.tables import alerts, handoff_events, handoffs, slots
from channels.ownership import Why

_FIELDS = tuple(Handoff.__dataclass_fields__)
COLUMNS = [handoffs.c[name] for name in _FIELDS]
_one = sa.select(*COLUMNS).where(handoffs.c.id == bindparam("wanted"))
_open = sa.select(*COLUMNS).where(handoffs.c.conversation_id == bindparam("wanted"), handoffs.c.state != "ended")
_latest = (
    sa.select(*COLUMNS)
    .where(handoffs.c.conversation_id == bindparam("wanted"))
    .order_by(handoffs.c.opened_at.desc(), handoffs.c.owner_version.desc())
    .limit(1)
)
_update = sa.update(handoffs).where(handoffs.c.id == bindparam("wanted"))
_event = sa.select(handoff_events.c.outcome).where(
    handoff_events.c.handoff_id == bindparam("wanted"), handoff_events.c.event_id == bindparam("event")
)
_progress = {"ref", "pushed_seq", "told_end", "attempts", "next_attempt_at", "last_error", "caller_key", "summary"}
"""What only delivery writes; an event or a change of owner leaves it alone."""


def read(connection: Connection, handoff_id: str) -> Handoff:
    """Raises HandoffNotFound."""
    row = connection.execute(_one, {"wanted": handoff_id}).one_or_none()
    if row is None:
        raise HandoffNotFound
    return handoff_of(row)


def read_open(connection: Connection, conversation_id: str) -> Handoff | None:
    row = connection.execute(_open, {"wanted": conversation_id}).one_or_none()
    return None if row is None else handoff_of(row)


def read_latest(connection: Connection, conversation_id: str) -> Handoff | None:
    row = connection.execute(_latest, {"wanted": conversation_id}).one_or_none()
    return None if row is None else handoff_of(row)


def insert(connection: Connection, row: Handoff) -> None:
    connection.execute(sa.insert(handoffs), asdict(row))


def write(connection: Connection, row: Handoff) -> None:
    """Writes what events and owners change; delivery's progress is written by `note`."""
    changed = {name: value for name, value in asdict(row).items() if name not in _progress and name != "id"}
    connection.execute(_update.values(changed), {"wanted": row.id})


def note(connection: Connection, handoff_id: str, **changed: Any) -> None:
    """Writes delivery's progress."""
    connection.execute(_update.values(changed), {"wanted": handoff_id})


def known_outcome(connection: Connection, handoff_id: str, event_id: str) -> Mapping[str, Any] | None:
    found = connection.execute(_event, {"wanted": handoff_id, "event": event_id}).scalar_one_or_none()
    return found if found is None else dict(found)


def remember_event(
    connection: Connection, handoff_id: str, event_id: str, kind: str, at: datetime, outcome: Outcome
) -> None:
    values = {"handoff_id": handoff_id, "event_id": event_id, "type": kind, "at": at, "outcome": asdict(outcome)}
    connection.execute(sa.insert(handoff_events), values)


def follow(connection: Connection, conversation: Conversation, why: Why, now: datetime) -> Handoff | None:
    """Makes the rows fit the conversation's owner; gives the open one. Call it where the owner was changed.

    Asked for once more and more urgently, the row that is there becomes more urgent.
    """
    row = read_open(connection, conversation.id)
    if row is not None and row.owner_version == conversation.owner_version:
        if why.is_more_urgent_than(row.priority):
            row = replace(row, priority=why.priority, reason=why.reason)
            write(connection, row)
        return row
    followed = moves.follow(row, conversation, why, now)
    if followed.ended is not None:
        write(connection, followed.ended)
    if followed.begun is not None:
        insert(connection, followed.begun)
    return followed.begun


def raise_alert(connection: Connection, conversation_id: str, seq: int, at: datetime) -> None:
    """Notes that danger was recognised; told to the desk after the transaction, or after a crash."""
    connection.execute(sa.insert(alerts), {"conversation_id": conversation_id, "seq": seq, "at": at, "told_at": None})


def keep_slots(connection: Connection, conversation_id: str, known: Mapping[str, str], at: datetime) -> None:
    """Keeps what the bot's forms know, in place of what they knew before; nothing is kept of a talk without forms."""
    values = {"conversation_id": conversation_id, "slots": dict(known), "at": at}
    changed = connection.execute(
        sa.update(slots).where(slots.c.conversation_id == conversation_id).values(slots=dict(known), at=at)
    )
    if changed.rowcount == 0 and known:
        connection.execute(sa.insert(slots), values)


def handoff_of(row: sa.Row[Any]) -> Handoff:
    return Handoff(**row._mapping)
