"""Carries out a call of the table for somebody of the staff: right, scope, fields, audit, then the desk's own command.

Everything that is refused is refused before anything is changed. A repeat of the idempotency key of the same person
and call does nothing and answers with the ticket as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

from tickets.domain.number import clean_number
from tickets.domain.reply_audit import Gravity
from tickets.domain.ticket import Ticket
from tickets.domain.visibility import Viewer, may_act
from tickets.domain.vocabulary import Command
from tickets.errors import IdempotencyKeyReused, NotForYou, ReplyBlocked, TicketChanged
from tickets.service import advancing, staff_fields, validation
from tickets.service.audit import AuditedReply
from tickets.service.call_shapes import Call, Scope
from tickets.service.calls import BY_NAME
from tickets.service.staff_office import StaffOffice, own_key
from tickets.service.staff_ports import SentAudit


@dataclass(frozen=True)
class Done:
    """What came of a call.

    Attributes:
        created: this call did it; False on a repeat.
        audited: what the audit found in a reply that went out all the same.
    """

    ticket: Ticket
    created: bool
    audited: AuditedReply | None = None


def do(
    office: StaffOffice,
    viewer: Viewer,
    name: str,
    number: str,
    given: Mapping[str, object],
    *,
    key: str,
    expected_version: int | None = None,
    override_reason: str | None = None,
    shown_in: str = "zh",
) -> Done:
    """Gives a command.

    Args:
        name: of the call, with underscores.
        given: its fields.
        override_reason: why a supervisor sends a reply that the audit blocks.
        shown_in: language of the findings in `ReplyBlocked`.

    Raises:
        NotForYou: position or unit forbid it.
        InvalidTicket: a field cannot be used.
        TicketChanged: the ticket has another version than expected; it says who did what.
        ReplyBlocked: the audit found what may not go out.
        Everything that the desk raises.
    """
    call = BY_NAME[name]
    if viewer.position not in call.positions:
        raise NotForYou(f"{call.name} is not for the position {viewer.position}")
    key = own_key(viewer, call.name, key)
    values = staff_fields.read(call, given)
    earlier = office.store.done_with(_kinds(call), key)
    if earlier is not None:
        return _repeated(office, viewer, call, earlier, number, key, values, override_reason)
    ticket = office.seen(viewer, number)
    if call.scope is Scope.OWN and not may_act(viewer, ticket):
        raise NotForYou(f"the ticket is with the unit {ticket.unit}; {call.name} is for that unit and the hotline")
    if expected_version is not None:
        if "expected_version" in _names(call):
            values["expected_version"] = expected_version
        elif ticket.version != expected_version:
            raise TicketChanged.since(ticket, expected_version)
    audited = None
    if call.command is Command.REPLY:
        audited = _audited(office, ticket, values)
        _let_pass(office, viewer, audited, override_reason, shown_in)
    receipt = call.run(
        office.desk,
        call.make(idempotency_key=key, number=ticket.number, by=viewer.actor, **(call.fixed or {}), **values),
    )
    if audited is not None:
        _keep(office, viewer, ticket, key, audited, override_reason)
    return Done(office.desk.get(ticket.number), bool(getattr(receipt, "created", True)), audited)


def _repeated(
    office: StaffOffice,
    viewer: Viewer,
    call: Call,
    earlier: str,
    number: str,
    key: str,
    values: Mapping[str, object],
    override_reason: str | None,
) -> Done:
    """The answer to a call that was carried out before, though the ticket may be another unit's by now."""
    if clean_number(number) != earlier:
        raise IdempotencyKeyReused
    ticket, audited = office.desk.get(earlier), None
    if call.command is Command.REPLY:  # a crash may have come between the reply and the note of its audit
        audited = _audited(office, ticket, values)
        _keep(office, viewer, ticket, key, audited, override_reason)
    return Done(ticket, False, audited)


def _audited(office: StaffOffice, ticket: Ticket, values: Mapping[str, object]) -> AuditedReply:
    return office.audited(ticket, str(values["reason"]), staff_fields.quoted(values))


def _keep(
    office: StaffOffice, viewer: Viewer, ticket: Ticket, key: str, audited: AuditedReply, override_reason: str | None
) -> None:
    override = override_reason if audited.blocked else None
    sent = SentAudit(office.now(), viewer.id, viewer.unit, audited.language, audited.kinds, override)
    office.store.add_audit(ticket.number, key, sent)


def _let_pass(
    office: StaffOffice, viewer: Viewer, audited: AuditedReply, override_reason: str | None, shown_in: str
) -> None:
    if not audited.blocked:
        return
    if override_reason is None:
        kinds = tuple(str(one.kind) for one in audited.findings if one.gravity is Gravity.BLOCK)
        raise ReplyBlocked(tuple(dict.fromkeys(kinds)), office.auditor.wire(audited, shown_in))
    if not viewer.supervises:
        raise NotForYou("only a supervisor may send a reply that the audit blocks; ask yours, or correct the reply")
    validation.reason(override_reason)


def _kinds(call: Call) -> tuple[str, ...]:
    """What the desk may have noted the call as: a step of the table, or the command by its own name."""
    return (advancing.KIND, str(call.command or call.name))


def _names(call: Call) -> frozenset[str]:
    made = call.make
    return frozenset(one.name for one in fields(made)) if is_dataclass(made) else frozenset()
