"""What the interface answers: services, definitions, receipts, tokens and requests, as plain data.

An app reads what came by its own key; when the city publishes, everybody reads all that came by Open311. Names and
telephones are never part of an answer, and long numbers in a description are masked. Tickets of other channels are not
shown at all.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.adapters.ticket_threads import TicketThreads
from channels.open311.attributes import GENERAL, Wording, definition
from channels.open311.errors import BadReport, NotFoundHere, NotNow
from channels.open311.filing import ReportFiling
from channels.open311.reading import read_report
from channels.open311.reports import Kept, ReportRows
from channels.ports import Identify, Sentences
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.city import Catalogue
from tickets.domain.masking import mask_numbers
from tickets.domain.number import clean_number
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Command
from tickets.errors import TicketError
from tickets.service.ports import TicketFilter

MOST_REQUESTS = 1000
LONGEST_SPAN = timedelta(days=90)
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests are asked for; times are aware, None as far as possible."""

    ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    statuses: frozenset[str] = frozenset(("open", "closed"))


class Open311:
    """GeoReport v2 on the ticket core.

    Args:
        public: all may read what came by Open311.
        now: gives the present as an aware datetime.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        tickets: TicketThreads,
        rows: ReportRows,
        wordings: Mapping[str, Wording],
        sentences: Sentences,
        identify: Identify,
        keys: Mapping[str, str],
        jurisdiction: str | None,
        public: bool,
        now: Callable[[], datetime],
    ) -> None:
        self._catalogue = catalogue
        self._tickets = tickets
        self._rows = rows
        self._wordings = wordings
        self._sentences = sentences
        self._identify = identify
        self._now = now
        self.keys = keys
        self.jurisdiction = jurisdiction
        self.public = public
        self.filing = ReportFiling(rows, tickets)

    def services(self, language: str) -> list[Row]:
        return [
            {
                "service_code": one.id,
                "service_name": self._catalogue.category_name(one.id, language),
                "description": self._wordings[language].service.format(
                    name=self._catalogue.category_name(one.id, language),
                    unit=self._catalogue.unit_name(one.lead_unit, language),
                ),
                "metadata": True,
                "type": "realtime",
                "keywords": one.group,
                "group": one.group,
            }
            for one in self._catalogue.categories.values()
        ] + [
            {
                "service_code": GENERAL,
                "service_name": self._wordings[language].general,
                "description": self._wordings[language].general_service,
                "metadata": True,
                "type": "realtime",
                "keywords": GENERAL,
                "group": GENERAL,
            }
        ]

    def definition(self, code: str, language: str) -> Row:
        """Raises NotFoundHere."""
        if code != GENERAL and code not in self._catalogue.categories:
            raise NotFoundHere(f"there is no service {code[:60]!r}; GET services lists the codes")
        return definition(code, self._wordings[language])

    async def file(
        self, app: str, fields: Iterable[tuple[str, str]], language: str, repeat_key: str | None = None
    ) -> list[Row]:
        """Takes a report in; the same again within a day, or with the same `repeat_key`, makes no second ticket.

        Raises:
            BadReport: a field cannot be used.
        """
        report = read_report(fields, {GENERAL, *self._catalogue.categories})
        now = self._now()
        once = repeat_key or f"{report.fingerprint}|{now.astimezone(LOCAL_ZONE).date()}"
        kept = await self._rows.keep(
            Kept(
                token=str(uuid.uuid4()),
                app=app,
                once=hashlib.sha256(once.encode()).hexdigest(),
                service_code=report.service_code,
                language=self._identify(report.description, language).language,
                received_at=now,
                content=report.as_json(),
                media_url=report.media_url,
                email="" if report.confidentiality == "anonymous" else report.email,
            )
        )
        number = await self.filing.file(kept)
        if number is None:  # GeoReport's way for servers that cannot tell the id at once
            return [{"token": kept.token, "service_notice": None, "account_id": report.account_id or None}]
        ticket = (await self._read((number,)))[number]
        unit = self._catalogue.unit_name(ticket.unit, language)
        due = ticket.due_at.astimezone(LOCAL_ZONE).date().isoformat()
        notice = self._wordings[language].notice.format(unit=unit, due=due)
        return [
            {"service_request_id": number, "service_notice": notice, "account_id": report.account_id or None},
        ]

    async def token(self, token: str) -> list[Row]:
        """Raises NotFoundHere, and BadReport for a report that can become no ticket."""
        kept = await self._rows.by_token(token)
        if kept is None:
            raise NotFoundHere("this token is not known")
        if kept.refused is not None:
            raise BadReport(kept.refused)
        return [{"service_request_id": kept.ticket_number, "token": kept.token}]

    async def request(self, number: str, app: str | None, language: str) -> list[Row]:
        """One request. Raises NotFoundHere."""
        wanted = clean_number(number)
        kept = await self._rows.by_ticket(wanted, app) if wanted else None
        if kept is None:
            raise NotFoundHere(f"there is no service request {number[:40]!r}")
        return await self._shown([kept], language)

    async def requests(self, wanted: Wanted, app: str | None, language: str) -> list[Row]:
        """Requests, newest first: at most 90 days and 1,000 of them. With ids, those alone. Raises NotFoundHere."""
        if wanted.ids:
            kept = [await self._rows.by_ticket(clean_number(one) or "", app) for one in wanted.ids]
            missing = next((one for one, found in zip(wanted.ids, kept, strict=True) if found is None), None)
            if missing is not None:
                raise NotFoundHere(f"there is no service request {missing[:40]!r}")
            return await self._shown([one for one in kept if one is not None], language)
        end = wanted.end or min(self._now(), wanted.start + LONGEST_SPAN if wanted.start else self._now())
        start = max(wanted.start or end - LONGEST_SPAN, end - LONGEST_SPAN)
        found = await self._rows.between(app, start, end, wanted.services, MOST_REQUESTS)
        return [row for row in await self._shown(found, language) if row["status"] in wanted.statuses]

    async def _shown(self, reports: list[Kept], language: str) -> list[Row]:
        tickets = await self._read(tuple(one.ticket_number for one in reports if one.ticket_number))
        return [self._row(tickets[one.ticket_number], one, language) for one in reports if one.ticket_number in tickets]

    async def _read(self, numbers: tuple[str, ...]) -> dict[str, Ticket]:
        filters = TicketFilter(numbers=numbers, limit=max(1, len(numbers)))
        try:
            return {ticket.number: ticket for ticket in await self._tickets.run(lambda desk: desk.list(filters))}
        except (TicketError, TimeoutError) as error:
            raise NotNow from error

    def _row(self, ticket: Ticket, report: Kept, language: str) -> Row:
        category = ticket.category or report.service_code
        return {
            "service_request_id": ticket.number,
            "status": "open" if ticket.is_open else "closed",
            "status_notes": self._notes(ticket, language),
            "service_name": self._service_name(category, language),
            "service_code": category,
            "description": mask_numbers(ticket.description),
            "agency_responsible": self._catalogue.unit_name(ticket.unit, language),
            "service_notice": None,
            "requested_datetime": local_iso(ticket.filed_at),
            "updated_datetime": local_iso(ticket.history[-1].at),
            "expected_datetime": local_iso(ticket.due_at) if ticket.is_open else None,
            "address": mask_numbers(ticket.place.text) or None,
            "address_id": None,
            "zipcode": None,
            "lat": ticket.place.latitude,
            "long": ticket.place.longitude,
            "media_url": report.media_url or None,
        }

    def _service_name(self, code: str, language: str) -> str:
        return self._wordings[language].general if code == GENERAL else self._catalogue.category_name(code, language)

    def _notes(self, ticket: Ticket, language: str) -> str:
        """Where it stands, and the latest reply to the citizen."""
        stands = self._sentences.text(f"utter_value_status_{ticket.status}", language)
        replies = [entry.reason for entry in ticket.history if entry.command == Command.REPLY]
        return f"{stands}\n{mask_numbers(replies[-1])}" if replies else stands
