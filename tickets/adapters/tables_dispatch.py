"""The table of corrected categories, on the same metadata as the tickets."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from hotline.database import UtcDateTime
from tickets.adapters.tables import metadata

corrections = Table(
    "ticket_corrections",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("ticket_number", String(14), ForeignKey("tickets.number"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("before", String(60)),
    Column("after", String(60), nullable=False),
    Column("language", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_ticket_corrections_ticket_number", "ticket_number"),
)
"""Rows are inserted only. `text` has numbers and plates masked."""
