"""Goes on with what the telephone began to say, after "shall I go on?" was answered with yes."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.consulting import say_spoken
from actions.forms.draft import LISTEN, Draft, then
from actions.turn import Turn


class KnowledgeMore(Action):
    """`action_knowledge_more`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_knowledge_more"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Says the next piece."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        noted = draft.memo.pop("spoken", None) or {}
        consultant = deps.current().consultant
        item = None if consultant is None else consultant.item(str(noted.get("topic")), turn.language)
        if item is None:
            dispatcher.utter_message(response="utter_how_can_i_help")
            return [*draft.events(), *then(LISTEN)]
        say_spoken(item, str(noted["section"]), int(noted["piece"]), turn, draft, dispatcher)
        return [*draft.events(), *then(LISTEN)]
