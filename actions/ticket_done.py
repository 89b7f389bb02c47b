"""Ends the ticket form: tells the status, or urges, withdraws, adds to or disputes the ticket that was found."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.forms.draft import Draft, then
from actions.turn import Turn
from actions.wording import ticket_data, ticket_values
from tickets.domain.ticket import Ticket
from tickets.errors import StoreUnavailable, TicketError, TransitionNotAllowed
from tickets.service.commands import DisputeTicket, SupplementTicket, UrgeTicket, WithdrawTicket
from tickets.service.desk import TicketDesk
from tickets.service.receipts import TicketReceipt

logger = logging.getLogger(__name__)
ONWARD = {
    "human": "action_request_human",
    "callback": "callback_form",
    "emergency": "emergency_form",
    "revisit": "revisit_form",
}
LEFT = {
    "cancelled": "utter_form_cancelled_ticket",
    "paused": "utter_goodbye",
    "kept": "utter_ticket_kept",
    "unknown": "utter_ticket_number_unknown",
    "store_down": "utter_ticket_store_down",
}


@dataclass(frozen=True)
class Asker:
    """Who asks, as far as it is known: a ticket may have several complainants, and one who leaves takes nothing back.

    Attributes:
        phone_last4: with which the ticket was found; empty where the conversation was proof enough.
    """

    conversation: str
    phone_last4: str


class TicketDone(Action):
    """`action_ticket_done`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ticket_done"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Does what was asked with the ticket, or follows the citizen out."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        outcome = str(draft.memo.pop("outcome", "found"))
        if outcome in ONWARD:
            return [*draft.events(), *then(ONWARD[outcome])]
        if outcome == "found":
            await self._do(turn, draft, dispatcher)
        elif outcome in LEFT:
            dispatcher.utter_message(response=LEFT[outcome])
        if draft.memo.get("draft") and draft.known("description"):
            dispatcher.utter_message(response="utter_draft_waits")
        return draft.events()

    async def _do(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        task, desk = str(draft.get("ticket_task")), deps.current().desk
        key = f"{turn.conversation}:{task}:{draft.memo.get('ticket_run')}"
        try:
            ticket = await asyncio.to_thread(
                DO[task],
                desk,
                str(draft.get("ticket_number")),
                str(draft.known("ticket_text") or ""),
                key,
                Asker(turn.conversation, str(draft.known("phone_last4") or "")),
            )
        except TransitionNotAllowed as error:
            logger.info("%s was not possible: %s", task, error.code)
            await self._not_now(task, turn, draft, dispatcher)
        except StoreUnavailable as error:
            logger.error("a ticket could not be reached: %s", error)
            dispatcher.utter_message(response="utter_ticket_store_down")
        except TicketError as error:
            logger.error("%s failed: %s", task, error.code)
            dispatcher.utter_message(response="utter_ticket_refused")
        else:
            dispatcher.utter_message(
                response=f"utter_ticket_{task}",
                json_message={"ticket": ticket_data(ticket)},
                **ticket_values(ticket, turn.language),
            )

    async def _not_now(self, task: str, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        try:
            ticket = await asyncio.to_thread(deps.current().desk.get, str(draft.get("ticket_number")))
        except TicketError as error:
            logger.error("a ticket could not be reached: %s", error)
            dispatcher.utter_message(response="utter_ticket_store_down")
            return
        dispatcher.utter_message(
            response=f"utter_ticket_{task}_not_now",
            json_message={"ticket": ticket_data(ticket)},
            **ticket_values(ticket, turn.language),
        )


def _status(desk: TicketDesk, number: str, text: str, key: str, asker: Asker) -> Ticket:
    return desk.live(number)


def _urge(desk: TicketDesk, number: str, text: str, key: str, asker: Asker) -> TicketReceipt:
    return desk.urge(UrgeTicket(idempotency_key=key, number=number))


def _withdraw(desk: TicketDesk, number: str, text: str, key: str, asker: Asker) -> TicketReceipt:
    return desk.withdraw(
        WithdrawTicket(
            idempotency_key=key,
            number=number,
            conversation_id=asker.conversation,
            phone_last4=asker.phone_last4 or None,
        )
    )


def _supplement(desk: TicketDesk, number: str, text: str, key: str, asker: Asker) -> TicketReceipt:
    return desk.supplement(SupplementTicket(idempotency_key=key, number=number, text=text))


def _dispute(desk: TicketDesk, number: str, text: str, key: str, asker: Asker) -> TicketReceipt:
    return desk.dispute(
        DisputeTicket(idempotency_key=key, number=number, text=text, conversation_id=asker.conversation)
    )


DO: dict[str, Callable[[TicketDesk, str, str, str, Asker], Ticket | TicketReceipt]] = {
    "status": _status,
    "urge": _urge,
    "withdraw": _withdraw,
    "supplement": _supplement,
    "dispute": _dispute,
}
