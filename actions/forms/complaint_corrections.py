"""Any slot can be put right by name at any moment: "the phone is wrong, it's 139 ...".

The slot is the one a button names, the one the sentence names, or the one its entities fit; the new value is in the
same sentence, or the slot is emptied and asked for.
"""

from __future__ import annotations

from datetime import timedelta

from rasa_sdk.executor import CollectingDispatcher

from actions import deps, validators
from actions.forms import complaint_answers as answers
from actions.forms.draft import Draft
from actions.turn import Turn
from language.times import resolve_time

FITS = {
    "phone": "contact_phone",
    "location": "location",
    "person_name": "contact_name",
    "time": "occurred_at",
}
"""Which slot an entity belongs to, the surest first."""
NATURES = ("complaint", "help", "report", "suggestion", "praise")
ADDING = ("file_complaint", "report_violation", "supplement_ticket")
"""At the read-back these add to the description, though a place or a time may stand in them."""
SPOKEN_WITHIN = timedelta(minutes=30)
EARLIER = ("description", "category", "location", "occurred_at", "contact_name", "contact_phone", "confidentiality")


def wants_correction(turn: Turn, draft: Draft, requested: str) -> bool:
    """Whether the message puts an earlier answer right."""
    if turn.is_("correct_info") or (turn.payload and turn.intent == "correct_info"):
        return any(draft.get(slot) is not None for slot in EARLIER) and _slot(turn, requested) != requested
    if requested != "confirm" or turn.payload or turn.is_(*ADDING):
        return False
    if turn.is_("affirm"):
        return turn.value("phone") not in (None, draft.get("contact_phone"))
    named = draft.memo.get("changing") and deps.current().words[turn.language].slot_named(turn.text)
    return bool(named) or any(turn.value(entity) for entity in FITS)


def _slot(turn: Turn, requested: str) -> str | None:
    if turn.payload:
        return turn.value("slot")
    named = deps.current().words[turn.language].slot_named(turn.text)
    fitting = [slot for entity, slot in FITS.items() if turn.value(entity)]
    if named != "occurred_at" and "occurred_at" in fitting and _just_now(turn):
        fitting.remove("occurred_at")
    if named and (named in fitting or not fitting or named != "description"):
        return named
    return fitting[0] if fitting else named


def _just_now(turn: Turn) -> bool:
    """Whether the time in the sentence is only when it was said ("what I said just now is wrong")."""
    now = deps.current().now()
    moment = resolve_time(str(turn.surface("time")), turn.language, now)
    return moment is not None and abs(now - moment.start) < SPOKEN_WITHIN


def correct(turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> str | None:
    """Changes the slot; gives the slot to ask for, None to go on with what is missing."""
    draft.memo.pop("changing", None)
    slot = _slot(turn, requested)
    nature = _nature(turn, draft) if slot in (None, "category") else None
    if nature:
        draft.set("nature", nature)
        dispatcher.utter_message(response="utter_corrected")
        return None
    if slot not in EARLIER:
        draft.memo["changing"] = True
        return "confirm"
    if slot in answers.CONTACT and answers.wants_anonymity(turn):
        answers.leave_out_contact(draft, dispatcher)
        return None
    verdict = _value(turn, draft, slot)
    if isinstance(verdict, validators.Accepted):
        draft.set(slot, verdict.value)
        dispatcher.utter_message(response="utter_corrected")
        return None
    if isinstance(verdict, validators.Rejected):
        dispatcher.utter_message(response=verdict.response)
    if slot == "description":
        draft.memo["replaced"] = draft.get(slot)
    draft.set(slot, None)
    draft.forget_attempts(slot)
    return slot


def _nature(turn: Turn, draft: Draft) -> str | None:
    """Another nature that the sentence names ("this is a suggestion, not a complaint")."""
    words = deps.current().words[turn.language]
    others = [nature for nature in NATURES if nature != draft.get("nature") and not turn.payload]
    return next((nature for nature in others if words.contains(f"nature_{nature}", turn.text)), None)


def _value(turn: Turn, draft: Draft, slot: str) -> validators.Verdict | None:
    """The new value in the same message, None when there is none."""
    if turn.payload:
        return None
    if slot == "category":
        return _accepted(answers.category_titled(turn))
    if slot == "confidentiality":
        wish = answers.confidentiality_wished(turn)
        return _accepted(wish if wish != draft.get(slot) else None)
    surface = next((turn.surface(entity) for entity, fits in FITS.items() if fits == slot), None)
    if surface is None:
        return None
    if slot == "contact_phone":
        return validators.phone(surface, turn.language)
    if slot == "location":
        return validators.place(surface, turn.language, surface, vague=False)
    if slot == "contact_name":
        return validators.name(surface, surface)
    return validators.moment(surface, turn.language, deps.current().now())


def _accepted(value: str | None) -> validators.Verdict | None:
    return None if value is None else validators.Accepted(value)
