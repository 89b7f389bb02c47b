"""A bare fact outside any form: a ticket's number is looked up, a matter becomes a complaint, else we ask what for."""

from __future__ import annotations

import asyncio

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.answer_offer import offer
from actions.forms.draft import Draft, then
from actions.joining import undo
from actions.turn import Turn

A_MATTER = 0.5
"""From this score of the best category on, a bare fact is the matter of a complaint."""


class Inform(Action):
    """`action_inform`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_inform"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Chooses by what the fact is."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        if turn.payload and turn.value("slot") == "joined":
            return await undo(turn, draft, dispatcher)
        if turn.value("ticket_number"):
            return [*draft.events(), *then("ticket_form")]
        if not turn.payload:
            best = (await asyncio.to_thread(deps.current().classifier.suggest, turn.text, turn.vector, 1))[0]
            if best.score >= A_MATTER:
                return [*draft.events(), *then("complaint_form")]
        draft.hold(turn.text, turn.message_id)
        offer(draft, turn, "complaint")
        dispatcher.utter_message(response="utter_what_about")
        return draft.events()
