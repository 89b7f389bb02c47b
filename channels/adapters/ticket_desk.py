"""The citizen's side of tickets, from the ticket desk in a few threads: looking, urging, adding, withdrawing, judging.

It shows nothing that the citizen's own page may not show, and files nothing. Who asks has shown before that the
ticket is his or hers: by a conversation that filed or follows it, or by the last four digits of its telephone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from channels.adapters.ticket_course import course
from channels.adapters.ticket_threads import SECONDS, TicketThreads
from channels.errors import InvalidField, TicketNotFound, TicketNotNow, TicketsUnavailable, TooManyRequests
from channels.ports import Asker, CitizenWish
from tickets.config import TicketsConfig
from tickets.domain.number import clean_number
from tickets.domain.people import SYSTEM
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Status
from tickets.errors import IdempotencyKeyReused, InvalidTicket, LookupBlocked, TicketError, TransitionNotAllowed
from tickets.errors import TicketNotFound as NoSuchTicket
from tickets.service.commands import (
    AdvanceTicket,
    DisputeTicket,
    RateTicket,
    SupplementTicket,
    UrgeTicket,
    WithdrawTicket,
)
from tickets.service.desk import TicketDesk
from tickets.service.lookup import last4

_BLOCKED_SECONDS = 3600
_MOST_OWN = 50
T = TypeVar("T")


class DeskTicketViews:
    """TicketViews on the ticket core."""

    def __init__(self, config: TicketsConfig, seconds: float = SECONDS) -> None:
        self.threads = TicketThreads(config, "tickets", seconds)

    async def of_conversation(self, conversation_id: str, number: str) -> Mapping[str, Any] | None:
        """The ticket `number` when this conversation filed or follows it."""
        asker = Asker(conversation_id=conversation_id)
        return await self._run(lambda desk: _seen(desk, number, asker))

    async def by_phone(self, number: str, phone_last4: str) -> Mapping[str, Any] | None:
        """The ticket `number` when `phone_last4` ends its telephone number."""
        asker = Asker(phone_last4=phone_last4)
        return await self._run(lambda desk: _seen(desk, number, asker))

    async def own(self, conversation_id: str) -> list[Mapping[str, Any]]:
        """The tickets that this conversation filed or follows, newest first, fifty at most."""
        asker = Asker(conversation_id=conversation_id)
        return await self._run(
            lambda desk: [_view(desk, ticket, asker) for ticket in desk.of_conversation(conversation_id)[:_MOST_OWN]]
        )

    async def carry_out(self, number: str, asker: Asker, wish: CitizenWish) -> Mapping[str, Any]:
        """Does what the citizen wishes with the ticket, once a key; gives the ticket as it stands then."""

        def work(desk: TicketDesk) -> Mapping[str, Any]:
            ticket = _own(desk, number, asker)
            if ticket is None:
                raise NoSuchTicket
            _DO[wish.what](desk, ticket, asker, wish)
            return _view(desk, desk.get(ticket.number), asker)

        return await self._run(work)

    async def ping(self) -> None:
        await self._run(lambda desk: desk.ready())

    async def close(self) -> None:
        await self.threads.close()

    async def _run(self, work: Callable[[TicketDesk], T]) -> T:
        try:
            return await self.threads.run(work)
        except NoSuchTicket:
            raise TicketNotFound from None
        except LookupBlocked as error:
            raise TooManyRequests(_BLOCKED_SECONDS, str(error)) from None
        except InvalidTicket as error:
            raise InvalidField(error.field, str(error)) from error
        except (TransitionNotAllowed, IdempotencyKeyReused) as error:
            raise TicketNotNow from error
        except (TicketError, TimeoutError) as error:
            raise TicketsUnavailable from error


def _own(desk: TicketDesk, number: str, asker: Asker) -> Ticket | None:
    """The ticket, when it is the asker's.

    Raises:
        NoSuchTicket, LookupBlocked: the four digits are not of its telephone.
    """
    if asker.phone_last4 is not None:
        return desk.find_for_citizen(number, asker.phone_last4)
    wanted = clean_number(number)
    filed = desk.of_conversation(asker.conversation_id or "")
    return next((ticket for ticket in filed if ticket.number == wanted), None)


def _seen(desk: TicketDesk, number: str, asker: Asker) -> Mapping[str, Any] | None:
    ticket = _own(desk, number, asker)
    return None if ticket is None else _view(desk, ticket, asker)


def _view(desk: TicketDesk, ticket: Ticket, asker: Asker) -> Mapping[str, Any]:
    """The ticket as its citizen sees it; of a merged one also the ticket that lives on, under `live`."""
    by_conversation = asker.phone_last4 is None
    view = course(ticket, first=_first(ticket, asker), words=by_conversation)
    if ticket.status is not Status.MERGED:
        return view
    live = desk.live(ticket.number)
    return {**view, "live": course(live, first=_first(live, asker), words=by_conversation)}


def _first(ticket: Ticket, asker: Asker) -> bool:
    """Whether the asker is the one who filed it, and no follower."""
    if asker.phone_last4 is not None:
        return last4(ticket.contact.phone) == asker.phone_last4
    return ticket.conversation_id == asker.conversation_id


def _urge(desk: TicketDesk, ticket: Ticket, asker: Asker, wish: CitizenWish) -> None:
    desk.urge(UrgeTicket(idempotency_key=wish.key, number=ticket.number))


def _supplement(desk: TicketDesk, ticket: Ticket, asker: Asker, wish: CitizenWish) -> None:
    desk.supplement(SupplementTicket(idempotency_key=wish.key, number=ticket.number, text=wish.text))


def _withdraw(desk: TicketDesk, ticket: Ticket, asker: Asker, wish: CitizenWish) -> None:
    desk.withdraw(
        WithdrawTicket(
            idempotency_key=wish.key,
            number=ticket.number,
            text=wish.text,
            conversation_id=asker.conversation_id,
            phone_last4=asker.phone_last4,
        )
    )


def _rate(desk: TicketDesk, ticket: Ticket, asker: Asker, wish: CitizenWish) -> None:
    """Notes both answers; a matter called solved is closed, one that something is missing of is opened again.

    The steps have keys of their own, so that a repeat after a crash goes on where it stopped.
    """
    if not _first(ticket, asker):
        raise TicketNotNow("Only who filed the ticket judges its outcome.")
    desk.rate(
        RateTicket(
            idempotency_key=f"{wish.key}:rate",
            number=ticket.number,
            solved=wish.solved,
            satisfied=wish.satisfied,
            text=wish.text,
        )
    )
    status = desk.get(ticket.number).status
    if wish.solved is False and wish.text:
        desk.dispute(
            DisputeTicket(
                idempotency_key=f"{wish.key}:dispute",
                number=ticket.number,
                conversation_id=asker.conversation_id,
                text=wish.text,
            )
        )
    elif wish.solved and status is Status.REVISIT:
        desk.advance(
            AdvanceTicket(
                idempotency_key=f"{wish.key}:close",
                number=ticket.number,
                command=Command.CLOSE,
                by=SYSTEM,
                reason="revisit_answered",
            )
        )


_DO: Mapping[str, Callable[[TicketDesk, Ticket, Asker, CitizenWish], None]] = {
    "urge": _urge,
    "supplement": _supplement,
    "withdraw": _withdraw,
    "rate": _rate,
}
