"""Tickets with contacts, clocks, history, commands, outbox and failed lookups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _ticket(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(
        "ticket_number",
        sa.String(14),
        sa.ForeignKey("tickets.number"),
        primary_key=primary_key,
        nullable=nullable,
    )


def upgrade() -> None:
    op.create_table(
        "tickets",
        sa.Column("number", sa.String(14), primary_key=True),
        sa.Column("conversation_id", sa.String(100)),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("nature", sa.String(20), nullable=False),
        sa.Column("category", sa.String(60)),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("place_text", sa.Text, nullable=False),
        sa.Column("place_unclear", sa.Boolean, nullable=False),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
        _at("occurred_at", nullable=True),
        sa.Column("occurred_text", sa.Text, nullable=False),
        sa.Column("confidentiality", sa.String(20), nullable=False),
        sa.Column("emergency", sa.Boolean, nullable=False),
        sa.Column("emergency_kind", sa.String(40)),
        sa.Column("callback", sa.Boolean, nullable=False),
        _at("filed_at"),
        sa.Column("duplicate_of", sa.String(14), sa.ForeignKey("tickets.number")),
        sa.Column("urged", sa.Integer, nullable=False),
        sa.Column("disputed", sa.Integer, nullable=False),
    )
    op.create_index("ix_tickets_filed_at_number", "tickets", ["filed_at", "number"])
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_index("ix_tickets_status_filed_at", "tickets", ["status", "filed_at"])
    op.create_index("ix_tickets_unit_filed_at", "tickets", ["unit", "filed_at"])
    op.create_table(
        "ticket_contacts",
        _ticket(primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("phone", sa.Text),
    )
    op.create_table(
        "ticket_clocks",
        _ticket(primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        _at("started_at"),
        _at("due_at"),
        sa.Column("provisional", sa.Boolean, nullable=False),
        _at("met_at", nullable=True),
        _at("stopped_at", nullable=True),
    )
    op.create_index("ix_ticket_clocks_due_at", "ticket_clocks", ["due_at"])
    op.create_table(
        "ticket_history",
        _ticket(primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        _at("at"),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("command", sa.String(30), nullable=False),
        sa.Column("before", sa.String(20)),
        sa.Column("after", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    )
    op.create_table(
        "ticket_commands",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("idempotency_key", sa.String(200), primary_key=True),
        _ticket(nullable=True),
        _at("at"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        _ticket(),
        sa.Column("conversation_id", sa.String(100)),
        sa.Column("payload", sa.JSON, nullable=False),
        _at("created_at"),
        _at("sent_at", nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        _at("next_attempt_at", nullable=True),
        _at("dead_at", nullable=True),
        sa.Column("last_error", sa.Text),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
    )
    op.create_index("ix_outbox_next_attempt_at", "outbox", ["next_attempt_at"])
    op.create_index("ix_outbox_ticket_number_id", "outbox", ["ticket_number", "id"])
    op.create_table(
        "ticket_failed_lookups",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("number", sa.String(14), nullable=False),
        _at("at"),
    )
    op.create_index("ix_ticket_failed_lookups_number_at", "ticket_failed_lookups", ["number", "at"])
    op.create_index("ix_ticket_failed_lookups_at", "ticket_failed_lookups", ["at"])


def downgrade() -> None:
    for name in (
        "ticket_failed_lookups",
        "outbox",
        "ticket_commands",
        "ticket_history",
        "ticket_clocks",
        "ticket_contacts",
        "tickets",
    ):
        op.drop_table(name)
