"""Asks for the ticket's number, with the citizen's own tickets of this conversation as buttons."""

from __future__ import annotations

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.forms.draft import Draft
from actions.forms.ticket import number_button


class AskTicketNumber(Action):
    """`action_ask_ticket_form_ticket_number`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_ask_ticket_form_ticket_number"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """One question; buttons only where there is something to choose from."""
        own = Draft.of(tracker).memo.get("own_tickets") or []
        key = "utter_ask_which_ticket" if own else "utter_ask_ticket_number"
        dispatcher.utter_message(response=key, buttons=[number_button(number) for number in own])
        return []
