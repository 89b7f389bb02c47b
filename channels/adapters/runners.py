"""Runs functions of a transaction in threads: one thread with shared commits for SQLite, a pool for PostgreSQL.

The event loop never waits for a database. A function may be run again when it lost a race, so it must have no
effect but on the database.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

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

    Each function runs in a savepoint of its own, so a failing one takes none of the others with it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[tuple[Callable[[Connection], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="conversations", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Connection], T]) -> T:
        if self._closed:
            raise StoreUnavailable
        future: Future[T] = Future()
        self._jobs.put((work, future))
        return await asyncio.wrap_future(future)

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
            self._commit(batch)
            if last:
                return

    def _commit(self, batch: list[tuple[Callable[[Connection], Any], Future[Any]]]) -> None:
        outcomes: list[tuple[Any, BaseException | None]] = []
        try:
            with self._engine.connect() as connection:
                for work, _ in batch:
                    outcomes.append(_attempt(connection, work, alone=len(batch) == 1))
                connection.commit()
        except DBAPIError as error:
            outcomes = [(None, _unavailable(error))] * len(batch)
        except Exception as error:  # whatever it is, those who wait must hear of it
            outcomes = [(None, error)] * len(batch)
        for (_, future), (result, failure) in zip(batch, outcomes, strict=True):
            if not future.set_running_or_notify_cancel():
                continue
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)


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


def _attempt(
    connection: Connection, work: Callable[[Connection], Any], alone: bool
) -> tuple[Any, BaseException | None]:
    """Runs one function of a batch; a database that is gone is not its own failure and goes up."""
    if alone:
        try:
            return work(connection), None
        except DBAPIError:
            raise
        except Exception as error:  # handed to who waits
            connection.rollback()
            return None, error
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
    except OperationalError:
        raise
    except Exception as error:  # handed to who waits
        savepoint.rollback()
        return None, error
    savepoint.commit()
    return result, None


def _unavailable(error: DBAPIError) -> ChannelsError:
    failure = StoreUnavailable()
    failure.__cause__ = error
    return failure


def _lost_race(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}


def ping(connection: Connection) -> None:
    connection.execute(sa.text("SELECT 1"))
