"""Files the ticket of each report that is kept, until there is one: at once, and again while the store is away.

A crash at any line leaves the report waiting; filing has the report's token as its key, so it makes one ticket.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from channels.adapters.ticket_threads import TicketThreads
from channels.open311.attributes import GENERAL
from channels.open311.errors import BadReport
from channels.open311.reading import Report
from channels.open311.reports import Kept, ReportRows
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.errors import InvalidTicket, TicketError
from tickets.service.commands import FileTicket, SupplementTicket
from tickets.service.desk import TicketDesk

logger = logging.getLogger(__name__)
CHANNEL = "open311"
_AGAIN_SECONDS = 5.0
_AT_ONCE = 50


class ReportFiling:
    """Turns reports into tickets."""

    def __init__(self, rows: ReportRows, tickets: TicketThreads, again_seconds: float = _AGAIN_SECONDS) -> None:
        self._rows = rows
        self._tickets = tickets
        self._again_seconds = again_seconds
        self._task: asyncio.Task[None] | None = None

    async def file(self, kept: Kept) -> str | None:
        """The number of the report's ticket; None while the store is away (it is filed later).

        Raises:
            BadReport: no ticket can be made of it.
        """
        if kept.refused is not None:
            raise BadReport(kept.refused)
        if kept.ticket_number is not None or kept.content is None:
            return kept.ticket_number
        report = Report(**kept.content)
        try:
            number = await self._tickets.run(lambda desk: _file(desk, kept, report))
        except InvalidTicket as error:
            await self._rows.refused(kept.token, str(error))
            raise BadReport(str(error)) from error
        except (TicketError, TimeoutError) as error:
            logger.warning("a report waits for the ticket store: %s", error or type(error).__name__)
            return None
        await self._rows.filed(kept.token, number)
        return number

    def start(self) -> None:
        """Files what waits, now and from time to time."""
        self._task = asyncio.create_task(self._forever())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _forever(self) -> None:
        while True:
            try:
                await self._all_waiting()
            except Exception:
                logger.exception("waiting reports could not be looked at")
            await asyncio.sleep(self._again_seconds)

    async def _all_waiting(self) -> None:
        for kept in await self._rows.waiting(_AT_ONCE):
            try:
                if await self.file(kept) is None:
                    return  # the store is away for the others too
            except BadReport as error:
                logger.warning("a report of %s can become no ticket: %s", kept.app, error)


def _file(desk: TicketDesk, kept: Kept, report: Report) -> str:
    at = datetime.fromisoformat(report.occurred_at) if report.occurred_at else None
    place = report.address or report.address_id
    receipt = desk.file(
        FileTicket(
            idempotency_key=f"{CHANNEL}:{kept.token}",
            channel=CHANNEL,
            language=kept.language,
            nature=report.nature,
            description=report.description,
            category=None if report.service_code == GENERAL else report.service_code,
            place=Place(place, latitude=report.latitude, longitude=report.longitude),
            occurred_at=at,
            contact=Contact(report.name or None, report.phone or None),
            confidentiality=report.confidentiality,
        )
    )
    if report.media_url:
        desk.supplement(
            SupplementTicket(
                idempotency_key=f"{CHANNEL}:{kept.token}:media", number=receipt.number, text=report.media_url
            )
        )
    return receipt.number
