"""What can be asked for where several people, units or tickets are involved: commands, imperative and frozen.

As in `tickets.service.commands`: a command holds what the caller says, unchecked, and its `idempotency_key` makes it
safe to repeat. `expected_version`, where given, must be the ticket's version, else somebody was faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tickets.domain.people import CITIZEN, NO_CONTACT, Actor, Contact


@dataclass(frozen=True, kw_only=True)
class JoinTicket:
    """ "Me too": follow an open ticket on the same matter instead of filing another one.

    Attributes:
        text: what this complainant says about the matter, up to 4,000 characters; may be empty.
        confidentiality: with `anonymous` the contact is not stored.
    """

    idempotency_key: str
    number: str
    channel: str
    language: str
    conversation_id: str | None = None
    contact: Contact = NO_CONTACT
    confidentiality: str = "public"
    text: str = field(default="", repr=False)
    by: Actor = CITIZEN


@dataclass(frozen=True, kw_only=True)
class LeaveTicket:
    """Follow a ticket no longer; who leaves is known by conversation or telephone."""

    idempotency_key: str
    number: str
    conversation_id: str | None = None
    phone: str | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    by: Actor = CITIZEN


@dataclass(frozen=True, kw_only=True)
class MergeTicket:
    """Handle a ticket with another one (or with the one that this was merged into) on the same matter."""

    idempotency_key: str
    number: str
    into: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class SplitTicket:
    """Undo a merge: the matter goes on as its own, with its people."""

    idempotency_key: str
    number: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class AddParts:
    """Ask other units to do their part of a ticket; each gets a sub-ticket with clocks of its own.

    Attributes:
        reason: what the units are to do.
    """

    idempotency_key: str
    number: str
    units: tuple[str, ...]
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReworkPart:
    """Send a part that was answered back to its unit. `number` is the part's."""

    idempotency_key: str
    number: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class MoveLevel:
    """Give a ticket one level down or up (city, district, street, community, grid)."""

    idempotency_key: str
    number: str
    unit: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class BlowWhistle:
    """A street calls departments to the spot; each gets a part and a clock to its arrival."""

    idempotency_key: str
    number: str
    units: tuple[str, ...]
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReportArrival:
    """A department that was called is on the spot. `number` is its part's."""

    idempotency_key: str
    number: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpenNegotiation:
    """Ask several units whose matter it is; meanwhile each of them has it.

    Attributes:
        reason: the question.
        units: at least two; the first of them leads until the ruling, unless the ticket's unit is among them.
    """

    idempotency_key: str
    number: str
    units: tuple[str, ...]
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class StatePosition:
    """Add a unit's statement to an open negotiation; `reason` is the statement."""

    idempotency_key: str
    number: str
    unit: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class RuleNegotiation:
    """Decide whose matter it is, for this ticket and for all like it from `valid_from` on.

    Attributes:
        area: id of the gazetteer for which the ruling holds; None for the whole city.
        component_kind: only for components of this kind; None for all.
        valid_from: local day; None for today. `valid_until` is the first day without it; None for no end.
    """

    idempotency_key: str
    number: str
    unit: str
    by: Actor
    reason: str = field(repr=False)
    legal_basis: str
    assist_units: tuple[str, ...] = ()
    area: str | None = None
    component_kind: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class OfferMediation:
    """Offer mediation between the two sides of a dispute; `reason` says between whom and about what."""

    idempotency_key: str
    number: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecordConsent:
    """Note what one side says to the offer of mediation.

    Attributes:
        party: `complainant` or `respondent`.
        person: who said so; personal data.
        means: `phone`, `in_person`, `written` or `chat`.
        given: consent, or refusal.
    """

    idempotency_key: str
    number: str
    party: str
    given: bool
    by: Actor
    person: str = field(repr=False)
    means: str
    text: str = field(default="", repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class TransferMediation:
    """Hand a dispute to the mediation body, once both sides have consented."""

    idempotency_key: str
    number: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


@dataclass(frozen=True, kw_only=True)
class RecordMediation:
    """Bring the result of mediation back: `settled`, `failed` or `ended` (a side withdrew)."""

    idempotency_key: str
    number: str
    result: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None


Quotes = Mapping[str, str]
"""What of each part's reply the lead's reply quotes, by the part's number."""
