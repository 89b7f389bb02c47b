"""The call-back form: a telephone number, nothing else; asked for while no person is free."""

from __future__ import annotations

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.forms import complaint_answers as answers
from actions.forms.base import HotlineForm
from actions.forms.draft import SKIPPED, Draft
from actions.forms.harvest import harvest
from actions.turn import Turn


class ValidateCallbackForm(HotlineForm):
    """`validate_callback_form`."""

    form = "callback_form"
    slots = ("contact_phone",)

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_callback_form"

    async def begin(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Takes a number that is known already."""
        pressed_again = turn.previous is not None and turn.previous.intent == "request_callback"
        if not pressed_again or not draft.memo.get("callback_run"):
            draft.memo["callback_run"] = turn.message_id
        if draft.get("contact_phone") == SKIPPED:
            draft.set("contact_phone", None)
        harvest(turn, draft, own_words=not turn.payload)
        return draft.events()

    async def answer(
        self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Takes the number; without one there is no call-back."""
        answers.take(turn, draft, requested, dispatcher)
        if draft.get("contact_phone") == SKIPPED:
            draft.set("contact_phone", None)
            return draft.leaving("cancelled")
        return draft.asking(requested) if draft.get(requested) is None else draft.events()

    def clearly_answers(self, turn: Turn, draft: Draft, requested: str) -> bool:
        """Whether the message holds a telephone number."""
        return not turn.is_("correct_info") and answers.clearly(turn, draft, requested)
