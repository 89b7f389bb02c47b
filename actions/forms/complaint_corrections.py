"""Any slot can be put right by name at any moment: "the phone is wrong, it's 139 ...".

The slot is the one a button names, the one the sentence names, or the one its entities fit; the new value is in the
same sentence, or the slot is emptied and asked for.
"""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import deps, validators
from actions.forms.draft import Draft
from actions.turn import Turn

FITS = {
    "phone": "contact_phone",
    "location": "location",
    "person_name": "contact_name",
    "time": "occurred_at",
}
"""Which slot an entity belongs to, the surest first."""
EARLIER = ("description", "category", "location", "occurred_at", "contact_name", "contact_phone", "confidentiality")


def wants_correction(turn: Turn, draft: Draft, requested: str) -> bool:
    """Whether the message puts an earlier answer right."""
    if turn.is_("correct_info") or (turn.payload and turn.intent == "correct_info"):
        return any(draft.get(slot) is not None for slot in EARLIER) and _slot(turn, requested) != requested
    if requested != "confirm" or turn.is_("affirm"):
        return False
    changing = bool(draft.memo.get("changing")) and deps.current().words[turn.language].slot_named(turn.text)
    return bool(changing) or (not turn.payload and any(turn.value(entity) for entity in FITS))


def _slot(turn: Turn, requested: str) -> str | None:
    if turn.payload:
        return turn.value("slot")
    fitting = [slot for entity, slot in FITS.items() if turn.value(entity)]
    named = deps.current().words[turn.language].slot_named(turn.text)
    if named and (named in fitting or not fitting):
        return named
    return fitting[0] if fitting else named


def correct(turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> list[EventType]:
    """Changes the slot and goes on asking what was asked, or asks for the slot's new value."""
    draft.memo.pop("changing", None)
    slot = _slot(turn, requested)
    if slot not in EARLIER:
        draft.memo["changing"] = True
        return draft.asking("confirm" if requested == "confirm" else requested)
    verdict = _value(turn, slot)
    if isinstance(verdict, validators.Accepted):
        draft.set(slot, verdict.value)
        dispatcher.utter_message(response="utter_corrected")
        return draft.asking(requested)
    if isinstance(verdict, validators.Rejected):
        dispatcher.utter_message(response=verdict.response)
    draft.set(slot, None)
    return draft.asking(slot)


def _value(turn: Turn, slot: str) -> validators.Verdict | None:
    """The new value in the same message, None when there is none."""
    surface = next((turn.surface(entity) for entity, fits in FITS.items() if fits == slot), None)
    if turn.payload or surface is None:
        return None
    if slot == "contact_phone":
        return validators.phone(surface, turn.language)
    if slot == "location":
        return validators.place(surface, surface, vague=False)
    if slot == "contact_name":
        return validators.name(surface, surface)
    return validators.moment(surface, turn.language, deps.current().now())
