"""Ends the ticket form: tells the status, or urges, withdraws, adds to or disputes the ticket that was found."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

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
ONWARD = {"human": "action_request_human", "callback": "callback_form", "emergency": "emergency_form"}
LEFT = {
    "cancelled": "utter_form_cancelled_ticket",
    "paused": "utter_goodbye",
    "kept": "utter_ticket_kept",
    "unknown": "utter_ticket_number_unknown",
    "store_down": "utter_ticket_store_down",
}


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
                DO[task], desk, str(draft.get("ticket_number")), str(draft.known("ticket_text") or ""), key
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


def _status(desk: TicketDesk, number: str, text: str, key: str) -> Ticket:
    return desk.get(number)


def _urge(desk: TicketDesk, number: str, text: str, key: str) -> TicketReceipt:
    return desk.urge(UrgeTicket(idempotency_key=key, number=number))


def _withdraw(desk: TicketDesk, number: str, text: str, key: str) -> TicketReceipt:
    return desk.withdraw(WithdrawTicket(idempotency_key=key, number=number))


def _supplement(desk: TicketDesk, number: str, text: str, key: str) -> TicketReceipt:
    return desk.supplement(SupplementTicket(idempotency_key=key, number=number, text=text))


def _dispute(desk: TicketDesk, number: str, text: str, key: str) -> TicketReceipt:
    return desk.dispute(DisputeTicket(idempotency_key=key, number=number, text=text))


DO: dict[str, Callable[[TicketDesk, str, str, str], Ticket | TicketReceipt]] = {
    "status": _status,
    "urge": _urge,
    "withdraw": _withdraw,
    "supplement": _supplement,
    "dispute": _dispute,
}
