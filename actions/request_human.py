"""A person is wanted: the conversation is queued, nothing said is lost, and a call-back is offered meanwhile."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.answer_offer import offer
from actions.forms.draft import LISTEN, Draft, then
from actions.turn import Turn


class RequestHuman(Action):
    """`action_request_human`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_request_human"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Queues the conversation."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        offer(draft, turn, "callback")
        reason = "request" if turn.is_("request_human") else "offered"
        dispatcher.utter_message(
            response="utter_handoff", json_message={"handoff": {"reason": reason, "priority": "normal"}}
        )
        return [*draft.events(), *then(LISTEN)]
