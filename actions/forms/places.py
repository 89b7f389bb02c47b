"""A place that may be several: "Xingfu Road" is in two districts. Asked once, before the read-back.

What the citizen said stays; the area that is meant is put before it. Who does not know is not asked again.
"""

from __future__ import annotations

import json

from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.forms.draft import Draft
from actions.turn import Turn
from actions.words import folded
from tickets.domain.place import Place

SEVERAL = "place:"
"""What the value of a button begins with."""


def ask(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> bool:
    """Asks which place is meant when the text names several; says whether it asked."""
    place, placing = draft.known("location") or {}, deps.current().desk.placing
    text = str(place.get("text") or "")
    if placing is None or not text or draft.memo.get("changing"):
        return False
    asked = draft.memo.get("places") or {}
    if asked.get("text") == text:
        return False
    candidates = placing.locate(Place(text)).candidates
    draft.memo["places"] = {"text": text}
    named = placing.gazetteer.city.named
    namesakes = len({named[candidate.id].names["zh"] for candidate in candidates}) == 1
    if not namesakes or len({candidate.areas for candidate in candidates}) < 2:  # else the text names two things
        return False
    names = [placing.gazetteer.name_of(candidate, turn.language) for candidate in candidates]
    draft.memo["places"] = {"text": text, "choices": names}
    buttons = [
        {"title": name, "payload": "/inform" + json.dumps({"slot": "confirm", "value": f"{SEVERAL}{at}"})}
        for at, name in enumerate(names)
    ]
    dispatcher.utter_message(response="utter_which_place", buttons=buttons, places=" / ".join(names))
    return True


def asking(draft: Draft) -> bool:
    """Whether it is being asked which place is meant."""
    return bool((draft.memo.get("places") or {}).get("choices"))


def answers(turn: Turn, draft: Draft) -> bool:
    """Whether the message names one of the places."""
    return asking(draft) and _chosen(turn, draft) is not None


def take(turn: Turn, draft: Draft) -> None:
    """Takes the answer; whatever was said, it is not asked again."""
    at, noted = _chosen(turn, draft), draft.memo["places"]
    place = dict(draft.known("location") or {})
    if at is not None:
        name = noted["choices"][at]
        place["text"] = name if folded(place["text"]) in folded(name) else f"{name} {place['text']}"
        draft.set("location", place)
    draft.memo["places"] = {"text": place["text"]}


def _chosen(turn: Turn, draft: Draft) -> int | None:
    choices = draft.memo["places"]["choices"]
    value = turn.value("value") if turn.payload and turn.value("slot") == "confirm" else None
    if value is not None:
        at = value.removeprefix(SEVERAL)
        return int(at) if at.isdigit() and int(at) < len(choices) else None
    said = folded(turn.text)
    named = [at for at, name in enumerate(choices) if len(said) > 1 and (said in folded(name) or folded(name) in said)]
    if len(named) == 1:
        return named[0]
    return deps.current().words[turn.language].choice(turn.text, len(choices))
