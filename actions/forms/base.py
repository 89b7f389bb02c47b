"""What every form does alike: hear an answer, answer what is asked in between, and let the citizen leave.

A subclass says how it begins and what fills its slots. The order is fixed: danger, then what ends or interrupts a
form, then the answer. A sentence that clearly answers the question is an answer, whatever the classifier called it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.agent_did import tell
from actions.consulting import decision_on, say_in_form
from actions.forms.draft import REQUESTED, Draft
from actions.knowledge_feedback import note_unhelpful
from actions.knowledge_topic import say_asked
from actions.language_switch import switch
from actions.turn import Turn

DIGRESSIONS = {
    "ask_privacy": "utter_ask_privacy",
    "bot_challenge": "utter_bot_challenge",
    "ask_capabilities": "utter_ask_capabilities_in_form",
    "greet": "utter_greet_in_form",
    "thank": "utter_thank_in_form",
    "chitchat": "utter_chitchat_in_form",
    "abuse": "utter_abuse",
    "out_of_scope": "utter_out_of_scope_in_form",
    "speak_slower": "utter_speak_slower",
    "wait": "utter_wait_in_form",
    "unsupported_language": "utter_unsupported_language",
    "ticket_status": "utter_one_thing_first",
    "urge_ticket": "utter_one_thing_first",
    "withdraw_ticket": "utter_one_thing_first",
    "supplement_ticket": "utter_one_thing_first",
    "dispute_result": "utter_one_thing_first",
    "rate_service": "utter_one_thing_first",
    "give_praise": "utter_one_thing_first",
    "make_suggestion": "utter_one_thing_first",
    "revisit": "utter_one_thing_first",
}
"""Intents that are answered inside a form, after which the same slot is asked again."""
BUTTONS = ("knowledge_topic", "knowledge_section")
"""Buttons of an answer that was given before, or inside, the form."""
ASK_AGAIN = ("repeat", "resume", "session_opened")
LEAVING = {
    "cancel": "cancelled",
    "goodbye": "paused",
    "request_human": "human",
    "request_callback": "callback",
    "emergency": "emergency",
    "revisit_opened": "revisit",
}
"""Intents that leave a form, and the outcome its closing action reads."""
CERTAIN = 0.75
"""From this confidence on, leaving beats an answer that merely could be one."""


class HotlineForm(Action, ABC):
    """Rasa's `validate_<form>` action; subclasses set `form` and `slots`."""

    form: str
    slots: tuple[str, ...]

    @abstractmethod
    def name(self) -> str:
        """`validate_` plus the form's name (abstract: rasa_sdk registers every concrete subclass it sees)."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Hears one message for this form."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        requested = tracker.get_slot(REQUESTED)
        if requested is None:
            return [SlotSet("form_slots", list(self.slots)), *await self.begin(turn, draft, dispatcher)]
        return await self.hear(turn, draft, requested, dispatcher)

    @abstractmethod
    async def begin(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Starts the form with the message that opened it."""

    @abstractmethod
    async def answer(
        self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Takes a message as the answer to the requested slot."""

    @abstractmethod
    def clearly_answers(self, turn: Turn, draft: Draft, requested: str) -> bool:
        """Whether the message holds what was asked for, beyond doubt."""

    async def hear(self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Decides what a message inside the form is: danger, a way out, an interruption or an answer."""
        if turn.danger:
            return draft.leaving("emergency")
        clear = self.clearly_answers(turn, draft, requested)
        if turn.is_(*LEAVING) and (not clear or turn.payload or turn.confidence >= CERTAIN):
            return draft.leaving(LEAVING[turn.intent])
        if clear:
            return await self.answer(turn, draft, requested, dispatcher)
        if turn.is_(*ASK_AGAIN):
            return draft.asking(requested)
        if turn.is_("switch_language"):
            return [*switch(turn, dispatcher), *draft.asking(requested)]
        if turn.is_("agent_did"):
            tell(draft, dispatcher)
            return draft.asking(requested)
        if turn.is_("knowledge_feedback"):
            note_unhelpful(turn, draft)
            dispatcher.utter_message(response="utter_consult_in_form")
            return draft.asking(requested)
        if turn.is_(*BUTTONS):
            await say_asked(turn, draft, dispatcher)
            return draft.asking(requested)
        if turn.is_("consult") and not self.takes_freely(turn, requested):
            say_in_form(await decision_on(turn, draft, turn.text), turn, draft, dispatcher)
            return draft.asking(requested)
        if turn.is_(*DIGRESSIONS) and not self.takes_freely(turn, requested):
            dispatcher.utter_message(response=DIGRESSIONS[turn.intent])
            return draft.asking(requested)
        return await self.answer(turn, draft, requested, dispatcher)

    def takes_freely(self, turn: Turn, requested: str) -> bool:
        """Whether a message that looks like an interruption is still an answer to this slot."""
        return False
