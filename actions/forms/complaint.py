"""The complaint form: one sentence fills as many slots as it holds, only what is missing is asked.

Serves all six natures (`nature`); what a nature or category does not need is skipped. It never files: the closing
action does, after the read-back was confirmed.
"""

from __future__ import annotations

import asyncio

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.forms import complaint_answers as answers
from actions.forms.base import HotlineForm
from actions.forms.complaint_corrections import correct, wants_correction
from actions.forms.draft import SKIPPED, Draft
from actions.forms.harvest import harvest
from actions.turn import Turn
from language.tokens import character_count

NATURES = {
    "file_complaint": "complaint",
    "report_violation": "report",
    "make_suggestion": "suggestion",
    "give_praise": "praise",
    "move_car": "help",
    "file_consultation": "consultation",
    "inform": "complaint",
}
NOT_NEEDED = {
    "suggestion": ("occurred_at",),
    "praise": ("occurred_at",),
    "consultation": ("location", "occurred_at", "confidentiality"),
}
QUIET_CATEGORY = ("suggestion", "praise", "consultation")
"""Natures whose category is guessed without asking."""
NO_CATEGORY = "other"
CERTAIN_CATEGORY = 0.85
LIKELY_CATEGORY = 0.5
MATTER_SCORE = 0.3
MATTER_CHARACTERS = {"zh": 14, "ja": 22, "ko": 22, "en": 50, "ru": 50}
"""An opening sentence longer than this states the matter, whatever the classifier thinks of it."""
EMPTIED = ("nature", "description", "category", "location", "occurred_at", "confirm")
CONTENT = ("file_complaint", "report_violation", "make_suggestion", "give_praise", "move_car", "inform")
FREE_TEXT = ("description", "location", "occurred_at", "contact_name")
INTERRUPTS = 0.75
"""At free-text slots an interruption must be understood this well; below, the text is the answer."""


class ValidateComplaintForm(HotlineForm):
    """`validate_complaint_form`."""

    form = "complaint_form"
    slots = (
        "nature",
        "description",
        "category",
        "location",
        "occurred_at",
        "contact_name",
        "contact_phone",
        "confidentiality",
        "confirm",
    )

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_complaint_form"

    async def begin(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Starts afresh with the opening sentence, or goes on with a draft that was left."""
        if draft.memo.pop("resuming", False):
            dispatcher.utter_message(response="utter_resumed")
            return draft.events()
        said = str(draft.memo.get("unclear_text") or "") if turn.payload else turn.text
        _start(turn, draft)
        dispatcher.utter_message(response=f"utter_start_{draft.get('nature')}")
        if said and (turn.payload or await _states_matter(turn, said)):
            draft.set("description", said)
            harvest(turn, draft, own_words=not turn.payload)
            await suggest_category(turn, draft, said)
        _skip_what_is_not_needed(draft)
        return draft.events()

    async def answer(
        self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Takes a correction of any slot, or the answer to the requested one."""
        if wants_correction(turn, draft, requested):
            return correct(turn, draft, requested, dispatcher)
        outcome = answers.take(turn, draft, requested, dispatcher)
        if outcome:
            return draft.leaving(outcome)
        if requested == "description" and draft.known("description"):
            harvest(turn, draft)
            await suggest_category(turn, draft, draft.known("description"))
        elif requested in ("location", "occurred_at", "contact_name", "contact_phone") and draft.get(requested):
            harvest(turn, draft, names=True)
        _skip_what_is_not_needed(draft)
        return draft.asking(requested) if draft.get(requested) is None else draft.events()

    def clearly_answers(self, turn: Turn, draft: Draft, requested: str) -> bool:
        """Whether the message holds what was asked for."""
        if requested == "description":
            return turn.is_(*CONTENT) and not turn.payload
        return answers.clearly(turn, draft, requested)

    def takes_freely(self, turn: Turn, requested: str) -> bool:
        """At free-text slots only a well understood interruption is one; a description may sound like anything."""
        if requested == "description" and turn.is_("consult"):
            return not turn.text.rstrip().endswith(("?", "？", "吗", "呢", "か", "까"))
        if requested == "description" and turn.is_("give_praise", "make_suggestion", "dispute_result", "urge_ticket"):
            return True
        return requested in FREE_TEXT and turn.confidence < INTERRUPTS


def _start(turn: Turn, draft: Draft) -> None:
    """Empties what belongs to the matter; name and telephone of this citizen stay known."""
    for slot in EMPTIED:
        draft.set(slot, None)
    question = draft.memo.get("question")
    draft.memo = {"run": turn.message_id, **({"question": question} if question else {})}
    draft.set("nature", NATURES.get(turn.intent, "complaint"))
    if draft.get("confidentiality") == "anonymous":
        for slot in ("contact_name", "contact_phone", "confidentiality"):
            draft.set(slot, None)
    if turn.intent == "move_car":
        draft.set("category", "move_car")
        draft.set("occurred_at", SKIPPED)


async def _states_matter(turn: Turn, said: str) -> bool:
    """Whether the opening sentence says what the matter is ("I want to complain" alone does not)."""
    if turn.intent in ("move_car", "inform"):
        return True
    if character_count(said) > MATTER_CHARACTERS[turn.language]:
        return True
    best = (await asyncio.to_thread(deps.current().classifier.suggest, said, turn.vector, 1))[0]
    return best.score >= MATTER_SCORE


async def suggest_category(turn: Turn, draft: Draft, text: str) -> None:
    """Sets the category when it is certain or nobody need be asked; else notes three suggestions."""
    if draft.get("category"):
        return
    found = await asyncio.to_thread(deps.current().classifier.suggest, text, turn.vector, 3)
    draft.memo["suggested"] = [candidate.category for candidate in found]
    if found[0].score >= CERTAIN_CATEGORY:
        draft.set("category", found[0].category)
    elif draft.get("nature") in QUIET_CATEGORY:
        draft.set("category", found[0].category if found[0].score >= LIKELY_CATEGORY else NO_CATEGORY)


def _skip_what_is_not_needed(draft: Draft) -> None:
    for slot in NOT_NEEDED.get(str(draft.get("nature")), ()):
        if draft.get(slot) is None:
            draft.set(slot, SKIPPED)
    if draft.get("contact_name") == SKIPPED and draft.get("contact_phone") == SKIPPED:
        draft.set("confidentiality", "anonymous")
    elif draft.get("confidentiality") == "anonymous" and draft.known("contact_phone"):
        draft.set("confidentiality", "unit_hidden")
