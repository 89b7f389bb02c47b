"""The tables of the desk, in the database of the conversations.

Only their shape; they are created by `channels/migrations`. Messages, owners and hand-overs are not copied here.
"""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import Json, metadata
from hotline.database import UtcDateTime

agents = sa.Table(
    "desk_agents",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("username", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("languages", Json, nullable=False),
    sa.Column("topics", Json, nullable=False),
    sa.Column("capacity", sa.Integer, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("subject", sa.String(300), unique=True),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("totp_secret", sa.String(300)),
    sa.Column("totp_pending", sa.String(300)),
    sa.Column("totp_last_step", sa.BigInteger, nullable=False),
)

sessions = sa.Table(
    "desk_sessions",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("agent_id", sa.String(36), sa.ForeignKey("desk_agents.id"), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("seen_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
)
sa.Index("desk_sessions_of_agent", sessions.c.agent_id)

failures = sa.Table(
    "desk_login_failures",
    metadata,
    sa.Column("username", sa.String(64), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime(), nullable=False),
)

presences = sa.Table(
    "desk_presences",
    metadata,
    sa.Column("agent_id", sa.String(36), sa.ForeignKey("desk_agents.id"), primary_key=True),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("since", UtcDateTime(), nullable=False),
    sa.Column("seen_at", UtcDateTime()),
    sa.Column("assigned_at", UtcDateTime()),
)

shifts = sa.Table(
    "desk_shifts",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("agent_id", sa.String(36), sa.ForeignKey("desk_agents.id"), nullable=False),
    sa.Column("weekdays", Json, nullable=False),
    sa.Column("date", sa.String(10)),
    sa.Column("starts", sa.String(5), nullable=False),
    sa.Column("ends", sa.String(5), nullable=False),
)
sa.Index("desk_shifts_of_agent", shifts.c.agent_id)

cases = sa.Table(
    "desk_conversations",
    metadata,
    sa.Column("handoff_id", sa.String(96), primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("topic", sa.String(64)),
    sa.Column("reason", sa.String(24), nullable=False),
    sa.Column("priority", sa.String(12), nullable=False),
    sa.Column("request", Json, nullable=False),
    sa.Column("caller_key", sa.String(64)),
    sa.Column("opened_at", UtcDateTime(), nullable=False),
    sa.Column("queued_at", UtcDateTime(), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("ahead", sa.Boolean, nullable=False),
    sa.Column("agent_id", sa.String(36)),
    sa.Column("accepted_at", UtcDateTime()),
    sa.Column("first_accepted_at", UtcDateTime()),
    sa.Column("participants", Json, nullable=False),
    sa.Column("offered_to", sa.String(36)),
    sa.Column("offered_at", UtcDateTime()),
    sa.Column("tried", Json, nullable=False),
    sa.Column("level", sa.Integer, nullable=False),
    sa.Column("asked_at", UtcDateTime()),
    sa.Column("warned_at", UtcDateTime()),
    sa.Column("told_at", UtcDateTime()),
    sa.Column("ended_at", UtcDateTime()),
    sa.Column("end_reason", sa.String(24)),
    sa.Column("tickets", Json, nullable=False),
)
_open = cases.c.state != "ended"
sa.Index("desk_conversations_open", cases.c.opened_at, sqlite_where=_open, postgresql_where=_open)
sa.Index("desk_conversations_of", cases.c.conversation_id, cases.c.opened_at)
sa.Index("desk_conversations_of_caller", cases.c.caller_key, cases.c.opened_at)
sa.Index("desk_conversations_opened", cases.c.opened_at)

notes = sa.Table(
    "desk_notes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("agent_id", sa.String(36)),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("event", Json),
    sa.Column("at", UtcDateTime(), nullable=False),
)
sa.Index("desk_notes_of_conversation", notes.c.conversation_id, notes.c.at)

alerts = sa.Table(
    "desk_alerts",
    metadata,
    sa.Column("id", sa.String(120), primary_key=True),
    sa.Column("conversation_id", sa.String(64)),
    sa.Column("ticket_number", sa.String(20)),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("numbers", Json, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("due_at", UtcDateTime(), nullable=False),
    sa.Column("acknowledged_at", UtcDateTime()),
    sa.Column("acknowledged_by", sa.String(36)),
    sa.Column("overdue_told", sa.Boolean, nullable=False),
)
_unheard = alerts.c.acknowledged_at.is_(None)
sa.Index("desk_alerts_open", alerts.c.at, sqlite_where=_unheard, postgresql_where=_unheard)

canned = sa.Table(
    "desk_canned",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("group", sa.String(40), nullable=False),
    sa.Column("shortcut", sa.String(40), nullable=False),
    sa.Column("texts", Json, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
)

audit = sa.Table(
    "desk_audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("agent_id", sa.String(36)),
    sa.Column("deed", sa.String(24), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
sa.Index("desk_audit_at", audit.c.at)

leases = sa.Table(
    "desk_leases",
    metadata,
    sa.Column("name", sa.String(24), primary_key=True),
    sa.Column("holder", sa.String(36), nullable=False),
    sa.Column("until", UtcDateTime(), nullable=False),
)
