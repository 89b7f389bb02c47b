"""The ticket: what was said, where it stands, its clocks and everything that happened to it.

A ticket is a value: each change gives a new one with one more history entry. History is only ever added to, and its
last status is the ticket's status. Nothing here reads a clock or a store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tickets.domain.clocks import Clock, ClockKind
from tickets.domain.counters import counts
from tickets.domain.history import FILED, NOTHING, REVEALED, HistoryEntry
from tickets.domain.people import NO_CONTACT, Actor, Contact
from tickets.domain.place import NO_PLACE, Place
from tickets.domain.transitions import follow
from tickets.domain.vocabulary import FINISHED, OPEN, Command, Confidentiality, Level, Nature, Part, Status

__all__ = ["FILED", "REVEALED", "HistoryEntry", "Ticket"]

# What meets which clock: taking it up, answering, deciding.
_MEETS = {
    Command.ACCEPT: (ClockKind.ACCEPT, ClockKind.RESPOND),
    Command.START: (ClockKind.ACCEPT, ClockKind.RESPOND),
    Command.CLOSE: (ClockKind.REVISIT,),
    Command.CONFIRM_RETURN: (ClockKind.RETURN_REVIEW,),
    Command.REFUSE_RETURN: (ClockKind.RETURN_REVIEW,),
    Command.ARRIVE: (ClockKind.ACCEPT, ClockKind.RESPOND, ClockKind.ARRIVE),
    Command.REPLY: (ClockKind.ACCEPT, ClockKind.RESPOND, ClockKind.HANDLE),
}


@dataclass(frozen=True)
class Ticket:
    """One matter. Datetimes are aware and in UTC; personal data stays out of the repr.

    Attributes:
        version: raised by every save; a command that expects another one is refused.
        level: of the unit that handles it.
        parent, part: of a sub-ticket, the ticket it belongs to and what its unit does for it.
        district, street, community, grid, component: ids of the gazetteer and the component registry.
        followers: complainants beyond the first.
        solved, satisfied: the citizen's last answers, asked apart.
        unmet: rounds of revisit that ended unsolved or unsatisfied; a round counts once.
        suspended_until: when a suspension ends by itself.
        external: steps of the external list that were reached, in their order.
        category_sure: how sure the suggestion of the category was (0 to 1); None when a person chose.
    """

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
    version: int = 1
    level: Level = Level.CITY
    parent: str | None = None
    part: Part | None = None
    district: str | None = None
    street: str | None = None
    community: str | None = None
    grid: str | None = None
    component: str | None = None
    followers: int = 0
    solved: bool | None = None
    satisfied: bool | None = None
    unmet: int = 0
    suspended_until: datetime | None = None
    external: tuple[str, ...] = ()
    category_sure: float | None = None

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
    def handle_clock(self) -> Clock:
        """The latest clock to the answer."""
        return self._latest(ClockKind.HANDLE)

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
        details: Mapping[str, object] = NOTHING,
    ) -> Ticket:
        """The ticket after `command`, with its history entry, counters raised and clocks met.

        Raises:
            TransitionNotAllowed: the table of transitions has no such row.
        """
        after = follow(self.status, command, actor.role)
        met = _MEETS.get(command, ())
        entry = HistoryEntry(at, actor, command, self.status, after, reason, details)
        clocks = (clock.met(at) if clock.kind in met else clock for clock in self.clocks)
        if after in FINISHED:  # nobody owes anything any more
            clocks = (clock.stopped(at) for clock in clocks)
        solved, satisfied = self._answers(entry)
        return replace(
            self,
            status=after,
            urged=self.urged + (command is Command.URGE),
            disputed=self.disputed + (command is Command.DISPUTE and after is not self.status),
            solved=solved,
            satisfied=satisfied,
            unmet=self.unmet + counts(self.history, entry),
            suspended_until=self.suspended_until if after is Status.SUSPENDED else None,
            clocks=tuple(clocks),
            history=(*self.history, entry),
        )

    def revealed(self, actor: Actor, at: datetime, reason: str) -> Ticket:
        """The ticket with a note that `actor` saw its personal data, and why."""
        entry = HistoryEntry(at, actor, REVEALED, self.status, self.status, reason)
        return replace(self, history=(*self.history, entry))

    def with_clocks(self, *started: Clock, at: datetime | None = None) -> Ticket:
        """The ticket with further clocks; a clock still running of the same kind gives way to the new one.

        Args:
            at: when (default: when the first of them starts).
        """
        kinds = {clock.kind for clock in started}
        at = at or (started[0].started_at if started else None)
        kept = tuple(clock.stopped(at) if at and clock.kind in kinds else clock for clock in self.clocks)
        return replace(self, clocks=(*kept, *started))

    def _answers(self, entry: HistoryEntry) -> tuple[bool | None, bool | None]:
        """The citizen's last answers after `entry`; they belong to a reply, so that a new reply has none yet."""
        if entry.command == Command.REPLY:
            return None, None
        if entry.command != Command.RATE:
            return self.solved, self.satisfied
        solved, satisfied = entry.details.get("solved"), entry.details.get("satisfied")
        return (
            solved if isinstance(solved, bool) else self.solved,
            satisfied if isinstance(satisfied, bool) else self.satisfied,
        )

    def _latest(self, kind: ClockKind) -> Clock:
        return next(clock for clock in reversed(self.clocks) if clock.kind is kind)


def next_version(before: Ticket, after: Ticket) -> int:
    """The version of `after` once it is saved: raised by everything that happened, not by who looked at personal data
    nor by clocks that were looked at."""
    added = after.history[len(before.history) :]
    return before.version + any(entry.command != REVEALED for entry in added)
