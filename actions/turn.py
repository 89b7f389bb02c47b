"""What the citizen just said, as the actions see it: plain values out of Rasa's tracker.

Reading only. A turn knows its text, the understood intent and entities, the language, and the notes (`memo`) that
earlier turns left; it decides nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from rasa_sdk import Tracker

FALLBACK = "nlu_fallback"
SURE = 0.5
PAUSES = ("wait", "repeat", "speak_slower")
"""Intents that do not end what was being talked about."""


@dataclass(frozen=True)
class Turn:
    """One message of the citizen.

    Attributes:
        text: as typed; for a button, its payload.
        intent: the understood intent, also when below the threshold (then `fallback` is true).
        payload: the message was a button; `entities` are its values.
        danger: kind of danger when somebody is in danger, else None.
        vector: sentence vector of the text where the bot handed it on.
        previous: the citizen's message before this one, pauses left out; None at the beginning.
    """

    text: str
    intent: str
    confidence: float
    fallback: bool
    payload: bool
    entities: tuple[dict[str, Any], ...]
    language: str
    channel: str
    message_id: str
    conversation: str
    danger: str | None = None
    ranking: tuple[str, ...] = ()
    vector: np.ndarray | None = field(default=None, repr=False, compare=False)
    previous: Turn | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        """Reads the latest message of a tracker, and the one before."""
        events = (event for event in reversed(tracker.events) if event.get("event") == "user")
        heard: Mapping[str, Any] = next(events, {})
        earlier = (event for event in islice(events, 5) if _intent(event) not in PAUSES)
        before = next((cls._read(tracker, event.get("parse_data") or {}, event, None) for event in earlier), None)
        return cls._read(tracker, tracker.latest_message, heard, before)

    @classmethod
    def _read(
        cls, tracker: Tracker, message: Mapping[str, Any], heard: Mapping[str, Any], previous: Turn | None
    ) -> Turn:
        ranking = [entry for entry in message.get("intent_ranking") or [] if entry.get("name") != FALLBACK]
        intent = message.get("intent") or {}
        best = ranking[0] if ranking else intent
        text = str(message.get("text") or "")
        vector = message.get("vector")
        return cls(
            text=text,
            intent=str(best.get("name") or FALLBACK),
            confidence=float(best.get("confidence") or 0.0),
            fallback=intent.get("name") == FALLBACK,
            payload=text.startswith("/"),
            entities=tuple(entity for entity in message.get("entities") or [] if entity.get("entity") != "language"),
            language=str(tracker.get_slot("language") or "zh"),
            channel=str(heard.get("input_channel") or "web"),
            message_id=str(heard.get("message_id") or ""),
            conversation=tracker.sender_id,
            danger=(message.get("danger") or {}).get("kind"),
            ranking=tuple(str(entry["name"]) for entry in ranking),
            vector=np.frombuffer(base64.b64decode(vector), dtype=np.float16).astype(np.float32) if vector else None,
            previous=previous,
        )

    def is_(self, *intents: str) -> bool:
        """Whether the message has one of these intents, more likely than not, or was pressed as a button.

        Inside a form that is enough: what is not an interruption is an answer, and a wrong guess is asked again.
        Outside one the bot's own, higher threshold decides whether it asks back (`nlu_fallback`).
        """
        return self.intent in intents and (self.payload or self.confidence >= SURE)

    def value(self, entity: str) -> str | None:
        """The first value of an entity, None when there is none."""
        return next((str(found["value"]) for found in self.entities if found.get("entity") == entity), None)

    def surface(self, entity: str) -> str | None:
        """The words of the text that hold an entity; its value when it has no place in the text."""
        return next(iter(self.surfaces(entity)), None)

    def surfaces(self, entity: str) -> list[str]:
        """The same of every entity of that kind, in order."""
        spans = [
            (found.get("start"), found.get("end"), found) for found in self.entities if found.get("entity") == entity
        ]
        return [
            self.text[start:end] if start is not None and end is not None else str(found["value"])
            for start, end, found in spans
        ]


def _intent(event: Mapping[str, Any]) -> str:
    return str(((event.get("parse_data") or {}).get("intent") or {}).get("name"))
