"""Sub-tickets: what several units do for one matter, and what a parent's move does to them.

The unit of the ticket leads and has the ticket's own clocks; every other unit has a sub-ticket with clocks of its own,
one level deep. The citizen has one ticket and gets one answer: the lead's, which quotes each part. Nothing here
stores; what is odd in the rules carries its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NoReturn

from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.clocks import Clock, ClockKind, ClockRules
from tickets.domain.hours import at_minute
from tickets.domain.people import Actor
from tickets.domain.periods import Measure, Period
from tickets.domain.ticket import FILED, HistoryEntry, Ticket
from tickets.domain.vocabulary import FINISHED, Command, Part, Status
from tickets.errors import RuleForbids

DONE = FINISHED | {Status.REPLIED}
"""Statuses in which a part keeps its parent's answer no longer waiting."""
NEEDS_PARTS_DONE = frozenset({Command.REPLY, Command.START_REVISIT, Command.CLOSE})
"""What a parent cannot do over open parts."""
NOT_FOR_PARTS = frozenset(
    {
        *(Command.MERGE, Command.SPLIT, Command.JOIN, Command.LEAVE),
        *(Command.START_REVISIT, Command.RATE, Command.DISPUTE),
        *(Command.ADD_PART, Command.WHISTLE, Command.OPEN_NEGOTIATION, Command.RULE, Command.STATE_POSITION),
        *(Command.OFFER_MEDIATION, Command.RECORD_CONSENT, Command.TRANSFER_MEDIATION, Command.RECORD_MEDIATION),
    }
)
"""A part has no citizen of its own, no parts and no dispute about whose it is: all that is its parent's."""
_ONE_WORKING_DAY = Period(1, Measure.WORKING_DAYS)
ONLY_FOR_PARTS = frozenset({Command.REWORK, Command.ARRIVE})


class Effect(StrEnum):
    """What a parent's move does to its parts."""

    WITHDRAW = "withdraw"
    """Parts that are not finished are taken back."""
    CLOSE = "close"
    """Parts that were replied are done: the answer quotes them."""
    REWORK = "rework"
    """Parts that the rejected answer had quoted open again: nobody knows yet which of them fell short."""


EFFECTS: Mapping[Command, Effect] = MappingProxyType(
    {
        Command.WITHDRAW: Effect.WITHDRAW,
        Command.REPLY: Effect.CLOSE,
        Command.CLOSE: Effect.CLOSE,
        Command.DISPUTE: Effect.REWORK,
        Command.REOPEN: Effect.REWORK,
    }
)
"""All other moves of a parent leave its parts as they are: a suspended or returned parent's units go on working."""


def open_parts(parts: Iterable[Ticket]) -> list[Ticket]:
    """Parts for which the lead still waits."""
    return [part for part in parts if part.status not in DONE]


def check(ticket: Ticket, command: Command, role: str, parts: Sequence[Ticket]) -> None:
    """Refuses what parts forbid.

    Args:
        parts: the ticket's own.

    Raises:
        RuleForbids: `parts_open`, `not_for_a_part`, `only_for_a_part` or `arrival_owed`.
    """
    if ticket.parent is not None and command in NOT_FOR_PARTS:
        forbid(
            "not_for_a_part", f"{command} is for ticket {ticket.parent}, of which this is a part", ticket, command, role
        )
    if ticket.parent is None and command in ONLY_FOR_PARTS:
        forbid("only_for_a_part", f"{command} is for parts only; this is a ticket of its own", ticket, command, role)
    if command is Command.RETURN and owes_arrival(ticket):
        text = "a unit that was called to the spot reports its arrival before it may return the part"
        forbid("arrival_owed", text, ticket, command, role)
    waiting = open_parts(parts) if command in NEEDS_PARTS_DONE else []
    if waiting:
        named = ", ".join(f"{part.number} ({part.unit}, {part.status})" for part in waiting)
        text = f"{command} waits for the parts {named}; they are to be replied or withdrawn first"
        forbid("parts_open", text, ticket, command, role)


def forbid(code: str, message: str, ticket: Ticket, command: Command, role: str, clause: str | None = None) -> NoReturn:
    """Raises `RuleForbids` for a ticket as it stands."""
    raise RuleForbids(code, message, status=ticket.status, command=command, role=role, clause=clause)


def owes_arrival(ticket: Ticket) -> bool:
    """Whether a department was called to the spot and has not come yet."""
    return any(clock.kind is ClockKind.ARRIVE and clock.running for clock in ticket.clocks)


def sub_ticket(parent: Ticket, unit: str, task: str, by: Actor, now: datetime, clocks: tuple[Clock, ...]) -> Ticket:
    """A part of `parent` for `unit`, dispatched, not numbered yet.

    It carries the contact because its unit may have to call; the parent's secrecy holds for it. It has no
    conversation: its steps are the offices' own.
    """
    filed = HistoryEntry(now, by, FILED, None, Status.RECEIVED, task, {"parent": parent.number})
    dispatched = HistoryEntry(
        now, by, Command.DISPATCH, Status.RECEIVED, Status.DISPATCHED, task, {"unit": unit, "parent": parent.number}
    )
    return replace(
        parent,
        number="",
        unit=unit,
        status=Status.DISPATCHED,
        filed_at=now,
        clocks=clocks,
        history=(filed, dispatched),
        conversation_id=None,
        callback=False,
        duplicate_of=None,
        urged=0,
        disputed=0,
        version=1,
        parent=parent.number,
        part=Part.ASSIST,
        followers=0,
        solved=None,
        satisfied=None,
        unmet=0,
        suspended_until=None,
        external=(),
    )


def with_parts(ticket: Ticket) -> Ticket:
    """The ticket marked as the lead's of several units."""
    return ticket if ticket.parent else replace(ticket, part=Part.LEAD)


def part_due(parent_due: datetime, unit: str, now: datetime, rules: ClockRules) -> tuple[datetime, bool]:
    """By when a part is due, so that the lead can still answer in time.

    At the close of the working day before the parent's last day: the lead has one working day to put the parts
    together. Where that leaves the part less than half of the time there is, half of it is the part's. Where the
    parent is late already, the part has one working day.

    Returns:
        The time (UTC), and whether it rests on a provisional year.
    """
    if parent_due <= now:
        return rules.end(_ONE_WORKING_DAY, unit, now)
    half = now + (parent_due - now) / 2
    last = parent_due.astimezone(LOCAL_ZONE).date() - timedelta(days=1)
    while not rules.calendar.is_workday(last):
        last -= timedelta(days=1)
    return max(at_minute(last, rules.hours.closes), half), rules.calendar.is_provisional(last)


def quoted(parts: Iterable[Ticket], quotes: Mapping[str, str] = MappingProxyType({})) -> list[dict[str, str]]:
    """What the lead's reply quotes: each part's last reply, or the lead's own wording of it."""
    found = []
    for part in parts:
        entry = next((each for each in reversed(part.history) if each.command == Command.REPLY), None)
        if part.status in (Status.REPLIED, Status.CLOSED) and entry is not None:
            found.append({"number": part.number, "unit": part.unit, "reply": quotes.get(part.number) or entry.reason})
    return found


def merged_reply(text: str, quotes: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> str:
    """The answer to the citizen: the lead's text, then each part under its unit's name.

    Args:
        names: of units, in the citizen's language.
    """
    lines = [f"{names.get(each['unit'], each['unit'])}: {each['reply']}" for each in quotes]
    return "\n\n".join([text, *lines])


def reopened_with(parent: Ticket, parts: Iterable[Ticket]) -> list[Ticket]:
    """The parts that the parent's last answer quoted."""
    answered = next((each.at for each in reversed(parent.history) if each.command == Command.REPLY), None)
    if answered is None:
        return []
    return [
        part
        for part in parts
        if part.status is Status.CLOSED and part.closed_at is not None and part.closed_at >= answered
    ]
