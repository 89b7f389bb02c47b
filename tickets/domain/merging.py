"""Two tickets on one matter become one, and may be taken apart again: what is allowed, and what it does to clocks.

The ticket that lives on is the head; whatever is merged into a merged ticket goes to its head, so there are neither
chains nor circles. Nothing here moves people or stores.

Clocks: the head answers by the earlier of the two deadlines, since both citizens were promised theirs. A ticket that
is split off is taken up anew, and its deadline stands later by the working time in which it was merged: that time was
not its unit's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from tickets.domain.clocks import AcceptClass, Clock, ClockKind, ClockRules, Pause
from tickets.domain.parts import open_parts
from tickets.domain.people import SYSTEM
from tickets.domain.ticket import HistoryEntry, Ticket
from tickets.domain.vocabulary import ANSWERED, Command, Status
from tickets.errors import RuleForbids

REDIRECTED = "redirect"
"""History word of a merged ticket whose head was itself merged: it follows the new head."""


def check_merge(ticket: Ticket, head: Ticket, role: str) -> None:
    """Refuses a merge that cannot be.

    Raises:
        RuleForbids: `merge_with_itself`, `merge_of_a_part`, `merge_into_finished` or `merge_emergency`.
    """

    def refuse(code: str, message: str) -> None:
        raise RuleForbids(code, message, status=ticket.status, command=Command.MERGE, role=role)

    if ticket.number == head.number:
        refuse("merge_with_itself", f"into: {head.number} is this ticket, or was merged into it; name another one")
    if ticket.parent or head.parent:
        refuse("merge_of_a_part", "parts of a ticket are not merged; merge the tickets they belong to")
    if not head.is_open:
        message = f"into: {head.number} is {head.status}; only a ticket that is open takes others in"
        refuse("merge_into_finished", message)
    if ticket.emergency and not head.emergency:
        message = f"{ticket.number} is an emergency and {head.number} is none; merge it the other way round"
        refuse("merge_emergency", message)


def check_parts(ticket: Ticket, head: Ticket, parts: Iterable[Ticket], role: str) -> None:
    """Refuses to bring open parts to a ticket that is answered: nothing could quote them, and it could not be closed.

    Raises:
        RuleForbids: `merge_over_parts`.
    """
    waiting = open_parts(parts) if head.status in ANSWERED else []
    if waiting:
        named = ", ".join(f"{part.number} ({part.unit}, {part.status})" for part in waiting)
        message = f"into: {head.number} is answered already, and the parts {named} still work; let them end first"
        raise RuleForbids("merge_over_parts", message, status=ticket.status, command=Command.MERGE, role=role)


def hastened(head: Ticket, merged: Ticket) -> Ticket:
    """The head with the earlier of both deadlines to the answer."""
    clock, other = _running(head), _running(merged)
    if clock is None or other is None or other.due_at >= clock.due_at:
        return head
    sooner = clock.dated(other.due_at, provisional=other.provisional)
    return replace(head, clocks=tuple(sooner if each is clock else each for each in head.clocks))


def split_clocks(ticket: Ticket, accept_class: AcceptClass, rules: ClockRules, now: datetime) -> tuple[Clock, ...]:
    """The clocks of a ticket that is split off at `now`; `ticket` is as it was while merged."""
    accepting = rules.accepting(accept_class, ticket.unit, now, emergency=ticket.emergency)
    old = next(clock for clock in reversed(ticket.clocks) if clock.kind is ClockKind.HANDLE)
    merged_at = merged_since(ticket)
    if old.met_at is not None or merged_at is None:
        return (accepting, rules.handling(ticket.nature, ticket.unit, now))
    standing = replace(old, stopped_at=None, pauses=(*_ended(old, merged_at), Pause(merged_at)))
    return (accepting, replace(rules.continued(standing, now), started_at=now))


def merged_since(ticket: Ticket) -> datetime | None:
    """When a merged ticket was merged."""
    return next((each.at for each in reversed(ticket.history) if each.command == Command.MERGE), None)


def merge_details(ticket: Ticket) -> dict[str, object]:
    """What the last merge of a ticket noted: `into`, `parts`."""
    entry = next((each for each in reversed(ticket.history) if each.command == Command.MERGE), None)
    return dict(entry.details) if entry else {}


def behind(number: str, tickets: Mapping[str, Ticket]) -> list[Ticket]:
    """Those of `tickets` that were merged into `number`, or into what was: they go where it goes.

    What each was merged into by a person stays in its history, whatever head it follows now; that is the tree which
    `duplicate_of` keeps flat.
    """

    def passes(ticket: Ticket) -> bool:
        at, seen = ticket, {ticket.number}
        while at.status is Status.MERGED:
            into = str(merge_details(at).get("into"))
            if into == number:
                return True
            if into in seen or into not in tickets:
                return False
            seen.add(into)
            at = tickets[into]
        return False

    return [ticket for ticket in tickets.values() if ticket.number != number and passes(ticket)]


def redirected(ticket: Ticket, head: str, now: datetime) -> Ticket:
    """A merged ticket that follows another head from now on."""
    entry = HistoryEntry(now, SYSTEM, REDIRECTED, Status.MERGED, Status.MERGED, "", {"into": head})
    return replace(ticket, duplicate_of=head, history=(*ticket.history, entry))


def _running(ticket: Ticket) -> Clock | None:
    clocks = (each for each in reversed(ticket.clocks) if each.kind is ClockKind.HANDLE and each.running)
    return next(clocks, None)


def _ended(clock: Clock, at: datetime) -> tuple[Pause, ...]:
    return tuple(pause if pause.until else replace(pause, until=at) for pause in clock.pauses)
