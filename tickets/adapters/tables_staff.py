"""What only staff sees beside the tickets: internal notes, the log of access to personal data, audits of replies.

On the same metadata as the tickets. Rows are inserted only.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)

from hotline.database import UtcDateTime
from tickets.adapters.tables import contacts, metadata

notes = Table(
    "ticket_notes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket_number", String(14), ForeignKey("tickets.number"), nullable=False),
    Column("idempotency_key", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("role", String(20), nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_unit", String(60), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("ticket_number", "idempotency_key", name="uq_ticket_notes_key"),
)

access_log = Table(
    "ticket_access_log",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person", Text, nullable=False),
    Column("position", String(20), nullable=False),
    Column("unit", String(60), nullable=False),
    Column("deed", String(20), nullable=False),
    Column("ticket_number", String(14)),
    Column("purpose", Text, nullable=False),
    Index("ix_ticket_access_log_at", "at"),
    Index("ix_ticket_access_log_ticket_number", "ticket_number"),
)
"""`ticket_number` is null for a search by telephone; the telephone itself is not written down."""

reply_audits = Table(
    "ticket_reply_audits",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket_number", String(14), ForeignKey("tickets.number"), nullable=False),
    Column("idempotency_key", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("person", Text, nullable=False),
    Column("unit", String(60), nullable=False),
    Column("language", String(8), nullable=False),
    Column("kinds", JSON, nullable=False),
    Column("override_reason", Text),
    UniqueConstraint("ticket_number", "idempotency_key", name="uq_ticket_reply_audits_key"),
)
"""Of replies that were sent: the kinds of findings they went out with, and why a supervisor let blocking ones pass."""

phone_digits = func.replace(
    func.replace(
        func.replace(contacts.c.phone, text("' '"), text("''")),
        text("'-'"),
        text("''"),
    ),
    text("'+86'"),
    text("''"),
)
"""A telephone as it is searched for."""
Index("ix_ticket_contacts_phone_digits", phone_digits)
