"""Notes how the citizen judges an answered ticket of this conversation; without one, thanks and says when it can be done."""

from __future__ import annotations

import asyncio
import logging

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.turn import Turn
from tickets.errors import TicketError, TransitionNotAllowed
from tickets.service.commands import RateTicket

logger = logging.getLogger(__name__)


class Rate(Action):
    """`action_rate`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_rate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Rates the newest ticket of the conversation."""
        turn = Turn.of(tracker)
        desk = deps.current().desk
        own = await asyncio.to_thread(desk.of_conversation, turn.conversation)
        if not own:
            dispatcher.utter_message(response="utter_rate_nothing")
            return []
        command = RateTicket(
            idempotency_key=f"{turn.conversation}:rate:{turn.message_id}", number=own[0].number, satisfied=True, text=turn.text
        )
        try:
            await asyncio.to_thread(desk.rate, command)
        except TransitionNotAllowed:
            dispatcher.utter_message(response="utter_rate_not_yet")
        except TicketError as error:
            logger.error("a rating could not be stored: %s", error.code)
            dispatcher.utter_message(response="utter_ticket_store_down")
        else:
            dispatcher.utter_message(response="utter_rate_thanks")
        return []
