"""Carries out a call of the table for somebody of the staff: right, scope, fields, audit, then the desk's own command.

Everything that is refused is refused before anything is changed. A repeat of the idempotency key of the same person
and call does nothing and answers with the ticket as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass

from tickets.domain.reply_audit import Gravity
from tickets.domain.ticket import Ticket
from tickets.domain.visibility import Viewer, may_act
from tickets.domain.vocabulary import Command
from tickets.errors import InvalidTicket, NotForYou, ReplyBlocked, TicketChanged
from tickets.service import staff_fields, validation
from tickets.service.audit import AuditedReply
from tickets.service.call_shapes import Call, Scope
from tickets.service.calls import BY_NAME
from tickets.service.staff_office import StaffOffice
from tickets.service.staff_ports import SentAudit

KEY_CHARACTERS = 100


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
    key = _key(viewer, call, key)
    values = staff_fields.read(call, given)
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
        audited = office.audited(ticket, str(values["reason"]))
        _let_pass(office, viewer, audited, override_reason, shown_in)
    receipt = call.run(
        office.desk,
        call.make(idempotency_key=key, number=ticket.number, by=viewer.actor, **(call.fixed or {}), **values),
    )
    if audited is not None:
        override = override_reason if audited.blocked else None
        sent = SentAudit(office.now(), viewer.id, viewer.unit, audited.language, audited.kinds, override)
        office.store.add_audit(ticket.number, key, sent)
    return Done(office.desk.get(ticket.number), bool(getattr(receipt, "created", True)), audited)


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


def _key(viewer: Viewer, call: Call, key: str) -> str:
    """The key within this person and call, so that two people never share one."""
    if len(key) > KEY_CHARACTERS:
        raise InvalidTicket(
            "idempotency_key_too_long", "idempotency_key", f"an idempotency key has at most {KEY_CHARACTERS} characters"
        )
    return f"staff:{viewer.id}:{call.name}:{validation.idempotency_key(key)}"


def _names(call: Call) -> frozenset[str]:
    made = call.make
    return frozenset(one.name for one in fields(made)) if is_dataclass(made) else frozenset()
