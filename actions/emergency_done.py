"""Ends the emergency form with what to do now, and leads back to a complaint that was interrupted."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms.draft import SKIPPED, Draft, then
from actions.turn import Turn

ONWARD = {"human": "action_request_human", "callback": "callback_form", "revisit": "revisit_form"}


class EmergencyDone(Action):
    """`action_emergency_done`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_emergency_done"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Says that help knows, or repeats the numbers when no ticket was wanted."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        outcome = str(draft.memo.pop("outcome", "filed"))
        if outcome == "emergency":
            return [*draft.events(), *then("emergency_form")]
        danger = draft.memo.pop("danger", None) or {}
        _give_back(draft, danger.get("before") or {})
        if outcome in ONWARD:
            return [*draft.events(), *then(ONWARD[outcome])]
        filed = bool(danger.get("number"))
        if outcome != "store_down":
            dispatcher.utter_message(response="utter_emergency_known" if filed else "utter_emergency_declined")
        if draft.memo.get("draft") and draft.known("description") and not turn.is_("goodbye", "cancel"):
            dispatcher.utter_message(response="utter_draft_waits")
        return draft.events()


def _give_back(draft: Draft, before: dict[str, Any]) -> None:
    """Puts place and time of an interrupted complaint back, and its wish to give no telephone."""
    for slot, value in before.items():
        if slot != "contact_phone" or (value == SKIPPED and draft.memo.get("draft")):
            draft.set(slot, value)
