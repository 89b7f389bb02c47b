"""The table of receipts: what became of each matter of another platform."""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import metadata
from hotline.database import UtcDateTime

receipts = sa.Table(
    "intake_receipts",
    metadata,
    sa.Column("source", sa.String(40), primary_key=True),
    sa.Column("foreign_id", sa.String(120), primary_key=True),
    sa.Column("origin", sa.String(160)),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("ticket_number", sa.String(14)),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("field", sa.String(40)),
    sa.Column("reason", sa.String(60)),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("unmapped", sa.String(120)),
    sa.Column("at", UtcDateTime(), nullable=False),
)
sa.Index("intake_receipts_origin", receipts.c.origin)
sa.Index("intake_receipts_source_at", receipts.c.source, receipts.c.at)
