"""Carries out what several units do for one ticket: parts are made, reworked, reached on the spot, and follow their
parent.

The rules stand in `tickets.domain.parts`; here they meet the store. A part's citizen is its parent's, so nothing here
tells a citizen anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tickets.domain import parts as rules
from tickets.domain.clocks import Clock, ClockKind
from tickets.domain.levels import GRASSROOTS, arriving
from tickets.domain.people import SYSTEM, Actor
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import FINISHED, Command, Level, Part, Role, Status
from tickets.errors import InvalidTicket
from tickets.service import filing, validation
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.parts_commands import AddParts, BlowWhistle, ReportArrival, ReworkPart
from tickets.service.ports import TicketTransaction
from tickets.service.receipts import TicketReceipt

MOST_UNITS = 20
_OWN_ONLY = frozenset(
    {
        *(Command.ADD_PART, Command.WHISTLE, Command.ARRIVE, Command.MOVE_LEVEL),
        *(Command.OFFER_MEDIATION, Command.RECORD_CONSENT, Command.CORRECT_CATEGORY),
    }
)
"""Commands for which a unit must be the ticket's own."""


def add_parts(office: Office, command: AddParts) -> TicketReceipt:
    """See `TicketDesk.add_parts`."""
    task = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        there = allowed(work.transaction, ticket, Command.ADD_PART, command.by)
        units = new_units(work, ticket, command.units, there)
        made = make_parts(work, ticket, units, task, command.by)
        moved = ticket.moved(Command.ADD_PART, command.by, work.now, reason=task, details=_numbers(made))
        return work.save(ticket, rules.with_parts(moved))

    return carry_out(office, command, Command.ADD_PART, change)


def blow_whistle(office: Office, command: BlowWhistle) -> TicketReceipt:
    """See `TicketDesk.blow_whistle`."""
    task = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        there = allowed(work.transaction, ticket, Command.WHISTLE, command.by)
        if ticket.level is not Level.STREET:
            message = f"a street blows the whistle; this ticket is at the level {ticket.level}: add parts instead"
            rules.forbid("whistle_of_streets", message, ticket, Command.WHISTLE, command.by.role)
        units = new_units(work, ticket, command.units, there)
        lower = [unit for unit in units if work.catalogue.level_of(unit) in GRASSROOTS]
        if lower:
            message = f"units: {', '.join(lower)} is no department; a whistle calls departments and public companies"
            raise InvalidTicket("units_no_department", "units", message)
        made = make_parts(work, ticket, units, task, command.by, called=True)
        moved = ticket.moved(Command.WHISTLE, command.by, work.now, reason=task, details=_numbers(made))
        return work.save(ticket, rules.with_parts(moved))

    return carry_out(office, command, Command.WHISTLE, change)


def report_arrival(office: Office, command: ReportArrival) -> TicketReceipt:
    """See `TicketDesk.report_arrival`."""
    text = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        allowed(work.transaction, ticket, Command.ARRIVE, command.by)
        if not rules.owes_arrival(ticket):
            message = "nobody waits for an arrival on this part: it was not called, or it has come already"
            rules.forbid("no_arrival_owed", message, ticket, Command.ARRIVE, command.by.role)
        moved = ticket.moved(Command.ARRIVE, command.by, work.now, reason=text)
        return work.save(ticket, moved)

    return carry_out(office, command, Command.ARRIVE, change)


def rework_part(office: Office, command: ReworkPart) -> TicketReceipt:
    """See `TicketDesk.rework_part`."""
    text = validation.reason(command.reason)

    def change(work: Work, ticket: Ticket) -> Ticket:
        allowed(work.transaction, ticket, Command.REWORK, command.by)
        parent = work.transaction.ticket(ticket.parent or "")
        if command.by.role is Role.UNIT and (parent is None or command.by.acting_unit != parent.unit):
            message = "only the unit that leads sends a part back"
            rules.forbid("not_your_ticket", message, ticket, Command.REWORK, command.by.role)
        if parent is None or parent.status in rules.DONE or parent.status is Status.REVISIT:
            message = "the parent is answered already; reopen it, and its parts open with it"
            rules.forbid("parent_answered", message, ticket, Command.REWORK, command.by.role)
        return work.save(ticket, _reworked(work, ticket, parent, command.by, text))

    return carry_out(office, command, Command.REWORK, change)


def allowed(transaction: TicketTransaction, ticket: Ticket, step: Command, by: Actor) -> list[Ticket]:
    """Refuses what parts forbid; gives the ticket's parts, locked.

    Raises:
        RuleForbids: see `tickets.domain.parts.check`.
    """
    if by.role is Role.UNIT and step in _OWN_ONLY and by.acting_unit != ticket.unit:
        message = f"the ticket is with {ticket.unit}, not with {by.acting_unit or 'a unit that is not named'}"
        rules.forbid("not_your_ticket", message, ticket, step, by.role)
    parts = transaction.children(ticket.number) if ticket.part is Part.LEAD else []
    rules.check(ticket, step, by.role, parts)
    return parts


def new_units(work: Work, ticket: Ticket, units: Sequence[str], there: Iterable[Ticket]) -> list[str]:
    """The units that are to get a part, each once.

    Raises:
        InvalidTicket: a unit is unknown, leads already, or has an open part already.
    """
    wanted = list(dict.fromkeys(validation.unit(unit, work.catalogue) for unit in units))
    if not wanted or len(wanted) > MOST_UNITS:
        raise InvalidTicket("units_missing", "units", f"units: name 1 to {MOST_UNITS} units that are to help")
    if ticket.unit in wanted:
        raise InvalidTicket("unit_leads", "units", f"units: {ticket.unit} leads this ticket already; leave it out")
    busy = {part.unit: part.number for part in there if part.status not in rules.DONE}
    for unit in wanted:
        if unit in busy:
            raise InvalidTicket("unit_has_part", "units", f"units: {unit} has an open part already, {busy[unit]}")
    return wanted


def make_parts(
    work: Work, parent: Ticket, units: Iterable[str], task: str, by: Actor, *, called: bool = False
) -> list[Ticket]:
    """Stores a part for each unit and tells it; `called`: it has to come to the spot."""
    return [_made(work, parent, unit, task, by, _clocks(work, parent, unit, called=called)) for unit in units]


def make_part(work: Work, parent: Ticket, unit: str, task: str, by: Actor, handling: Clock) -> Ticket:
    """Stores one part that has a clock to its answer of its own."""
    accepting, *_ = _clocks(work, parent, unit, called=False)
    return _made(work, parent, unit, task, by, (accepting, handling))


def follow(work: Work, before: Ticket, after: Ticket, step: Command) -> None:
    """Lets the parts of a ticket follow what was done to it, and holds a part to its parent's deadline.

    Raises:
        RuleForbids: `part_after_parent`.
    """
    if step is Command.GRANT_EXTENSION and after.parent is not None:
        parent = work.transaction.ticket(after.parent)
        if parent is not None and after.due_at > parent.due_at:
            message = f"a part cannot be due after its parent ({parent.number}); ask for the parent's extension first"
            rules.forbid("part_after_parent", message, before, step, after.history[-1].actor.role)
    if after.part is not Part.LEAD:
        return
    parts = work.transaction.children(after.number)
    effect = rules.EFFECTS.get(step)
    if effect is rules.Effect.WITHDRAW:
        take_back(work, (part for part in parts if part.status not in FINISHED), step)
    elif effect is rules.Effect.CLOSE:
        for part in parts:
            if part.status is Status.REPLIED:
                work.save(part, part.moved(Command.CLOSE, SYSTEM, work.now, reason=f"parent_{step}"))
    elif effect is rules.Effect.REWORK:
        for part in rules.reopened_with(before, parts):
            work.save(part, _reworked(work, part, after, SYSTEM, f"parent_{step}"))
    elif after.unit != before.unit:  # who leads now needs no part besides
        take_back(work, (part for part in rules.open_parts(parts) if part.unit == after.unit), step)


def give_contact(work: Work, before: Ticket, after: Ticket) -> None:
    """Lets the units of open parts call whoever is the ticket's citizen now, under the secrecy that he or she chose."""
    if after.part is not Part.LEAD:
        return
    contact, secrecy, language = after.contact, after.confidentiality, after.language
    if (before.contact, before.confidentiality, before.language) == (contact, secrecy, language):
        return
    for part in work.transaction.children(after.number):
        if part.is_open:
            called = replace(part, contact=contact, confidentiality=secrecy, language=language)
            work.transaction.save_ticket(part, called)


def take_back(work: Work, parts: Iterable[Ticket], why: Command) -> None:
    """Withdraws parts because of what happened to their parent."""
    for part in parts:
        work.save(part, part.moved(Command.WITHDRAW, SYSTEM, work.now, reason=f"parent_{why}"))


def reply_of(
    work: Work, ticket: Ticket, text: str, quotes: Mapping[str, str], parts: Sequence[Ticket]
) -> tuple[str, dict[str, object]]:
    """The answer of a lead to the citizen, and what of it belongs into the history.

    Raises:
        InvalidTicket: a quote is for no answered part of this ticket.
    """
    quoted = rules.quoted(parts, quotes)
    unknown = set(quotes) - {each["number"] for each in quoted}
    if unknown:
        message = f"quotes: {', '.join(sorted(unknown))} is no answered part of {ticket.number}"
        raise InvalidTicket("quotes_unknown", "quotes", message)
    if not quoted:
        return text, {}
    names = {each["unit"]: work.catalogue.unit_name(each["unit"], ticket.language) for each in quoted}
    return rules.merged_reply(text, quoted, names), {"parts": quoted, "own": text}


def _made(work: Work, parent: Ticket, unit: str, task: str, by: Actor, clocks: tuple[Clock, ...]) -> Ticket:
    draft = rules.sub_ticket(parent, unit, task, by, work.now, clocks)
    draft = replace(draft, level=work.catalogue.level_of(unit))
    part = filing.add_numbered(work.transaction, draft, work.now, work.random)
    work.transaction.add_event(work.event(part))
    return part


def _reworked(work: Work, part: Ticket, parent: Ticket, by: Actor, text: str) -> Ticket:
    moved = part.moved(Command.REWORK, by, work.now, reason=text)
    return moved.with_clocks(*_clocks(work, parent, part.unit, called=False))


def _clocks(work: Work, parent: Ticket, unit: str, *, called: bool) -> tuple[Clock, ...]:
    accept_class = work.catalogue.accept_class_of(parent.category)
    due_at, provisional = rules.part_due(parent.due_at, unit, work.now, work.rules)
    handling = Clock(ClockKind.HANDLE, unit, work.now, due_at, provisional, wake_at=due_at)
    accepting = work.rules.accepting(accept_class, unit, work.now, emergency=parent.emergency)
    if accepting.due_at > due_at:
        accepting = replace(accepting, due_at=due_at, wake_at=due_at, provisional=provisional)
    if not called:
        return (accepting, handling)
    return (accepting, arriving(accept_class, unit, work.now, work.rules, emergency=parent.emergency), handling)


def _numbers(made: Iterable[Ticket]) -> dict[str, object]:
    return {"parts": {part.unit: part.number for part in made}}
