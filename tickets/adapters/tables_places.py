"""The tables of sentence vectors, by which duplicates are found: of matters, and of what their followers said.

A row is made from its ticket or follower and can always be made again: nothing else depends on it.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, LargeBinary, String, Table

from hotline.database import UtcDateTime
from tickets.adapters.tables import metadata

vectors = Table(
    "ticket_vectors",
    metadata,
    Column("ticket_number", String(14), ForeignKey("tickets.number"), primary_key=True),
    Column("encoder", String(60), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
)
"""`vector` is 384 float16 values; latitude and longitude are what the place's text was resolved to."""

follower_vectors = Table(
    "ticket_follower_vectors",
    metadata,
    Column("ticket_number", String(14), ForeignKey("tickets.number"), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("encoder", String(60), nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
)
"""Of the words with which somebody joined at `joined_at`: who leaves and joins again may say others. The point is the
ticket's."""
