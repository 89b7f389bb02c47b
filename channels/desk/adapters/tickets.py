"""The ticket core for the desk, in a few threads.

Filing is synchronous and safe to repeat there; here it gets errors that the desk can show. It decides no right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from channels.adapters.ticket_threads import TicketThreads
from channels.desk.errors import TicketRefused
from channels.desk.ports import RevisitAnswers
from channels.errors import TicketNotFound, TicketsUnavailable
from channels.handoff.contract import OpenTicket
from tickets.config import TicketsConfig
from tickets.domain.clocks import ClockKind
from tickets.domain.people import Actor
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Command, Role, Status
from tickets.errors import InvalidTicket, TicketError, TransitionNotAllowed
from tickets.errors import TicketNotFound as NoSuchTicket
from tickets.service.commands import AdvanceTicket, DisputeTicket, FileTicket, RateTicket, SupplementTicket
from tickets.service.desk import TicketDesk
from tickets.service.parts_commands import JoinTicket
from tickets.service.ports import TicketFilter
from tickets.service.receipts import TicketReceipt
from tickets.service.validation import KEY_CHARACTERS

_MOST_CONVERSATIONS = 20
_MOST_LISTED = 1000
T = TypeVar("T")


class DeskTickets:
    """TicketWork on the ticket core."""

    def __init__(self, config: TicketsConfig) -> None:
        self._threads = TicketThreads(config, "desk-tickets")

    async def file(self, command: FileTicket) -> TicketReceipt:
        return await self._run(lambda desk: desk.file(command))

    async def join(self, command: FileTicket, number: str) -> TicketReceipt:
        joining = JoinTicket(
            idempotency_key=f"{command.idempotency_key}:join"[-KEY_CHARACTERS:],
            number=number,
            conversation_id=command.conversation_id,
            channel=command.channel,
            language=command.language,
            contact=command.contact,
            confidentiality=command.confidentiality,
            text=command.description,
            by=command.by,
        )
        receipt = (await self._run(lambda desk: desk.join(joining))).receipt
        return replace(receipt, duplicate_of=receipt.number)

    async def supplement(self, command: SupplementTicket) -> TicketReceipt:
        return await self._run(lambda desk: desk.supplement(command))

    async def of_conversations(self, conversation_ids: Sequence[str]) -> list[Mapping[str, Any]]:
        def look_up(desk: TicketDesk) -> list[Mapping[str, Any]]:
            found = [one for key in conversation_ids[:_MOST_CONVERSATIONS] for one in desk.of_conversation(key)]
            return [_shown(ticket) for ticket in sorted(found, key=lambda one: one.filed_at, reverse=True)]

        return await self._run(look_up)

    async def open_of(self, conversation_id: str) -> tuple[OpenTicket, ...]:
        """The open tickets of a conversation as the hand-over names them."""

        def look_up(desk: TicketDesk) -> tuple[OpenTicket, ...]:
            found = (one for one in desk.of_conversation(conversation_id) if one.is_open)
            return tuple(
                OpenTicket(one.number, str(one.status), str(one.nature), one.category, one.unit, one.due_at)
                for one in found
            )

        return await self._run(look_up)

    async def callbacks(self, since: datetime) -> list[Mapping[str, Any]]:
        def look_up(desk: TicketDesk) -> list[Mapping[str, Any]]:
            filters = TicketFilter(filed_from=since, limit=_MOST_LISTED)
            return [_callback(ticket) for ticket in desk.list(filters) if ticket.callback]

        return await self._run(look_up)

    async def callback_done(self, number: str, agent_id: str, note: str) -> Mapping[str, Any]:
        def answer(desk: TicketDesk) -> Mapping[str, Any]:
            ticket = desk.get(number)
            if ticket.status is Status.RECEIVED:
                by, key = Actor(Role.AGENT, agent_id), f"desk:callback:{number}"
                desk.advance(
                    AdvanceTicket(idempotency_key=key, number=number, command=Command.REPLY, by=by, reason=note)
                )
            return _callback(desk.get(number))

        return await self._run(answer)

    async def revisits(self) -> list[Mapping[str, Any]]:
        def look_up(desk: TicketDesk) -> list[Mapping[str, Any]]:
            asked = desk.list(TicketFilter(status=Status.REVISIT, limit=_MOST_LISTED))
            return [_revisit(ticket) for ticket in asked if ticket.channel == "phone" and ticket.contact.phone]

        return await self._run(look_up)

    async def revisited(self, number: str, agent_id: str, answers: RevisitAnswers) -> Mapping[str, Any]:
        def conclude(desk: TicketDesk) -> Mapping[str, Any]:
            _conclude(desk, number, Actor(Role.AGENT, agent_id), answers)
            return _revisit(desk.get(number))

        return await self._run(conclude)

    async def callback_phone(self, number: str) -> str | None:
        def look_up(desk: TicketDesk) -> str | None:
            ticket = desk.get(number)
            if not (ticket.callback or ticket.status is Status.REVISIT):
                raise NoSuchTicket  # nobody waits for a call on it; its telephone is revealed for a purpose only
            return ticket.contact.phone

        return await self._run(look_up)

    async def close(self) -> None:
        await self._threads.close()

    async def _run(self, work: Callable[[TicketDesk], T]) -> T:
        try:
            return await self._threads.run(work)
        except NoSuchTicket:
            raise TicketNotFound from None
        except InvalidTicket as error:
            raise TicketRefused(error.code, error.field, str(error)) from error
        except TransitionNotAllowed as error:
            raise TicketRefused(error.code, "status", str(error)) from error
        except (TicketError, TimeoutError) as error:
            raise TicketsUnavailable from error


def _shown(ticket: Ticket) -> dict[str, Any]:
    """A ticket in a list of the desk, without the citizen."""
    return {
        "number": ticket.number,
        "conversation_id": ticket.conversation_id,
        "status": str(ticket.status),
        "open": ticket.is_open,
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": ticket.unit,
        "filed_at": local_iso(ticket.filed_at),
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "duplicate_of": ticket.duplicate_of,
        "urged": ticket.urged,
        "emergency": ticket.emergency,
    }


def _callback(ticket: Ticket) -> dict[str, Any]:
    """A ticket that asks for a call, as the list of call-backs shows it; the answer on it is the result of the call."""
    contact = ticket.contact.masked()
    answered = next((one for one in reversed(ticket.history) if one.command == Command.REPLY), None)
    return {
        "id": f"ticket:{ticket.number}",
        "conversation_id": ticket.conversation_id,
        "ticket_number": ticket.number,
        "caller": {"name": contact.name, "phone": contact.phone},
        "language": ticket.language,
        "reason": None,
        "requested_at": local_iso(ticket.filed_at),
        "due_at": local_iso(ticket.accept_by),
        "note": answered.reason if answered else "",
        "state": "open" if ticket.status is Status.RECEIVED else "done",
        "done_at": local_iso(answered.at) if answered else None,
        "agent": answered.actor.name if answered else None,
    }


def _conclude(desk: TicketDesk, number: str, by: Actor, answers: RevisitAnswers) -> None:
    """Stores what the citizen said on the telephone, then closes the ticket or opens it again; safe to repeat."""
    rounds = sum(entry.command == Command.START_REVISIT for entry in desk.get(number).history)
    key = f"desk:revisit:{number}:{rounds}"
    desk.rate(
        RateTicket(
            idempotency_key=f"{key}:rate",
            number=number,
            solved=answers.solved,
            satisfied=answers.satisfied,
            text=answers.note,
            by=by,
        )
    )
    if answers.well:
        step = AdvanceTicket(
            idempotency_key=f"{key}:close", number=number, command=Command.CLOSE, by=by, reason="revisit_answered"
        )
        desk.advance(step)
    else:
        desk.dispute(DisputeTicket(idempotency_key=f"{key}:dispute", number=number, text=answers.note, by=by))


def _revisit(ticket: Ticket) -> dict[str, Any]:
    """A caller's ticket whose revisit is due, as the list of call-backs shows it."""
    contact = ticket.contact.masked()
    asked = next((one.at for one in reversed(ticket.history) if one.command == Command.START_REVISIT), None)
    due = next((clock.due_at for clock in reversed(ticket.clocks) if clock.kind is ClockKind.REVISIT), None)
    reply = next((one.reason for one in reversed(ticket.history) if one.command == Command.REPLY), "")
    return {
        "id": f"revisit:{ticket.number}",
        "conversation_id": ticket.conversation_id,
        "ticket_number": ticket.number,
        "caller": {"name": contact.name, "phone": contact.phone},
        "language": ticket.language,
        "reason": "revisit",
        "requested_at": local_iso(asked),
        "due_at": local_iso(due),
        "note": reply,
        "state": "open" if ticket.status is Status.REVISIT else "done",
    }
