"""The tables of versions and gaps, for SQLite and PostgreSQL alike; made by the migrations, not from here."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from hotline.database import UtcDateTime

VERSION_TABLE = "knowledge_alembic_version"
metadata = MetaData()


versions = Table(
    "knowledge_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("author", String(80), nullable=False),
    Column("reviewer", String(80)),
    Column("reviewed_at", UtcDateTime),
    Column("state", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Unique("topic", "language", "number", name="knowledge_versions_number"),
)
steps = Table(
    "knowledge_steps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("number", Integer, nullable=False),
    Column("step", String(16), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
groups = Table(
    "knowledge_gap_groups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("topic", String(64)),
    Column("vector", LargeBinary, nullable=False),
    Column("owner", String(80)),
    Column("due", Date),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(80)),
)
gaps = Table(
    "knowledge_gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("group_id", Integer, ForeignKey("knowledge_gap_groups.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("conversation_id", String(100), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Unique("conversation_id", "text", "at", name="knowledge_gaps_once"),
)
