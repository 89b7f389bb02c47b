"""Runs functions of a transaction in threads: one thread with shared commits for SQLite, a pool for PostgreSQL.

The event loop never waits for a database. A function may be run again when it lost a race, so it must have no
effect but on the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from channels.errors import ChannelsError, StoreUnavailable

_MOST_IN_ONE_COMMIT = 64
_TRIES = 3
T = TypeVar("T")


class Runner(Protocol):
    async def run(self, work: Callable[[Connection], T]) -> T:
        """One transaction. Raises StoreUnavailable."""
        ...

    async def close(self) -> None: ...


class BatchRunner:
    """One thread and one connection; what arrives while a commit is under way shares the next commit.

    When one function of a batch fails, the batch is rolled back and each is run in a transaction of its own, so a
    failing one takes none of the others with it. Results come back to the event loop together, one wake-up a batch.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="conversations", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Connection], T]) -> T:
        if self._closed:
            raise StoreUnavailable
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, future))
        return await future

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join, 5)
            self._engine.dispose()

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch, last = [first], False
            while len(batch) < _MOST_IN_ONE_COMMIT and not last:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    last = True
                else:
                    batch.append(job)
            outcomes = self._outcomes(batch)
            # Closed loops have nobody left who waits.
            with contextlib.suppress(RuntimeError):
                first.future.get_loop().call_soon_threadsafe(_settle, batch, outcomes)
            if last:
                return

    def _outcomes(self, batch: list[_Job]) -> list[_Outcome]:
        together = self._attempt(batch)
        if len(batch) == 1 or all(outcome.failure is None for outcome in together):
            return together
        return [self._attempt([job])[0] for job in batch]

    def _attempt(self, batch: list[_Job]) -> list[_Outcome]:
        try:
            with self._engine.begin() as connection:
                return [_Outcome(job.work(connection)) for job in batch]
        except DBAPIError as error:
            return [_Outcome(None, _unavailable(error))] * len(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear of it
            return [_Outcome(None, error)] * len(batch)


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any
    failure: Exception | None = None


def _settle(batch: list[_Job], outcomes: list[_Outcome]) -> None:
    for job, outcome in zip(batch, outcomes, strict=True):
        if job.future.done():
            continue
        if outcome.failure is None:
            job.future.set_result(outcome.result)
        else:
            job.future.set_exception(outcome.failure)


class PoolRunner:
    """A thread and a connection of the pool for each transaction; a lost race is run again."""

    def __init__(self, engine: Engine, threads: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="conversations")

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._transaction, work)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown, True, cancel_futures=True)
        self._engine.dispose()

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        for tries_left in range(_TRIES - 1, -1, -1):
            try:
                with self._engine.begin() as connection:
                    return work(connection)
            except IntegrityError:
                if not tries_left:
                    raise
            except DBAPIError as error:
                if not tries_left or not (error.connection_invalidated or _lost_race(error)):
                    raise _unavailable(error) from error
        raise AssertionError("unreachable")


def _unavailable(error: DBAPIError) -> ChannelsError:
    failure = StoreUnavailable()
    failure.__cause__ = error
    return failure


def _lost_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}


def ping(connection: Connection) -> None:
    connection.execute(sa.text("SELECT 1"))
