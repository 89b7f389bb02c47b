"""A topic or a part of one, asked for by a button: also inside a form, which then goes on."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.consulting import ALL, NONE, say_not_covered, say_section
from actions.forms.draft import Draft
from actions.turn import Turn


class KnowledgeTopic(Action):
    """`action_knowledge_topic`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_knowledge_topic"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Says what was asked for."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        await say_asked(turn, draft, dispatcher)
        return draft.events()


async def say_asked(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """Says the topic and section that the button of this turn names, in the conversation's language."""
    topic, section = turn.value("topic") or "", turn.value("section") or "short"
    if topic == NONE:
        question = draft.held(turn.previous.message_id if turn.previous else None)
        say_not_covered((), question, turn, draft, dispatcher)
        return
    consultant = deps.current().consultant
    item = None if consultant is None else consultant.item(topic, turn.language)
    if item is None or (section != ALL and section not in item.sections):
        dispatcher.utter_message(response="utter_knowledge_gone")
        return
    await say_section(item, section, turn, draft, dispatcher)
