"""The table of reports that came by Open311: whose they are, and which ticket each became.

A report is stored before its ticket is filed, so that a crash between the two loses nothing; what the citizen wrote
is forgotten here once the ticket holds it.
"""

from __future__ import annotations

import sqlalchemy as sa

from channels.adapters.tables import Json, metadata
from hotline.database import UtcDateTime

reports = sa.Table(
    "open311_reports",
    metadata,
    sa.Column("token", sa.String(36), primary_key=True),
    sa.Column("app", sa.String(40), nullable=False),
    sa.Column("once", sa.String(64), nullable=False),
    sa.Column("service_code", sa.String(60), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("received_at", UtcDateTime(), nullable=False),
    sa.Column("content", Json),
    sa.Column("ticket_number", sa.String(14)),
    sa.Column("media_url", sa.Text, nullable=False),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("refused", sa.Text),
    sa.UniqueConstraint("app", "once", name="open311_reports_once"),
)
sa.Index("open311_reports_received_at", reports.c.received_at)
sa.Index("open311_reports_ticket_number", reports.c.ticket_number)
_waiting = sa.and_(reports.c.ticket_number.is_(None), reports.c.refused.is_(None))
sa.Index("open311_reports_waiting", reports.c.received_at, sqlite_where=_waiting, postgresql_where=_waiting)
