"""Reading and writing connections of one engine, as every part of the ticket store uses them.

Writing takes SQLite's write lock at once; reading sees one state of the data for all queries of a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from tickets.adapters.engine import wrapped_errors


class SqlConnections:
    """Mixed into what reads and writes tables."""

    _engine: Engine

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with wrapped_errors(), self._engine.connect() as connection:
            if connection.dialect.name == "postgresql":  # one view of the data for the queries of one call
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with (
            wrapped_errors(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection
