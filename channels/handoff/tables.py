"""The tables of the hand-over, in the database of the conversations.

Only their shape; they are created by `channels/migrations`. Messages are not copied: what a desk must be told is
read from the table of messages, from `pushed_seq` on.
"""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import Json, metadata
from hotline.database import UtcDateTime

handoffs = sa.Table(
    "handoffs",
    metadata,
    sa.Column("id", sa.String(96), primary_key=True),
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("desk", sa.String(32), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("topic", sa.String(64)),
    sa.Column("reason", sa.String(24), nullable=False),
    sa.Column("priority", sa.String(12), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("owner_version", sa.Integer, nullable=False),
    sa.Column("opened_at", UtcDateTime(), nullable=False),
    sa.Column("waiting_since", UtcDateTime(), nullable=False),
    sa.Column("accepted_at", UtcDateTime()),
    sa.Column("ended_at", UtcDateTime()),
    sa.Column("ended", sa.String(24)),
    sa.Column("end_reason", sa.String(24)),
    sa.Column("agent_id", sa.String(80)),
    sa.Column("agent_name", sa.String(120)),
    sa.Column("ref", sa.String(200)),
    sa.Column("pushed_seq", sa.Integer, nullable=False),
    sa.Column("until_seq", sa.Integer),
    sa.Column("told_end", sa.Boolean, nullable=False),
    sa.Column("offered_at", UtcDateTime()),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcDateTime()),
    sa.Column("last_error", sa.String(300)),
    sa.Column("caller_key", sa.String(64)),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("did", Json),
    sa.Column("bot_told", sa.Boolean, nullable=False),
)
_open = handoffs.c.state != "ended"
sa.Index("handoffs_one_open", handoffs.c.conversation_id, unique=True, sqlite_where=_open, postgresql_where=_open)
sa.Index("handoffs_of_conversation", handoffs.c.conversation_id, handoffs.c.opened_at)
_untold = sa.or_(_open, handoffs.c.told_end.is_(False))
sa.Index("handoffs_untold", handoffs.c.opened_at, sqlite_where=_untold, postgresql_where=_untold)
sa.Index("handoffs_of_caller", handoffs.c.caller_key, handoffs.c.opened_at)

handoff_events = sa.Table(
    "handoff_events",
    metadata,
    sa.Column("handoff_id", sa.String(96), sa.ForeignKey("handoffs.id"), primary_key=True),
    sa.Column("event_id", sa.String(120), primary_key=True),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("outcome", Json, nullable=False),
)

incoming = sa.Table(
    "handoff_incoming",
    metadata,
    sa.Column("id", sa.String(160), primary_key=True),
    sa.Column("source", sa.String(32), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("body", Json, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", UtcDateTime()),
    sa.Column("done_at", UtcDateTime()),
)
_undone = incoming.c.done_at.is_(None)
sa.Index("handoff_incoming_undone", incoming.c.at, sqlite_where=_undone, postgresql_where=_undone)

dead_letters = sa.Table(
    "handoff_dead_letters",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("handoff_id", sa.String(96), nullable=False),
    sa.Column("conversation_id", sa.String(64), nullable=False),
    sa.Column("desk", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("seq", sa.Integer),
    sa.Column("error", sa.String(300), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_at", UtcDateTime(), nullable=False),
    sa.Column("last_at", UtcDateTime(), nullable=False),
    sa.Column("payload", Json),
)

alerts = sa.Table(
    "handoff_alerts",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("told_at", UtcDateTime()),
)
_silent = alerts.c.told_at.is_(None)
sa.Index("handoff_alerts_untold", alerts.c.at, sqlite_where=_silent, postgresql_where=_silent)

ratings = sa.Table(
    "handoff_ratings",
    metadata,
    sa.Column("handoff_id", sa.String(96), sa.ForeignKey("handoffs.id"), primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False),
    sa.Column("agent_id", sa.String(80)),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("solved", sa.Boolean),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
)

callbacks = sa.Table(
    "handoff_callbacks",
    metadata,
    sa.Column("id", sa.String(96), primary_key=True),
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("reason", sa.String(24), nullable=False),
    sa.Column("phone", sa.String(40)),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("from_seq", sa.Integer, nullable=False),
    sa.Column("asked_at", UtcDateTime(), nullable=False),
    sa.Column("filed_at", UtcDateTime()),
    sa.Column("ticket_number", sa.String(32)),
    sa.Column("due_at", UtcDateTime()),
    sa.Column("done_at", UtcDateTime()),
    sa.Column("done_by", sa.String(120)),
    sa.Column("note", sa.Text, nullable=False),
)
sa.Index("handoff_callbacks_of_conversation", callbacks.c.conversation_id, callbacks.c.asked_at)
sa.Index("handoff_callbacks_by_state", callbacks.c.state, callbacks.c.asked_at)

slots = sa.Table(
    "conversation_slots",
    metadata,
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("slots", Json, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
)

operator_settings = sa.Table(
    "operator_settings",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("value", Json, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
)
