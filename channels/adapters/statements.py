"""The statements of the SQL store, each a function of an open transaction.

No transaction is begun or ended here: the runner does that, so that many of them can share one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, bindparam

from channels.adapters.tables import conversations, messages
from channels.conversations import Button, Conversation, Draft, Message, Owner, Stored, TurnState, title_of
from channels.errors import BotOutOfTurn, ConversationNotFound
from channels.handoff import statements as handoff

RECENT_OFFERS = 10

_message_columns = [
    messages.c.conversation_id,
    messages.c.seq,
    messages.c.sender,
    messages.c.language,
    messages.c.text,
    messages.c.buttons,
    messages.c.data,
    messages.c.at,
    messages.c.message_id,
    messages.c.turn,
    messages.c.turn_of,
]
_conversation = conversations.c.id == bindparam("conversation")
_of_conversation = messages.c.conversation_id == bindparam("conversation")
_select_conversation = sa.select(conversations).where(_conversation)
_lock_conversation = _select_conversation.with_for_update()
_find = sa.select(*_message_columns).where(_of_conversation, messages.c.message_id == bindparam("wanted"))
_one = sa.select(*_message_columns).where(_of_conversation, messages.c.seq == bindparam("wanted"))
_replies = (
    sa.select(*_message_columns)
    .where(_of_conversation, messages.c.reply_to == bindparam("wanted"), messages.c.seq > bindparam("wanted"))
    .order_by(messages.c.seq)
)
_outcome = sa.select(messages.c.turn_language, messages.c.turn_owner).where(
    _of_conversation, messages.c.seq == bindparam("wanted")
)
_after = (
    sa.select(*_message_columns)
    .where(_of_conversation, messages.c.seq > bindparam("after"))
    .order_by(messages.c.seq)
    .limit(bindparam("most"))
)
_offers = (
    sa.select(messages.c.buttons)
    .where(_of_conversation, messages.c.sender != "citizen")
    .order_by(messages.c.seq.desc())
    .limit(RECENT_OFFERS)
)
_pending = (
    sa.select(*_message_columns)
    .where(messages.c.turn == "pending", messages.c.at >= bindparam("since"))
    .order_by(messages.c.at, messages.c.seq)
    .limit(bindparam("most"))
)
_insert = sa.insert(messages)
_is_known = sa.exists().where(_of_conversation, messages.c.message_id == bindparam("wanted"))
_next_number = (
    sa.update(conversations)
    .where(_conversation, ~_is_known)
    .values(language=bindparam("new_language"), last_seq=conversations.c.last_seq + 1)
    .returning(*conversations.c)
)
_update_conversation = (
    sa.update(conversations)
    .where(_conversation)
    .values(
        language=bindparam("new_language"),
        owner=bindparam("new_owner"),
        owner_version=bindparam("new_version"),
        owner_since=bindparam("new_since"),
        last_seq=bindparam("new_seq"),
        attachments=bindparam("new_attachments"),
    )
)
_mark = (
    sa.update(messages)
    .where(_of_conversation, messages.c.seq == bindparam("wanted"), messages.c.turn != "done")
    .values(turn=bindparam("state"), turn_language=bindparam("in_language"), turn_owner=bindparam("by_owner"))
)
_waiting = sa.select(sa.func.count()).select_from(conversations).where(conversations.c.owner == "queue")


def insert_conversation(connection: Connection, conversation: Conversation) -> None:
    connection.execute(
        sa.insert(conversations),
        {
            "id": conversation.id,
            "channel": conversation.channel,
            "language": conversation.language,
            "created_at": conversation.created_at,
            "owner": conversation.owner,
            "owner_version": conversation.owner_version,
            "owner_since": conversation.owner_since,
            "last_seq": conversation.last_seq,
            "attachments": conversation.attachments,
        },
    )


def read_conversation(connection: Connection, conversation_id: str, lock: bool = False) -> Conversation:
    """Reads the row; with `lock` nobody else can number messages of it until the transaction ends."""
    statement = _lock_conversation if lock else _select_conversation
    row = connection.execute(statement, {"conversation": conversation_id}).one_or_none()
    if row is None:
        raise ConversationNotFound
    return Conversation(**row._mapping)


def write_conversation(connection: Connection, conversation: Conversation) -> None:
    connection.execute(
        _update_conversation,
        {
            "conversation": conversation.id,
            "new_language": conversation.language,
            "new_owner": conversation.owner,
            "new_version": conversation.owner_version,
            "new_since": conversation.owner_since,
            "new_seq": conversation.last_seq,
            "new_attachments": conversation.attachments,
        },
    )


def next_number(connection: Connection, conversation_id: str, message_id: str, language: str) -> Conversation | None:
    """Gives the conversation one number more and its new language; None when `message_id` is known (or it is not).

    Two that do this at once for one `message_id` may both get through on PostgreSQL; the unique key then stops the
    second, whose transaction is run again.
    """
    values = {"conversation": conversation_id, "wanted": message_id, "new_language": language}
    row = connection.execute(_next_number, values).one_or_none()
    return None if row is None else Conversation(**row._mapping)


def append(
    connection: Connection,
    conversation: Conversation,
    drafts: Sequence[Draft],
    at: datetime,
    *,
    message_id: str | None = None,
    turn: TurnState | None = None,
    turn_of: int | None = None,
    reply_to: int | None = None,
) -> tuple[list[Message], Conversation]:
    """Inserts messages with the next numbers; the caller writes the conversation that comes back.

    Every message of every conversation comes through here, so here stands the rule that the bot is silent while a
    person has the conversation, and here a recognised danger is noted for the people on duty.

    Raises:
        BotOutOfTurn: a message of the bot beside a person.
    """
    if conversation.owner == "agent" and any(draft.sender == "bot" for draft in drafts):
        raise BotOutOfTurn
    added = [
        Message(
            conversation.id,
            conversation.last_seq + offset,
            draft.sender,
            draft.language,
            draft.text,
            draft.buttons,
            draft.data,
            at,
            message_id,
            turn,
            turn_of,
        )
        for offset, draft in enumerate(drafts, start=1)
    ]
    if added:
        connection.execute(_insert, [_row(message, conversation, reply_to) for message in added])
        for message in added:
            if "emergency" in message.data:
                handoff.raise_alert(connection, conversation.id, message.seq, at)
    return added, replace(conversation, last_seq=conversation.last_seq + len(added))


def add_once(
    connection: Connection, conversation: Conversation, draft: Draft, at: datetime, message_id: str | None
) -> Stored:
    """A message beside the turns, once a `message_id`; the caller holds the row of the conversation."""
    if message_id is not None:
        known = find(connection, conversation.id, message_id)
        if known is not None:
            return Stored(known, False, conversation)
    [message], conversation = append(connection, conversation, [draft], at, message_id=message_id)
    write_conversation(connection, conversation)
    return Stored(message, True, conversation)


def find(connection: Connection, conversation_id: str, message_id: str) -> Message | None:
    row = connection.execute(_find, {"conversation": conversation_id, "wanted": message_id}).one_or_none()
    return None if row is None else _message(row)


def read_message(connection: Connection, conversation_id: str, seq: int) -> Message:
    return _message(connection.execute(_one, {"conversation": conversation_id, "wanted": seq}).one())


def read_replies(connection: Connection, conversation_id: str, reply_to: int) -> list[Message]:
    return [
        _message(row) for row in connection.execute(_replies, {"conversation": conversation_id, "wanted": reply_to})
    ]


def read_outcome(connection: Connection, conversation_id: str, seq: int) -> tuple[str, Owner]:
    row = connection.execute(_outcome, {"conversation": conversation_id, "wanted": seq}).one()
    return row.turn_language, row.turn_owner


def read_after(connection: Connection, conversation_id: str, after: int, limit: int) -> list[Message]:
    found = connection.execute(_after, {"conversation": conversation_id, "after": after, "most": limit})
    return [_message(row) for row in found]


def read_pending(connection: Connection, since: datetime, limit: int) -> list[Message]:
    return [_message(row) for row in connection.execute(_pending, {"since": since, "most": limit})]


def mark(connection: Connection, conversation: Conversation, seq: int, state: TurnState) -> bool:
    """Writes how far a turn is, with language and owner after it; False when it was done already."""
    marked = connection.execute(
        _mark,
        {
            "conversation": conversation.id,
            "wanted": seq,
            "state": state,
            "in_language": conversation.language,
            "by_owner": conversation.owner,
        },
    )
    return marked.rowcount == 1


def titled(connection: Connection, conversation_id: str, draft: Draft) -> Draft:
    """Gives a pressed button the title it was shown with."""
    payload = draft.data.get("payload")
    if draft.text or not isinstance(payload, str):
        return draft
    offers = connection.execute(_offers, {"conversation": conversation_id}).scalars()
    return replace(draft, text=title_of(payload, [_buttons(offer) for offer in offers]))


def count_waiting(connection: Connection) -> int:
    return int(connection.execute(_waiting).scalar_one())


def _row(message: Message, conversation: Conversation, reply_to: int | None) -> dict[str, Any]:
    done = message.turn == "done"
    return {
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "message_id": message.message_id,
        "sender": message.sender,
        "language": message.language,
        "text": message.text,
        "buttons": [[button.title, button.payload] for button in message.buttons],
        "data": dict(message.data),
        "at": message.at,
        "reply_to": reply_to,
        "turn": message.turn,
        "turn_of": message.turn_of,
        "turn_language": conversation.language if done else None,
        "turn_owner": conversation.owner if done else None,
    }


def _message(row: sa.Row[Any]) -> Message:
    fields = dict(row._mapping)
    fields["buttons"] = _buttons(fields["buttons"])
    return Message(**fields)


def _buttons(stored: Sequence[Sequence[str]]) -> tuple[Button, ...]:
    return tuple(Button(title, payload) for title, payload in stored)
