"""What can go wrong in the staff interface, by whose fault it is.

The ticket core's refusals keep their code and get what a program needs beside it. No message holds personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.errors import ChannelsError, InvalidField


class StaffError(ChannelsError):
    """Something in the staff interface went wrong."""

    code = "staff_error"

    def __init__(
        self, message: str | None = None, *, code: str | None = None, members: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.members: Mapping[str, Any] = members or {}


class StaffTokenRefused(StaffError):
    """Sign in at /desk, or send a token of `hotline desk token` as `Authorization: Bearer`; this one opens nothing."""

    code = "staff_token_refused"


class NotForPosition(StaffError):
    """This position may not do this, or not on this ticket."""

    code = "not_for_you"


class CommandRefused(StaffError):
    """The ticket's status or a rule forbids this now."""

    code = "transition_not_allowed"


class TicketMoved(StaffError):
    """Somebody else changed the ticket in the meantime; read it again and decide anew."""

    code = "ticket_changed"


class KeyReused(StaffError):
    """The Idempotency-Key was used before for another ticket."""

    code = "idempotency_key_reused"


class ReplyRefused(StaffError):
    """The audit found something in the reply that may not go out."""

    code = "reply_blocked"


class FieldRefused(InvalidField):
    """A field of the call cannot be used."""

    code = "field_refused"

    def __init__(self, reason: str, field: str, message: str) -> None:
        super().__init__(field, message)
        self.members: Mapping[str, Any] = {"reason": reason}


STATUS: Mapping[type[ChannelsError], int] = {
    StaffTokenRefused: 401,
    NotForPosition: 403,
    CommandRefused: 409,
    TicketMoved: 409,
    KeyReused: 409,
    ReplyRefused: 422,
    FieldRefused: 422,
}
