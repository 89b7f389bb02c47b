"""Ends the revisit: the ticket is closed, or opened again with what the citizen says is missing.

Nothing is claimed that was not stored. A system's question whose ticket is settled by now ends without a word.
"""

from __future__ import annotations

import asyncio
import logging

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.forms.draft import LISTEN, Draft, then
from actions.turn import Turn
from actions.wording import ticket_data, ticket_values
from tickets.domain.people import SYSTEM
from tickets.domain.vocabulary import Command
from tickets.errors import StoreUnavailable, TicketError, TransitionNotAllowed
from tickets.service.commands import AdvanceTicket, DisputeTicket, WithdrawTicket
from tickets.service.desk import TicketDesk
from tickets.service.receipts import TicketReceipt

logger = logging.getLogger(__name__)
ONWARD = {
    "human": "action_request_human",
    "callback": "callback_form",
    "emergency": "emergency_form",
    "matter": "complaint_form",
    "ticket": "ticket_form",
}
LEFT = {
    "over": "utter_revisit_over",
    "store_down": "utter_ticket_store_down",
}
"""What is said when the form was left; everything else is left for later."""


class RevisitDone(Action):
    """`action_revisit_done`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_revisit_done"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Concludes the revisit, or follows the citizen out."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        outcome = str(draft.memo.pop("outcome", "answered"))
        if outcome in ONWARD:
            return [*draft.events(), *then(ONWARD[outcome])]
        if outcome == "silent":
            return [*draft.events(), *then(LISTEN)]
        if outcome == "answered":
            await self._conclude(turn, draft, dispatcher)
        else:
            dispatcher.utter_message(response=LEFT.get(outcome, "utter_revisit_later"))
        if draft.memo.get("draft") and draft.known("description"):
            dispatcher.utter_message(response="utter_draft_waits")
        return draft.events()

    async def _conclude(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
        number, text = str(draft.get("revisit_number")), str(draft.known("revisit_text") or "")
        key = f"{turn.conversation}:revisit:{draft.memo.get('revisit_run')}"
        solved = draft.get("revisit_solved") == "yes"
        well = solved and draft.get("revisit_satisfied") == "yes"
        try:
            ticket = await asyncio.to_thread(_concluded, deps.current().desk, number, text, key, solved)
        except TransitionNotAllowed as error:
            logger.info("a revisit was settled otherwise: %s", error.code)
            dispatcher.utter_message(response="utter_revisit_over")
            return
        except StoreUnavailable as error:
            logger.error("a revisit could not be concluded: %s", error)
            dispatcher.utter_message(response="utter_ticket_store_down")
            return
        except TicketError as error:
            logger.error("a revisit was refused: %s", error.code)
            dispatcher.utter_message(response="utter_ticket_refused")
            return
        response = "utter_revisit_reopened" if text else "utter_revisit_thanks" if well else "utter_revisit_noted"
        dispatcher.utter_message(
            response=response, json_message={"ticket": ticket_data(ticket)}, **ticket_values(ticket, turn.language)
        )


def _concluded(desk: TicketDesk, number: str, text: str, key: str, solved: bool) -> TicketReceipt:
    if text:
        return desk.dispute(DisputeTicket(idempotency_key=f"{key}:dispute", number=number, text=text))
    if not solved:  # nobody but the citizen may end a matter that he or she calls unsolved
        return desk.withdraw(WithdrawTicket(idempotency_key=f"{key}:leave", number=number))
    reason = "revisit_answered"
    return desk.advance(
        AdvanceTicket(idempotency_key=f"{key}:close", number=number, command=Command.CLOSE, by=SYSTEM, reason=reason)
    )
