"""Complainants beyond the first: who follows a ticket, who is the same person, and what each of them hears.

One live ticket per matter and cycle; whoever has the same matter joins it. A follower is a value, its row is never
deleted: leaving and moving along with a merge are dates. Nothing here stores or sends.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tickets.domain.events import TicketEvent
from tickets.domain.people import NO_CONTACT, Contact
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Confidentiality, Role, Status

HEARD = frozenset(
    {
        Status.DISPATCHED,
        Status.ACCEPTED,
        Status.IN_PROGRESS,
        Status.REPLIED,
        Status.REVISIT,
        Status.CLOSED,
        Status.SUSPENDED,
        Status.EXTENSION_ASKED,
        Status.MERGED,
        Status.WITHDRAWN,
        Status.REOPENED,
        Status.SUPERVISED,
        Status.ESCALATED,
    }
)
"""Public steps: statuses whose coming every complainant may hear of. Which words they get is decided elsewhere."""
HEARD_COMMANDS = frozenset(
    {Command.GRANT_EXTENSION, Command.REFUSE_EXTENSION, Command.SPLIT, Command.OPEN_NEGOTIATION, Command.RECOMPUTE}
)
"""Public steps that are told by their command, whatever the status."""
_SAME_PHONE_DIGITS = 7


@dataclass(frozen=True)
class Follower:
    """One complainant beyond the first, on one ticket.

    Attributes:
        key: the same for the same person on the same ticket; see `follower_key`.
        origin: the merged ticket with which he or she came; None for who joined by himself or herself.
        left_at: since when nothing is told to him or her on this ticket any more.
        moved_to: the ticket to which he or she went along when this one was merged.
    """

    ticket: str
    key: str
    joined_at: datetime
    channel: str
    language: str
    conversation_id: str | None = None
    contact: Contact = NO_CONTACT
    confidentiality: Confidentiality = Confidentiality.PUBLIC
    text: str = field(default="", repr=False)
    origin: str | None = None
    left_at: datetime | None = None
    moved_to: str | None = None

    @property
    def active(self) -> bool:
        return self.left_at is None

    def left(self, at: datetime) -> Follower:
        return replace(self, left_at=at) if self.active else self

    def moved(self, to: str, at: datetime) -> Follower:
        """The row that stays behind when the ticket is merged into `to`."""
        return replace(self, left_at=at, moved_to=to)

    def back(self) -> Follower:
        """The row as it was before its ticket was merged."""
        return replace(self, left_at=None, moved_to=None)

    def on(self, ticket: str, at: datetime, origin: str) -> Follower:
        """The row of the same person on the ticket into which `origin` was merged."""
        return replace(self, ticket=ticket, joined_at=at, origin=origin, left_at=None, moved_to=None)


def follower_key(conversation_id: str | None, phone: str | None, otherwise: str) -> str:
    """Who somebody is: the conversation, else the telephone (as a digest), else `otherwise`."""
    if conversation_id:
        return f"c:{conversation_id}"
    digits = phone_digits(phone)
    if digits:
        return f"p:{hashlib.blake2b(digits.encode(), digest_size=12).hexdigest()}"
    return f"k:{hashlib.blake2b(otherwise.encode(), digest_size=12).hexdigest()}"


def key_of_citizen(ticket: Ticket) -> str:
    """The key that the citizen of a ticket has as a follower of the one it is merged into."""
    return follower_key(ticket.conversation_id, ticket.contact.phone, f"ticket:{ticket.number}")


def first_complainant(ticket: Ticket, of: str, at: datetime, origin: str) -> Follower:
    """The citizen of `ticket` as a follower of the ticket `of`, into which it is merged."""
    return Follower(
        ticket=of,
        key=key_of_citizen(ticket),
        joined_at=at,
        channel=ticket.channel,
        language=ticket.language,
        conversation_id=ticket.conversation_id,
        contact=ticket.contact,
        confidentiality=ticket.confidentiality,
        text=ticket.description,
        origin=origin,
    )


def in_place_of_the_first(ticket: Ticket, heir: Follower) -> Ticket:
    """The ticket with `heir` as its citizen; the matter, its clocks and its history stay."""
    return replace(
        ticket,
        conversation_id=heir.conversation_id,
        channel=heir.channel,
        language=heir.language,
        contact=heir.contact,
        confidentiality=heir.confidentiality,
        callback=ticket.callback and bool(heir.contact.phone),
    )


def is_same(whose: Ticket | Follower, conversation_id: str | None, phone: str | None) -> bool:
    """Whether the person of a ticket or a follower is who has this conversation or this telephone."""
    if conversation_id and whose.conversation_id == conversation_id:
        return True
    digits = phone_digits(phone)
    return bool(digits) and digits == phone_digits(whose.contact.phone)


def find(followers: Iterable[Follower], conversation_id: str | None, phone: str | None) -> Follower | None:
    """The active follower who has this conversation or this telephone."""
    return next((one for one in followers if one.active and is_same(one, conversation_id, phone)), None)


def longest(followers: Iterable[Follower]) -> Follower | None:
    """Who follows longest, preferring those who can be reached at all."""
    active = [one for one in followers if one.active]
    return min(active, key=lambda one: (not _reachable(one), one.joined_at, one.key), default=None)


def is_public(event: TicketEvent) -> bool:
    """Whether more people than the first complainant hear of this event."""
    payload = event.payload
    command = payload.get("command")
    if command in HEARD_COMMANDS or (command == Command.URGE and payload.get("role") == Role.SYSTEM):
        return True
    status = payload.get("status")
    return status != payload.get("before") and status in HEARD and payload.get("before") is not None


def copies(event: TicketEvent, followers: Sequence[Follower], actor: Follower | None = None) -> list[TicketEvent]:
    """One event a follower who can be reached, in his or her language and channel.

    Args:
        actor: the follower who caused the event, who need not be told (`payload["own"]`).
    """
    return [_copy(event, one, own=actor is not None and one.key == actor.key) for one in followers if _told(one)]


def _copy(event: TicketEvent, follower: Follower, *, own: bool) -> TicketEvent:
    payload: Mapping[str, object] = {
        **event.payload,
        "channel": follower.channel,
        "language": follower.language,
        "callback": False,
        "follower": True,
        "recipient": follower.key,
        "own": own,
    }
    return replace(
        event,
        event_id=uuid.uuid5(event.event_id, follower.key),
        conversation_id=follower.conversation_id,
        payload=payload,
    )


def for_the_first(event: TicketEvent, actor: Follower | None) -> TicketEvent:
    """The event for the ticket's own citizen: what a follower did is news to him or her."""
    if event.payload.get("role") != Role.CITIZEN:
        return event
    return replace(event, payload={**event.payload, "own": actor is None})


def _told(follower: Follower) -> bool:
    return follower.active and _reachable(follower)


def _reachable(follower: Follower) -> bool:
    return bool(follower.conversation_id or follower.contact.phone)


def phone_digits(phone: str | None) -> str:
    """The digits of a telephone number; empty for one too short to tell two people apart."""
    digits = re.sub(r"\D", "", phone or "", flags=re.ASCII)
    return digits if len(digits) >= _SAME_PHONE_DIGITS else ""
