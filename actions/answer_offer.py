"""What a bare "yes" or "no" outside a form refers to: the last offer the bot made, noted in `memo`."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms.draft import Draft, then
from actions.turn import Turn

ACCEPTED = {
    "consultation": "complaint_form",
    "complaint": "complaint_form",
    "callback": "callback_form",
    "resume": "action_resume",
    "human": "action_request_human",
}
"""Which action a "yes" to each offer leads to."""


class AnswerOffer(Action):
    """`action_answer_offer`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_answer_offer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Follows up on the offer, or asks what the citizen wishes."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        offer = draft.memo.pop("offer", None)
        if turn.is_("affirm") and offer in ACCEPTED:
            draft.memo["accepted"] = offer
            return [*draft.events(), *then(ACCEPTED[offer])]
        dispatcher.utter_message(response="utter_anything_else" if turn.is_("deny") else "utter_how_can_i_help")
        return draft.events()
