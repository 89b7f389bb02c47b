"""What the work of staff needs of the outside: searching, notes, the access log, audits and counting.

Nouns only. Every method raises `StoreUnavailable` when the store does not answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from tickets.domain.figures import UnitCounts
from tickets.domain.people import Actor, Contact
from tickets.domain.visibility import Family


@dataclass(frozen=True)
class Sight:
    """Which tickets somebody may see; None as a whole means all.

    Attributes:
        unit: own tickets, their parts, and what the unit has a part in.
        area_kind, area: what lies in this district, street, community or grid.
    """

    unit: str
    area_kind: str | None = None
    area: str | None = None


@dataclass(frozen=True)
class StaffFilter:
    """Which tickets to list; None means any.

    Attributes:
        categorised: only those with a category, or only those that wait for one.
        open: only open ones, or only finished ones.
        overdue: only those whose clock to the answer has run out at `now`.
        phone: digits of a telephone, the first complainant's.
        text: words of the description or the place; searched within what was filed since `filed_from`.
        order: `filed` (newest first) or `due` (the answer that is due first; only what still waits for one).
        after: continue behind this (moment, number) of the page before.
    """

    sight: Sight | None = None
    statuses: tuple[str, ...] = ()
    unit: str | None = None
    nature: str | None = None
    category: str | None = None
    categorised: bool | None = None
    level: str | None = None
    district: str | None = None
    street: str | None = None
    community: str | None = None
    grid: str | None = None
    parent: str | None = None
    emergency: bool | None = None
    open: bool | None = None
    overdue: bool = False
    filed_from: datetime | None = None
    filed_until: datetime | None = None
    phone: str | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    order: str = "filed"
    after: tuple[datetime, str] | None = None
    limit: int = 50


@dataclass(frozen=True)
class Found:
    """A number of the list and the moment that it is ordered by."""

    number: str
    at: datetime


@dataclass(frozen=True)
class StaffNote:
    """What staff wrote for staff."""

    at: datetime
    by: Actor
    text: str = field(repr=False)


@dataclass(frozen=True)
class Access:
    """Somebody saw personal data, or looked for it.

    Attributes:
        deed: `reveal`, `refused_reveal`, `export` or `phone_search`.
    """

    at: datetime
    person: str
    position: str
    unit: str
    deed: str
    ticket: str | None
    purpose: str


@dataclass(frozen=True)
class AccessFilter:
    """Which lines of the access log, newest first; `before_id` continues a page."""

    person: str | None = None
    unit: str | None = None
    ticket: str | None = None
    since: datetime | None = None
    before_id: int | None = None
    limit: int = 100


@dataclass(frozen=True)
class SentAudit:
    """With which findings a reply went out, and why a supervisor let it."""

    at: datetime
    person: str
    unit: str
    language: str
    kinds: tuple[str, ...]
    override_reason: str | None


class StaffStore(Protocol):
    """What staff needs beside the tickets themselves."""

    def search(self, filters: StaffFilter, now: datetime) -> list[Found]:
        """Numbers in the wanted order, at most `filters.limit`."""
        ...

    def family(self, number: str, parent: str | None) -> Family:
        """The units of a ticket's parent and parts."""
        ...

    def followers(self, number: str) -> list[Contact]:
        """Names and telephones of the complainants beyond the first who have not left."""
        ...

    def done_with(self, kinds: Sequence[str], key: str) -> str | None:
        """The number of the ticket that a command of one of these kinds was carried out on with this key."""
        ...

    def add_note(self, number: str, key: str, note: StaffNote) -> bool:
        """False when a note with this key is there already."""
        ...

    def notes(self, number: str) -> list[StaffNote]:
        """The oldest first."""
        ...

    def log_access(self, accesses: Sequence[Access]) -> None:
        """Writes all of them down or none."""
        ...

    def accesses(self, filters: AccessFilter) -> list[tuple[int, Access]]:
        """Newest first, each with its id."""
        ...

    def add_audit(self, number: str, key: str, audit: SentAudit) -> bool:
        """False when the audit of this reply is noted already."""
        ...

    def audits(self, number: str) -> list[SentAudit]:
        """The oldest first."""
        ...

    def counts(self, since: datetime, until: datetime, now: datetime, unit: str | None) -> list[UnitCounts]:
        """Of every unit that had or did anything in the period, or of one, by unit."""
        ...

    def close(self) -> None:
        """Gives connections back."""
        ...
