"""Notices for units; the outbox is found by what waits: its index leaves out what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
_WAITS = sa.text("next_attempt_at IS NOT NULL")
_DEAD = sa.text("dead_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_outbox_next_attempt_at", "outbox")
    op.create_index(
        "ix_outbox_next_attempt_at", "outbox", ["next_attempt_at"], sqlite_where=_WAITS, postgresql_where=_WAITS
    )
    op.create_index("ix_outbox_dead_at", "outbox", ["dead_at"], sqlite_where=_DEAD, postgresql_where=_DEAD)
    op.create_table(
        "unit_notices",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("ticket_number", sa.String(14), sa.ForeignKey("tickets.number"), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("seen_by", sa.Text),
    )
    op.create_index("ix_unit_notices_unit_at", "unit_notices", ["unit", "at"])
    op.create_index("ix_unit_notices_ticket_number", "unit_notices", ["ticket_number"])


def downgrade() -> None:
    op.drop_table("unit_notices")
    op.drop_index("ix_outbox_dead_at", "outbox")
    op.drop_index("ix_outbox_next_attempt_at", "outbox")
    op.create_index("ix_outbox_next_attempt_at", "outbox", ["next_attempt_at"])
