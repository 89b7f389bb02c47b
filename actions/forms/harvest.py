"""Slots that a sentence fills besides the one it was asked for.

Only empty slots are filled, and only by what cannot well mean something else: a person's name inside a complaint may
be the one complained of, so names are taken only where the citizen speaks of himself or herself.
"""

from __future__ import annotations

from actions import deps, validators
from actions.forms.draft import Draft
from actions.turn import Turn
from language.phones import normalize_phone

FILLED = ("location", "occurred_at", "contact_phone", "contact_name")


def harvest(turn: Turn, draft: Draft, *, names: bool = False, own_words: bool = True) -> bool:
    """Fills place, time, telephone and (with `names`) the name from the turn's entities; says whether any was filled.

    Args:
        names: the citizen is giving contact data, so a name is his or her own.
        own_words: the text is the citizen's, not a button.
    """
    if not own_words:
        return False
    before = [draft.known(slot) for slot in FILLED]
    place = turn.surface("location")
    if place and draft.get("location") is None:
        draft.set("location", {"text": place.strip()[: validators.PLACE_LIMIT], "unclear": False})
    when = turn.surface("time")
    if when and draft.get("occurred_at") is None:
        verdict = validators.moment(when, turn.language, deps.current().now())
        if isinstance(verdict, validators.Accepted) and verdict.value["at"]:
            draft.set("occurred_at", verdict.value)
    phone = turn.surface("phone")
    number = normalize_phone(phone, turn.language) if phone else None
    if number and draft.known("contact_phone") is None:
        draft.set("contact_phone", number)
    name = turn.surface("person_name")
    if name and (names or number) and draft.known("contact_name") is None:
        verdict = validators.name(name, name)
        if isinstance(verdict, validators.Accepted):
            draft.set("contact_name", verdict.value)
    return [draft.known(slot) for slot in FILLED] != before
