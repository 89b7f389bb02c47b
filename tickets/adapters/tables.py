"""The tables of tickets, for SQLite and PostgreSQL alike.

The schema is made by the migrations, not from here; a test keeps both the same. Rows of history are inserted only.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from hotline.database import UtcDateTime

metadata = MetaData()


tickets = Table(
    "tickets",
    metadata,
    Column("number", String(14), primary_key=True),
    Column("conversation_id", String(100)),
    Column("channel", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("nature", String(20), nullable=False),
    Column("category", String(60)),
    Column("unit", String(60), nullable=False),
    Column("status", String(20), nullable=False),
    Column("description", Text, nullable=False),
    Column("place_text", Text, nullable=False),
    Column("place_unclear", Boolean, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("occurred_at", UtcDateTime),
    Column("occurred_text", Text, nullable=False),
    Column("confidentiality", String(20), nullable=False),
    Column("emergency", Boolean, nullable=False),
    Column("emergency_kind", String(40)),
    Column("callback", Boolean, nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("duplicate_of", String(14), ForeignKey("tickets.number")),
    Column("urged", Integer, nullable=False),
    Column("disputed", Integer, nullable=False),
    Index("ix_tickets_filed_at_number", "filed_at", "number"),
    Index("ix_tickets_conversation_id", "conversation_id"),
    Index("ix_tickets_status_filed_at", "status", "filed_at"),
    Index("ix_tickets_unit_filed_at", "unit", "filed_at"),
)

contacts = Table(
    "ticket_contacts",
    metadata,
    Column("ticket_number", String(14), ForeignKey("tickets.number"), primary_key=True),
    Column("name", Text),
    Column("phone", Text),
)

clocks = Table(
    "ticket_clocks",
    metadata,
    Column("ticket_number", String(14), ForeignKey("tickets.number"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("unit", String(60), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("met_at", UtcDateTime),
    Column("stopped_at", UtcDateTime),
    Index("ix_ticket_clocks_due_at", "due_at"),
)

history = Table(
    "ticket_history",
    metadata,
    Column("ticket_number", String(14), ForeignKey("tickets.number"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("role", String(20), nullable=False),
    Column("actor", Text, nullable=False),
    Column("command", String(30), nullable=False),
    Column("before", String(20)),
    Column("after", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("details", JSON, nullable=False),
)

commands = Table(
    "ticket_commands",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("idempotency_key", String(200), primary_key=True),
    Column("ticket_number", String(14), ForeignKey("tickets.number")),
    Column("at", UtcDateTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("ticket_number", String(14), ForeignKey("tickets.number"), nullable=False),
    Column("conversation_id", String(100)),
    Column("payload", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", UtcDateTime),
    Column("dead_at", UtcDateTime),
    Column("last_error", Text),
    UniqueConstraint("event_id", name="uq_outbox_event_id"),
    Index("ix_outbox_next_attempt_at", "next_attempt_at"),
    Index("ix_outbox_ticket_number_id", "ticket_number", "id"),
)
"""`next_attempt_at` is null once the event is sent or given up, so the index on it finds what waits."""

lookups = Table(
    "ticket_failed_lookups",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("number", String(14), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_ticket_failed_lookups_number_at", "number", "at"),
    Index("ix_ticket_failed_lookups_at", "at"),
)
