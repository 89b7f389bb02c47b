"""The table of telephone calls, in the database of the conversations. `channels/migrations` makes it."""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import metadata
from hotline.database import UtcDateTime

calls = sa.Table(
    "phone_calls",
    metadata,
    sa.Column("call_id", sa.String(160), primary_key=True),
    sa.Column("started_at", UtcDateTime(), nullable=False),
    sa.Column("phone", sa.String(40)),
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id")),
    sa.Column("language", sa.String(8)),
    sa.Column("ended_at", UtcDateTime()),
    sa.Column("how", sa.String(24)),
    sa.Column("why", sa.String(24)),
    sa.Column("declined", sa.Boolean, nullable=False),
)
sa.Index("phone_calls_of_phone", calls.c.phone, calls.c.started_at)
sa.Index("phone_calls_of_conversation", calls.c.conversation_id)
sa.Index("phone_calls_by_start", calls.c.started_at)
