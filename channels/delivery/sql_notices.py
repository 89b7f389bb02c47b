"""The store of notices: kept first, then sent, all of one citizen and ticket together; each method is one transaction.

What is taken is claimed, so that two gateways send nothing twice. A letter keeps its notices and its id when its sender
dies, and is sent again as it was; what came since waits for the next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from channels.adapters.sql import SqlConversationStore
from channels.delivery.notices import CONFIRM, Letter, Notice, Way
from channels.delivery.tables import notices

CLAIM = timedelta(seconds=60)
"""Longer than any carrier may take; what a gateway that died had claimed is sent again after it."""
_ROWS_A_LETTER = 4
_NOTICE = [notices.c[name] for name in Notice.__slots__]


class SqlNotices:
    """Notices in the database of the conversations."""

    def __init__(self, store: SqlConversationStore) -> None:
        self._store = store

    async def put(
        self,
        notice: Notice,
        addresses: Mapping[Way, str | None],
        at: datetime,
        *,
        channel: str,
        recipient: str,
        conversation_id: str | None,
        language: str,
    ) -> list[Way]:
        """Keeps a notice once for each way, to be sent at `at`; gives the ways that were new."""

        def work(connection: Connection) -> list[Way]:
            return keep(
                connection,
                notice,
                addresses,
                at,
                channel=channel,
                recipient=recipient,
                conversation_id=conversation_id,
                language=language,
            )

        return await self._store.transaction(work) if addresses else []

    async def take(self, way: Way, now: datetime, limit: int) -> list[Letter]:
        """Claims what is due, at most `limit` letters: what is urgent, then what is due longest."""
        other = notices.alias("other")
        in_hand = sa.exists().where(
            other.c.way == way,
            other.c.next_attempt_at.is_not(None),
            other.c.recipient == notices.c.recipient,
            other.c.ticket_number == notices.c.ticket_number,
            sa.or_(other.c.claimed_until > now, sa.and_(_resting(other), other.c.next_attempt_at > now)),
        )
        due = (
            sa.select(notices.c.recipient, notices.c.ticket_number)
            .where(notices.c.way == way, notices.c.next_attempt_at <= now, ~in_hand)
            .order_by(notices.c.next_attempt_at, notices.c.seq)
            .limit(limit * _ROWS_A_LETTER)
        )

        def work(connection: Connection) -> list[Letter]:
            letters: list[Letter] = []
            for urgent in (True, False):
                rows = connection.execute(due.where(notices.c.urgent.is_(urgent))).all()
                for one in dict.fromkeys((row.recipient, row.ticket_number) for row in rows):
                    if len(letters) < limit and (letter := _claimed(connection, way, *one, now)) is not None:
                        letters.append(letter)
            return letters

        return await self._store.transaction(work)

    async def sent(self, letter: Letter, sent: Sequence[Notice], now: datetime) -> None:
        """Notes that a letter was taken: the last notice in it counts as sent, those before as merged into it."""
        said = {one.event_id for one in sent}
        states = {one.event_id: "merged" if one.event_id in said else "dropped" for one in letter.notices}
        states[sent[-1].event_id] = "sent"
        await self._settle(letter, states, now, None)

    async def dropped(self, letter: Letter, why: str, now: datetime) -> None:
        """Notes that a letter is not sent, and why: not wished any more, nobody there."""
        await self._settle(letter, dict.fromkeys((one.event_id for one in letter.notices), "dropped"), now, why)

    async def later(self, letter: Letter, at: datetime) -> None:
        """Puts a letter back for another time; no attempt is counted."""
        await self._put_back(letter, {"next_attempt_at": at, "letter": None})

    async def failed(self, letter: Letter, again_at: datetime, error: str, *, answered: bool) -> None:
        """Notes a failure; when the provider may have the letter, the next attempt carries the very same."""
        values: dict[str, Any] = {"next_attempt_at": again_at, "attempts": letter.attempts + 1, "error": error[:200]}
        await self._put_back(letter, {**values, "letter": None} if answered else values)

    async def given_up(self, letter: Letter, error: str, now: datetime) -> None:
        """Puts a letter to the dead ones."""
        values = {"next_attempt_at": None, "state": "dead", "done_at": now, "letter": None, "error": error[:200]}
        await self._put_back(letter, {**values, "attempts": letter.attempts + 1})

    async def wake(self, conversation_id: str, now: datetime) -> None:
        """Has what waits for a better hour looked at again: the citizen's wishes are other ones now."""
        statement = sa.update(notices).where(
            notices.c.conversation_id == conversation_id,
            notices.c.next_attempt_at.is_not(None),
            notices.c.attempts == 0,
            notices.c.key != CONFIRM,
        )
        await self._store.transaction(lambda connection: connection.execute(statement.values(next_attempt_at=now)))

    async def forget(self, before: datetime, ways: Collection[Way]) -> int:
        """Deletes notices of before then that wait no more, or wait for a way that is none of `ways`."""
        over = sa.or_(notices.c.next_attempt_at.is_(None), notices.c.way.not_in(tuple(ways)))
        done = sa.delete(notices).where(notices.c.at < before, over)
        return int(await self._store.transaction(lambda connection: connection.execute(done).rowcount))

    async def _settle(self, letter: Letter, states: Mapping[str, str], now: datetime, error: str | None) -> None:
        def work(connection: Connection) -> None:
            for state in set(states.values()):
                ids = [f"{event_id}:{letter.way}" for event_id, given in states.items() if given == state]
                connection.execute(
                    sa.update(notices)
                    .where(notices.c.id.in_(ids), notices.c.state == "waiting")
                    .values(state=state, done_at=now, next_attempt_at=None, claimed_until=None, error=error)
                )

        await self._store.transaction(work)

    async def _put_back(self, letter: Letter, values: Mapping[str, Any]) -> None:
        """Gives the claim back; what another process has settled in the meantime stays as it is."""
        ids = [f"{one.event_id}:{letter.way}" for one in letter.notices]
        statement = sa.update(notices).where(notices.c.id.in_(ids), notices.c.state == "waiting")
        await self._store.transaction(
            lambda connection: connection.execute(statement.values(**values, claimed_until=None))
        )


def keep(
    connection: Connection,
    notice: Notice,
    addresses: Mapping[Way, str | None],
    at: datetime,
    *,
    channel: str,
    recipient: str,
    conversation_id: str | None,
    language: str,
) -> list[Way]:
    """`SqlNotices.put` within a transaction."""
    common = {
        **asdict(notice), "channel": channel, "recipient": recipient, "conversation_id": conversation_id,
        "language": language, "state": "waiting", "attempts": 0, "next_attempt_at": at,
    }  # fmt: skip
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    new: list[Way] = []
    for way, address in addresses.items():
        row = {**common, "id": f"{notice.event_id}:{way}", "way": way, "address": address}
        statement = dialect.insert(notices).values(row).on_conflict_do_nothing(index_elements=["id"])
        if connection.execute(statement).rowcount:
            new.append(way)
    return new


def _resting(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """A letter whose fate is unknown, put back for a time of its own: news that come since do not hurry it."""
    return sa.and_(table.c.letter.is_not(None), table.c.claimed_until.is_(None))


def _claimed(connection: Connection, way: Way, recipient: str, ticket_number: str, now: datetime) -> Letter | None:
    """All that waits for one citizen about one ticket; None when another process was faster."""
    rows = connection.execute(
        sa.select(notices)
        .where(
            notices.c.way == way,
            notices.c.next_attempt_at.is_not(None),
            notices.c.recipient == recipient,
            notices.c.ticket_number == ticket_number,
        )
        .order_by(notices.c.seq)
        .with_for_update()
    ).all()
    if not rows or any(row.claimed_until is not None and row.claimed_until > now for row in rows):
        return None
    begun = next((row.letter for row in rows if row.letter is not None), None)
    rows = [row for row in rows if row.letter == begun] if begun is not None else rows
    last = rows[-1]
    letter = begun or last.id
    claimed = sa.update(notices).where(notices.c.seq.in_([row.seq for row in rows]))
    connection.execute(claimed.values(claimed_until=now + CLAIM, letter=letter))
    found = tuple(Notice(**{column.name: getattr(row, column.name) for column in _NOTICE}) for row in rows)
    attempts = min(row.attempts for row in rows)  # what joined it last has all attempts before it
    return Letter(letter, way, last.channel, last.conversation_id, last.address, last.language, found, attempts)
