"""Not understood: asked at most twice what was meant, with buttons of the likeliest, then a person is offered.

A sentence that most likely complains, and surely of something the city has a category for, is no riddle: it opens the
complaint form, whose read-back mends what was guessed wrong.
"""

from __future__ import annotations

import asyncio

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.answer_offer import offer
from actions.consulting import decision_on, say
from actions.forms.draft import Draft, then
from actions.turn import FALLBACK, Turn
from actions.wording import word
from knowledge.decision import AskBack, Choice, Served

CLARIFIED = 2
OFFERED = (
    "file_complaint",
    "consult",
    "ticket_status",
    "urge_ticket",
    "withdraw_ticket",
    "supplement_ticket",
    "dispute_result",
    "report_violation",
    "make_suggestion",
    "give_praise",
    "move_car",
    "request_human",
    "emergency",
)
"""Intents that can be offered as a button."""
MATTERS = ("file_complaint", "report_violation", "inform")
A_MATTER = 0.5
"""From this score of the best category on, such a sentence is the matter of a complaint."""
USUAL = ("file_complaint", "consult", "ticket_status")


class Clarify(Action):
    """`action_clarify`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_clarify"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Counts how often in a row, and says it differently each time."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        if turn.is_(*MATTERS) and await _is_a_matter(turn):
            return [*draft.events(), *then("complaint_form")]
        decision = await decision_on(turn, draft, turn.text)
        if isinstance(decision, Served) or (isinstance(decision, Choice | AskBack) and turn.is_("consult")):
            draft.hold(turn.text, turn.message_id)
            await say(decision, turn, draft, dispatcher)
            return draft.events()
        draft.hold(turn.text, turn.message_id)
        if misses_in_a_row(tracker) > CLARIFIED:
            offer(draft, turn, "human")
            dispatcher.utter_message(response="utter_offer_human")
            return draft.events()
        likely = [intent for intent in turn.ranking if intent in OFFERED][:3]
        choices = list(dict.fromkeys([*likely, *USUAL]))[:3]
        buttons = [{"title": word("intent", intent, turn.language), "payload": f"/{intent}"} for intent in choices]
        again = misses_in_a_row(tracker) > 1
        dispatcher.utter_message(response="utter_clarify_again" if again else "utter_clarify", buttons=buttons)
        return draft.events()


async def _is_a_matter(turn: Turn) -> bool:
    best = (await asyncio.to_thread(deps.current().classifier.suggest, turn.text, turn.vector, 1))[0]
    return best.score >= A_MATTER


def misses_in_a_row(tracker: Tracker) -> int:
    """How many messages in a row, this one included, were not understood."""
    count = 0
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            if ((event.get("parse_data") or {}).get("intent") or {}).get("name") != FALLBACK:
                break
            count += 1
    return count
