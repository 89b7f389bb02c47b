"""Notes how the citizen judges an answered ticket of this conversation; asks when the words do not tell.

Nobody is called satisfied who did not say so.
"""

from __future__ import annotations

import asyncio
import logging

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.asked_ticket import asked_ticket
from actions.forms.draft import Draft, then
from actions.judgement import judgement
from actions.turn import Turn
from tickets.domain.vocabulary import Status
from tickets.errors import TicketError, TransitionNotAllowed
from tickets.service.commands import RateTicket

logger = logging.getLogger(__name__)
ANSWERED = (Status.REPLIED, Status.REVISIT, Status.CLOSED)


class Rate(Action):
    """`action_rate`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_rate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Answers a revisit that has begun, else rates the newest ticket of the conversation that was answered."""
        turn = Turn.of(tracker)
        try:
            if await asked_ticket(turn.conversation, opened=True) is not None:
                return [*Draft.of(tracker).events(), *then("revisit_form")]
            await self._rate(turn, dispatcher)
        except TransitionNotAllowed:
            dispatcher.utter_message(response="utter_rate_not_yet")
        except TicketError as error:
            logger.error("a rating could not be stored: %s", error.code)
            dispatcher.utter_message(response="utter_ticket_store_down")
        return []

    async def _rate(self, turn: Turn, dispatcher: CollectingDispatcher) -> None:
        desk = deps.current().desk
        own = await asyncio.to_thread(desk.of_conversation, turn.conversation)
        if not own:
            dispatcher.utter_message(response="utter_rate_nothing")
            return
        number = next((ticket.number for ticket in own if ticket.status in ANSWERED), own[0].number)
        score, satisfied = judgement(turn.text, deps.current().words[turn.language])
        if score is None and satisfied is None:
            dispatcher.utter_message(response="utter_news_revisit", number=number)
            return
        key = f"{turn.conversation}:rate:{turn.message_id}"
        command = RateTicket(idempotency_key=key, number=number, score=score, satisfied=satisfied, text=turn.text)
        await asyncio.to_thread(desk.rate, command)
        dispatcher.utter_message(response="utter_rate_thanks")
