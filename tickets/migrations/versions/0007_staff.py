"""Internal notes, the log of access to personal data, audits of replies; the unit of each entry of the history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JUDGED = "command IN ('return', 'refuse_return', 'ask_extension', 'refuse_extension', 'dispute', 'reopen')"
_PHONE = "replace(replace(replace(phone, ' ', ''), '-', ''), '+86', '')"


def _at() -> sa.Column[object]:
    return sa.Column("at", sa.DateTime(timezone=True), nullable=False)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _ticket() -> sa.Column[str]:
    return sa.Column("ticket_number", sa.String(14), sa.ForeignKey("tickets.number"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "ticket_notes",
        _id(),
        _ticket(),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        _at(),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("actor_unit", sa.String(60), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("ticket_number", "idempotency_key", name="uq_ticket_notes_key"),
    )
    op.create_table(
        "ticket_access_log",
        _id(),
        _at(),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("position", sa.String(20), nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("ticket_number", sa.String(14)),
        sa.Column("purpose", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_access_log_at", "ticket_access_log", ["at"])
    op.create_index("ix_ticket_access_log_ticket_number", "ticket_access_log", ["ticket_number"])
    op.create_table(
        "ticket_reply_audits",
        _id(),
        _ticket(),
        sa.Column("idempotency_key", sa.String(200), nullable=False),
        _at(),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("unit", sa.String(60), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("kinds", sa.JSON, nullable=False),
        sa.Column("override_reason", sa.Text),
        sa.UniqueConstraint("ticket_number", "idempotency_key", name="uq_ticket_reply_audits_key"),
    )
    op.add_column("ticket_history", sa.Column("unit", sa.String(60), nullable=False, server_default=""))
    # Entries written before count for the unit that has the ticket now.
    op.execute("UPDATE ticket_history SET unit = (SELECT t.unit FROM tickets t WHERE t.number = ticket_number)")
    op.create_index(
        "ix_ticket_history_judged",
        "ticket_history",
        ["at"],
        sqlite_where=sa.text(_JUDGED),
        postgresql_where=sa.text(_JUDGED),
    )
    op.create_index("ix_ticket_contacts_phone_digits", "ticket_contacts", [sa.text(_PHONE)])


def downgrade() -> None:
    op.drop_index("ix_ticket_contacts_phone_digits", "ticket_contacts")
    op.drop_index("ix_ticket_history_judged", "ticket_history")
    op.drop_column("ticket_history", "unit")
    for name in ("ticket_reply_audits", "ticket_access_log", "ticket_notes"):
        op.drop_table(name)
