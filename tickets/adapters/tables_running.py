"""Reminders and missed deadlines as the units' people see them: one row for each unit that is told."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from hotline.database import UtcDateTime
from tickets.adapters.tables import metadata

unit_notices = Table(
    "unit_notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("unit", String(60), nullable=False),
    Column("ticket_number", String(14), ForeignKey("tickets.number"), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("seen_by", Text),
    Index("ix_unit_notices_unit_at", "unit", "at"),
    Index("ix_unit_notices_ticket_number", "ticket_number"),
)
