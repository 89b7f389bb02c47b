"""Versions, levels, parts, places, answers and counters of tickets; pauses and waking of clocks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_RUNNING = "met_at IS NULL AND stopped_at IS NULL"
_AWAKE = "wake_at IS NOT NULL"
_CHILD = "parent IS NOT NULL"
_ADDED: tuple[tuple[str, sa.types.TypeEngine[Any], str | None], ...] = (
    ("version", sa.Integer(), "1"),
    ("level", sa.String(20), "city"),
    ("part", sa.String(10), None),
    ("district", sa.String(60), None),
    ("street", sa.String(60), None),
    ("community", sa.String(60), None),
    ("grid", sa.String(60), None),
    ("component", sa.String(60), None),
    ("followers", sa.Integer(), "0"),
    ("solved", sa.Boolean(), None),
    ("satisfied", sa.Boolean(), None),
    ("unmet", sa.Integer(), "0"),
    ("suspended_until", sa.DateTime(timezone=True), None),
    ("external", sa.JSON(), "[]"),
    ("category_sure", sa.Float(), None),
)


def upgrade() -> None:
    for name, kind, default in _ADDED:
        op.add_column("tickets", sa.Column(name, kind, nullable=default is None, server_default=default))
    parent = sa.Column("parent", sa.String(14), sa.ForeignKey("tickets.number"))
    op.add_column("tickets", parent, inline_references=True)
    op.create_index(
        "ix_tickets_parent", "tickets", ["parent"], sqlite_where=sa.text(_CHILD), postgresql_where=sa.text(_CHILD)
    )
    op.add_column("ticket_clocks", sa.Column("pauses", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("ticket_clocks", sa.Column("wake_at", sa.DateTime(timezone=True)))
    op.add_column("ticket_clocks", sa.Column("counted_from", sa.DateTime(timezone=True)))
    op.add_column("ticket_clocks", sa.Column("amount", sa.Integer()))
    op.add_column("ticket_clocks", sa.Column("measure", sa.String(20)))
    op.add_column("ticket_history", sa.Column("actor_unit", sa.String(60), nullable=False, server_default=""))
    # What was filed without a notice can be counted again when the notice is there.
    op.execute(
        "UPDATE ticket_clocks SET counted_from = started_at, measure = 'working_days', amount = CASE "
        "WHEN kind = 'accept' THEN 1 WHEN (SELECT nature FROM tickets WHERE number = ticket_number) = 'complaint' "
        "THEN 7 ELSE 3 END WHERE provisional AND kind IN ('accept', 'handle')"
    )
    op.execute(
        f"UPDATE ticket_clocks SET wake_at = due_at WHERE {_RUNNING} AND ticket_number IN "
        "(SELECT number FROM tickets WHERE status NOT IN ('closed', 'withdrawn', 'merged'))"
    )
    op.drop_index("ix_ticket_clocks_due_at", "ticket_clocks")
    _index("ix_ticket_clocks_due_at", "due_at", _RUNNING)
    _index("ix_ticket_clocks_wake_at", "wake_at", _AWAKE)
    _index("ix_ticket_clocks_provisional", "ticket_number", f"provisional AND {_RUNNING}")


def downgrade() -> None:
    op.drop_index("ix_ticket_clocks_provisional", "ticket_clocks")
    op.drop_index("ix_ticket_clocks_wake_at", "ticket_clocks")
    op.drop_index("ix_ticket_clocks_due_at", "ticket_clocks")
    op.create_index("ix_ticket_clocks_due_at", "ticket_clocks", ["due_at"])
    op.drop_column("ticket_history", "actor_unit")
    for name in ("measure", "amount", "counted_from"):
        op.drop_column("ticket_clocks", name)
    op.drop_column("ticket_clocks", "wake_at")
    op.drop_column("ticket_clocks", "pauses")
    op.drop_index("ix_tickets_parent", "tickets")
    op.drop_column("tickets", "parent")
    for name, _, _ in reversed(_ADDED):
        op.drop_column("tickets", name)


def _index(name: str, column: str, where: str) -> None:
    op.create_index(name, "ticket_clocks", [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
