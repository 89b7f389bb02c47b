"""Which ticket of a conversation a "yes", "no", "solved" or "satisfied" is about.

Read from the tickets, so that it is right hours later, after restarts and when the answer was given elsewhere.
"""

from __future__ import annotations

import asyncio

from actions import deps
from tickets.domain.vocabulary import Status

ASKABLE = (Status.REVISIT, Status.REPLIED)
"""Statuses in which an answer to "solved?" belongs to the ticket."""


async def asked_ticket(conversation: str, wanted: str | None = None, *, opened: bool = False) -> str | None:
    """The number of the conversation's ticket that an answer to "solved?" is about; None when there is none.

    Args:
        wanted: only this one.
        opened: only one whose revisit has begun.
    """
    statuses = (Status.REVISIT,) if opened else ASKABLE
    own = await asyncio.to_thread(deps.current().desk.of_conversation, conversation)
    waiting = [ticket for ticket in own if ticket.status in statuses and ticket.conversation_id == conversation]
    waiting.sort(key=lambda ticket: statuses.index(ticket.status))
    return next((ticket.number for ticket in waiting if wanted in (None, ticket.number)), None)
