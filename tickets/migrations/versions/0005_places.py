"""Sentence vectors of matters, by which duplicates are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_vectors",
        sa.Column("ticket_number", sa.String(14), sa.ForeignKey("tickets.number"), primary_key=True),
        sa.Column("encoder", sa.String(60), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
    )


def downgrade() -> None:
    op.drop_table("ticket_vectors")
