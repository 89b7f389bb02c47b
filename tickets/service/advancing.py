"""The one command of staff and clocks that moves a ticket on: asks table, guards and parts, then stores.

Fields that belong to another step are refused, not ignored: whoever names a unit or an end expects it to count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tickets.domain.guards import Asked, check, external_step
from tickets.domain.parts import with_parts
from tickets.domain.ticket import Ticket
from tickets.domain.timing import timed
from tickets.domain.transitions import command_for, follow
from tickets.domain.vocabulary import HOTLINE_UNIT, Command, Level
from tickets.errors import InvalidTicket
from tickets.service import leveling, mediating, part_dates, parting, validation
from tickets.service.carrying import Office, Work, carry_out
from tickets.service.commands import AdvanceTicket
from tickets.service.receipts import TicketReceipt

KIND = "advance"
FIELDS: Mapping[str, tuple[Command, str]] = {
    "unit": (Command.DISPATCH, "a unit is named when a ticket is dispatched, only"),
    "assist_units": (Command.DISPATCH, "assisting units are named when a ticket is dispatched, or with add_part"),
    "until": (Command.SUSPEND, "an end is named for a suspension, only"),
    "code": (Command.RETURN, "a reason of the catalogue is named for a return, only"),
    "days": (Command.ASK_EXTENSION, "days are named when an extension is asked for, only"),
    "external": (Command.ESCALATE, "a step of the external list is named when a ticket is escalated, only"),
    "quotes": (Command.REPLY, "parts are quoted in a reply, only"),
}
"""Fields of `AdvanceTicket` that belong to one command."""


def advance(office: Office, command: AdvanceTicket) -> TicketReceipt:
    """See `TicketDesk.advance`."""
    reason = validation.reason(command.reason)
    unit = validation.unit(command.unit, office.catalogue) if command.unit else None

    def change(work: Work, ticket: Ticket) -> Ticket:
        step = command_for(ticket.status, command.command, command.by.role)
        follow(ticket.status, step, command.by.role)
        _only_expected(command, step)
        asked = Asked(
            step,
            command.by,
            work.now,
            work.catalogue,
            work.rules,
            unit=unit,
            until=command.until,
            code=command.code,
            days=command.days,
            external=command.external,
        )
        check(ticket, asked)
        if step is Command.DISPATCH and unit:
            leveling.check_dispatch(ticket, unit, command.by.role, work.catalogue)
        parts = parting.allowed(work.transaction, ticket, step, command.by)
        text, details = reason, _details(ticket, asked)
        if step is Command.REPLY:
            text, quoted = parting.reply_of(work, ticket, reason, command.quotes, parts)
            details = {**details, **quoted}
        moved = ticket.moved(step, command.by, work.now, reason=text, details=details)
        after = timed(ticket, _changed(moved, asked), step, work.catalogue, work.rules, work.now)
        if command.assist_units:
            units = parting.new_units(work, after, command.assist_units, parts)
            parting.make_parts(work, after, units, reason, command.by)
            after = with_parts(after)
        if step is Command.RESUME:
            after = part_dates.within(work, after)
            mediating.follow(work, after)
        saved = work.save(ticket, after)
        parting.follow(work, ticket, saved, step)
        return saved

    return carry_out(office, command, KIND, change)


def _only_expected(command: AdvanceTicket, step: Command) -> None:
    for field, (expected, message) in FIELDS.items():
        if getattr(command, field) not in (None, (), {}) and step is not expected:
            raise InvalidTicket(f"{field}_not_expected", field, message)


def _details(ticket: Ticket, asked: Asked) -> dict[str, object]:
    """What belongs to the step beside its reason."""
    match asked.step:
        case Command.DISPATCH:
            return {"unit": asked.unit or ticket.unit}
        case Command.RETURN:
            return {"unit": ticket.unit, "code": asked.code}
        case Command.APPROVE_RETURN | Command.CONFIRM_RETURN | Command.REFUSE_RETURN:
            return {"unit": ticket.unit}
        case Command.ASK_EXTENSION:
            days = asked.days or asked.rules.handling_period(ticket.nature).amount
            return {"days": days, "unit": ticket.unit}
        case Command.GRANT_EXTENSION | Command.REFUSE_EXTENSION:
            entry = next(entry for entry in reversed(ticket.history) if entry.command == Command.ASK_EXTENSION)
            return dict(entry.details)
        case Command.SUSPEND:
            return {"until": asked.until.isoformat() if asked.until else None}
        case Command.ESCALATE:
            return {"step": external_step(ticket, asked)}
    return {}


def _changed(moved: Ticket, asked: Asked) -> Ticket:
    """`moved` with what the step changes beside status and clocks."""
    match asked.step:
        case Command.DISPATCH if asked.unit:
            return replace(moved, unit=asked.unit, level=asked.city.level_of(asked.unit))
        case Command.CONFIRM_RETURN:
            return replace(moved, unit=HOTLINE_UNIT, level=Level.CITY)
        case Command.SUSPEND:
            return replace(moved, suspended_until=validation.utc(asked.until))
        case Command.ESCALATE:
            return replace(moved, external=(*moved.external, str(external_step(moved, asked))))
    return moved
