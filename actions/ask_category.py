"""Asks which category the matter belongs to: three suggestions as buttons, and "none of these"."""

from __future__ import annotations

import json

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms.draft import Draft
from actions.turn import Turn
from actions.wording import category_name, word


class AskCategory(Action):
    """`action_ask_complaint_form_category`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_category"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Offers what the form noted as suggestions."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        suggested = draft.memo.get("suggested") or []
        buttons = [_button(category_name(category, turn.language), category) for category in suggested]
        buttons.append(_button(word("category", "none_of_these", turn.language), "other"))
        first = buttons[0]["title"]  # spoken on the phone, where nobody sees buttons
        dispatcher.utter_message(response="utter_ask_category", buttons=buttons, first_category=first)
        return []


def _button(title: str, category: str) -> dict[str, str]:
    return {"title": title, "payload": "/inform" + json.dumps({"slot": "category", "value": category})}
