"""The ticket: what was said, where it stands, its clocks and everything that happened to it.

A ticket is a value: each change gives a new one with one more history entry. History is only ever added to, and its
last status is the ticket's status. Nothing here reads a clock or a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from tickets.domain.clocks import Clock, ClockKind
from tickets.domain.people import NO_CONTACT, Actor, Contact
from tickets.domain.place import NO_PLACE, Place
from tickets.domain.transitions import follow
from tickets.domain.vocabulary import OPEN, Command, Confidentiality, Nature, Status

FILED = "file"
REVEALED = "reveal"
_NOTHING: Mapping[str, object] = MappingProxyType({})
# What meets which clock: taking it up, and answering.
_MEETS = {
    Command.ACCEPT: (ClockKind.ACCEPT, ClockKind.RESPOND),
    Command.REPLY: (ClockKind.ACCEPT, ClockKind.RESPOND, ClockKind.HANDLE),
}


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened.

    Attributes:
        command: `file`, a `Command`, or `reveal`.
        before: the status before; None for the filing.
        details: what belongs to the command: a rating's answers, a dispatch's unit.
    """

    at: datetime
    actor: Actor
    command: str
    before: Status | None
    after: Status
    reason: str = field(default="", repr=False)
    details: Mapping[str, object] = field(default=_NOTHING, repr=False)


@dataclass(frozen=True)
class Ticket:
    """One matter. Datetimes are aware and in UTC; personal data stays out of the repr."""

    number: str
    channel: str
    language: str
    nature: Nature
    description: str = field(repr=False)
    category: str | None
    unit: str
    status: Status
    confidentiality: Confidentiality
    filed_at: datetime
    clocks: tuple[Clock, ...] = field(repr=False)
    history: tuple[HistoryEntry, ...] = field(repr=False)
    conversation_id: str | None = None
    place: Place = NO_PLACE
    occurred_at: datetime | None = None
    occurred_text: str = field(default="", repr=False)
    contact: Contact = NO_CONTACT
    emergency: bool = False
    emergency_kind: str | None = None
    callback: bool = False
    duplicate_of: str | None = None
    urged: int = 0
    disputed: int = 0

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def accept_by(self) -> datetime:
        """By when the unit must have taken it up (the latest such clock)."""
        return self._latest(ClockKind.ACCEPT).due_at

    @property
    def due_at(self) -> datetime:
        """By when the citizen must have an answer (the latest such clock)."""
        return self._latest(ClockKind.HANDLE).due_at

    @property
    def respond_by(self) -> datetime | None:
        """For an emergency, by when somebody must have answered at all."""
        clocks = [clock for clock in self.clocks if clock.kind is ClockKind.RESPOND]
        return clocks[-1].due_at if clocks else None

    @property
    def provisional(self) -> bool:
        """`due_at` rests on a year whose official calendar was not out."""
        return self._latest(ClockKind.HANDLE).provisional

    @property
    def closed_at(self) -> datetime | None:
        """When it came to the end it is at; None while it is open."""
        changes = (entry.at for entry in reversed(self.history) if entry.before != entry.after)
        return None if self.is_open else next(changes)

    def moved(
        self,
        command: Command,
        actor: Actor,
        at: datetime,
        *,
        reason: str = "",
        details: Mapping[str, object] = _NOTHING,
    ) -> Ticket:
        """The ticket after `command`, with its history entry, counters raised and clocks met.

        Raises:
            TransitionNotAllowed: the table of transitions has no such row.
        """
        after = follow(self.status, command, actor.role)
        met = _MEETS.get(command, ())
        return replace(
            self,
            status=after,
            urged=self.urged + (command is Command.URGE),
            disputed=self.disputed + (command is Command.DISPUTE),
            clocks=tuple(clock.met(at) if clock.kind in met else clock for clock in self.clocks),
            history=(*self.history, HistoryEntry(at, actor, command, self.status, after, reason, details)),
        )

    def revealed(self, actor: Actor, at: datetime, reason: str) -> Ticket:
        """The ticket with a note that `actor` saw its personal data, and why."""
        entry = HistoryEntry(at, actor, REVEALED, self.status, self.status, reason)
        return replace(self, history=(*self.history, entry))

    def with_clocks(self, *started: Clock) -> Ticket:
        """The ticket with further clocks; a clock still running of the same kind gives way to the new one."""
        kinds = {clock.kind for clock in started}
        at = started[0].started_at if started else None
        kept = tuple(
            replace(clock, stopped_at=at) if clock.kind in kinds and clock.running else clock for clock in self.clocks
        )
        return replace(self, clocks=(*kept, *started))

    def _latest(self, kind: ClockKind) -> Clock:
        return next(clock for clock in reversed(self.clocks) if clock.kind is kind)
