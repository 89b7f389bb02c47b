"""Joins the ticket that others filed on the same matter, and takes a joining back.

What the citizen said goes into that ticket; nothing is lost, and nothing of the others is told.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions import deps
from actions.forms.draft import Draft
from actions.turn import Turn
from actions.wording import ticket_data, ticket_values
from tickets.errors import InvalidTicket, StoreUnavailable, TicketError, TicketNotFound, TransitionNotAllowed
from tickets.service.commands import FileTicket, SupplementTicket, UrgeTicket
from tickets.service.parts_commands import JoinTicket, LeaveTicket
from tickets.service.receipts import TicketReceipt

logger = logging.getLogger(__name__)


async def join(
    turn: Turn, command: FileTicket, match: dict[str, Any], asked: bool, dispatcher: CollectingDispatcher
) -> TicketReceipt | None:
    """Joins instead of filing, and says so; None when the ticket was closed meanwhile: then it is to be filed.

    Args:
        asked: the citizen said that it is the same matter.

    Raises:
        StoreUnavailable, InvalidTicket: as filing does.
    """
    try:
        if match["own"]:
            receipt = await asyncio.to_thread(_urge_own, command, match["number"])
        else:
            joined = await asyncio.to_thread(
                deps.current().desk.join,
                JoinTicket(
                    idempotency_key=f"{command.idempotency_key}:join",
                    number=match["number"],
                    conversation_id=command.conversation_id,
                    channel=command.channel,
                    language=command.language,
                    contact=command.contact,
                    confidentiality=command.confidentiality,
                    text=command.description,
                ),
            )
            receipt = joined.receipt
    except (TicketNotFound, TransitionNotAllowed) as error:
        logger.info("ticket %s cannot be joined any more: %s", match["number"], error)
        return None
    key = "utter_ticket_joined" if asked else "utter_ticket_joined_at_once"
    people = str(deps.current().desk.get(receipt.number).followers + 1)
    dispatcher.utter_message(
        response="utter_ticket_own_urged" if match["own"] else key,
        json_message={"ticket": {**ticket_data(receipt), "duplicate_of": receipt.number}},
        people=people,
        **ticket_values(receipt, turn.language),
    )
    return receipt


def _urge_own(command: FileTicket, number: str) -> TicketReceipt:
    desk = deps.current().desk
    key = f"{command.idempotency_key}:own"
    desk.supplement(SupplementTicket(idempotency_key=key, number=number, text=command.description))
    return desk.urge(UrgeTicket(idempotency_key=key, number=number))


async def undo(turn: Turn, draft: Draft, dispatcher: CollectingDispatcher) -> list[EventType]:
    """The citizen's matter is another one after all: leaves the joined ticket and files the complaint."""
    from actions.complaint_done import file_command, say_filed  # the other way round, it imports this module

    noted = draft.memo.get("joined") or {}
    if not noted:
        dispatcher.utter_message(response="utter_what_about")
        return draft.events()
    whole = Draft({**noted["slots"]}, {"run": f"{noted['run']}:own"})
    command = file_command(turn, whole, turn.conversation)
    try:
        receipt = await asyncio.to_thread(deps.current().desk.file, command)
    except (StoreUnavailable, InvalidTicket) as error:
        logger.error("a complaint that was joined by mistake could not be filed: %s", error)
        dispatcher.utter_message(response="utter_store_down")
        return draft.events()
    leaving = LeaveTicket(
        idempotency_key=f"{command.idempotency_key}:leave", number=noted["number"], conversation_id=turn.conversation
    )
    try:
        await asyncio.to_thread(deps.current().desk.leave, leaving)
    except TicketError as error:  # filed is what counts; who follows too much hears too much
        logger.warning("ticket %s was not left: %s", noted["number"], error)
    draft.memo.pop("joined")
    draft.memo["last_ticket"] = receipt.number
    say_filed(receipt, turn, dispatcher)
    return draft.events()
