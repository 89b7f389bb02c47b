"""Reads the complaint back before it is filed, asks what should be changed, or shows that others made it already."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms import matters, places
from actions.forms.draft import Draft
from actions.turn import Turn
from actions.wording import category_name, word


class AskConfirm(Action):
    """`action_ask_complaint_form_confirm`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_complaint_form_confirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """One read-back with buttons: file it, change something, cancel; or whether it is a matter that is open."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        if draft.memo.get("changing"):
            dispatcher.utter_message(response="utter_what_to_change")
            return []
        if places.ask(turn, draft, dispatcher):
            return draft.events()
        await matters.look(turn, draft)
        match = matters.asking(turn, draft)
        if match is not None:
            matters.ask(turn, draft, match, dispatcher, read_back(draft, turn.language))
        else:
            dispatcher.utter_message(response=_readback(draft), **read_back(draft, turn.language))
        return draft.events()


def _readback(draft: Draft) -> str:
    return "utter_readback_short" if draft.get("nature") == "consultation" else "utter_readback"


def read_back(draft: Draft, language: str) -> dict[str, str]:
    """The values of the read-back; what is not known is said in words."""
    place, when = draft.known("location") or {}, draft.known("occurred_at") or {}
    return {
        "nature_name": word("nature", draft.get("nature"), language),
        "description": str(draft.known("description") or "")[:500],
        "category_name": category_name(draft.known("category"), language),
        "place": place.get("text") or word("place", "unclear", language),
        "when": when.get("text") or word("time", "unknown", language),
        "caller": draft.known("contact_name") or word("name", "withheld", language),
        "phone_number": draft.known("contact_phone") or word("phone", "withheld", language),
        "secrecy": word("confidentiality", draft.known("confidentiality") or "public", language),
    }
