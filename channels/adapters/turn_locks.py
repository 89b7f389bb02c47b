"""Keeps the turns of one conversation in a row, in one process or among several gateways on PostgreSQL.

A lock is held while the bot thinks, so none of them holds a transaction.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from channels.errors import StoreUnavailable, TurnBusy

_MOST_WAITING = 100
_FIRST_PAUSE_SECONDS = 0.01
_LONGEST_PAUSE_SECONDS = 0.25
T = TypeVar("T")


class LocalTurnLocks:
    """One lock a conversation in this process; conversations nobody waits for cost no memory."""

    def __init__(self, most_waiting: int = _MOST_WAITING) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}
        self._most_waiting = most_waiting

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[bool]:
        """Raises TurnBusy when very many wait for it already."""
        lock, users = self._locks.get(conversation_id, (None, 0))
        if lock is None:
            lock = asyncio.Lock()
        if users >= self._most_waiting:
            raise TurnBusy
        self._locks[conversation_id] = (lock, users + 1)
        waited = lock.locked()
        try:
            async with lock:
                yield waited
        finally:
            _, users = self._locks[conversation_id]
            if users == 1:
                del self._locks[conversation_id]
            else:
                self._locks[conversation_id] = (lock, users - 1)

    async def close(self) -> None:
        """Nothing to close."""


class PostgresTurnLocks:
    """The local lock, then PostgreSQL's advisory lock, so gateways on several machines take turns.

    One connection of its own holds all advisory locks of the process; when the process dies they are free at once.
    Should the connection be lost, storing a turn is still done once only (the store compares and sets).
    """

    def __init__(self, engine: Engine, patience_seconds: float = 60.0) -> None:
        self._engine = engine
        self._local = LocalTurnLocks()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="turn-locks")
        self._connection: Connection | None = None
        self._patience_seconds = patience_seconds

    @asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[bool]:
        """Raises TurnBusy after a minute, StoreUnavailable when the database is gone."""
        key = _key(conversation_id)
        async with self._local.hold(conversation_id) as waited:
            waited = await self._acquire(key) or waited
            try:
                yield waited
            finally:
                await self._run(lambda: self._ask("SELECT pg_advisory_unlock(:key)", key))

    async def close(self) -> None:
        await self._run(self._drop)
        self._thread.shutdown(wait=False)
        self._engine.dispose()

    async def _acquire(self, key: int) -> bool:
        """Takes the lock; True when another gateway had it."""
        loop = asyncio.get_running_loop()
        until, pause, waited = loop.time() + self._patience_seconds, _FIRST_PAUSE_SECONDS, False
        while not await self._run(lambda: self._ask("SELECT pg_try_advisory_lock(:key)", key)):
            if loop.time() > until:
                raise TurnBusy
            waited = True
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
        return waited

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _ask(self, statement: str, key: int) -> bool:
        for last in (False, True):
            try:
                if self._connection is None:
                    self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                return bool(self._connection.execute(sa.text(statement), {"key": key}).scalar_one())
            except DBAPIError as error:
                self._drop()
                if last:
                    raise StoreUnavailable from error
        raise AssertionError("unreachable")

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _key(conversation_id: str) -> int:
    digest = hashlib.blake2b(conversation_id.encode(), digest_size=8, person=b"hotline-turns").digest()
    return int.from_bytes(digest, signed=True)
