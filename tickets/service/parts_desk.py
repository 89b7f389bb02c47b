"""The part of the desk that is about several people, units or tickets: thin methods over the services beside it.

It decides nothing. Every method may raise, besides what it names: `InvalidTicket` (a field cannot be used),
`TicketNotFound`, `TicketChanged` (somebody was faster than the version the caller saw), `TransitionNotAllowed` (status
or role), `RuleForbids` (a rule; its message names the remedy), `IdempotencyKeyReused` and `StoreUnavailable`.
"""

from __future__ import annotations

from abc import abstractmethod

from tickets.domain.competence import Ruling
from tickets.domain.followers import Follower
from tickets.domain.number import clean_number
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Status
from tickets.errors import TicketNotFound
from tickets.service import joining, leveling, mediating, merging, negotiating, parting
from tickets.service.carrying import Office
from tickets.service.joining import JoinReceipt
from tickets.service.parts_commands import (
    AddParts,
    BlowWhistle,
    JoinTicket,
    LeaveTicket,
    MergeTicket,
    MoveLevel,
    OfferMediation,
    OpenNegotiation,
    RecordConsent,
    RecordMediation,
    ReportArrival,
    ReworkPart,
    RuleNegotiation,
    SplitTicket,
    StatePosition,
    TransferMediation,
)
from tickets.service.receipts import TicketReceipt


class PartsDesk:
    """What `TicketDesk` can do with several people, units or tickets."""

    @abstractmethod
    def _office(self) -> Office: ...

    def join(self, command: JoinTicket) -> JoinReceipt:
        """Lets somebody with the same matter follow a ticket; counted once a person."""
        return joining.join(self._office(), command)

    def leave(self, command: LeaveTicket) -> TicketReceipt:
        """Lets somebody go; the ticket goes on as long as anybody is left.

        Raises:
            TicketNotFound: also when this person does not follow the ticket.
        """
        return joining.leave(self._office(), command)

    def merge(self, command: MergeTicket) -> TicketReceipt:
        """Handles a ticket with another one; its people follow the other, and all of them are told."""
        return merging.merge(self._office(), command)

    def split(self, command: SplitTicket) -> TicketReceipt:
        """Undoes a merge; the ticket gets its people, its parts and its remaining time back."""
        return merging.split(self._office(), command)

    def add_parts(self, command: AddParts) -> TicketReceipt:
        """Gives other units their part of a ticket."""
        return parting.add_parts(self._office(), command)

    def rework_part(self, command: ReworkPart) -> TicketReceipt:
        """Sends an answered part back to its unit."""
        return parting.rework_part(self._office(), command)

    def blow_whistle(self, command: BlowWhistle) -> TicketReceipt:
        """Calls departments to the spot."""
        return parting.blow_whistle(self._office(), command)

    def report_arrival(self, command: ReportArrival) -> TicketReceipt:
        """Notes that a called department has come."""
        return parting.report_arrival(self._office(), command)

    def move_level(self, command: MoveLevel) -> TicketReceipt:
        """Gives a ticket one level up or down."""
        return leveling.move_level(self._office(), command)

    def open_negotiation(self, command: OpenNegotiation) -> TicketReceipt:
        """Asks several units whose matter it is; meanwhile each of them has it."""
        return negotiating.open_(self._office(), command)

    def state_position(self, command: StatePosition) -> TicketReceipt:
        """Adds a unit's statement to an open negotiation."""
        return negotiating.state(self._office(), command)

    def rule_negotiation(self, command: RuleNegotiation) -> TicketReceipt:
        """Decides whose matter it is; the catalogue has it from then on."""
        return negotiating.rule(self._office(), command)

    def offer_mediation(self, command: OfferMediation) -> TicketReceipt:
        """Offers mediation to both sides of a dispute."""
        return mediating.offer(self._office(), command)

    def record_consent(self, command: RecordConsent) -> TicketReceipt:
        """Notes what a side says to the offer."""
        return mediating.record_consent(self._office(), command)

    def transfer_mediation(self, command: TransferMediation) -> TicketReceipt:
        """Hands a dispute to the mediation body, once both sides have consented."""
        return mediating.transfer(self._office(), command)

    def record_mediation(self, command: RecordMediation) -> TicketReceipt:
        """Brings the result of mediation back."""
        return mediating.record_result(self._office(), command)

    def live(self, number: str) -> Ticket:
        """The ticket, or the one that lives on where it was merged: what its citizen asks after.

        Raises:
            TicketNotFound: there is no such ticket.
        """
        store, wanted = self._office().store, clean_number(number) or ""
        ticket = store.get(wanted)
        while ticket is not None and ticket.status is Status.MERGED and ticket.duplicate_of:
            ticket = store.get(ticket.duplicate_of)
        if ticket is None:
            raise TicketNotFound(f"there is no ticket {number!r}")
        return ticket

    def parts_of(self, number: str) -> list[Ticket]:
        """The parts of a ticket, by number."""
        return self._office().store.children(number)

    def followers_of(self, number: str) -> list[Follower]:
        """Who follows a ticket or did, the longest first; personal data in full, for those who may see it."""
        return self._office().store.followers(number)

    def rulings(self, category: str | None = None) -> list[Ruling]:
        """Rulings on competence, the oldest first."""
        return self._office().store.rulings(category)

    def rulings_csv(self) -> str:
        """All rulings as lines of `catalogue.csv`."""
        return negotiating.catalogue_csv(self.rulings())
