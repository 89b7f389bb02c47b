"""Indexes for staff's lists by deadline and of what has no category; sentence vectors of what followers said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_RUNNING = "met_at IS NULL AND stopped_at IS NULL"
_WAITING = f"kind = 'handle' AND {_RUNNING}"


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    op.drop_index("ix_ticket_clocks_due_at", "ticket_clocks")
    _index("ix_ticket_clocks_waiting", "ticket_clocks", ["due_at", "ticket_number"], _WAITING)
    _index("ix_ticket_clocks_waiting_unit", "ticket_clocks", ["unit", "due_at", "ticket_number"], _WAITING)
    _index("ix_tickets_uncategorised", "tickets", ["filed_at", "number"], "category IS NULL")
    _index("ix_ticket_followers_said", "ticket_followers", ["joined_at", "ticket_number", "key"], "text <> ''")
    op.create_table(
        "ticket_follower_vectors",
        sa.Column("ticket_number", sa.String(14), sa.ForeignKey("tickets.number"), primary_key=True),
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("encoder", sa.String(60), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
    )


def downgrade() -> None:
    op.drop_table("ticket_follower_vectors")
    op.drop_index("ix_ticket_followers_said", "ticket_followers")
    op.drop_index("ix_tickets_uncategorised", "tickets")
    op.drop_index("ix_ticket_clocks_waiting_unit", "ticket_clocks")
    op.drop_index("ix_ticket_clocks_waiting", "ticket_clocks")
    _index("ix_ticket_clocks_due_at", "ticket_clocks", ["due_at"], _RUNNING)
