"""Citizens' wishes and the notices that go out, in the database of the conversations.

Only their shape; `channels/migrations` makes them.
"""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import Json, metadata
from hotline.database import UtcDateTime

preferences = sa.Table(
    "notice_preferences",
    metadata,
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("language", sa.String(8)),
    sa.Column("email", sa.String(254)),
    sa.Column("email_state", sa.String(12)),
    sa.Column("email_level", sa.String(12)),
    sa.Column("sms_level", sa.String(12)),
    sa.Column("subscribe_level", sa.String(12)),
    sa.Column("quiet_from", sa.String(5)),
    sa.Column("quiet_until", sa.String(5)),
    sa.Column("changed_at", UtcDateTime()),
)
sa.Index("notice_preferences_email", preferences.c.email)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(160), nullable=False),
    sa.Column("way", sa.String(12), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("recipient", sa.String(64), nullable=False),
    sa.Column("conversation_id", sa.String(64)),
    sa.Column("address", sa.String(254)),
    sa.Column("event_id", sa.String(120), nullable=False),
    sa.Column("ticket_number", sa.String(20), nullable=False),
    sa.Column("key", sa.String(80), nullable=False),
    sa.Column("values", Json, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("importance", sa.String(8), nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcDateTime()),
    sa.Column("claimed_until", UtcDateTime()),
    sa.Column("letter", sa.String(160)),
    sa.Column("done_at", UtcDateTime()),
    sa.Column("error", sa.String(200)),
    sa.UniqueConstraint("id", name="notices_once"),
)
_waiting = notices.c.next_attempt_at.is_not(None)
sa.Index(
    "notices_due",
    notices.c.way,
    notices.c.urgent,
    notices.c.next_attempt_at,
    notices.c.seq,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
sa.Index(
    "notices_of_recipient",
    notices.c.way,
    notices.c.recipient,
    notices.c.ticket_number,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
_dead = notices.c.state == "dead"
sa.Index("notices_dead", notices.c.done_at, sqlite_where=_dead, postgresql_where=_dead)
