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
    text,
)

from hotline.database import UtcDateTime

metadata = MetaData()
_RUNNING = "met_at IS NULL AND stopped_at IS NULL"
WAITING = f"kind = 'handle' AND {_RUNNING}"
"""The clock to an answer that is still owed; also the condition of the indexes that staff's lists by deadline walk."""
UNCATEGORISED = "category IS NULL"
PROVISIONAL = f"provisional AND {_RUNNING}"
JUDGED = "command IN ('return', 'refuse_return', 'ask_extension', 'refuse_extension', 'dispute', 'reopen')"
"""The acts that the figures count from the history; also the condition of the index that holds them."""

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
    Column("version", Integer, nullable=False, server_default="1"),
    Column("level", String(20), nullable=False, server_default="city"),
    Column("parent", String(14), ForeignKey("tickets.number")),
    Column("part", String(10)),
    Column("district", String(60)),
    Column("street", String(60)),
    Column("community", String(60)),
    Column("grid", String(60)),
    Column("component", String(60)),
    Column("followers", Integer, nullable=False, server_default="0"),
    Column("solved", Boolean),
    Column("satisfied", Boolean),
    Column("unmet", Integer, nullable=False, server_default="0"),
    Column("suspended_until", UtcDateTime),
    Column("external", JSON, nullable=False, server_default="[]"),
    Column("category_sure", Float),
    Index(
        "ix_tickets_parent",
        "parent",
        sqlite_where=text("parent IS NOT NULL"),
        postgresql_where=text("parent IS NOT NULL"),
    ),
    Index(
        "ix_tickets_duplicate_of",
        "duplicate_of",
        sqlite_where=text("duplicate_of IS NOT NULL"),
        postgresql_where=text("duplicate_of IS NOT NULL"),
    ),
    Index("ix_tickets_filed_at_number", "filed_at", "number"),
    Index(
        "ix_tickets_uncategorised",
        "filed_at",
        "number",
        sqlite_where=text(UNCATEGORISED),
        postgresql_where=text(UNCATEGORISED),
    ),
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
    Column("pauses", JSON, nullable=False, server_default="[]"),
    Column("wake_at", UtcDateTime),
    Column("counted_from", UtcDateTime),
    Column("amount", Integer),
    Column("measure", String(20)),
    Index(
        "ix_ticket_clocks_waiting",
        "due_at",
        "ticket_number",
        sqlite_where=text(WAITING),
        postgresql_where=text(WAITING),
    ),
    Index(
        "ix_ticket_clocks_waiting_unit",
        "unit",
        "due_at",
        "ticket_number",
        sqlite_where=text(WAITING),
        postgresql_where=text(WAITING),
    ),
    Index(
        "ix_ticket_clocks_provisional",
        "ticket_number",
        sqlite_where=text(PROVISIONAL),
        postgresql_where=text(PROVISIONAL),
    ),
    Index(
        "ix_ticket_clocks_wake_at",
        "wake_at",
        sqlite_where=text("wake_at IS NOT NULL"),
        postgresql_where=text("wake_at IS NOT NULL"),
    ),
)
"""The index on `wake_at` holds the clocks somebody must look at, and no other: a scan costs by what is due."""

history = Table(
    "ticket_history",
    metadata,
    Column("ticket_number", String(14), ForeignKey("tickets.number"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("role", String(20), nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_unit", String(60), nullable=False, server_default=""),
    Column("command", String(30), nullable=False),
    Column("before", String(20)),
    Column("after", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("details", JSON, nullable=False),
    Column("unit", String(60), nullable=False, server_default=""),
    Index("ix_ticket_history_judged", "at", sqlite_where=text(JUDGED), postgresql_where=text(JUDGED)),
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
    Index(
        "ix_outbox_next_attempt_at",
        "next_attempt_at",
        sqlite_where=text("next_attempt_at IS NOT NULL"),
        postgresql_where=text("next_attempt_at IS NOT NULL"),
    ),
    Index(
        "ix_outbox_dead_at",
        "dead_at",
        sqlite_where=text("dead_at IS NOT NULL"),
        postgresql_where=text("dead_at IS NOT NULL"),
    ),
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
