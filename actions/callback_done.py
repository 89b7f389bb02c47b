"""Files the call-back as a ticket for the hotline itself, with what the citizen said so far."""

from __future__ import annotations

import asyncio
import logging

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.forms.draft import Draft, then
from actions.turn import Turn
from actions.wording import ticket_data, ticket_values
from tickets.domain.people import Contact
from tickets.errors import TicketError
from tickets.service.commands import FileTicket

logger = logging.getLogger(__name__)
ONWARD = {"emergency": "emergency_form", "human": "action_request_human", "revisit": "revisit_form"}


class CallbackDone(Action):
    """`action_callback_done`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_callback_done"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Files when a number is known; otherwise goes where the citizen went."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        outcome = str(draft.memo.pop("outcome", "confirmed"))
        if outcome in ONWARD:
            return [*draft.events(), *then(ONWARD[outcome])]
        if outcome != "confirmed" or not draft.known("contact_phone"):
            dispatcher.utter_message(response="utter_callback_cancelled")
            return draft.events()
        said = draft.known("description")
        opening = deps.current().texts.text("utter_value_callback_description", turn.language)
        command = FileTicket(
            idempotency_key=f"{tracker.sender_id}:callback:{draft.memo.get('callback_run')}",
            conversation_id=tracker.sender_id,
            channel=turn.channel,
            language=turn.language,
            nature="help",
            description=f"{opening}\n{said}" if said else opening,
            contact=Contact(name=draft.known("contact_name"), phone=str(draft.known("contact_phone"))),
            callback=True,
        )
        try:
            receipt = await asyncio.to_thread(deps.current().desk.file, command)
        except TicketError as error:
            logger.error("a call-back could not be filed: %s", error)
            dispatcher.utter_message(response="utter_callback_store_down")
            return draft.events()
        dispatcher.utter_message(
            response="utter_callback_filed",
            json_message={"ticket": ticket_data(receipt)},
            **ticket_values(receipt, turn.language),
            phone_number=str(draft.known("contact_phone")),
        )
        return draft.events()
