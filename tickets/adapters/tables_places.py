"""The table of matters' sentence vectors, by which duplicates are found.

A row is made from its ticket and can always be made again: nothing else depends on it.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, LargeBinary, String, Table

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
