"""Statements on the way of every filing and move: compiled once, and run on the driver's own cursor.

SQLAlchemy fits names and types anew for each execution, which costs several times what the database needs. Here that
is done once for each kind of database; the tables stay the one description of columns and types. Several statements go
to PostgreSQL in one round trip, the last ones of a transaction with its commit.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect

from tickets.errors import StoreUnavailable

Values = dict[str, Any]


class _Compiled:
    """A statement as one driver takes it, and its rows in the types of their columns."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql: str = compiled.string
        self._named = not compiled.positional
        self._columns = list(statement.exported_columns)
        self.gives_rows = bool(self._columns)
        self._dialect = dialect
        names = tuple(compiled.binds) if self._named else compiled.positiontup
        self._parameters = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
        ]
        self._fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._row: Callable[[Sequence[Any]], Any] | None = None

    def bound(self, values: Values) -> Any:
        """The values as the driver takes them."""
        values = {**self._fixed, **values}
        if self._named:
            return {name: values[name] if fit is None else fit(values[name]) for name, fit in self._parameters}
        return [values[name] if fit is None else fit(values[name]) for name, fit in self._parameters]

    def rows(self, cursor: Any) -> list[Any]:
        """What came back, as named tuples; nothing of a statement that gives no rows."""
        if not self.gives_rows:
            return []
        found = cursor.fetchall()
        if self._row is None and found:
            self._row = self._fitting([column[1] for column in cursor.description])
        return [self._row(row) for row in found] if self._row else []

    def _fitting(self, types: Sequence[Any]) -> Callable[[Sequence[Any]], Any]:
        """Puts a row of the driver, whose columns have these types, into the types of the tables."""
        made = namedtuple("Row", [column.name for column in self._columns])  # type: ignore[misc]
        fits = [
            column.type.dialect_impl(self._dialect).result_processor(self._dialect, kind)
            for column, kind in zip(self._columns, types, strict=True)
        ]
        fitted = [(at, fit) for at, fit in enumerate(fits) if fit is not None]

        def row(given: Sequence[Any]) -> Any:
            values = list(given)
            for at, fit in fitted:
                values[at] = fit(values[at])
            return made._make(values)

        return row


class Prepared:
    """One statement with named parameters (`bindparam`), for any number of executions.

    Args:
        build: gives the statement for a kind of database; only what both have alike may ignore it.
    """

    def __init__(self, build: Callable[[str], Any]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}

    def on(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _Compiled(self._build(dialect.name), dialect)
        return found


@dataclass(frozen=True)
class Call:
    """A statement with the values of its execution."""

    statement: Prepared
    values: Values


def run(connection: Connection, calls: Iterable[Call], *, last: bool = False) -> list[list[Any]]:
    """Runs statements in their order, on PostgreSQL in one round trip; gives the rows of each.

    Args:
        last: of their transaction, which PostgreSQL then commits in the same round trip, if none of them failed.

    Raises:
        StoreUnavailable: the database refused one, or cannot be reached.
    """
    dialect, driver = connection.dialect, connection.connection.driver_connection
    assert driver is not None
    compiled = [(call.statement.on(dialect), call.values) for call in calls]
    together: AbstractContextManager[Any] = nullcontext()
    piped = dialect.name == "postgresql" and (len(compiled) > 1 or last)
    if piped:
        together = driver.pipeline()
    try:
        with together:
            writer = driver.cursor()  # serves all that give no rows
            answers = []
            for statement, values in compiled:
                cursor = driver.cursor() if statement.gives_rows else writer
                cursor.execute(statement.sql, statement.bound(values))
                answers.append((statement, cursor))
            if piped and last:
                writer.execute("COMMIT", prepare=False)  # the driver's own commit would wait for an answer twice
            return [statement.rows(cursor) for statement, cursor in answers]
    except dialect.loaded_dbapi.Error as error:
        raise StoreUnavailable() from error
