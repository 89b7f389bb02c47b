"""Says again what the bot said last, buttons included."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict


class Repeat(Action):
    """`action_repeat`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_repeat"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Repeats the replies before this message."""
        said: list[dict[str, Any]] = []
        heard = 0
        for event in reversed(tracker.events):
            if event.get("event") == "user":
                heard += 1
                if heard > 1 and said:
                    break
            elif event.get("event") == "bot" and heard == 1 and event.get("text"):
                said.insert(0, event)
        for event in said:
            dispatcher.utter_message(text=event["text"], buttons=(event.get("data") or {}).get("buttons"))
        if not said:
            dispatcher.utter_message(response="utter_how_can_i_help")
        return []
