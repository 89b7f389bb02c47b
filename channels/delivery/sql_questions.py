"""The question whether an e-mail address is the citizen's, kept to be sent in the transaction that keeps the address.

Counting and asking are one step, so that requests at the same time do not fill a mailbox either.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.conversations import Conversation
from channels.delivery.notices import CONFIRM, EMAIL, Notice
from channels.delivery.preferences import Preferences
from channels.delivery.sql_notices import keep
from channels.delivery.tables import notices
from channels.errors import TooManyRequests

QUESTIONS_A_DAY = 3
_DAY = timedelta(days=1)


def ask(connection: Connection, conversation: Conversation, person: Preferences, now: datetime) -> None:
    """Asks about the address of `person`; one that needs no question gets none.

    Raises:
        TooManyRequests: this address, or this conversation, was asked about too often today.
    """
    if person.email is None or person.email_state != "asked":
        return
    _wait_for(connection, person.email)
    asked = sa.select(sa.func.count()).where(notices.c.key == CONFIRM, notices.c.at >= now - _DAY)
    for mine in (notices.c.address == person.email, notices.c.conversation_id == conversation.id):
        if connection.execute(asked.where(mine)).scalar_one() >= QUESTIONS_A_DAY:
            raise TooManyRequests(3600, "This address was asked about several times today; try again tomorrow.")
    keep(
        connection,
        Notice(f"confirm.{uuid.uuid4()}", CONFIRM, "", {}, "answer", True, now),
        {EMAIL: person.email},
        now,
        channel=conversation.channel,
        recipient=conversation.id,
        conversation_id=conversation.id,
        language=person.language or conversation.language,
    )


def _wait_for(connection: Connection, address: str) -> None:
    """Until the transaction ends nobody else counts the questions about an address; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(address, 0))))
