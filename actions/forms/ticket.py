"""The ticket form: finds the citizen's own ticket, and what is needed to urge, withdraw, add to or dispute it.

A ticket of this conversation needs no proof; any other needs its number and the last four digits of its telephone. A
wrong pair is answered like an unknown number.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.asked_ticket import asked_ticket
from actions.forms.base import DIGRESSIONS, HotlineForm
from actions.forms.draft import SKIPPED, Draft
from actions.turn import Turn
from actions.validators import DESCRIPTION_LIMIT, has_words
from language.normalize import to_halfwidth
from language.tokens import character_count
from tickets.domain.vocabulary import Status
from tickets.errors import LookupBlocked, StoreUnavailable, TicketNotFound

logger = logging.getLogger(__name__)

TASKS = {
    "ticket_status": "status",
    "urge_ticket": "urge",
    "withdraw_ticket": "withdraw",
    "supplement_ticket": "supplement",
    "dispute_result": "dispute",
}
WORDED = ("supplement", "dispute")
"""Tasks that need the citizen's words."""
FACTS = {"zh": 16, "ja": 24, "ko": 24, "en": 60, "ru": 60}
"""An opening sentence longer than this holds the facts already."""
ATTEMPTS = 2
_FOUR = re.compile(r"(?<!\d)(\d{4})(?!\d)")


class ValidateTicketForm(HotlineForm):
    """`validate_ticket_form`."""

    form = "ticket_form"
    slots = ("ticket_number", "phone_last4", "ticket_text", "ticket_confirm")

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_ticket_form"

    async def begin(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Notes the task and takes number, digits and facts that the opening sentence holds."""
        task = TASKS.get(turn.intent, "status")
        for slot in self.slots:
            draft.set(slot, None)
        draft.memo = {**draft.memo, "ticket_run": turn.message_id, "own_tickets": []}
        for slot in self.slots:
            draft.forget_attempts(slot)
        draft.forget_attempts("pair")
        _set_task(task, turn, draft)
        self._take_number(turn, draft)
        try:
            if task == "dispute" and draft.get("ticket_number") is None and await _is_asked(turn):
                return draft.leaving("revisit")
            own, merged = await asyncio.to_thread(_own, turn)
        except StoreUnavailable as error:
            logger.error("tickets could not be reached: %s", error)
            return draft.leaving("store_down")
        draft.memo["own_tickets"], draft.memo["merged_tickets"] = own[:5], merged
        _follow_merge(draft)
        if draft.get("ticket_number") is None and len(own) == 1:
            draft.set("ticket_number", own[0])
        if draft.get("ticket_number") in own:
            draft.set("phone_last4", SKIPPED)
        return await self._checked(turn, draft, dispatcher)

    async def hear(self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> list[EventType]:
        """The same task asked again is no interruption; another task starts anew."""
        finding = requested in ("ticket_number", "phone_last4") and not turn.danger
        if finding and turn.is_(*TASKS) and not self.clearly_answers(turn, draft, requested):
            if TASKS[turn.intent] != draft.get("ticket_task"):
                _set_task(TASKS[turn.intent], turn, draft)
            if draft.ask_again(requested) < ATTEMPTS:
                return draft.asking(requested)
        return await super().hear(turn, draft, requested, dispatcher)

    async def answer(
        self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Takes the answer; looks the ticket up as soon as number and digits are there."""
        if requested == "ticket_confirm":
            return self._confirmation(turn, draft)
        if requested == "ticket_text":
            return self._words(turn, draft, dispatcher)
        self._take_number(turn, draft)
        _follow_merge(draft)
        if turn.is_("dont_know", "refuse_info", "deny") and draft.get(requested) is None:
            return draft.leaving("unknown")
        if requested == "phone_last4":
            self._take_digits(turn, draft)
        if draft.get(requested) is None:
            if draft.ask_again(requested) >= ATTEMPTS:
                return draft.leaving("unknown")
            dispatcher.utter_message(response=f"utter_invalid_{requested}")
            return draft.asking(requested)
        if draft.get("ticket_number") in (draft.memo.get("own_tickets") or []):
            draft.set("phone_last4", SKIPPED)
        return await self._checked(turn, draft, dispatcher)

    def clearly_answers(self, turn: Turn, draft: Draft, requested: str) -> bool:
        """Whether the message holds what was asked for."""
        if requested == "ticket_number":
            named = turn.value("ticket_number") is not None or turn.value("slot") == requested
            return named or _own_by_ordinal(turn, draft) is not None
        if requested == "phone_last4":
            return _FOUR.search(to_halfwidth(turn.text)) is not None or turn.value("phone") is not None
        if requested == "ticket_confirm":
            return turn.is_("affirm", "deny", "withdraw_ticket")
        return not turn.payload and turn.is_("file_complaint", "inform", "supplement_ticket", "dispute_result")

    def takes_freely(self, turn: Turn, requested: str) -> bool:
        """Facts to add may sound like anything but small talk."""
        return requested == "ticket_text" and DIGRESSIONS.get(turn.intent) == "utter_one_thing_first"

    def _take_number(self, turn: Turn, draft: Draft) -> None:
        pressed = turn.value("value") if turn.value("slot") == "ticket_number" else None
        number = turn.value("ticket_number") or pressed or _own_by_ordinal(turn, draft)
        if number:
            draft.set("ticket_number", number)
            rest = to_halfwidth(turn.text).replace(turn.surface("ticket_number") or number, " ")
            four = _FOUR.search(rest)
            if four and not turn.payload:
                draft.set("phone_last4", four.group(1))
        self._take_phone(turn, draft)

    def _take_phone(self, turn: Turn, draft: Draft) -> None:
        phone = turn.value("phone")
        if phone and draft.get("phone_last4") is None:
            draft.set("phone_last4", "".join(filter(str.isdigit, phone))[-4:])

    def _take_digits(self, turn: Turn, draft: Draft) -> None:
        four = _FOUR.search(to_halfwidth(turn.text))
        if four and draft.get("phone_last4") is None:
            draft.set("phone_last4", four.group(1))

    def _confirmation(self, turn: Turn, draft: Draft) -> list[EventType]:
        negated = not turn.payload and deps.current().words[turn.language].contains("negation", turn.text)
        if turn.is_("affirm") or (turn.is_("withdraw_ticket") and not negated):
            draft.set("ticket_confirm", True)
            return draft.events()
        if turn.is_("deny", "withdraw_ticket", "dont_know", "refuse_info") or draft.ask_again("ticket_confirm") >= 1:
            return draft.leaving("kept")
        return draft.asking("ticket_confirm")

    def _words(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        if turn.is_("deny", "dont_know", "refuse_info"):
            if draft.get("ticket_task") != "dispute":
                return draft.leaving("cancelled")
            draft.set("ticket_text", SKIPPED)
            return draft.events()
        if turn.payload or not has_words(turn.text) or turn.is_("affirm"):
            dispatcher.utter_message(response="utter_invalid_description")
            return draft.asking("ticket_text")
        draft.set("ticket_text", turn.text[:DESCRIPTION_LIMIT])
        return draft.events()

    async def _checked(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Checks number and digits once both are there; a wrong pair is asked for again."""
        number, digits = draft.get("ticket_number"), draft.get("phone_last4")
        if number is None or digits is None or digits == SKIPPED:
            return draft.events()
        try:
            await asyncio.to_thread(deps.current().desk.find_for_citizen, number, digits)
        except TicketNotFound:
            draft.set("ticket_number", None)
            draft.set("phone_last4", None)
            dispatcher.utter_message(response="utter_ticket_not_found")
            if draft.ask_again("pair") >= ATTEMPTS:
                return draft.leaving("not_found")
            return draft.asking("ticket_number")
        except LookupBlocked:
            dispatcher.utter_message(response="utter_lookup_blocked")
            return draft.leaving("blocked")
        except StoreUnavailable as error:
            logger.error("a ticket could not be looked up: %s", error)
            return draft.leaving("store_down")
        return draft.events()


def _set_task(task: str, turn: Turn, draft: Draft) -> None:
    """Notes what is to be done, and what it needs: words, a confirmation or neither."""
    draft.set("ticket_task", task)
    draft.set("ticket_text", None if task in WORDED else SKIPPED)
    draft.set("ticket_confirm", None if task == "withdraw" else SKIPPED)
    if task in WORDED and not turn.payload and character_count(turn.text) > FACTS[turn.language]:
        draft.set("ticket_text", turn.text[:DESCRIPTION_LIMIT])


def _own_by_ordinal(turn: Turn, draft: Draft) -> str | None:
    """The citizen's own ticket that "the second" means."""
    own = list(draft.memo.get("own_tickets") or [])
    index = None if turn.payload else deps.current().words[turn.language].choice(turn.text, len(own))
    return None if index is None else own[index]


def _own(turn: Turn) -> tuple[list[str], dict[str, str]]:
    """The citizen's tickets, and of those that were merged into one of them, into which."""
    found = deps.current().desk.of_conversation(turn.conversation)
    numbers = {ticket.number for ticket in found}
    merged = {
        ticket.number: ticket.duplicate_of
        for ticket in found
        if ticket.status is Status.MERGED and ticket.duplicate_of in numbers
    }
    return [ticket.number for ticket in found if ticket.number not in merged], {
        number: head for number, head in merged.items() if head
    }


def _follow_merge(draft: Draft) -> None:
    """Takes the number of a merged ticket for that of the one that lives on."""
    merged = draft.memo.get("merged_tickets") or {}
    number = draft.get("ticket_number")
    if number in merged:
        draft.set("ticket_number", merged[number])


async def _is_asked(turn: Turn) -> bool:
    """Whether "not solved" is the answer to a revisit that has begun."""
    return await asked_ticket(turn.conversation, opened=True) is not None


def number_button(number: str) -> dict[str, str]:
    """A button that names one of the citizen's tickets."""
    return {"title": number, "payload": "/inform" + json.dumps({"slot": "ticket_number", "value": number})}
