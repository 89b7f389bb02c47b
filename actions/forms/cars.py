"""The plate of a car that is in the way: asked for once, taken from wherever the citizen says it.

It becomes part of the description, where the tickets look for it. Without one the traffic police are sent at once.
"""

from __future__ import annotations

from rasa_sdk.executor import CollectingDispatcher

from actions import validators
from actions.forms.draft import Draft
from actions.turn import Turn
from language.phones import normalize_phone
from tickets.domain.cars import MOVE_CAR, plate_in


def ask_plate(draft: Draft, dispatcher: CollectingDispatcher) -> None:
    """Asks for the plate, before the next question, when the description has none."""
    if _missing(draft) and not draft.memo.get("plate_asked"):
        draft.memo["plate_asked"] = True
        dispatcher.utter_message(response="utter_ask_plate")


def note_plate(turn: Turn, draft: Draft, requested: str) -> bool:
    """Takes a plate from an answer; True when the answer is nothing else, so that the question is asked again."""
    plate = plate_in(turn.text) if not turn.payload and requested != "description" and _missing(draft) else None
    if plate is None:
        return False
    whole = f"{draft.known('description')}\n{plate}"
    draft.set("description", whole[: validators.DESCRIPTION_LIMIT])
    more = turn.surface("location") or turn.surface("time") or normalize_phone(turn.text, turn.language)
    return not more and len(turn.text.strip()) <= len(plate) + _AROUND


def _missing(draft: Draft) -> bool:
    described = draft.known("description")
    return bool(described) and draft.get("category") == MOVE_CAR and plate_in(str(described)) is None


_AROUND = 14
"""So many characters around a plate say no more than that it is the plate."""
