"""Lets threads that write at the same moment share one commit: SQLite has one writer, each commit waits for the disk.

A thread that finds others waiting leaves its transaction open for the next, which works behind a savepoint of its own;
the last one commits for all. Nobody returns before the commit that holds his work has reached the disk, a failure
takes back one's own work only, and a failed commit fails everybody in it. A thread alone commits as ever.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, RootTransaction

from hotline.database import BUSY_TIMEOUT_SECONDS
from tickets.adapters.engine import wrapped_errors
from tickets.errors import StoreUnavailable

MOST = 32
"""So many writes share a commit at most: the first of them waits for the last."""
_LOOK_SECONDS = 0.05


class _Batch:
    """One transaction and those whose work is in it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.transaction: RootTransaction = connection.begin()
        self.members = 0
        self.over = threading.Event()
        self.error: BaseException | None = None

    def end(self, *, commit: bool) -> None:
        """Commits or rolls back, and lets all members go on."""
        try:
            with wrapped_errors():
                if commit:
                    self.transaction.commit()
                else:
                    self.transaction.rollback()
        except BaseException as error:
            self.error = error  # whatever it was: nobody may take his work for stored
            self.connection.invalidate()  # whatever is left of the transaction goes with it
            if not isinstance(error, StoreUnavailable):
                raise
        finally:
            try:
                self.connection.close()
            finally:
                self.over.set()


class SharedCommits:
    """Write transactions of one SQLite engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()  # who holds it works in the open batch
        self._count = threading.Lock()
        self._waiting = 0
        self._open: _Batch | None = None

    @property
    def waiting(self) -> int:
        """How many threads wait for their turn."""
        return self._waiting

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A connection within a transaction; on leaving, what was done is on the disk.

        Raises:
            StoreUnavailable: the store does not answer, or others wrote for too long.
        """
        self._take_turn()
        try:
            batch = self._open = self._open or self._begun()
            with self._undone_alone(batch):
                yield batch.connection
            batch.members += 1
        finally:
            self._leave_turn()
        while not batch.over.wait(_LOOK_SECONDS):
            if self._turn.acquire(blocking=False):  # whoever was to come next has given up waiting
                self._leave_turn()
        if batch.error is not None:
            raise StoreUnavailable() from batch.error

    def _take_turn(self) -> None:
        with self._count:
            self._waiting += 1
        try:
            if not self._turn.acquire(timeout=BUSY_TIMEOUT_SECONDS):
                raise StoreUnavailable("other writes took too long")
        finally:
            with self._count:
                self._waiting -= 1

    def _leave_turn(self) -> None:
        """Ends the open batch, unless somebody waits who can go on with it."""
        batch = self._open
        try:
            if batch is not None and (batch.members == 0 or batch.error or not self._waiting or batch.members >= MOST):
                self._open = None
                batch.end(commit=batch.members > 0 and batch.error is None)
        finally:
            self._turn.release()

    def _begun(self) -> _Batch:
        with wrapped_errors():
            connection = self._engine.connect().execution_options(writes=True)
            try:
                return _Batch(connection)
            except BaseException:
                connection.close()
                raise

    @contextmanager
    def _undone_alone(self, batch: _Batch) -> Iterator[None]:
        """Takes back what is done within when it fails, and nothing of those before."""
        if batch.members == 0:  # then the whole transaction is taken back
            with wrapped_errors():
                yield
            return
        _say(batch, "SAVEPOINT one")
        try:
            with wrapped_errors():
                yield
        except BaseException:
            _say(batch, "ROLLBACK TO one")
            raise
        finally:
            _say(batch, "RELEASE one")


def _say(batch: _Batch, statement: str) -> None:
    """Runs a statement on savepoints; when it is refused, SQLite has given the whole transaction up."""
    try:
        with wrapped_errors():
            batch.connection.exec_driver_sql(statement)
    except StoreUnavailable as error:
        batch.error = error
        raise
