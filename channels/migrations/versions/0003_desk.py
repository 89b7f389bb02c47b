"""Creates the tables of the desk."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = (
    "desk_leases",
    "desk_audit",
    "desk_canned",
    "desk_alerts",
    "desk_notes",
    "desk_conversations",
    "desk_shifts",
    "desk_presences",
    "desk_login_failures",
    "desk_sessions",
    "desk_agents",
)


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    moment = sa.DateTime(timezone=True)
    _people(json, moment)
    _work(json, moment)


def _people(json: sa.types.TypeEngine[Any], moment: sa.DateTime) -> None:
    op.create_table(
        "desk_agents",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("username", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("languages", json, nullable=False),
        sa.Column("topics", json, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("subject", sa.String(300), unique=True),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("totp_secret", sa.String(300)),
        sa.Column("totp_pending", sa.String(300)),
        sa.Column("totp_last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("agent_id", sa.String(36), sa.ForeignKey("desk_agents.id"), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
    )
    op.create_index("desk_sessions_of_agent", "desk_sessions", ["agent_id"])
    op.create_table(
        "desk_login_failures",
        sa.Column("username", sa.String(64), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("last_at", moment, nullable=False),
    )
    op.create_table(
        "desk_presences",
        sa.Column("agent_id", sa.String(36), sa.ForeignKey("desk_agents.id"), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("seen_at", moment),
        sa.Column("assigned_at", moment),
    )
    op.create_table(
        "desk_shifts",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("agent_id", sa.String(36), sa.ForeignKey("desk_agents.id"), nullable=False),
        sa.Column("weekdays", json, nullable=False),
        sa.Column("date", sa.String(10)),
        sa.Column("starts", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
    )
    op.create_index("desk_shifts_of_agent", "desk_shifts", ["agent_id"])


def _work(json: sa.types.TypeEngine[Any], moment: sa.DateTime) -> None:
    op.create_table(
        "desk_conversations",
        sa.Column("handoff_id", sa.String(96), primary_key=True),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("topic", sa.String(64)),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("priority", sa.String(12), nullable=False),
        sa.Column("request", json, nullable=False),
        sa.Column("caller_key", sa.String(64)),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("queued_at", moment, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("ahead", sa.Boolean, nullable=False),
        sa.Column("agent_id", sa.String(36)),
        sa.Column("accepted_at", moment),
        sa.Column("first_accepted_at", moment),
        sa.Column("participants", json, nullable=False),
        sa.Column("offered_to", sa.String(36)),
        sa.Column("offered_at", moment),
        sa.Column("tried", json, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("asked_at", moment),
        sa.Column("warned_at", moment),
        sa.Column("told_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("end_reason", sa.String(24)),
        sa.Column("tickets", json, nullable=False),
    )
    is_open = sa.text("state != 'ended'")
    op.create_index(
        "desk_conversations_open", "desk_conversations", ["opened_at"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("desk_conversations_of", "desk_conversations", ["conversation_id", "opened_at"])
    op.create_index("desk_conversations_of_caller", "desk_conversations", ["caller_key", "opened_at"])
    op.create_index("desk_conversations_opened", "desk_conversations", ["opened_at"])
    op.create_table(
        "desk_notes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("agent_id", sa.String(36)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("event", json),
        sa.Column("at", moment, nullable=False),
    )
    op.create_index("desk_notes_of_conversation", "desk_notes", ["conversation_id", "at"])
    op.create_table(
        "desk_alerts",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("conversation_id", sa.String(64)),
        sa.Column("ticket_number", sa.String(20)),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("numbers", json, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False),
        sa.Column("acknowledged_at", moment),
        sa.Column("acknowledged_by", sa.String(36)),
        sa.Column("overdue_told", sa.Boolean, nullable=False),
    )
    unheard = sa.text("acknowledged_at IS NULL")
    op.create_index("desk_alerts_open", "desk_alerts", ["at"], sqlite_where=unheard, postgresql_where=unheard)
    op.create_table(
        "desk_canned",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("group", sa.String(40), nullable=False),
        sa.Column("shortcut", sa.String(40), nullable=False),
        sa.Column("texts", json, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(36), nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "desk_audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("agent_id", sa.String(36)),
        sa.Column("deed", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("desk_audit_at", "desk_audit", ["at"])
    op.create_table(
        "desk_leases",
        sa.Column("name", sa.String(24), primary_key=True),
        sa.Column("holder", sa.String(36), nullable=False),
        sa.Column("until", moment, nullable=False),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
