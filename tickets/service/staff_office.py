"""The one face of the tickets for staff: every read is masked by who reads, every deed asks for right and scope first.

It uses the ticket desk for all that changes a ticket. A ticket that somebody may not see is not there for him or her.
Nothing is revealed before it is written down who saw it and what for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tickets.domain.figures import UnitCounts
from tickets.domain.masking import mask_numbers
from tickets.domain.number import clean_number
from tickets.domain.reply_audit import Matter
from tickets.domain.ticket import Ticket
from tickets.domain.transitions import allowed_commands
from tickets.domain.visibility import AREAS, LEADERS, Viewer, contact_known_to, may_act, may_see, shown_text
from tickets.errors import ClassifierUnavailable, InvalidTicket, NotForYou, TicketNotFound
from tickets.service import staff_views, validation
from tickets.service.audit import AuditedReply, ReplyAuditor
from tickets.service.call_shapes import Call, Scope
from tickets.service.calls import CALLS, DEEDS, LED
from tickets.service.desk import TicketDesk
from tickets.service.ports import CategorySuggester, TicketFilter, UnitNotice
from tickets.service.records import record
from tickets.service.staff_ports import Access, AccessFilter, Found, Sight, StaffFilter, StaffNote, StaffStore

KEY_CHARACTERS = 100
MOST_LISTED = 200
MOST_DAYS = 400
_PAGE = 200
_TEXT_DAYS = timedelta(days=180)
_SHORTEST_PURPOSE = 2


class StaffOffice:
    """Lists, shows, reveals, notes, audits, exports and counts for people of the staff."""

    def __init__(
        self,
        desk: TicketDesk,
        store: StaffStore,
        auditor: ReplyAuditor,
        now: Callable[[], datetime],
        classifier: Callable[[], CategorySuggester] | None = None,
    ) -> None:
        self.desk = desk
        self.store = store
        self.auditor = auditor
        self.now = now
        self._open_classifier = classifier
        self._classifier: CategorySuggester | None = None

    def page(self, viewer: Viewer, filters: StaffFilter) -> tuple[list[dict[str, object]], Found | None]:
        """A page of what `viewer` may see, and where the next page starts.

        A search by telephone, also by one within a text, is written down. Without `filed_from`, a text is searched in
        the last 180 days.

        Raises:
            InvalidTicket: the limit or the order cannot be used.
            NotForYou: somebody of a unit searches by telephone.
        """
        self.require(viewer, "list")
        if not 1 <= filters.limit <= MOST_LISTED:
            raise InvalidTicket("limit_out_of_range", "limit", f"limit must be 1 to {MOST_LISTED}")
        if filters.order not in ("filed", "due"):
            raise InvalidTicket("order_unknown", "order", "order must be filed or due")
        filters = self._searching(viewer, filters)
        found = self.store.search(self._scoped(viewer, filters), self.now())
        tickets = self._tickets(found)
        rows = [staff_views.brief(one, viewer, self.desk.catalogue) for one in tickets]
        return rows, found[-1] if len(found) == filters.limit else None

    def show(self, viewer: Viewer, number: str, *, revealed: bool = False) -> dict[str, object]:
        """One ticket with its course, its relatives and what `viewer` may do next.

        Raises:
            TicketNotFound: there is none, or not for this viewer.
        """
        self.require(viewer, "show")
        ticket = self.seen(viewer, number)
        names = [one.name for one in self.store.followers(ticket.number) if one.name]
        shown = staff_views.whole(
            ticket,
            viewer,
            self.desk.catalogue,
            revealed=revealed,
            notes=self.store.notes(ticket.number),
            audits=self.store.audits(ticket.number),
            names=names,
        )
        parts = self.store.search(StaffFilter(parent=ticket.number, limit=MOST_LISTED), self.now())
        shown["parts"] = [staff_views.brief(one, viewer, self.desk.catalogue) for one in self._tickets(parts)]
        shown["steps"] = [call.name for call in self.steps(viewer, ticket)]
        return shown

    def steps(self, viewer: Viewer, ticket: Ticket) -> list[Call]:
        """What `viewer` may try now, in the table's order; a guard may still ask for more."""
        allowed = set(allowed_commands(ticket.status, viewer.role))
        return [
            call
            for call in CALLS
            if (call.command is None or call.command in allowed)
            and viewer.position in call.positions
            and (call.scope is Scope.SEEN or may_act(viewer, ticket))
            and (ticket.parent is not None or not call.of_part)
        ]

    def reveal(self, viewer: Viewer, number: str, purpose: str) -> dict[str, object]:
        """As `show`, in clear; who and what for stays in the ticket's history and in the access log.

        Raises:
            InvalidTicket: no purpose was given.
            NotForYou: this unit must not learn who the citizen is; the attempt is written down.
        """
        self.require(viewer, "reveal")
        cause = _purpose(purpose)
        ticket = self.seen(viewer, number)
        if not may_act(viewer, ticket) or not contact_known_to(viewer, ticket):
            self._log(viewer, "refused_reveal", ticket.number, cause)
            raise NotForYou(
                "the citizen's name and telephone are not for this unit; ask the hotline to pass a question on"
            )
        self._log(viewer, "reveal", ticket.number, cause)
        self.desk.reveal(ticket.number, viewer.actor, cause)
        return self.show(viewer, number, revealed=True)

    def note(self, viewer: Viewer, number: str, text: str, key: str) -> bool:
        """Writes something for staff only; False on a repeat of the key."""
        self.require(viewer, "note")
        ticket = self.seen(viewer, number)
        note = StaffNote(self.now(), viewer.actor, validation.supplement(text))
        return self.store.add_note(ticket.number, own_key(viewer, "note", key), note)

    def audit(self, viewer: Viewer, number: str, reply: str, quotes: Sequence[str] = ()) -> AuditedReply:
        """What is wrong with a reply, before it is sent."""
        self.require(viewer, "audit")
        return self.audited(self.seen(viewer, number), reply, quotes)

    def audited(self, ticket: Ticket, reply: str, quotes: Sequence[str] = ()) -> AuditedReply:
        """What is wrong with a reply and the lead's own wording of what parts answered, which goes out below it."""
        people = [ticket.contact, *self.store.followers(ticket.number)]
        matter = Matter(
            ticket.description,
            tuple(one.name for one in people if one.name),
            tuple(one.phone for one in people if one.phone),
        )
        text = "\n".join((validation.reason(reply), *quotes))
        return self.auditor.audit(text, matter, ticket.language, self.now())

    def export(self, viewer: Viewer, filters: StaffFilter, purpose: str | None = None) -> Iterator[dict[str, object]]:
        """All that match and may be seen, as flat rows, page by page; masked without a purpose.

        With a purpose each page is written down before it is given; contacts that are secret for the viewer stay out.
        """
        self.require(viewer, "export")
        cause = _purpose(purpose) if purpose is not None else None
        if cause is not None and viewer.position not in LEADERS:
            raise NotForYou("only leaders of the hotline export in clear")
        filters = self._searching(viewer, filters)
        return self._rows(viewer, replace(self._scoped(viewer, filters), limit=_PAGE, after=None), cause)

    def figures(self, viewer: Viewer, since: datetime, until: datetime, unit: str | None = None) -> list[UnitCounts]:
        """Counts of all units for the hotline's leaders, of the own unit for others.

        Raises:
            InvalidTicket: the period is empty or longer than 400 days.
            NotForYou: another unit's were asked for.
        """
        self.require(viewer, "figures")
        if not since < until:
            raise InvalidTicket("period_empty", "until", "until must be later than since")
        if until - since > timedelta(days=MOST_DAYS):
            raise InvalidTicket("period_too_long", "since", f"a period has at most {MOST_DAYS} days")
        if viewer.position not in LEADERS:
            if unit not in (None, viewer.unit):
                raise NotForYou("figures of another unit are for the leaders of the hotline")
            unit = viewer.unit
        return self.store.counts(since, until, self.now(), unit)

    def access_log(self, viewer: Viewer, filters: AccessFilter) -> list[tuple[int, Access]]:
        """Who saw whose data and why: all for the hotline's leaders, of the own unit for those of a unit."""
        self.require(viewer, "access_log")
        if not 1 <= filters.limit <= MOST_LISTED:
            raise InvalidTicket("limit_out_of_range", "limit", f"limit must be 1 to {MOST_LISTED}")
        if viewer.position not in LEADERS:
            filters = replace(filters, unit=viewer.unit)
        return self.store.accesses(filters)

    def suggester(self) -> CategorySuggester:
        """What suggests categories, opened at the first question. Raises ClassifierUnavailable."""
        if self._classifier is None:
            if self._open_classifier is None:
                raise ClassifierUnavailable()
            self._classifier = self._open_classifier()
        return self._classifier

    def notices(self, viewer: Viewer, *, unseen: bool = True, limit: int = 50) -> Sequence[UnitNotice]:
        """What the own unit is told of deadlines, newest first."""
        self.require(viewer, "notices")
        if not 1 <= limit <= MOST_LISTED:
            raise InvalidTicket("limit_out_of_range", "limit", f"limit must be 1 to {MOST_LISTED}")
        return self.desk.clocks.unit_notices(viewer.unit, unseen=unseen, limit=limit)

    def notices_seen(self, viewer: Viewer, ids: Sequence[int]) -> int:
        """Notes that somebody of the unit has seen these; gives how many were unseen."""
        self.require(viewer, "notices")
        return self.desk.clocks.mark_notices_seen(viewer.unit, list(ids), self.now(), viewer.id)

    def require(self, viewer: Viewer, deed: str) -> None:
        """Raises NotForYou."""
        leads = deed not in LED or viewer.position not in AREAS or viewer.leads
        if viewer.position not in DEEDS[deed] or not leads:
            raise NotForYou(f"{deed} is not for the position {viewer.position}")

    def seen(self, viewer: Viewer, number: str) -> Ticket:
        """The ticket, if `viewer` may see it. Raises TicketNotFound."""
        ticket = self.desk.get(clean_number(number) or "")
        if may_see(viewer, ticket) or may_see(viewer, ticket, self.store.family(ticket.number, ticket.parent)):
            return ticket
        raise TicketNotFound(f"there is no ticket {number!r}")

    def close(self) -> None:
        """Gives connections back."""
        self.store.close()
        self.desk.close()

    def _searching(self, viewer: Viewer, filters: StaffFilter) -> StaffFilter:
        """The filters with what a search adds to them, once it is written down who looks for a telephone."""
        if filters.phone is not None or (filters.text is not None and mask_numbers(filters.text) != filters.text):
            if not viewer.of_hotline:
                raise NotForYou("only the hotline searches by telephone; a unit searches by number or words")
            self._log(viewer, "phone_search", None, "searched by telephone")
        if filters.text is not None and filters.filed_from is None:
            return replace(filters, filed_from=self.now() - _TEXT_DAYS)
        return filters

    def _scoped(self, viewer: Viewer, filters: StaffFilter) -> StaffFilter:
        if viewer.of_hotline:
            return filters
        kind = str(viewer.position) if viewer.position in AREAS else None
        return replace(filters, sight=Sight(viewer.unit, kind, viewer.area))

    def _tickets(self, found: list[Found]) -> list[Ticket]:
        if not found:
            return []
        numbers = tuple(one.number for one in found)
        tickets = {one.number: one for one in self.desk.list(TicketFilter(numbers=numbers, limit=len(numbers)))}
        return [tickets[number] for number in numbers if number in tickets]

    def _rows(self, viewer: Viewer, filters: StaffFilter, cause: str | None) -> Iterator[dict[str, object]]:
        while True:
            found = self.store.search(filters, self.now())
            tickets = self._tickets(found)
            if cause is not None:
                now = self.now()
                self.store.log_access([_access(viewer, "export", one.number, cause, now) for one in tickets])
            for ticket in tickets:
                yield _exported(ticket, viewer, self.desk, cause is not None)
            if len(found) < filters.limit:
                return
            filters = replace(filters, after=(found[-1].at, found[-1].number))

    def _log(self, viewer: Viewer, deed: str, ticket: str | None, purpose: str) -> None:
        self.store.log_access([_access(viewer, deed, ticket, purpose, self.now())])


def own_key(viewer: Viewer, deed: str, key: str) -> str:
    """The key within this person and deed, so that two people never share one. Raises InvalidTicket."""
    if len(key) > KEY_CHARACTERS:
        raise InvalidTicket(
            "idempotency_key_too_long", "idempotency_key", f"an idempotency key has at most {KEY_CHARACTERS} characters"
        )
    return f"staff:{viewer.id}:{deed}:{validation.idempotency_key(key)}"


def _access(viewer: Viewer, deed: str, ticket: str | None, purpose: str, at: datetime) -> Access:
    return Access(at, viewer.id, str(viewer.position), viewer.unit, deed, ticket, purpose)


def _exported(ticket: Ticket, viewer: Viewer, desk: TicketDesk, revealed: bool) -> dict[str, object]:
    row = record(ticket, desk.catalogue, masked=not revealed)
    if not contact_known_to(viewer, ticket):
        row.update(contact_name=None, contact_phone=None)
    texts = {"description": ticket.description, "location": ticket.place.text, "occurred_text": ticket.occurred_text}
    return {**row, **{name: shown_text(text, viewer, ticket, revealed=revealed) for name, text in texts.items()}}


def _purpose(text: str) -> str:
    cause = validation.optional_text(text, "purpose")
    if len(cause) < _SHORTEST_PURPOSE:
        raise InvalidTicket("purpose_missing", "purpose", "say in a few words what the personal data is needed for")
    return cause
