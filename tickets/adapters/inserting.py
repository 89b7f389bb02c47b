"""New rows of one write, kept until they are sent: PostgreSQL takes all of them in one statement.

Each table is a part of a WITH there, its rows in their order. The parts see one state of the data and not each other;
so only inserts are put together, whose keys to one another the database checks at the end of the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import Table, bindparam, insert

from tickets.adapters.prepared import Call, Prepared, Values

_MOST_VALUES = 50
"""The driver reads a statement with more of them anew each time."""
_Shape = tuple[tuple[Table, tuple[str, ...], int], ...]


@dataclass(frozen=True)
class NewRow:
    """A row to be inserted."""

    table: Table
    values: Values


def calls_of(kept: Iterable[Call | NewRow], dialect_name: str) -> list[Call]:
    """The statements that write what was kept, in its order; new rows that follow one another are one on PostgreSQL."""
    calls: list[Call] = []
    for new, those in groupby(kept, lambda each: isinstance(each, NewRow)):
        if not new:
            calls += [each for each in those if isinstance(each, Call)]
            continue
        added = [each for each in those if isinstance(each, NewRow)]
        calls += map(_inserted, _parts(added) if dialect_name == "postgresql" else ([each] for each in added))
    return calls


def _parts(added: Iterable[NewRow]) -> Iterable[list[NewRow]]:
    """The rows in their order, as many at a time as one statement may have values."""
    part: list[NewRow] = []
    for row in added:
        if part and sum(len(each.values) for each in (*part, row)) > _MOST_VALUES:
            yield part
            part = []
        part.append(row)
    yield part


def _inserted(added: Sequence[NewRow]) -> Call:
    by_table: dict[tuple[Table, tuple[str, ...]], list[Values]] = {}
    for row in added:
        by_table.setdefault((row.table, tuple(row.values)), []).append(row.values)
    shape = tuple((table, names, len(rows)) for (table, names), rows in by_table.items())
    values = {
        f"{name}_{at}_{row}": value
        for at, rows in enumerate(by_table.values())
        for row, given in enumerate(rows)
        for name, value in given.items()
    }
    return Call(_insert(shape), values)


@lru_cache(maxsize=200)
def _insert(shape: _Shape) -> Prepared:
    def inserted(at: int, table: Table, names: tuple[str, ...], count: int) -> Any:
        def value(name: str, row: int) -> Any:  # of a row beyond the first, the type is not told by the column
            return bindparam(f"{name}_{at}_{row}", type_=table.c[name].type)

        return insert(table).values([{name: value(name, row) for name in names} for row in range(count)]).inline()

    def build(_: str) -> Any:
        *before, last = (inserted(at, *part) for at, part in enumerate(shape))
        return last.add_cte(*(part.cte(f"part_{at}") for at, part in enumerate(before))) if before else last

    return Prepared(build)
