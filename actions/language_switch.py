"""Going on in another language when the citizen asks for one ("English please", "请说中文").

The wished language is the one named; when none of the five is named it is the one the request is written in, which
the gateway has already found. Only languages that every text exists in can be switched to.
"""

from __future__ import annotations

from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.turn import Turn
from language.identify import LANGUAGES


def wished(text: str, current: str) -> str:
    """Gives the language that is named in the text, else the current one; the last named wins ("not English, 中文")."""
    lowered = text.lower()
    places = []
    for words in deps.current().words.values():
        for language in LANGUAGES:
            for name in words.lists.get(f"language_{language}", ()):
                at = lowered.rfind(name)
                if at >= 0:
                    places.append((at, language))
    return max(places)[1] if places else current


def switch(turn: Turn, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Says in the wished language that the conversation goes on in it, and tells the gateway."""
    language = turn.language if turn.payload else wished(turn.text, turn.language)
    text = deps.current().texts.text("utter_language_switched", language, turn.channel)
    dispatcher.utter_message(text=text, json_message={"language": language})
    return [SlotSet("language", language)]
