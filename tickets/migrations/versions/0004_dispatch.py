"""Corrections of categories, which the next training learns from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_corrections",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("ticket_number", sa.String(14), sa.ForeignKey("tickets.number"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("before", sa.String(60)),
        sa.Column("after", sa.String(60), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_corrections_ticket_number", "ticket_corrections", ["ticket_number"])


def downgrade() -> None:
    op.drop_index("ix_ticket_corrections_ticket_number", "ticket_corrections")
    op.drop_table("ticket_corrections")
