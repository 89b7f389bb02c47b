"""Goes on with a draft that was left, at the slot where it stopped; and takes the conversation back from the queue."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms.draft import LISTEN, Draft, then


class Resume(Action):
    """`action_resume`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_resume"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Resumes the draft, or says that there is none."""
        draft = Draft.of(tracker)
        if not draft.memo.pop("draft", None):
            dispatcher.utter_message(response="utter_nothing_to_resume", json_message={"resume": {}})
            return [*draft.events(), *then(LISTEN)]
        draft.memo["resuming"] = True
        return [*draft.events(), *then("complaint_form")]
