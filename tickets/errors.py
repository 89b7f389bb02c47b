"""What can go wrong with tickets, said so that the reader knows whose fault it is.

Every error has a stable `code` for programs; its message defaults to the first line of the class' docstring. No
error text holds personal data.
"""

from __future__ import annotations


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
    """There is nothing to suggest a category from: neither a trained model nor texts to train one."""

    code = "classifier_unavailable"
