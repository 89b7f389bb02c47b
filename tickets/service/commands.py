"""What can be asked for: commands, imperative and frozen.

A command holds what the caller says, unchecked; the desk checks it and raises `InvalidTicket`. Its
`idempotency_key` (any text of 1 to 200 characters that the caller can form again after a crash, such as
conversation + form run) makes it safe to repeat: a repeat does nothing and answers with the same ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tickets.domain.people import CITIZEN, NO_CONTACT, Actor, Contact
from tickets.domain.place import NO_PLACE, Place


@dataclass(frozen=True, kw_only=True)
class FileTicket:
    """File a new ticket.

    Attributes:
        nature: one of `Nature`.
        description: the matter in the citizen's words, 1 to 4,000 characters.
        category: an id of categories.csv, or None when nobody could tell (the text may, else the hotline dispatches by
            hand).
        category_sure: how sure the machine was that chose the category (0 to 1); None when a person chose.
        occurred_at: when it happened, aware; None when only `occurred_text` is known.
        confidentiality: one of `Confidentiality`; with `anonymous` the contact is not stored.
        emergency: somebody or something is in danger; answered within 30 minutes, day and night.
        emergency_kind: which (`gas`, `fire` ...), a short identifier.
        callback: the citizen wants to be called back; needs a telephone number.
    """

    idempotency_key: str
    channel: str
    language: str
    nature: str
    description: str = field(repr=False)
    conversation_id: str | None = None
    category: str | None = None
    category_sure: float | None = None
    place: Place = NO_PLACE
    occurred_at: datetime | None = None
    occurred_text: str = field(default="", repr=False)
    contact: Contact = NO_CONTACT
    confidentiality: str = "public"
    emergency: bool = False
    emergency_kind: str | None = None
    callback: bool = False
    by: Actor = CITIZEN


@dataclass(frozen=True, kw_only=True)
class UrgeTicket:
    """Press for an open ticket; it is counted and told to the unit, the status stays."""

    idempotency_key: str
    number: str
    text: str = field(default="", repr=False)
    by: Actor = CITIZEN


@dataclass(frozen=True, kw_only=True)
class WithdrawTicket:
    """Take an open ticket back; `text` is the citizen's reason, if one was given.

    Attributes:
        conversation_id, phone_last4: who asks; a follower only leaves, and the ticket goes on.
    """

    idempotency_key: str
    number: str
    text: str = field(default="", repr=False)
    by: Actor = CITIZEN
    conversation_id: str | None = None
    phone_last4: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class SupplementTicket:
    """Add facts (1 to 4,000 characters) to an open ticket, and a telephone number to one that has none."""

    idempotency_key: str
    number: str
    text: str = field(repr=False)
    contact_phone: str | None = field(default=None, repr=False)
    by: Actor = CITIZEN


@dataclass(frozen=True, kw_only=True)
class DisputeTicket:
    """Reject the outcome: a replied, revisited or closed ticket is reopened and its clocks start anew."""

    idempotency_key: str
    number: str
    conversation_id: str | None = None
    text: str = field(default="", repr=False)
    by: Actor = CITIZEN


@dataclass(frozen=True, kw_only=True)
class RateTicket:
    """Judge the outcome. 'Solved?' and 'satisfied?' are asked apart; at least one of the three is given.

    Attributes:
        score: 1 (bad) to 5 (very good).
    """

    idempotency_key: str
    number: str
    solved: bool | None = None
    satisfied: bool | None = None
    score: int | None = None
    text: str = field(default="", repr=False)
    by: Actor = CITIZEN


@dataclass(frozen=True, kw_only=True)
class AdvanceTicket:
    """Move a ticket on, by staff or a clock.

    A field that belongs to another command is refused.

    Attributes:
        command: one of `Command`, or the `Status` wanted when only one command leads there.
        reason: why. The citizen reads it for a reply (it is the reply), a suspension and a granted extension; for all
            else it stays in the house. Never empty.
        expected_version: the version that the caller saw; another one is refused with `TicketChanged`.
        unit: the unit to handle it, with `dispatch`; None keeps the unit.
        assist_units: units that get a part each, with `dispatch`.
        until: the end of a suspension, aware.
        code: id of the reason of a return, with `return`.
        days: working days, with `ask_extension`; None: as many as the matter has.
        external: the step of the external list, with `escalate`; None: the next one.
        quotes: number of a part and the words of it to be quoted, with `reply`; None quoted: each as it was replied.
    """

    idempotency_key: str
    number: str
    command: str
    by: Actor
    reason: str = field(repr=False)
    expected_version: int | None = None
    unit: str | None = None
    assist_units: tuple[str, ...] = ()
    until: datetime | None = None
    code: str | None = None
    days: int | None = None
    external: str | None = None
    quotes: Mapping[str, str] = field(default_factory=dict, repr=False)


CitizenCommand = UrgeTicket | WithdrawTicket | SupplementTicket | DisputeTicket | RateTicket
