"""Keeps reports that came by Open311 until their tickets are filed, and afterwards which ticket each became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from channels.adapters.sql import SqlConversationStore
from channels.open311.tables import reports


@dataclass(frozen=True, slots=True)
class Kept:
    """A report as it is kept.

    Attributes:
        token: its id here, and GeoReport's token.
        app: the name of the key it came with.
        content: the report's fields while its ticket is not filed; None afterwards.
        email: where the citizen may be written to; the ticket has no place for it. "" for who stays anonymous.
        refused: why no ticket can be filed from it.
    """

    token: str
    app: str
    once: str
    service_code: str
    language: str
    received_at: datetime
    content: Mapping[str, Any] | None = field(repr=False)
    ticket_number: str | None = None
    media_url: str = ""
    email: str = field(default="", repr=False)
    refused: str | None = None


class ReportRows:
    """The table of reports."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def keep(self, report: Kept) -> Kept:
        """Stores a report; when the same app sent the same before, gives that one."""
        values = {name: getattr(report, name) for name in Kept.__slots__}

        def work(connection: Connection) -> Kept:
            dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
            connection.execute(dialect.insert(reports).values(values).on_conflict_do_nothing())
            same = (reports.c.app == report.app) & (reports.c.once == report.once)
            return _kept(connection.execute(sa.select(reports).where(same)).one())

        return await self._store.transaction(work)

    async def filed(self, token: str, number: str) -> None:
        """Its ticket is filed; what the citizen wrote is forgotten here."""
        await self._change(token, ticket_number=number, content=None)

    async def refused(self, token: str, reason: str) -> None:
        """No ticket can be filed from it."""
        await self._change(token, refused=reason, content=None)

    async def by_token(self, token: str) -> Kept | None:
        return await self._one(reports.c.token == token)

    async def by_ticket(self, number: str, app: str | None) -> Kept | None:
        """The report that became a ticket; of one app, or (None) of any."""
        found = reports.c.ticket_number == number
        return await self._one(found if app is None else found & (reports.c.app == app))

    async def waiting(self, limit: int) -> list[Kept]:
        """Reports without a ticket, oldest first."""
        unfiled = reports.c.ticket_number.is_(None) & reports.c.refused.is_(None)
        return await self._many(sa.select(reports).where(unfiled).order_by(reports.c.received_at).limit(limit))

    async def between(
        self, app: str | None, start: datetime, end: datetime, services: tuple[str, ...], limit: int
    ) -> list[Kept]:
        """Filed reports received from `start` to `end` (both included), newest first."""
        query = sa.select(reports).where(
            reports.c.ticket_number.is_not(None), reports.c.received_at >= start, reports.c.received_at <= end
        )
        if app is not None:
            query = query.where(reports.c.app == app)
        if services:
            query = query.where(reports.c.service_code.in_(services))
        return await self._many(query.order_by(reports.c.received_at.desc(), reports.c.token).limit(limit))

    async def _change(self, token: str, **values: Any) -> None:
        def work(connection: Connection) -> None:
            connection.execute(sa.update(reports).where(reports.c.token == token).values(values))

        await self._store.transaction(work)

    async def _one(self, where: sa.ColumnElement[bool]) -> Kept | None:
        found = await self._many(sa.select(reports).where(where).limit(1))
        return found[0] if found else None

    async def _many(self, query: sa.Select[Any]) -> list[Kept]:
        def work(connection: Connection) -> list[Kept]:
            return [_kept(row) for row in connection.execute(query)]

        return await self._store.transaction(work)


def _kept(row: Any) -> Kept:
    return Kept(**row._mapping)
