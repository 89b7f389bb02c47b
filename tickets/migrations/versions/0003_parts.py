"""Followers of tickets, rulings on competence, and merged tickets found by the one they went into."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MERGED = "duplicate_of IS NOT NULL"
_ACTIVE = "left_at IS NULL"


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _ticket(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(14), sa.ForeignKey("tickets.number"), primary_key=primary_key, nullable=nullable)


def upgrade() -> None:
    op.create_index(
        "ix_tickets_duplicate_of",
        "tickets",
        ["duplicate_of"],
        sqlite_where=sa.text(_MERGED),
        postgresql_where=sa.text(_MERGED),
    )
    op.create_table(
        "ticket_followers",
        _ticket("ticket_number", primary_key=True),
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("conversation_id", sa.String(100)),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("phone_digits", sa.String(30), nullable=False),
        sa.Column("confidentiality", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        _ticket("origin", nullable=True),
        _at("joined_at"),
        _at("left_at", nullable=True),
        _ticket("moved_to", nullable=True),
    )
    op.create_index("ix_ticket_followers_phone", "ticket_followers", ["ticket_number", "phone_digits"])
    op.create_index(
        "ix_ticket_followers_conversation_id",
        "ticket_followers",
        ["conversation_id"],
        sqlite_where=sa.text(_ACTIVE),
        postgresql_where=sa.text(_ACTIVE),
    )
    op.create_table(
        "catalogue_rulings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("area", sa.String(60)),
        sa.Column("component_kind", sa.String(60)),
        sa.Column("lead_unit", sa.String(60), nullable=False),
        sa.Column("assist_units", sa.JSON, nullable=False),
        sa.Column("legal_basis", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date),
        _ticket("ticket_number"),
        sa.Column("ruled_by", sa.Text, nullable=False),
        _at("ruled_at"),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_catalogue_rulings_category", "catalogue_rulings", ["category"])


def downgrade() -> None:
    op.drop_table("catalogue_rulings")
    op.drop_table("ticket_followers")
    op.drop_index("ix_tickets_duplicate_of", "tickets")
