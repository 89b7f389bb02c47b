"""Goes on in the language the citizen asks for."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.language_switch import switch
from actions.turn import Turn


class SwitchLanguage(Action):
    """`action_switch_language`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_switch_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Switches and says so in the new language."""
        return switch(Turn.of(tracker), dispatcher)
