"""The tables of followers and of rulings on competence, on the same metadata as the tickets."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from hotline.database import UtcDateTime
from tickets.adapters.tables import metadata

SAID = "text <> ''"
"""Of followers: who said anything in joining; also the condition of the index that the search for duplicates reads."""

followers = Table(
    "ticket_followers",
    metadata,
    Column("ticket_number", String(14), ForeignKey("tickets.number"), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("conversation_id", String(100)),
    Column("channel", String(40), nullable=False),
    Column("language", String(8), nullable=False),
    Column("name", Text),
    Column("phone", Text),
    Column("phone_digits", String(30), nullable=False),
    Column("confidentiality", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("origin", String(14), ForeignKey("tickets.number")),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Column("moved_to", String(14), ForeignKey("tickets.number")),
    Index("ix_ticket_followers_phone", "ticket_number", "phone_digits"),
    Index(
        "ix_ticket_followers_conversation_id",
        "conversation_id",
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
    Index(
        "ix_ticket_followers_said",
        "joined_at",
        "ticket_number",
        "key",
        sqlite_where=text(SAID),
        postgresql_where=text(SAID),
    ),
)

rulings = Table(
    "catalogue_rulings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("category", String(60), nullable=False),
    Column("area", String(60)),
    Column("component_kind", String(60)),
    Column("lead_unit", String(60), nullable=False),
    Column("assist_units", JSON, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("ticket_number", String(14), ForeignKey("tickets.number"), nullable=False),
    Column("ruled_by", Text, nullable=False),
    Column("ruled_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_catalogue_rulings_category", "category"),
)
"""Rows are inserted only; a later ruling on the same matter wins over an earlier one."""
