"""The emergency form: first what to do and whom to call, then a ticket with what is known, then what is missing.

The ticket is filed the moment it is wanted; place and telephone come to it afterwards, so that it exists even when the
citizen says no more. It never keeps anybody from the emergency numbers: they are said first and again.
"""

from __future__ import annotations

import asyncio
import logging

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import deps, validators
from actions.dangers import FALLBACK_KIND, Danger
from actions.forms import complaint_answers as answers
from actions.forms.base import HotlineForm
from actions.forms.draft import SKIPPED, Draft
from actions.forms.harvest import harvest
from actions.turn import Turn
from actions.wording import ticket_data, ticket_values
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.errors import TicketError
from tickets.service.commands import FileTicket, SupplementTicket

logger = logging.getLogger(__name__)
SHARED = ("location", "occurred_at", "contact_phone")
"""Slots of a complaint's draft that this form borrows; the closing action gives them back as they were."""


class ValidateEmergencyForm(HotlineForm):
    """`validate_emergency_form`."""

    form = "emergency_form"
    slots = ("emergency_offer", "location", "contact_phone")

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_emergency_form"

    async def begin(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Says what to do at once, alerts a person, and offers the ticket."""
        kind = turn.danger or FALLBACK_KIND
        earlier = draft.memo.get("danger")
        before = earlier["before"] if earlier else {slot: draft.get(slot) for slot in SHARED}
        if not turn.payload or not earlier:
            text = "" if turn.payload else turn.text
            draft.memo["danger"] = {"kind": kind, "text": text, "run": turn.message_id, "before": before}
        draft.set("emergency_offer", None)
        for slot in self.slots:
            draft.forget_attempts(slot)
        if draft.get("contact_phone") == SKIPPED:
            draft.set("contact_phone", None)
        if turn.surface("location"):
            draft.set("location", None)
        harvest(turn, draft, own_words=not turn.payload)
        _advise(kind, dispatcher)
        return draft.events()

    async def hear(self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> list[EventType]:
        """More danger in the same emergency adds to it; all else is heard as in any form."""
        if not turn.danger or turn.payload:
            return await super().hear(turn, draft, requested, dispatcher)
        danger = dict(draft.memo.get("danger") or {})
        told = list(danger.get("told") or [danger.get("kind")])
        if turn.danger not in told:
            _advise(turn.danger, dispatcher)
            told.append(turn.danger)
        draft.memo["danger"] = {**danger, "told": told, "text": f"{danger.get('text', '')}\n{turn.text}".strip()[:4000]}
        harvest(turn, draft)
        if draft.memo["danger"].get("number"):
            await _add(turn, draft, turn.text)
        return draft.asking(requested) if draft.get(requested) is None else draft.events()

    async def answer(
        self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Files on "yes", and adds what comes afterwards."""
        if requested == "emergency_offer":
            return await self._offer(turn, draft, dispatcher)
        before = draft.known(requested)
        if turn.is_("refuse_info", "dont_know", "deny"):
            draft.set(requested, SKIPPED)
            return draft.events()
        if requested == "contact_phone" and turn.surface("location") and not turn.value("phone"):
            draft.set("location", {"text": str(turn.surface("location"))[: validators.PLACE_LIMIT], "unclear": False})
            dispatcher.utter_message(response="utter_corrected")
            await _add(turn, draft, turn.text)
            return draft.asking(requested)
        answers.take(turn, draft, requested, dispatcher)
        if draft.known(requested) not in (None, before):
            await _add(turn, draft, turn.text, draft.known("contact_phone"))
        return draft.asking(requested) if draft.get(requested) is None else draft.events()

    def clearly_answers(self, turn: Turn, draft: Draft, requested: str) -> bool:
        """Whether the message holds what was asked for."""
        if requested == "emergency_offer":
            return turn.is_("affirm", "deny") or turn.surface("location") is not None
        return answers.clearly(turn, draft, requested)

    async def _offer(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        wants = turn.is_("affirm", "file_complaint", "inform") or turn.surface("location") is not None
        if turn.is_("deny", "refuse_info"):
            return draft.leaving("declined")
        if not wants:
            if draft.ask_again("emergency_offer") >= 1:
                return draft.leaving("declined")
            return draft.asking("emergency_offer")
        harvest(turn, draft, own_words=not turn.payload)
        try:
            receipt = await asyncio.to_thread(deps.current().desk.file, _command(turn, draft))
        except TicketError as error:
            logger.error("an emergency could not be filed: %s", error)
            dispatcher.utter_message(response="utter_emergency_store_down")
            return draft.leaving("store_down")
        draft.set("emergency_offer", True)
        draft.memo["danger"] = {**draft.memo["danger"], "number": receipt.number}
        dispatcher.utter_message(
            response="utter_emergency_filed",
            json_message={"ticket": ticket_data(receipt)},
            **ticket_values(receipt, turn.language),
        )
        return draft.events()


def _danger(kind: str) -> Danger:
    dangers = deps.current().dangers
    return dangers.get(kind) or dangers[FALLBACK_KIND]


def _advise(kind: str, dispatcher: CollectingDispatcher) -> None:
    danger = _danger(kind)
    dispatcher.utter_message(
        response=f"utter_emergency_{danger.kind}",
        json_message={
            "emergency": {"kind": danger.kind, "numbers": list(danger.numbers)},
            "handoff": {"reason": "emergency", "priority": "urgent"},
        },
    )


def _command(turn: Turn, draft: Draft) -> FileTicket:
    noted = draft.memo["danger"]
    place = draft.known("location") or {}
    said = [noted.get("text") or "", draft.known("description") or ""]
    return FileTicket(
        idempotency_key=f"{turn.conversation}:emergency:{noted['run']}",
        conversation_id=turn.conversation,
        channel=turn.channel,
        language=turn.language,
        nature="help",
        category=_danger(noted["kind"]).category,
        description="\n".join(part for part in said if part)[:4000] or noted["kind"],
        place=Place(text=place.get("text") or "", unclear=bool(place.get("unclear", True))),
        contact=Contact(name=draft.known("contact_name"), phone=draft.known("contact_phone")),
        emergency=True,
        emergency_kind=noted["kind"],
    )


async def _add(turn: Turn, draft: Draft, text: str, phone: str | None = None) -> None:
    """Adds words, and a telephone number, to the emergency's ticket; a failure is logged and holds nobody up."""
    number = (draft.memo.get("danger") or {}).get("number")
    if not number:
        return
    key = f"{turn.conversation}:emergency:{turn.message_id}"
    command = SupplementTicket(idempotency_key=key, number=number, text=text, contact_phone=phone)
    try:
        await asyncio.to_thread(deps.current().desk.supplement, command)
    except TicketError as error:
        logger.error("the emergency's ticket could not be supplemented: %s", error)
