"""A question about a public service: until there is an item that answers it, said honestly and offered as a ticket."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answer_offer import offer
from actions.forms.draft import Draft
from actions.turn import Turn


class Consult(Action):
    """`action_consult`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_consult"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Offers a consultation ticket, or a person."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        question = turn.text
        if turn.payload:
            question = draft.held(turn.previous.message_id if turn.previous else None)
        if not question:
            dispatcher.utter_message(response="utter_ask_question")
            return draft.events()
        draft.hold(question, turn.message_id)
        offer(draft, turn, "consultation")
        dispatcher.utter_message(response="utter_consult_not_covered")
        return draft.events()
