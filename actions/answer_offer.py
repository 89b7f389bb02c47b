"""What a bare "yes" or "no" outside a form refers to: the last offer the bot made (noted in `memo`), or the answer to
a ticket of this conversation, about which the citizen was asked whether it is solved.
"""

from __future__ import annotations

import logging

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.asked_ticket import asked_ticket
from actions.forms.draft import Draft, then
from actions.turn import Turn
from tickets.errors import TicketError

logger = logging.getLogger(__name__)

ACCEPTED = {
    "consultation": "complaint_form",
    "complaint": "complaint_form",
    "callback": "callback_form",
    "resume": "action_resume",
    "human": "action_request_human",
    "knowledge_more": "action_knowledge_more",
}
"""Which action a "yes" to each offer leads to."""


def offer(draft: Draft, turn: Turn, what: str) -> None:
    """Notes what the answer to this message offers; it holds for the citizen's next message only."""
    draft.memo["offer"] = {"what": what, "after": turn.message_id}


def offered(draft: Draft, turn: Turn) -> str | None:
    """Takes the offer that this message answers, None when nothing was offered just now."""
    noted = draft.memo.pop("offer", None) or {}
    fresh = turn.previous is not None and noted.get("after") == turn.previous.message_id
    return str(noted["what"]) if fresh else None


class AnswerOffer(Action):
    """`action_answer_offer`."""

    def name(self) -> str:
        """Rasa's name of this action."""
        return "action_answer_offer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[EventType]:
        """Follows up on the offer, or asks what the citizen wishes."""
        turn, draft = Turn.of(tracker), Draft.of(tracker)
        what = offered(draft, turn)
        if turn.is_("affirm") and what in ACCEPTED:
            draft.memo["accepted"] = what
            return [*draft.events(), *then(ACCEPTED[what])]
        if what is None and await _is_asked(turn):
            return [*draft.events(), *then("revisit_form")]
        done = turn.is_("deny") or "last_ticket" in draft.memo
        dispatcher.utter_message(response="utter_anything_else" if done else "utter_how_can_i_help")
        return draft.events()


async def _is_asked(turn: Turn) -> bool:
    """Whether a ticket of this conversation waits for the citizen's word; a store that is down is not waited for."""
    try:
        return await asked_ticket(turn.conversation) is not None
    except TicketError as error:
        logger.error("tickets could not be reached: %s", error.code)
        return False
