"""The store of conversations in SQL: SQLite on one machine, PostgreSQL for several gateways.

A message's number is given while its conversation's row is held, so numbers are dense whoever writes. With one
gateway (SQLite) the conversation rows are remembered in the process; with several every read asks the database.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from channels.adapters import statements
from channels.adapters.runners import Runner, ping
from channels.conversations import Answer, Conversation, Draft, Message, Owner, Stored
from channels.errors import OwnerChanged, TooManyAttachments
from channels.handoff import statements as handoff
from channels.ownership import ASKED, Why, owner_after, spoken_beside
from channels.ports import FinishedTurn

_REMEMBERED = 10_000
T = TypeVar("T")


class SqlConversationStore:
    """ConversationStore on a runner of transactions.

    Args:
        runner: begins and ends the transactions.
        remember: keep conversation rows in memory; only right when no other process writes them.
    """

    def __init__(self, runner: Runner, remember: bool) -> None:
        self._runner = runner
        self._remember = remember
        self._rows: OrderedDict[str, Conversation] = OrderedDict()

    async def create(self, conversation: Conversation) -> None:
        await self._runner.run(lambda connection: statements.insert_conversation(connection, conversation))
        self.keep(conversation)

    async def conversation(self, conversation_id: str) -> Conversation:
        known = self._rows.get(conversation_id)
        if known is not None:
            return known
        found = await self._runner.run(lambda connection: statements.read_conversation(connection, conversation_id))
        self.keep(found)
        return found

    async def add_citizen(
        self, conversation_id: str, message_id: str, draft: Draft, at: datetime, turn_of: int | None = None
    ) -> Stored:
        def work(connection: Connection) -> Stored:
            conversation = statements.next_number(connection, conversation_id, message_id, draft.language)
            if conversation is None:
                conversation = statements.read_conversation(connection, conversation_id)
                known = statements.find(connection, conversation_id, message_id)
                assert known is not None  # the only other reason for having no number
                return Stored(known, False, conversation)
            [message], conversation = statements.append(
                connection,
                replace(conversation, last_seq=conversation.last_seq - 1),
                [statements.titled(connection, conversation_id, draft)],
                at,
                message_id=message_id,
                turn="done" if conversation.owner == "agent" else "pending",
                turn_of=turn_of,
            )
            return Stored(message, True, conversation)

        return await self._stored(work)

    async def add(self, conversation_id: str, draft: Draft, at: datetime, message_id: str | None = None) -> Stored:
        def work(connection: Connection) -> Stored:
            conversation = statements.read_conversation(connection, conversation_id, lock=True)
            return statements.add_once(connection, conversation, draft, at, message_id)

        return await self._stored(work)

    async def add_attachment(
        self, conversation_id: str, message_id: str, draft: Draft, at: datetime, limit: int
    ) -> Stored:
        def work(connection: Connection) -> Stored:
            conversation = statements.read_conversation(connection, conversation_id, lock=True)
            known = statements.find(connection, conversation_id, message_id)
            if known is not None:
                return Stored(known, False, conversation)
            if conversation.attachments >= limit:
                raise TooManyAttachments
            conversation = replace(conversation, attachments=conversation.attachments + 1)
            [message], conversation = statements.append(connection, conversation, [draft], at, message_id=message_id)
            statements.write_conversation(connection, conversation)
            return Stored(message, True, conversation)

        return await self._stored(work)

    async def finish_turn(self, conversation_id: str, turn: FinishedTurn, at: datetime) -> Answer:
        def work(connection: Connection) -> tuple[Answer, Conversation]:
            before = statements.read_conversation(connection, conversation_id, lock=True)
            conversation = replace(before, language=turn.language or before.language)
            conversation = conversation.owned_by(owner_after(before.owner, turn.asked), at)
            if not statements.mark(connection, conversation, turn.reply_to, "done"):
                for seq in turn.seqs:
                    statements.mark(connection, before, seq, "done")
                first = statements.read_message(connection, conversation_id, turn.seqs[0])
                return _read_answer(connection, first), before
            for seq in turn.seqs:
                if seq != turn.reply_to:
                    statements.mark(connection, conversation, seq, "done")
            drafts = spoken_beside(before.owner, turn.drafts)
            replies, conversation = statements.append(connection, conversation, drafts, at, reply_to=turn.reply_to)
            if conversation != before:
                statements.write_conversation(connection, conversation)
            if turn.asked is not None:
                handoff.follow(connection, conversation, turn.why, at)
            if turn.slots is not None:
                handoff.keep_slots(connection, conversation_id, turn.slots, at)
            return _made(turn.seqs[0], conversation, replies), conversation

        answer, conversation = await self._runner.run(work)
        self.keep(conversation)
        return answer

    async def fail_turn(self, conversation_id: str, seqs: tuple[int, ...], notice: Draft, at: datetime) -> Answer:
        def work(connection: Connection) -> tuple[Answer, Conversation]:
            conversation = statements.read_conversation(connection, conversation_id, lock=True)
            first = statements.read_message(connection, conversation_id, seqs[0])
            if first.turn != "done" and conversation.owner == "agent":
                for seq in seqs:
                    statements.mark(connection, conversation, seq, "done")
                return _made(seqs[0], conversation, []), conversation
            if first.turn == "done":
                return _read_answer(connection, first), conversation
            added, conversation = statements.append(connection, conversation, [notice], at)
            statements.write_conversation(connection, conversation)
            for seq in seqs:
                statements.mark(connection, conversation, seq, "failed")
            return _made(seqs[0], conversation, added, failed=True), conversation

        answer, conversation = await self._runner.run(work)
        self.keep(conversation)
        return answer

    async def find(self, conversation_id: str, message_id: str) -> Message | None:
        return await self._runner.run(lambda connection: statements.find(connection, conversation_id, message_id))

    async def answer(self, message: Message) -> Answer:
        return await self._runner.run(lambda connection: _read_answer(connection, message))

    async def messages_after(self, conversation_id: str, after: int, limit: int) -> list[Message]:
        known = self._rows.get(conversation_id)
        if known is not None and after >= known.last_seq:
            return []
        return await self._runner.run(
            lambda connection: statements.read_after(connection, conversation_id, after, limit)
        )

    async def set_owner(
        self, conversation_id: str, owner: Owner, expected_version: int, at: datetime, why: Why = ASKED
    ) -> Conversation:
        def work(connection: Connection) -> Conversation:
            conversation = statements.read_conversation(connection, conversation_id, lock=True)
            if conversation.owner_version != expected_version:
                raise OwnerChanged
            conversation = conversation.owned_by(owner, at)
            statements.write_conversation(connection, conversation)
            handoff.follow(connection, conversation, why, at)
            return conversation

        conversation = await self._runner.run(work)
        self.keep(conversation)
        return conversation

    async def queue_length(self) -> int:
        return await self._runner.run(statements.count_waiting)

    async def unfinished(self, since: datetime, limit: int) -> list[Message]:
        return await self._runner.run(lambda connection: statements.read_pending(connection, since, limit))

    async def ping(self) -> None:
        await self._runner.run(ping)

    async def close(self) -> None:
        await self._runner.close()

    async def transaction(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one transaction, for what is stored beside the conversations.

        When it changed a conversation, hand it to `keep` afterwards.
        """
        return await self._runner.run(work)

    async def _stored(self, work: Callable[[Connection], Stored]) -> Stored:
        stored = await self._runner.run(work)
        self.keep(stored.conversation)
        return stored

    def keep(self, conversation: Conversation) -> None:
        """Remembers a row, but never an older one over a newer one: results may come back out of order."""
        if not self._remember:
            return
        known = self._rows.get(conversation.id)
        if known is not None and _age(known) > _age(conversation):
            return
        self._rows[conversation.id] = conversation
        self._rows.move_to_end(conversation.id)
        if len(self._rows) > _REMEMBERED:
            self._rows.popitem(last=False)


def _age(conversation: Conversation) -> tuple[int, int]:
    return conversation.last_seq, conversation.owner_version


def _read_answer(connection: Connection, message: Message) -> Answer:
    language, owner = statements.read_outcome(connection, message.conversation_id, message.seq)
    replies = statements.read_replies(connection, message.conversation_id, message.answered_as)
    return Answer(message.seq, language, owner, replies)


def _made(seq: int, conversation: Conversation, messages: list[Message], failed: bool = False) -> Answer:
    language, owner = conversation.language, conversation.owner
    return Answer(seq, language, owner, messages, failed=failed, conversation=conversation)
