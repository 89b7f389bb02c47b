"""The store of hand-overs: each method is one transaction on the database of the conversations.

An event of a desk, the messages it makes, the conversation's new owner and the hand-over's row are stored together
or not at all; so a crash at any line leaves nothing half done, and the same event again finds that it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters import statements as conversations
from channels.adapters.sql import SqlConversationStore
from channels.adapters.tables import conversations as conversation_rows
from channels.conversations import Conversation, Draft, Message
from channels.handoff import moves, statements
from channels.handoff.contract import Agent, CloseReason, DeskEvent, Outcome
from channels.handoff.errors import AlreadyTaken
from channels.handoff.moves import Move, Notice, Word
from channels.handoff.rows import Did, Handoff
from channels.handoff.tables import handoffs
from channels.ownership import ASKED, Why

_untold = sa.or_(handoffs.c.state != "ended", handoffs.c.told_end.is_(False))
Worded = Callable[[Notice | Word, Conversation], Draft]
"""Puts what is to be said into words of the conversation's language. Pure: it runs in the store's thread."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a transaction led to: the row and the conversation after it, and the messages it stored."""

    outcome: Outcome
    row: Handoff
    before: Conversation
    conversation: Conversation
    messages: tuple[Message, ...] = ()

    @property
    def owner_changed(self) -> bool:
        return self.before.owner_version != self.conversation.owner_version


class SqlHandoffs:
    """Hand-overs beside the conversations of `store`."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def apply(self, event: DeskEvent, now: datetime, worded: Worded) -> Applied:
        """Does what the table of moves says, once per event.

        Raises:
            HandoffNotFound, AlreadyTaken, NotYours: nothing was stored.
        """

        def work(connection: Connection) -> Applied:
            row, conversation = _locked(connection, event.handoff_id, now)
            known = statements.known_outcome(connection, event.handoff_id, event.event_id)
            if known is not None:
                again = replace(Outcome(**known), duplicate=True)
                return Applied(again, row, conversation, conversation)
            move = moves.take(row, conversation, event, now)
            applied = _do(connection, row, conversation, move, now, worded)
            statements.remember_event(connection, row.id, event.event_id, event.type, now, applied.outcome)
            return applied

        return await self._applied(work)

    async def end(self, handoff_id: str, reason: CloseReason, now: datetime, worded: Worded) -> Applied:
        """We end a hand-over; one that is over already stays as it is. Raises HandoffNotFound."""

        def work(connection: Connection) -> Applied:
            row, conversation = _locked(connection, handoff_id, now)
            if not row.is_open:
                return Applied(_outcome(conversation, "ended"), row, conversation, conversation)
            return _do(connection, row, conversation, moves.end(row, reason, now), now, worded)

        return await self._applied(work)

    async def cancel(self, conversation_id: str, now: datetime, worded: Worded) -> Applied | None:
        """The citizen waits no longer; None when nobody was waited for (a person who came first stays)."""

        def work(connection: Connection) -> Applied | None:
            conversation = conversations.read_conversation(connection, conversation_id, lock=True)
            row = statements.read_open(connection, conversation_id)
            if row is None or row.state != "waiting":
                return None
            return _do(connection, row, conversation, moves.end(row, "citizen_cancelled", now), now, worded)

        applied = await self._store.transaction(work)
        if applied is not None:
            self._store.keep(applied.conversation)
        return applied

    async def take_over(
        self, conversation_id: str, agent: Agent, expected_version: int, now: datetime, worded: Worded
    ) -> Applied:
        """Gives a conversation, whoever has it, to `agent`.

        Raises:
            ConversationNotFound; AlreadyTaken: it is not at `expected_version` any more.
        """

        def work(connection: Connection) -> Applied:
            before = conversations.read_conversation(connection, conversation_id, lock=True)
            row = statements.read_open(connection, conversation_id)
            if before.owner_version != expected_version:
                raise AlreadyTaken(None if row is None else row.agent)
            conversation = before.owned_by("agent", now) if before.owner == "bot" else before
            row = statements.follow(connection, conversation, Why("taken_over", "high"), now)
            assert row is not None  # a person has it or somebody waits
            taken = replace(row, state="accepted", agent_id=agent.id, agent_name=agent.name, accepted_at=now)
            said = Notice(moves.JOINED, {"agent": agent.name}, {"agent": {"name": agent.name}})
            move = Move(taken, owner="agent", passed_on=before.owner == "agent", said=(said,))
            applied = _do(connection, row, conversation, move, now, worded)
            return replace(applied, before=before)

        return await self._applied(work)

    async def get(self, handoff_id: str) -> Handoff:
        """Raises HandoffNotFound."""
        return await self._store.transaction(lambda connection: statements.read(connection, handoff_id))

    async def open_of(self, conversation_id: str) -> Handoff | None:
        return await self._store.transaction(lambda connection: statements.read_open(connection, conversation_id))

    async def latest_of(self, conversation_id: str) -> Handoff | None:
        return await self._store.transaction(lambda connection: statements.read_latest(connection, conversation_id))

    async def by_ref(self, desk: str, ref: str) -> Handoff | None:
        """The newest hand-over that a desk knows by its own reference."""
        statement = (
            sa.select(*statements.COLUMNS)
            .where(handoffs.c.desk == desk, handoffs.c.ref == ref)
            .order_by(handoffs.c.opened_at.desc(), handoffs.c.owner_version.desc())
            .limit(1)
        )
        found = await self._rows(statement)
        return found[0] if found else None

    async def of_caller(self, caller_key: str, limit: int) -> list[Handoff]:
        """A caller's hand-overs, newest first."""
        statement = (
            sa.select(*statements.COLUMNS)
            .where(handoffs.c.caller_key == caller_key)
            .order_by(handoffs.c.opened_at.desc())
            .limit(limit)
        )
        return await self._rows(statement)

    async def place(self, row: Handoff) -> int:
        """How many wait before it, by urgency and time."""
        urgency = sa.case({"emergency": 2, "high": 1}, value=handoffs.c.priority, else_=0)
        mine = {"emergency": 2, "high": 1}.get(row.priority, 0)
        before = sa.or_(urgency > mine, sa.and_(urgency == mine, handoffs.c.waiting_since < row.waiting_since))
        statement = sa.select(sa.func.count()).where(handoffs.c.state == "waiting", before)
        return await self._store.transaction(lambda connection: int(connection.execute(statement).scalar_one()))

    async def page(self, row: Handoff, limit: int) -> list[Message]:
        """The next messages that the desk must be told: none that came after the end, which may be this moment.

        The messages are read before the row: while the hand-over is still open afterwards, all of them belong to it.
        """

        def work(connection: Connection) -> list[Message]:
            found = conversations.read_after(connection, row.conversation_id, row.pushed_seq, limit)
            until = statements.read(connection, row.id).until_seq
            return found if until is None else [message for message in found if message.seq <= until]

        return await self._store.transaction(work)

    async def note(self, handoff_id: str, **changed: object) -> None:
        """Writes delivery's progress (`ref`, `pushed_seq`, `told_end`, `attempts` and their like)."""
        await self._store.transaction(lambda connection: statements.note(connection, handoff_id, **changed))

    async def offer(self, handoff_id: str, now: datetime, worded: Worded) -> Applied | None:
        """Offers a call-back instead of waiting on, once; None when it was offered or nobody waits any more."""

        def work(connection: Connection) -> Applied | None:
            row, conversation = _locked(connection, handoff_id, now)
            if row.state != "waiting" or row.offered_at is not None:
                return None
            said = Notice(moves.OFFER, {}, {"offer": {"handoff_id": row.id}})
            return _do(connection, row, conversation, Move(replace(row, offered_at=now), said=(said,)), now, worded)

        applied = await self._store.transaction(work)
        if applied is not None:
            self._store.keep(applied.conversation)
        return applied

    async def untold_of(self, conversation_id: str) -> list[Handoff]:
        """A conversation's hand-overs of which something may be left to tell the desk; oldest first."""
        statement = (
            sa.select(*statements.COLUMNS)
            .where(handoffs.c.conversation_id == conversation_id, _untold)
            .order_by(handoffs.c.opened_at, handoffs.c.owner_version)
        )
        return await self._rows(statement)

    async def due(self, now: datetime, limit: int) -> list[str]:
        """Conversations of which something is left to tell a desk and whose pause is over."""
        late = sa.or_(
            handoffs.c.ref.is_(None), handoffs.c.state == "ended", conversation_rows.c.last_seq > handoffs.c.pushed_seq
        )
        statement = (
            sa.select(handoffs.c.conversation_id)
            .join(conversation_rows, conversation_rows.c.id == handoffs.c.conversation_id)
            .where(_untold, late, sa.or_(handoffs.c.next_attempt_at.is_(None), handoffs.c.next_attempt_at <= now))
            .order_by(handoffs.c.opened_at)
            .limit(limit)
        )
        return await self._store.transaction(lambda connection: list(connection.execute(statement).scalars()))

    async def waiting_since(self, before: datetime, limit: int) -> list[Handoff]:
        """Hand-overs that nobody has taken since then, oldest first."""
        statement = (
            sa.select(*statements.COLUMNS)
            .where(handoffs.c.state == "waiting", handoffs.c.waiting_since <= before)
            .order_by(handoffs.c.waiting_since)
            .limit(limit)
        )
        return await self._rows(statement)

    async def did_for_bot(self, conversation_id: str) -> tuple[str, Did] | None:
        """What a person did that the bot has not been told yet, with the hand-over's id."""
        row = await self.latest_of(conversation_id)
        if row is None or row.is_open or row.bot_told or (did := Did.of(row.did)) is None:
            return None
        return row.id, did

    async def bot_told(self, handoff_id: str) -> None:
        statement = sa.update(handoffs).where(handoffs.c.id == handoff_id).values(bot_told=True)
        await self._store.transaction(lambda connection: connection.execute(statement))

    async def _rows(self, statement: sa.Select[tuple[object, ...]]) -> list[Handoff]:
        def work(connection: Connection) -> list[Handoff]:
            return [statements.handoff_of(row) for row in connection.execute(statement)]

        return await self._store.transaction(work)

    async def _applied(self, work: Callable[[Connection], Applied]) -> Applied:
        applied = await self._store.transaction(work)
        self._store.keep(applied.conversation)
        return applied


def _locked(connection: Connection, handoff_id: str, now: datetime) -> tuple[Handoff, Conversation]:
    """The hand-over and its conversation, held; a change of owner by others is followed first."""
    unheld = statements.read(connection, handoff_id)
    conversation = conversations.read_conversation(connection, unheld.conversation_id, lock=True)
    statements.follow(connection, conversation, ASKED, now)
    return statements.read(connection, handoff_id), conversation


def _do(
    connection: Connection, row: Handoff, conversation: Conversation, move: Move, now: datetime, worded: Worded
) -> Applied:
    before = conversation
    if move.owner is not None and row.is_open:
        conversation = conversation.owned_by(move.owner, now)
    if move.passed_on:
        conversation = conversation.passed_on(now)
    added, conversation, seq = _said(connection, conversation, move.said, now, worded)
    if conversation != before:
        conversations.write_conversation(connection, conversation)
    after = move.row
    if row.is_open:
        after = replace(after, owner_version=conversation.owner_version)
    if row.is_open and not after.is_open:
        after = replace(after, until_seq=before.last_seq)
    if after != row:
        statements.write(connection, after)
    outcome = _outcome(conversation, move.ignored, seq)
    return Applied(outcome, after, before, conversation, tuple(added))


def _said(
    connection: Connection,
    conversation: Conversation,
    said: Sequence[Notice | Word],
    now: datetime,
    worded: Worded,
) -> tuple[list[Message], Conversation, int | None]:
    """Stores what is said, a word of a person once per its id; gives the number of the last one, new or known."""
    added: list[Message] = []
    seq: int | None = None
    for one in said:
        message_id = f"agent:{one.message_id}" if isinstance(one, Word) else None
        if message_id is not None:
            known = conversations.find(connection, conversation.id, message_id)
            if known is not None:
                seq = known.seq
                continue
        draft = worded(one, conversation)
        [message], conversation = conversations.append(connection, conversation, [draft], now, message_id=message_id)
        added.append(message)
        seq = message.seq
    return added, conversation, seq


def _outcome(conversation: Conversation, ignored: str | None = None, seq: int | None = None) -> Outcome:
    return Outcome(False, ignored, conversation.owner, conversation.owner_version, seq)
