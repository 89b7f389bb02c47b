"""What could not be delivered to citizens, for people at the desk: to be sent again, or put away.

Addresses are shown masked. All that was given up of one citizen and ticket by one way is one entry.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.sql import SqlConversationStore
from channels.delivery.errors import NoticeNotFound, WayNotOffered
from channels.delivery.notices import CONFIRM, Way
from channels.delivery.tables import notices, preferences
from channels.desk.ports import NOTICE
from channels.mail.addresses import mask_address
from tickets.domain.masking import mask_phone

_MOST = 500


@dataclass(slots=True)
class Undelivered:
    """Notices that were given up.

    Attributes:
        offered: the ways by which notices are sent here at present.
    """

    store: SqlConversationStore
    clock: Callable[[], datetime]
    queued: Callable[[Way], None]
    offered: Collection[Way]

    async def entries(self) -> Sequence[Mapping[str, Any]]:
        """The newest first, at most 500 notices."""
        statement = (
            sa.select(notices, preferences.c.email)
            .outerjoin(preferences, preferences.c.conversation_id == notices.c.conversation_id)
            .where(notices.c.state == "dead")
            .order_by(notices.c.done_at.desc(), notices.c.seq.desc())
            .limit(_MOST)
        )
        rows = await self.store.transaction(lambda connection: connection.execute(statement).all())
        groups: dict[tuple[str, str, str], list[sa.Row[Any]]] = {}
        for row in rows:
            groups.setdefault((row.way, row.recipient, row.ticket_number), []).append(row)
        return [_entry(group) for group in groups.values()]

    async def retry(self, entry_id: str) -> None:
        """Has an entry sent again, from its first attempt on. Raises NoticeNotFound; WayNotOffered: nobody would."""
        now = self.clock()
        values = {"state": "waiting", "next_attempt_at": now, "attempts": 0, "done_at": None, "letter": None}
        self.queued(await self._change(entry_id, self.offered, **values))

    async def drop(self, entry_id: str) -> None:
        """Puts an entry away; its notices stay noted as dropped. Raises NoticeNotFound."""
        await self._change(entry_id, None, state="dropped", done_at=self.clock())

    async def _change(self, entry_id: str, ways: Collection[Way] | None, **values: Any) -> Way:
        number = entry_id.removeprefix(NOTICE)
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise NoticeNotFound

        def work(connection: Connection) -> Way:
            found = sa.select(notices).where(notices.c.seq == int(number), notices.c.state == "dead")
            row = connection.execute(found.with_for_update()).one_or_none()
            if row is None:
                raise NoticeNotFound
            if ways is not None and row.way not in ways:
                raise WayNotOffered
            same = sa.update(notices).where(
                notices.c.way == row.way,
                notices.c.recipient == row.recipient,
                notices.c.ticket_number == row.ticket_number,
                notices.c.state == "dead",
            )
            connection.execute(same.values(**values))
            way: Way = row.way
            return way

        return await self.store.transaction(work)


def _entry(group: Sequence[sa.Row[Any]]) -> dict[str, Any]:
    last = group[0]
    address = last.address or last.email or ""
    target = mask_phone(address) if last.way == "sms" else mask_address(address) if address else None
    reason, _, detail = (last.error or "").partition(": ")
    return {
        "id": f"{NOTICE}{last.seq}",
        "kind": last.way,
        "target": target,
        "ticket_number": None if last.key == CONFIRM else last.ticket_number,
        "conversation_id": last.conversation_id,
        "attempts": max(row.attempts for row in group),
        "reason": reason,
        "error": detail,
        "first_at": min(row.at for row in group).isoformat(timespec="milliseconds"),
        "last_at": last.done_at.isoformat(timespec="milliseconds"),
    }
