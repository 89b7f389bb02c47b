"""Takes matters of other platforms in: each is filed, joined to the ticket of the same matter, or refused, by receipt.

A matter has one ticket however often and by whichever way it comes: its number at the source is its key, and the
number at the platform it first came to tells that two sources pass on the same. Filing comes before the receipt, with
a key that finds the same ticket again, so a crash between them loses and doubles nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from channels.adapters.ticket_threads import TicketThreads
from channels.errors import TicketsUnavailable
from channels.intake.errors import MatterRefused
from channels.intake.mapping import FOLDER, SourceMapping, load_mapping, source_names
from channels.intake.matter import Matter, foreign_id, read_matter
from channels.intake.receipts import Receipt, ReceiptRows
from channels.ports import Identify
from tickets.domain.city import Catalogue
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.domain.text import clean_text
from tickets.errors import InvalidTicket, TicketError, TransitionNotAllowed
from tickets.service.commands import FileTicket, SupplementTicket
from tickets.service.desk import TicketDesk

logger = logging.getLogger(__name__)
_CHANNEL = "intake"


class Intake:
    """The one interface of all adapters: a record in, a receipt out."""

    def __init__(
        self,
        *,
        tickets: TicketThreads,
        rows: ReceiptRows,
        catalogue: Catalogue,
        identify: Identify,
        now: Callable[[], datetime],
        folder: Path = FOLDER,
    ) -> None:
        self._tickets = tickets
        self._rows = rows
        self._catalogue = catalogue
        self._identify = identify
        self._now = now
        self._folder = folder

    def sources(self) -> list[str]:
        return source_names(self._folder)

    def mapping(self, source: str) -> SourceMapping:
        """Raises SourceUnknown, MappingInvalid."""
        return load_mapping(source, self._catalogue.categories, self._folder)

    async def take(self, record: Mapping[str, object], mapping: SourceMapping) -> Receipt:
        """What becomes of a record.

        Raises:
            TicketsUnavailable, StoreUnavailable: nothing is known to be filed; send the same again later.
        """
        now = self._now()
        try:
            known = foreign_id(record, mapping)
        except MatterRefused as error:  # without a number there is nothing to keep a receipt under
            return _refusal(mapping.name, "", error, now)
        earlier = await self._rows.of(mapping.name, known)
        try:
            matter = read_matter(record, mapping)
        except MatterRefused as error:
            if earlier is not None and earlier.status != "refused":
                return replace(earlier, repeated=True)  # what is taken already is not undone by a bad repeat
            return await self._kept(_refusal(mapping.name, known, error, now))
        if earlier is not None and earlier.status != "refused":
            return await self._again(earlier, matter)
        return await self._new(matter, now)

    async def receipt(self, source: str, known: str) -> Receipt | None:
        """The receipt of a matter that came before."""
        return await self._rows.of(source, known)

    async def counts(self) -> dict[tuple[str, str], int]:
        """How many matters of each source and status."""
        return await self._rows.counts()

    async def _new(self, matter: Matter, now: datetime) -> Receipt:
        origin = matter.origin or f"{matter.source}:{matter.foreign_id}"
        first = await self._rows.of_origin(origin)
        language = matter.language or self._identify(matter.description, "zh").language
        begun = Receipt(
            matter.source, matter.foreign_id, "accepted", now, origin=origin, fingerprint=matter.fingerprint,
            unmapped=matter.unmapped,
        )  # fmt: skip
        try:
            if first is not None and first.ticket_number is not None:
                same = replace(begun, status="duplicate", ticket_number=first.ticket_number)
                return await self._kept(await self._with_words(same, matter))
            number = await self._run(lambda desk: _file(desk, matter, origin, language))
        except InvalidTicket as error:
            refusal = MatterRefused(error.field, error.code, str(error))
            return await self._kept(_refusal(matter.source, matter.foreign_id, refusal, now))
        receipt = await self._kept(await self._with_words(replace(begun, ticket_number=number), matter))
        first = await self._rows.of_origin(origin)
        if first is not None and (first.source, first.foreign_id) != (matter.source, matter.foreign_id):
            return await self._kept(replace(receipt, status="duplicate"))  # two sources sent it at the same moment
        return receipt

    async def _again(self, earlier: Receipt, matter: Matter) -> Receipt:
        """A repeat; other words than before are added to the ticket."""
        if earlier.fingerprint == matter.fingerprint or earlier.ticket_number is None:
            return replace(earlier, repeated=True)
        added = await self._with_words(replace(earlier, message=""), matter)
        if added.message:
            return replace(added, repeated=True)
        await self._rows.keep(replace(earlier, fingerprint=matter.fingerprint))
        return replace(earlier, repeated=True, changed=True)

    async def _with_words(self, receipt: Receipt, matter: Matter) -> Receipt:
        """Adds what a matter says that its ticket does not; the receipt says when the ticket takes nothing any more.

        Also a matter that seems to be filed just now may say more than its ticket: filed before a crash, or by another
        source at the same moment, from other words.
        """
        number = str(receipt.ticket_number)
        command = SupplementTicket(
            idempotency_key=f"{_CHANNEL}:{matter.source}:{_short(matter.foreign_id)}:{matter.fingerprint}",
            number=number,
            text=matter.description,
            contact_phone=matter.phone,
        )

        def add(desk: TicketDesk) -> str:
            ticket = desk.get(number)
            if clean_text(matter.description) not in (ticket.description, *(entry.reason for entry in ticket.history)):
                desk.supplement(command)
            return number

        try:
            await self._run(add)
        except TransitionNotAllowed:  # nothing is reopened unasked
            return replace(receipt, message="the ticket is closed; send a new matter if it goes on")
        return receipt

    async def _kept(self, receipt: Receipt) -> Receipt:
        await self._rows.keep(receipt)
        logger.info("intake of %s: %s", receipt.source, receipt.status)
        return receipt

    async def _run(self, work: Callable[[TicketDesk], object]) -> str:
        try:
            return str(await self._tickets.run(work))
        except (InvalidTicket, TransitionNotAllowed):
            raise
        except (TicketError, TimeoutError) as error:
            raise TicketsUnavailable from error


def _refusal(source: str, known: str, error: MatterRefused, now: datetime) -> Receipt:
    return Receipt(source, known, "refused", now, field=error.field, reason=error.reason, message=str(error))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _file(desk: TicketDesk, matter: Matter, origin: str, language: str) -> str:
    receipt = desk.file(
        FileTicket(
            idempotency_key=f"{_CHANNEL}:{_short(origin)}",
            channel=matter.source,
            language=language,
            nature=matter.nature,
            description=matter.description,
            category=matter.category,
            place=Place(matter.location, latitude=matter.latitude, longitude=matter.longitude),
            occurred_at=matter.occurred_at,
            contact=Contact(matter.name, matter.phone),
            confidentiality=matter.confidentiality,
        )
    )
    return receipt.number
