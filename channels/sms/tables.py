"""The outbox of text messages, in the database of the conversations. Only its shape; `channels/migrations` makes it."""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import metadata
from hotline.database import UtcDateTime

outbox = sa.Table(
    "sms_outbox",
    metadata,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("phone", sa.String(40), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcDateTime()),
    sa.Column("sent_at", UtcDateTime()),
    sa.Column("last_error", sa.String(120)),
)
_due = outbox.c.next_attempt_at.is_not(None)
sa.Index("sms_outbox_due", outbox.c.next_attempt_at, sqlite_where=_due, postgresql_where=_due)
