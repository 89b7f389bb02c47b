"""Creates the tables of the hand-over to people."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    "operator_settings",
    "conversation_slots",
    "handoff_callbacks",
    "handoff_ratings",
    "handoff_alerts",
    "handoff_dead_letters",
    "handoff_incoming",
    "handoff_events",
    "handoffs",
)


def upgrade() -> None:
    json = sa.JSON().with_variant(JSONB(), "postgresql")
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "handoffs",
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
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("waiting_since", moment, nullable=False),
        sa.Column("accepted_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("ended", sa.String(24)),
        sa.Column("end_reason", sa.String(24)),
        sa.Column("agent_id", sa.String(80)),
        sa.Column("agent_name", sa.String(120)),
        sa.Column("ref", sa.String(200)),
        sa.Column("pushed_seq", sa.Integer, nullable=False),
        sa.Column("until_seq", sa.Integer),
        sa.Column("told_end", sa.Boolean, nullable=False),
        sa.Column("offered_at", moment),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", moment),
        sa.Column("last_error", sa.String(300)),
        sa.Column("caller_key", sa.String(64)),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("did", json),
        sa.Column("bot_told", sa.Boolean, nullable=False),
    )
    is_open = sa.text("state != 'ended'")
    op.create_index(
        "handoffs_one_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("handoffs_of_conversation", "handoffs", ["conversation_id", "opened_at"])
    untold = sa.text("state != 'ended' OR told_end IS false")
    op.create_index("handoffs_untold", "handoffs", ["opened_at"], sqlite_where=untold, postgresql_where=untold)
    op.create_index("handoffs_of_caller", "handoffs", ["caller_key", "opened_at"])
    op.create_table(
        "handoff_events",
        sa.Column("handoff_id", sa.String(96), sa.ForeignKey("handoffs.id"), primary_key=True),
        sa.Column("event_id", sa.String(120), primary_key=True),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("outcome", json, nullable=False),
    )
    op.create_table(
        "handoff_incoming",
        sa.Column("id", sa.String(160), primary_key=True),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("body", json, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", moment),
        sa.Column("done_at", moment),
    )
    undone = sa.text("done_at IS NULL")
    op.create_index("handoff_incoming_undone", "handoff_incoming", ["at"], sqlite_where=undone, postgresql_where=undone)
    op.create_table(
        "handoff_dead_letters",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("handoff_id", sa.String(96), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("desk", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("seq", sa.Integer),
        sa.Column("error", sa.String(300), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_at", moment, nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("payload", json),
    )
    op.create_table(
        "handoff_alerts",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("told_at", moment),
    )
    silent = sa.text("told_at IS NULL")
    op.create_index("handoff_alerts_untold", "handoff_alerts", ["at"], sqlite_where=silent, postgresql_where=silent)
    op.create_table(
        "handoff_ratings",
        sa.Column("handoff_id", sa.String(96), sa.ForeignKey("handoffs.id"), primary_key=True),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("agent_id", sa.String(80)),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("solved", sa.Boolean),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "handoff_callbacks",
        sa.Column("id", sa.String(96), primary_key=True),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("reason", sa.String(24), nullable=False),
        sa.Column("phone", sa.String(40)),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("from_seq", sa.Integer, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("filed_at", moment),
        sa.Column("ticket_number", sa.String(32)),
        sa.Column("due_at", moment),
        sa.Column("done_at", moment),
        sa.Column("done_by", sa.String(120)),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("handoff_callbacks_of_conversation", "handoff_callbacks", ["conversation_id", "asked_at"])
    op.create_index("handoff_callbacks_by_state", "handoff_callbacks", ["state", "asked_at"])
    op.create_table(
        "conversation_slots",
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("slots", json, nullable=False),
        sa.Column("at", moment, nullable=False),
    )
    op.create_table(
        "operator_settings",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", json, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
