"""Receipts: what became of a matter, said to who sent it, and kept so that a repeat hears the same."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.sql import SqlConversationStore
from channels.intake.tables import receipts

Status = Literal["accepted", "duplicate", "refused"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a matter.

    Attributes:
        status: accepted: it has a ticket of its own; duplicate: it follows `ticket_number`, which is the ticket of
            the same matter; refused: nothing was filed, `field`, `reason` and `message` say why.
        unmapped: their category that the mapping does not know; a person chooses one.
        repeated: it came before; this is what was said then.
        changed: it came before with other words, which were added to its ticket.
    """

    source: str
    foreign_id: str
    status: Status
    at: datetime
    ticket_number: str | None = None
    origin: str | None = None
    fingerprint: str = ""
    field: str | None = None
    reason: str | None = None
    message: str = ""
    unmapped: str | None = None
    repeated: bool = False
    changed: bool = False

    def wire(self) -> dict[str, object]:
        """As it is sent: what is empty is left out."""
        shown: dict[str, object] = {
            "id": self.foreign_id,
            "status": self.status,
            "ticket": self.ticket_number,
            "field": self.field,
            "reason": self.reason,
            "message": self.message or None,
            "unmapped_category": self.unmapped,
            "repeated": self.repeated or None,
            "changed": self.changed or None,
        }
        return {name: value for name, value in shown.items() if value is not None}


class ReceiptRows:
    """The table of receipts."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def of(self, source: str, foreign_id: str) -> Receipt | None:
        return await self._one((receipts.c.source == source) & (receipts.c.foreign_id == foreign_id))

    async def of_origin(self, origin: str) -> Receipt | None:
        """The first receipt of the same matter at the platform it first came to, if it has a ticket."""
        return await self._one((receipts.c.origin == origin) & receipts.c.ticket_number.is_not(None))

    async def keep(self, receipt: Receipt) -> None:
        """Writes a receipt, in place of an earlier one of the same matter."""
        values = {name: value for name, value in asdict(receipt).items() if name not in ("repeated", "changed")}
        same = (receipts.c.source == receipt.source) & (receipts.c.foreign_id == receipt.foreign_id)

        def work(connection: Connection) -> None:
            if connection.execute(sa.update(receipts).where(same).values(values)).rowcount == 0:
                connection.execute(sa.insert(receipts), values)

        await self._store.transaction(work)

    async def counts(self) -> dict[tuple[str, str], int]:
        """How many receipts of each source and status."""
        query = sa.select(receipts.c.source, receipts.c.status, sa.func.count()).group_by(
            receipts.c.source, receipts.c.status
        )

        def work(connection: Connection) -> dict[tuple[str, str], int]:
            return {(source, status): count for source, status, count in connection.execute(query)}

        return await self._store.transaction(work)

    async def _one(self, where: sa.ColumnElement[bool]) -> Receipt | None:
        query = sa.select(receipts).where(where).order_by(receipts.c.at).limit(1)

        def work(connection: Connection) -> Receipt | None:
            row = connection.execute(query).one_or_none()
            return None if row is None else Receipt(**row._mapping)

        return await self._store.transaction(work)
