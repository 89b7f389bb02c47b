"""An answer that did not help: noted for those who write the items, and a ticket or a person offered."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answer_offer import offer
from actions.consulting import note_gap
from actions.forms.draft import Draft
from actions.turn import Turn


class KnowledgeFeedback(Action):
    """`action_knowledge_feedback`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_knowledge_feedback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Notes the question that the answer was given to."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        asked = note_unhelpful(turn, draft)
        if asked:
            draft.hold(asked, turn.message_id)
        offer(draft, turn, "consultation")
        dispatcher.utter_message(response="utter_knowledge_not_helpful")
        return draft.events()


def note_unhelpful(turn: Turn, draft: Draft) -> str:
    """Notes the question that the pressed button's answer was given to; gives it, "" when it is not known any more."""
    question = draft.held(turn.previous.message_id if turn.previous else None)
    asked = question or (turn.previous.text if turn.previous and not turn.previous.payload else "")
    topic = turn.value("topic")
    note_gap(asked or str(topic), turn, "not_helpful", topic)
    return asked
