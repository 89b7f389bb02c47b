"""Trivial validation and a ticket number out of nothing: the least a stock assistant needs for the same dialogue."""

from __future__ import annotations

import random
import time
from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

FORM_SLOTS = (
    "nature", "description", "category", "location", "occurred_at", "contact_name", "contact_phone",
    "confidentiality", "confirm",
)  # fmt: skip


class ValidateComplaintForm(FormValidationAction):
    """Checks the two answers that can be wrong."""

    def name(self) -> str:
        return "validate_complaint_form"

    def validate_contact_name(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        return {"contact_name": str(value)[:40]}

    def validate_contact_phone(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        digits = "".join(filter(str.isdigit, str(value)))
        if len(digits) == 11:
            return {"contact_phone": digits}
        dispatcher.utter_message(response="utter_invalid_phone")
        return {"contact_phone": None}


class FileTicket(Action):
    """Makes up a ticket number and forgets the form."""

    def name(self) -> str:
        return "action_file_ticket"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        number = f"{time.strftime('%Y%m%d')}{random.randrange(10**6):06d}"
        dispatcher.utter_message(response="utter_ticket_filed", ticket=number, json_message={"ticket": number})
        return [SlotSet("ticket", number), *(SlotSet(slot, None) for slot in FORM_SLOTS)]


class TicketStatus(Action):
    """Names the ticket of this conversation."""

    def name(self) -> str:
        return "action_ticket_status"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        number = tracker.get_slot("ticket")
        dispatcher.utter_message(response="utter_ticket_status", ticket=number, json_message={"ticket": number})
        return []
