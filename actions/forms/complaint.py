"""The complaint form: one sentence fills as many slots as it holds, only what is missing is asked.

Serves all six natures (`nature`); what a nature or category does not need is skipped. It never files: the closing
action does, after the read-back was confirmed.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import deps, validators
from actions.forms import cars
from actions.forms import complaint_answers as answers
from actions.forms.base import LEAVING, HotlineForm
from actions.forms.complaint_corrections import correct, wants_correction
from actions.forms.draft import SKIPPED, Draft
from actions.forms.harvest import harvest
from actions.turn import Turn
from language.tokens import character_count
from tickets.service.ports import Candidate

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
MATTER_SCORE = 0.15
MATTER_CHARACTERS = {"zh": 14, "ja": 22, "ko": 22, "en": 50, "ru": 50}
"""An opening sentence longer than this states the matter, whatever the classifier thinks of it."""
WISH_CHARACTERS = {"zh": 6, "ja": 10, "ko": 10, "en": 22, "ru": 22}
"""Up to this length a sentence may be no more than a wish to complain."""
WAITING = 3
"""So many unfinished complaints are kept while others are made."""
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
            draft.memo.pop("changing", None)
            dispatcher.utter_message(response="utter_resumed", json_message={"resume": {}})
            return draft.events()
        accepted = draft.memo.get("accepted")
        opening = _opening(turn, draft)
        _start(turn, draft, "consultation" if accepted == "consultation" else NATURES.get(turn.intent, "complaint"))
        dispatcher.utter_message(response=f"utter_start_{draft.get('nature')}")
        if opening:
            if draft.get("nature") == "consultation" or await _states_matter(opening):
                draft.set("description", opening.text[: validators.DESCRIPTION_LIMIT])
                await suggest_category(opening, draft, opening.text)
                cars.ask_plate(draft, dispatcher)
            harvest(opening, draft)
        _skip_what_is_not_needed(draft)
        return draft.events()

    async def hear(self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Keeps what was said of a danger as the description it was asked for, then hears it as any form does."""
        if turn.danger and requested == "description" and not turn.payload:
            draft.set("description", turn.text[: validators.DESCRIPTION_LIMIT])
        return await super().hear(turn, draft, requested, dispatcher)

    async def answer(
        self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Takes a correction of any slot, or the answer to the requested one."""
        if wants_correction(turn, draft, requested):
            asked = correct(turn, draft, requested, dispatcher)
            return _onward(draft, asked)
        if cars.note_plate(turn, draft, requested):
            dispatcher.utter_message(response="utter_noted")
            return _onward(draft, requested)
        elsewhere = requested != "description" and not self.clearly_answers(turn, draft, requested)
        elsewhere = elsewhere and not (requested == "location" and _says_more_than_when(turn))
        if elsewhere and harvest(turn, draft, names=True):  # an answer to a question that was not asked yet
            dispatcher.utter_message(response="utter_noted")
            return _onward(draft, requested)
        if requested == "description" and await self._only_wishes(turn, draft):
            dispatcher.utter_message(response="utter_invalid_description")
            return draft.asking(requested)
        outcome = answers.take(turn, draft, requested, dispatcher)
        if outcome:
            return draft.leaving(outcome)
        if requested == "description" and draft.known("description"):
            harvest(turn, draft)
            await suggest_category(turn, draft, draft.known("description"))
            cars.ask_plate(draft, dispatcher)
        elif requested in ("location", "occurred_at", "contact_name", "contact_phone") and draft.get(requested):
            harvest(turn, draft, names=True)
        return _onward(draft, requested)

    async def _only_wishes(self, turn: Turn, draft: Draft) -> bool:
        """Whether "I want to complain" was said instead of what happened; believed the first time only."""
        short = turn.intent in NATURES and character_count(turn.text) <= WISH_CHARACTERS[turn.language]
        return short and draft.ask_again("description") == 0 and not await _states_matter(turn)

    def clearly_answers(self, turn: Turn, draft: Draft, requested: str) -> bool:
        """Whether the message holds what was asked for."""
        if requested == "description":
            leaves = turn.intent in LEAVING and not _is_long(turn)
            return not turn.payload and (turn.is_(*CONTENT) or (turn.intent in LEAVING and not leaves))
        return answers.clearly(turn, draft, requested)

    def takes_freely(self, turn: Turn, requested: str) -> bool:
        """At free-text slots only a well understood interruption is one; a description may sound like anything."""
        asks = turn.text.rstrip().endswith(answers.QUESTION_ENDS)
        if requested == "confirm":
            return turn.is_("supplement_ticket")
        if requested == "description" and turn.is_("consult"):
            return not asks
        if requested == "description" and turn.is_("give_praise", "make_suggestion", "dispute_result", "urge_ticket"):
            return True
        return requested in FREE_TEXT and turn.confidence < INTERRUPTS and not asks


def _opening(turn: Turn, draft: Draft) -> Turn | None:
    """The citizen's words that the complaint starts from: this message, or the one before a button or a "yes"."""
    if not turn.payload and not draft.memo.get("accepted"):
        return turn
    before = turn.previous
    held = draft.held(before.message_id if before else None)
    if before is None or not held:
        return None
    return before if before.text == held else replace(before, text=held, payload=False, entities=(), vector=None)


def _start(turn: Turn, draft: Draft, nature: str) -> None:
    """Empties what belongs to the matter; name and telephone of this citizen stay known, and so do drafts that wait."""
    waiting = laid_aside(draft)
    for slot in EMPTIED:
        draft.set(slot, None)
    draft.memo = {"run": turn.message_id, **({"waiting": waiting} if waiting else {})}
    draft.set("nature", nature)
    if draft.get("confidentiality") == "anonymous":
        for slot in ("contact_name", "contact_phone", "confidentiality"):
            draft.set(slot, None)
    if turn.intent == "move_car":
        draft.set("category", "move_car")
        draft.set("occurred_at", SKIPPED)


def laid_aside(draft: Draft) -> list[dict[str, object]]:
    """The drafts that wait while another complaint is made, the latest last, with the one that is left now."""
    waiting = list(draft.memo.get("waiting") or [])
    if draft.memo.get("draft") and draft.known("description"):
        slots = {slot: draft.get(slot) for slot in EMPTIED if draft.get(slot) is not None}
        waiting.append({"run": draft.memo.get("run"), "slots": slots})
    return waiting[-WAITING:]


def taken_up(draft: Draft) -> bool:
    """Makes the latest draft that waits the present one, to be resumed; false when there is none."""
    waiting = list(draft.memo.get("waiting") or [])
    if not waiting:
        return False
    latest = waiting.pop()
    draft.memo = {**draft.memo, "draft": "complaint_form", "run": latest["run"], "waiting": waiting}
    for slot in EMPTIED:
        draft.set(slot, latest["slots"].get(slot))
    return True


def _says_more_than_when(turn: Turn) -> bool:
    """Whether more than a time stands in the text, so that the rest may be a place nobody recognised."""
    when = turn.surface("time")
    if when is None or turn.value("phone") or turn.value("person_name") or turn.is_(*answers.ELSEWHERE):
        return False
    return character_count(turn.text) - character_count(when) >= WISH_CHARACTERS[turn.language]


def _is_long(turn: Turn) -> bool:
    return character_count(turn.text) > MATTER_CHARACTERS[turn.language]


async def _states_matter(turn: Turn) -> bool:
    """Whether the opening sentence says what the matter is ("I want to complain" alone does not)."""
    if turn.intent == "move_car" or _is_long(turn):
        return True
    if deps.current().words[turn.language].says_only("opening", turn.text, turn.language in ("en", "ru")):
        return False
    best = (await asyncio.to_thread(deps.current().classifier.suggest, turn.text, turn.vector, 1))[0]
    return best.score >= MATTER_SCORE


async def suggest_category(turn: Turn, draft: Draft, text: str) -> None:
    """Sets the category when it is certain or nobody need be asked; else notes three suggestions."""
    if draft.get("category"):
        return
    found = await asyncio.to_thread(deps.current().classifier.suggest, text, turn.vector, 3)
    draft.memo["suggested"] = [candidate.category for candidate in found]
    if _certain(found[0]):
        draft.set("category", found[0].category)
    elif draft.get("nature") in QUIET_CATEGORY:
        draft.set("category", found[0].category if found[0].score >= LIKELY_CATEGORY else NO_CATEGORY)
    if draft.get("category") == found[0].category:
        draft.memo["chosen"] = {"category": found[0].category, "sure": round(found[0].score, 3)}


def _certain(best: Candidate) -> bool:
    """By the classifier's measured threshold; by ours where it has measured none."""
    return best.score >= CERTAIN_CATEGORY if best.sure is None else best.sure


def _onward(draft: Draft, slot: str | None) -> list[EventType]:
    """Asks for the slot while it is empty, else for what is missing; the read-back waits until nothing is."""
    _skip_what_is_not_needed(draft)
    waits = slot == "confirm" and not draft.memo.get("changing")
    return draft.events() if slot is None or waits or draft.get(slot) is not None else draft.asking(slot)


def _skip_what_is_not_needed(draft: Draft) -> None:
    for slot in NOT_NEEDED.get(str(draft.get("nature")), ()):
        if draft.get(slot) is None:
            draft.set(slot, SKIPPED)
    if draft.get("contact_name") == SKIPPED and draft.get("contact_phone") == SKIPPED:
        draft.set("confidentiality", "anonymous")
    elif draft.get("confidentiality") == "anonymous" and (draft.known("contact_name") or draft.known("contact_phone")):
        draft.set("confidentiality", "unit_hidden")
