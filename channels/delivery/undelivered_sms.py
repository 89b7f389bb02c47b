"""Text messages of the outbox that were given up, for people at the desk: to be sent again, or put away.

Telephones are shown masked. What is put away keeps no error, which is how it is told from what was given up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from channels.adapters.sql import SqlConversationStore
from channels.delivery.errors import NoticeNotFound, WayNotOffered
from channels.desk.ports import SMS
from channels.sms.ports import SmsRefused
from channels.sms.tables import outbox
from tickets.domain.masking import mask_phone

_MOST = 500
_TICKET = "ticket:"
_GIVEN_UP = (outbox.c.next_attempt_at.is_(None), outbox.c.sent_at.is_(None), outbox.c.last_error.is_not(None))


@dataclass(slots=True)
class UndeliveredSms:
    """`channels.desk.ports.Undelivered` on the outbox of text messages.

    Attributes:
        offered: whether text messages are sent here at present.
    """

    store: SqlConversationStore
    clock: Callable[[], datetime]
    offered: bool

    async def entries(self) -> Sequence[Mapping[str, Any]]:
        """The newest first, at most 500."""
        newest = sa.select(outbox).where(*_GIVEN_UP).order_by(outbox.c.at.desc()).limit(_MOST)
        rows = await self.store.transaction(lambda connection: connection.execute(newest).all())
        return [_entry(row) for row in rows]

    async def retry(self, entry_id: str) -> None:
        """Has it sent again, from its first attempt on. Raises NoticeNotFound; WayNotOffered: nobody would send it."""
        if not self.offered:
            raise WayNotOffered
        await self._change(entry_id, attempts=0, next_attempt_at=self.clock())

    async def drop(self, entry_id: str) -> None:
        """Puts it away. Raises NoticeNotFound."""
        await self._change(entry_id, last_error=None)

    async def _change(self, entry_id: str, **values: Any) -> None:
        statement = sa.update(outbox).where(outbox.c.id == entry_id.removeprefix(SMS), *_GIVEN_UP).values(**values)
        if not await self.store.transaction(lambda connection: connection.execute(statement).rowcount):
            raise NoticeNotFound


def _entry(row: sa.Row[Any]) -> dict[str, Any]:
    about_ticket = row.id.startswith(_TICKET)
    return {
        "id": f"{SMS}{row.id}",
        "kind": "sms",
        "target": mask_phone(row.phone),
        "ticket_number": row.id.removeprefix(_TICKET) if about_ticket else None,
        "conversation_id": None,
        "attempts": row.attempts,
        "reason": "provider_refused" if row.last_error == SmsRefused.code else "provider_away",
        "error": "",
        "first_at": row.at.isoformat(timespec="milliseconds"),
        "last_at": None,
    }
