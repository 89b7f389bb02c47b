"""The revisit form: is the matter solved, was the citizen satisfied, and what is still missing.

The system opens it when a ticket's revisit begins; a citizen who says "solved" or "not solved" opens it as well. Each
answer is stored as it is given, so that nothing is lost when the citizen goes away in between. It judges nobody
satisfied who did not say so, and a new matter or another question about a ticket is no answer.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.asked_ticket import asked_ticket
from actions.forms.base import CERTAIN, HotlineForm
from actions.forms.draft import SKIPPED, Draft
from actions.judgement import judgement, solved
from actions.turn import Turn
from actions.validators import DESCRIPTION_LIMIT, has_words
from tickets.errors import TicketError, TransitionNotAllowed
from tickets.service.commands import RateTicket

logger = logging.getLogger(__name__)
OPENED, ANSWERED = "revisit_opened", "revisit"
NEW_MATTERS = ("file_complaint", "report_violation", "make_suggestion", "give_praise", "move_car")
OTHER_WISHES = ("ticket_status", "urge_ticket", "withdraw_ticket", "supplement_ticket")
ATTEMPTS = 2
_BOOLEAN = {"yes": True, "no": False}


@dataclass(frozen=True)
class Heard:
    """What one message says to the questions; None: nothing."""

    solved: bool | None = None
    satisfied: bool | None = None


class ValidateRevisitForm(HotlineForm):
    """`validate_revisit_form`."""

    form = "revisit_form"
    slots = ("revisit_solved", "revisit_satisfied", "revisit_text")

    def name(self) -> str:
        """Rasa's name of this action."""
        return "validate_revisit_form"

    async def begin(self, turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
        """Finds the ticket that is asked about, and takes what the opening message says already."""
        for slot in self.slots:
            draft.set(slot, None)
            draft.forget_attempts(slot)
        draft.memo["revisit_run"] = turn.message_id
        opened = turn.is_(OPENED)
        wanted = turn.value("ticket_number") if turn.payload else None
        try:
            number = await asked_ticket(turn.conversation, wanted, opened=opened)
        except TicketError as error:
            logger.error("a revisit could not be opened: %s", error.code)
            return draft.leaving("silent" if opened else "store_down")
        if number is None:
            return draft.leaving("silent" if opened else "over")
        draft.set("revisit_number", number)
        if opened:
            return draft.asking("revisit_solved")
        return await self._take(_heard(turn, None), turn, draft)

    async def hear(self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher) -> list[EventType]:
        """A new matter, or another wish about a ticket, ends the form and is followed at once."""
        if turn.is_(OPENED):
            return draft.asking(requested)
        certain = turn.payload or turn.confidence >= CERTAIN
        if certain and not turn.danger and not self.clearly_answers(turn, draft, requested):
            if turn.is_(*NEW_MATTERS):
                return draft.leaving("matter")
            if turn.is_(*OTHER_WISHES):
                return draft.leaving("ticket")
        return await super().hear(turn, draft, requested, dispatcher)

    async def answer(
        self, turn: Turn, draft: Draft, requested: str, dispatcher: CollectingDispatcher
    ) -> list[EventType]:
        """Stores the answer; what could not be understood is asked once more, then left for later."""
        if requested == "revisit_text":
            return _text(turn, draft)
        heard = _heard(turn, requested)
        if heard == Heard():
            if turn.is_("refuse_info", "dont_know") or draft.ask_again(requested) >= ATTEMPTS:
                return draft.leaving("later")
            dispatcher.utter_message(response=f"utter_invalid_{requested}")
            return draft.asking(requested)
        if requested == "revisit_satisfied" and heard.satisfied is False and _tells_what_is_missing(turn):
            draft.set("revisit_text", turn.text[:DESCRIPTION_LIMIT])
        return await self._take(heard, turn, draft)

    def clearly_answers(self, turn: Turn, draft: Draft, requested: str) -> bool:
        """Whether the message holds an answer beyond doubt; to "what is missing" every sentence does."""
        if turn.payload:
            return turn.is_(ANSWERED)
        return requested == "revisit_text" or _heard(turn, requested) != Heard()

    async def _take(self, heard: Heard, turn: Turn, draft: Draft) -> list[EventType]:
        """Stores what was said, and asks for what is missing."""
        known = Heard(_asked_bool(draft, "revisit_solved"), _asked_bool(draft, "revisit_satisfied"))
        fresh = Heard(
            heard.solved if known.solved is None else None, heard.satisfied if known.satisfied is None else None
        )
        if fresh != Heard():
            try:
                await asyncio.to_thread(_rate, fresh, turn, draft)
            except TransitionNotAllowed:
                return draft.leaving("over")
            except TicketError as error:
                logger.error("an answer to a revisit could not be stored: %s", error.code)
                return draft.leaving("store_down")
        for slot, value in (("revisit_solved", fresh.solved), ("revisit_satisfied", fresh.satisfied)):
            if value is not None:
                draft.set(slot, "yes" if value else "no")
        if draft.get("revisit_solved") == draft.get("revisit_satisfied") == "yes":
            draft.set("revisit_text", SKIPPED)
        return draft.events()


def _heard(turn: Turn, requested: str | None) -> Heard:
    if turn.payload:
        pressed = Heard(_BOOLEAN.get(turn.value("solved") or ""), _BOOLEAN.get(turn.value("satisfied") or ""))
        return pressed if turn.is_(ANSWERED) else Heard()
    words = deps.current().words[turn.language]
    score, satisfied = judgement(turn.text, words)
    done = solved(turn.text, words)
    if requested == "revisit_satisfied":
        if satisfied is None and done is False:  # "it went dark again last night": nobody is satisfied with that
            satisfied = False
        if satisfied is None and score is not None:
            satisfied = score >= 3
        if satisfied is None and turn.is_("affirm", "deny"):
            satisfied = turn.is_("affirm")
        return Heard(None, satisfied)
    if done is None and satisfied is None and turn.is_("affirm", "deny", "dispute_result"):
        done = turn.is_("affirm")
    return Heard(done, satisfied)


def _tells_what_is_missing(turn: Turn) -> bool:
    return not turn.payload and solved(turn.text, deps.current().words[turn.language]) is False


def _text(turn: Turn, draft: Draft) -> list[EventType]:
    words = deps.current().words[turn.language]
    nothing = turn.is_(ANSWERED) if turn.payload else words.says("nothing", turn.text)
    if nothing or (not turn.payload and turn.is_("deny", "refuse_info", "cancel")):
        draft.set("revisit_text", SKIPPED)
    elif not turn.payload and has_words(turn.text):
        draft.set("revisit_text", turn.text[:DESCRIPTION_LIMIT])
    elif draft.ask_again("revisit_text") >= ATTEMPTS:
        return draft.leaving("later")
    else:
        return draft.asking("revisit_text")
    return draft.events()


def _asked_bool(draft: Draft, slot: str) -> bool | None:
    return _BOOLEAN.get(str(draft.known(slot)))


def _rate(heard: Heard, turn: Turn, draft: Draft) -> None:
    key = f"{turn.conversation}:revisit:{draft.memo.get('revisit_run')}:{turn.message_id}"
    number, said = str(draft.get("revisit_number")), "" if turn.payload else turn.text[:DESCRIPTION_LIMIT]
    command = RateTicket(idempotency_key=key, number=number, solved=heard.solved, satisfied=heard.satisfied, text=said)
    deps.current().desk.rate(command)
