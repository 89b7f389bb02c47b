"""A question about a public service: answered from the items, or honestly not covered and offered as a ticket."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.consulting import decision_on, say, say_not_covered
from actions.forms.draft import Draft
from actions.turn import Turn
from knowledge.decision import NotCovered


class Consult(Action):
    """`action_consult`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_consult"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Answers, lets choose, asks back, or offers a consultation ticket and a person."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        question = turn.text
        if turn.payload:
            question = draft.held(turn.previous.message_id if turn.previous else None)
        if not question:
            dispatcher.utter_message(response="utter_ask_question")
            return draft.events()
        decision = await decision_on(turn, draft, question)
        if isinstance(decision, NotCovered):
            say_not_covered(decision.nearest, question, turn, draft, dispatcher)
        else:
            draft.hold(question, turn.message_id)
            await say(decision, turn, draft, dispatcher)
        return draft.events()
