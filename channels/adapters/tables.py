"""The two tables of conversations, for SQLite and PostgreSQL alike.

Only their shape; they are created by `channels/migrations`.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from hotline.database import UtcDateTime

Json = sa.JSON().with_variant(JSONB(), "postgresql")
metadata = sa.MetaData()

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("owner", sa.String(8), nullable=False),
    sa.Column("owner_version", sa.Integer, nullable=False),
    sa.Column("owner_since", UtcDateTime()),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("attachments", sa.Integer, nullable=False),
)
sa.Index("conversations_waiting", conversations.c.owner, conversations.c.owner_since)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.String(160)),
    sa.Column("sender", sa.String(8), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("buttons", Json, nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("reply_to", sa.Integer),
    sa.Column("turn", sa.String(8)),
    sa.Column("turn_of", sa.Integer),
    sa.Column("turn_language", sa.String(8)),
    sa.Column("turn_owner", sa.String(8)),
    sa.UniqueConstraint("conversation_id", "message_id", name="messages_once"),
    sqlite_with_rowid=False,
)
_pending = messages.c.turn == "pending"
sa.Index("messages_pending", messages.c.at, sqlite_where=_pending, postgresql_where=_pending)
