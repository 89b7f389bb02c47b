"""Ends the complaint form: files the confirmed complaint, or keeps the draft and says what happens next.

The idempotency key is the conversation and the form's run, so a repeat after any crash gives the same ticket. When the
tickets cannot be reached nothing is claimed: the draft stays, and trying again or a person is offered.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions import deps
from actions.forms import matters
from actions.forms.complaint import EMPTIED, taken_up
from actions.forms.complaint_answers import CONTACT
from actions.forms.draft import Draft, then
from actions.joining import join
from actions.turn import Turn
from actions.wording import ticket_data, ticket_values, unit_name
from tickets.domain.cars import MOVE_CAR, TRAFFIC_POLICE, plate_in
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.domain.vocabulary import HOTLINE_UNIT
from tickets.errors import InvalidTicket, StoreUnavailable
from tickets.service.commands import FileTicket
from tickets.service.receipts import TicketReceipt

logger = logging.getLogger(__name__)
ONWARD = {
    "human": "action_request_human",
    "callback": "callback_form",
    "emergency": "emergency_form",
    "revisit": "revisit_form",
}
"""What runs next when the form was left for something else; the draft stays."""


class ComplaintDone(Action):
    """`action_complaint_done`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_complaint_done"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Acts on the outcome the form noted."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        outcome = str(draft.memo.pop("outcome", "paused"))
        draft.memo["draft"] = "complaint_form"
        if outcome == "confirmed":
            return await _file(turn, draft, tracker.sender_id, dispatcher)
        if outcome in ONWARD:
            return [*draft.events(), *then(ONWARD[outcome])]
        dispatcher.utter_message(response=f"utter_form_{outcome}")
        return draft.events()


async def _file(turn: Turn, draft: Draft, conversation: str, dispatcher: CollectingDispatcher) -> list[EventType]:
    draft.set("confirm", None)
    command = file_command(turn, draft, conversation)
    match = matters.to_join(turn, draft)
    joined: TicketReceipt | None = None
    try:
        if match is not None:
            asked = bool(draft.memo["matter"].get("answer"))
            joined = await join(turn, command, match, asked, dispatcher)
        receipt = await asyncio.to_thread(deps.current().desk.file, command) if joined is None else joined
    except StoreUnavailable as error:
        logger.error("a complaint could not be filed: %s", error)
        dispatcher.utter_message(response="utter_store_down")
        return draft.events()
    except InvalidTicket as error:
        logger.error("a complaint was refused: %s (%s)", error.code, error.field)
        dispatcher.utter_message(response="utter_ticket_refused")
        return draft.events()
    if joined is None:
        say_filed(receipt, turn, dispatcher, f"{command.description}\n{command.place.text}")
    kept = _to_undo(draft, receipt.number) if joined and match and not match["own"] else {}
    for slot in EMPTIED:
        draft.set(slot, None)
    draft.memo = {"last_ticket": receipt.number, "waiting": draft.memo.get("waiting"), **kept}
    if taken_up(draft):
        dispatcher.utter_message(response="utter_draft_waits")
    else:
        del draft.memo["waiting"]
    return draft.events()


def say_filed(receipt: TicketReceipt, turn: Turn, dispatcher: CollectingDispatcher, description: str = "") -> None:
    """Says number, unit and deadlines of a new ticket."""
    if receipt.category == MOVE_CAR:
        _say_car(receipt, turn, dispatcher, description)
        return
    key = "utter_ticket_filed_provisional" if receipt.provisional else "utter_ticket_filed"
    dispatcher.utter_message(
        response="utter_praise_filed" if receipt.nature == "praise" else key,
        json_message={"ticket": ticket_data(receipt)},
        **ticket_values(receipt, turn.language),
    )


def _say_car(receipt: TicketReceipt, turn: Turn, dispatcher: CollectingDispatcher, description: str) -> None:
    """Says whether the car's owner was asked or the traffic police have it."""
    values = ticket_values(receipt, turn.language)
    asked = receipt.unit == HOTLINE_UNIT
    dispatcher.utter_message(
        response="utter_car_owner_asked" if asked else "utter_car_sent_to_police",
        json_message={"ticket": ticket_data(receipt)},
        **{**values, "unit_name": unit_name(TRAFFIC_POLICE, turn.language)},
        plate=plate_in(description) or "",
        minutes=str(deps.current().desk.owner_minutes),
    )


def _to_undo(draft: Draft, number: str) -> dict[str, Any]:
    """What is needed to file the complaint on its own after all."""
    slots = {slot: draft.get(slot) for slot in (*EMPTIED, *CONTACT) if slot != "confirm"}
    return {"joined": {"number": number, "run": draft.memo.get("run"), "slots": slots}}


def file_command(turn: Turn, draft: Draft, conversation: str) -> FileTicket:
    """The command that files this draft."""
    place, when = draft.known("location") or {}, draft.known("occurred_at") or {}
    category, chosen = draft.known("category"), draft.memo.get("chosen") or {}
    return FileTicket(
        idempotency_key=f"{conversation}:{draft.memo.get('run') or 'first'}",
        conversation_id=conversation,
        channel=turn.channel,
        language=turn.language,
        nature=str(draft.known("nature") or "complaint"),
        category=category if category in deps.current().city.categories else None,
        category_sure=chosen.get("sure") if chosen.get("category") == category else None,
        description=str(draft.known("description")),
        place=Place(text=place.get("text") or "", unclear=bool(place.get("unclear"))),
        occurred_at=datetime.fromisoformat(when["at"]) if when.get("at") else None,
        occurred_text=when.get("text") or "",
        contact=Contact(name=draft.known("contact_name"), phone=draft.known("contact_phone")),
        confidentiality=str(draft.known("confidentiality") or "public"),
    )
