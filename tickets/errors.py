"""What can go wrong with tickets, said so that the reader knows whose fault it is.

Every error has a stable `code` for programs; its message defaults to the first line of the class' docstring. No
error text holds personal data.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tickets.domain.ticket import Ticket


class TicketError(Exception):
    """The ticket could not be handled."""

    code = "ticket_error"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip().splitlines()[0])


class InvalidTicket(TicketError):
    """What was given cannot become part of a ticket.

    Attributes:
        code: what is wrong, such as `description_too_long`.
        field: the field of the command it is about.
    """

    code = "invalid_ticket"

    def __init__(self, code: str, field: str, message: str | None = None) -> None:
        super().__init__(message or f"{field} cannot be used: {code.replace('_', ' ')}")
        self.code = code
        self.field = field


class TransitionNotAllowed(TicketError):
    """The ticket's status or the actor's role does not allow this.

    Attributes:
        status: where the ticket stands.
        command: what was asked.
        role: who asked.
        allowed: what this role may do from here.
    """

    code = "transition_not_allowed"

    def __init__(self, message: str, *, status: str, command: str, role: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.command = command
        self.role = role
        self.allowed = allowed


class RuleForbids(TransitionNotAllowed):
    """A rule forbids this now, though the status and the role would allow it.

    Attributes:
        code: which rule, such as `parts_open`.
        clause: the legal clause it rests on, where there is one.
    """

    code = "rule_forbids"

    def __init__(
        self, code: str, message: str, *, status: str, command: str, role: str, clause: str | None = None
    ) -> None:
        super().__init__(message, status=status, command=command, role=role)
        self.code = code
        self.clause = clause


class TicketChanged(TicketError):
    """Somebody else changed the ticket meanwhile; read it again and decide anew.

    Attributes:
        version: the present one.
        command, by, at: what was done last, by whom, when.
    """

    code = "ticket_changed"

    def __init__(self, message: str, *, version: int, command: str, by: str, at: datetime) -> None:
        super().__init__(message)
        self.version = version
        self.command = command
        self.by = by
        self.at = at

    @classmethod
    def since(cls, ticket: Ticket, expected: int) -> TicketChanged:
        """The error for whoever saw version `expected` of `ticket`."""
        last = next((entry for entry in reversed(ticket.history) if entry.command != "reveal"), ticket.history[-1])
        message = (
            f"ticket {ticket.number} changed meanwhile: {last.command} by {last.actor} at "
            f"{last.at:%Y-%m-%d %H:%M:%S} UTC made it {ticket.status} (version {ticket.version}, you saw {expected}); "
            "nothing was done; read it again and decide anew"
        )
        return cls(message, version=ticket.version, command=str(last.command), by=str(last.actor), at=last.at)


class NotForYou(TicketError):
    """This position may not do this, or not on this ticket."""

    code = "not_for_you"


class ReplyBlocked(TicketError):
    """The audit of the reply found something that may not go out; correct it, or let a supervisor answer for it.

    Attributes:
        kinds: what was found that blocks.
        findings: everything that was found, as plain JSON.
    """

    code = "reply_blocked"

    def __init__(self, kinds: tuple[str, ...], findings: list[dict[str, object]]) -> None:
        super().__init__(
            f"the reply was not sent: {', '.join(kinds)}; correct it, or let a supervisor send it with override_reason"
        )
        self.kinds = kinds
        self.findings = findings


class TicketNotFound(TicketError):
    """There is no such ticket, or the number and the telephone do not belong together."""

    code = "ticket_not_found"


class LookupBlocked(TicketError):
    """Too many wrong attempts for this number; it can be asked for again in an hour."""

    code = "lookup_blocked"


class IdempotencyKeyReused(TicketError):
    """The idempotency key was used before for another ticket."""

    code = "idempotency_key_reused"


class StoreUnavailable(TicketError):
    """The ticket store does not answer; nothing can be said about the ticket, repeat the command later."""

    code = "store_unavailable"


class CityDataInvalid(TicketError):
    """A file that describes the city (categories, units, holidays) has a row that cannot be used."""

    code = "city_data_invalid"


class ClassifierUnavailable(TicketError):
    """Nobody suggests a category: there is neither a trained model nor texts to train one, or the actions are away."""

    code = "classifier_unavailable"


class LabelledFileInvalid(TicketError):
    """A file of labelled texts cannot be learnt from or measured on."""

    code = "labelled_file_invalid"


class LabelModelMissing(TicketError):
    """There is no model of that name; train it first with `hotline dispatch train`."""

    code = "label_model_missing"
