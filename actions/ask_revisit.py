"""Asks the three questions of a revisit, with buttons that name the ticket: a late press is never misunderstood."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms.draft import Draft
from actions.turn import Turn
from actions.wording import word


class AskRevisit(Action, ABC):
    """One question; subclasses say which, and which answers can be pressed."""

    question: str
    answers: tuple[tuple[str, str], ...]

    @abstractmethod
    def name(self) -> str:
        """Rasa's name of this action (abstract: rasa_sdk registers every concrete subclass it sees)."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Asks in the citizen's language."""
        turn, number = Turn.of(tracker), str(Draft.of(tracker).get("revisit_number"))
        buttons = [
            {
                "title": word("revisit", f"{entity}_{value}", turn.language),
                "payload": "/revisit" + json.dumps({"ticket_number": number, entity: value}),
            }
            for entity, value in self.answers
        ]
        dispatcher.utter_message(
            response=f"utter_ask_revisit_form_{self.question}", buttons=buttons, revisit_number=number
        )
        return []


class AskSolved(AskRevisit):
    """`action_ask_revisit_form_revisit_solved`."""

    question = "revisit_solved"
    answers = (("solved", "yes"), ("solved", "no"))

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_revisit_form_revisit_solved"


class AskSatisfied(AskRevisit):
    """`action_ask_revisit_form_revisit_satisfied`."""

    question = "revisit_satisfied"
    answers = (("satisfied", "yes"), ("satisfied", "no"))

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_revisit_form_revisit_satisfied"


class AskText(AskRevisit):
    """`action_ask_revisit_form_revisit_text`."""

    question = "revisit_text"
    answers = (("again", "no"),)

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_revisit_form_revisit_text"
