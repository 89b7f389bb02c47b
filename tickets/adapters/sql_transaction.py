"""One write on one connection: what is read back is asked for at once, everything else is kept and sent together.

What was kept is sent, in its order, before anything is read or committed, so a step never misses an earlier one. On
PostgreSQL a filing takes three round trips: key and rulings; the ticket; all the rest with the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from tickets.adapters import rows, tables
from tickets.adapters.inserting import NewRow, calls_of
from tickets.adapters.prepared import Call, Prepared, Values, run
from tickets.adapters.sql_dispatch import SqlCorrectionTransaction
from tickets.adapters.sql_parts import SqlPartsTransaction
from tickets.adapters.sql_reading import calls_for_one, ticket_from
from tickets.adapters.tables_parts import rulings
from tickets.domain.competence import Ruling
from tickets.domain.events import TicketEvent
from tickets.domain.ticket import FILED, Ticket, next_version

Checkpoint = Callable[[str], None]


class SqlTicketTransaction(SqlPartsTransaction, SqlCorrectionTransaction):
    """The `TicketTransaction` on one connection.

    Args:
        checkpoint: called with the name of each step once the database has it.
    """

    def __init__(self, connection: Connection, checkpoint: Checkpoint) -> None:
        self._held = connection
        self._done = checkpoint
        self._later: list[tuple[Call | NewRow | None, str]] = []

    @property
    def _connection(self) -> Connection:
        """The connection, for statements of any kind."""
        self._answers(())
        return self._held

    def send_last(self) -> None:
        """Sends what was kept, on PostgreSQL with the commit; to be called before the commit. The steps are told first:
        none of them is done without it."""
        kept, self._later = self._later, []
        for _, step in kept:
            if step:
                self._done(step)
        if calls := self._calls(kept):
            run(self._held, calls, last=True)

    def claim_command(self, kind: str, key: str, at: datetime) -> str | None:
        return self._claimed(
            kind, key, self._answer(Call(_insert_unless_there(tables.commands), _command(kind, key, at)))
        )

    def claim_filing(self, key: str, at: datetime, category: str | None) -> tuple[str | None, list[Ruling]]:
        claimed = self._answer(Call(_CLAIM_FILING, {**_command(FILED, key, at), "on": category}))
        ruled = bool(claimed) and claimed[0].ruled  # the one question that is seldom answered yes goes with the key
        return self._claimed(FILED, key, claimed), self.rulings(category) if ruled else []

    def _claimed(self, kind: str, key: str, inserted: list[Any]) -> str | None:
        self._done("command_claimed")
        if inserted:
            return None
        (earlier,) = self._answer(Call(_CLAIMED, {"of_kind": kind, "of_key": key}))
        return str(earlier.ticket_number)

    def complete_command(self, kind: str, key: str, number: str) -> None:
        known = {"of_kind": kind, "of_idempotency_key": key, "ticket_number": number}
        self._keep(Call(_change_one(tables.commands, ("ticket_number",)), known), "command_completed")

    def add_ticket(self, ticket: Ticket) -> bool:
        if not self._answer(Call(_insert_unless_there(tables.tickets), rows.ticket_values(ticket))):
            return False
        self._done("ticket_written")
        contact = {"ticket_number": ticket.number, "name": ticket.contact.name, "phone": ticket.contact.phone}
        self._keep(NewRow(tables.contacts, contact), "contact_written")
        self._append_clocks(ticket, 0)
        self._append_history(ticket, 0)
        return True

    def ticket(self, number: str) -> Ticket | None:
        return ticket_from(self._answers(calls_for_one(number, lock=True)))

    def save_ticket(self, before: Ticket, after: Ticket) -> Ticket:
        after = replace(after, version=next_version(before, after))
        old, new = rows.ticket_values(before), rows.ticket_values(after)
        changed = {name: value for name, value in new.items() if value != old[name]}
        if changed:  # nothing does when somebody only saw personal data
            statement = _change_one(tables.tickets, tuple(changed))
            self._keep(Call(statement, {"of_number": before.number, **changed}))
        if after.contact != before.contact:
            whose = tables.contacts.c.ticket_number == before.number
            known = {"name": after.contact.name, "phone": after.contact.phone}
            if self._connection.execute(update(tables.contacts).where(whose).values(known)).rowcount == 0:
                self._connection.execute(insert(tables.contacts), {"ticket_number": before.number, **known})
        self._keep(None, "ticket_written")
        for position, (was, now) in enumerate(zip(before.clocks, after.clocks, strict=False)):
            if was != now:
                values = rows.clock_values(before.number, position, now)
                which = {"of_ticket_number": values.pop("ticket_number"), "of_position": values.pop("position")}
                self._keep(Call(_change_one(tables.clocks, tuple(values)), which | values))
        self._append_clocks(after, len(before.clocks))
        self._append_history(after, len(before.history))
        return after

    def add_event(self, event: TicketEvent) -> None:
        self.add_events((event,))

    def add_events(self, events: Sequence[TicketEvent]) -> None:
        self._append(tables.outbox, [rows.event_values(event) for event in events], "event_written")

    def _append_clocks(self, ticket: Ticket, start: int) -> None:
        new = enumerate(ticket.clocks[start:], start)
        added = [rows.clock_values(ticket.number, at, clock) for at, clock in new]
        self._append(tables.clocks, added, "clocks_written")

    def _append_history(self, ticket: Ticket, start: int) -> None:
        new = enumerate(ticket.history[start:], start)
        added = [rows.history_values(ticket.number, at, entry, ticket.unit) for at, entry in new]
        self._append(tables.history, added, "history_written")

    def _append(self, table: Table, added: list[Values], step: str) -> None:
        for values in added:
            self._keep(NewRow(table, values))
        self._keep(None, step)

    def _keep(self, write: Call | NewRow | None, step: str = "") -> None:
        """Sends a write with the next statement that is asked for; `step` is done then."""
        self._later.append((write, step))

    def _calls(self, kept: Sequence[tuple[Call | NewRow | None, str]]) -> list[Call]:
        return calls_of((write for write, _ in kept if write is not None), self._held.dialect.name)

    def _answer(self, call: Call) -> list[Any]:
        return self._answers((call,))[0]

    def _answers(self, calls: Sequence[Call]) -> list[list[Any]]:
        """Runs statements after all that was kept; gives the rows of each."""
        kept, self._later = self._later, []
        before = self._calls(kept)
        answers = run(self._held, (*before, *calls)) if before or calls else []
        for _, step in kept:
            if step:
                self._done(step)
        return answers[len(before) :]


_COMMAND = and_(
    tables.commands.c.kind == bindparam("of_kind"), tables.commands.c.idempotency_key == bindparam("of_key")
)


def _command(kind: str, key: str, at: datetime) -> Values:
    return {"kind": kind, "idempotency_key": key, "ticket_number": None, "at": at}


_CLAIMED = Prepared(lambda _: select(tables.commands.c.ticket_number).where(_COMMAND))


@cache
def _insert_unless_there(table: Table) -> Prepared:
    """Waits for a transaction that inserts the same key; gives no row when the key is there."""

    return Prepared(lambda name: _unless_there(table, name).returning(*table.primary_key.columns))


def _unless_there(table: Table, dialect_name: str) -> Any:
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    return dialect.insert(table).values(_named(table.columns.keys())).on_conflict_do_nothing()


_RULED = exists().where(rulings.c.category == bindparam("on", type_=rulings.c.category.type))
_CLAIM_FILING = Prepared(lambda name: _unless_there(tables.commands, name).returning(_RULED.label("ruled")))


@lru_cache(maxsize=200)
def _change_one(table: Table, names: tuple[str, ...]) -> Prepared:
    """Changes these columns of the row whose key is given as `of_<column>`."""
    this = and_(*(column == bindparam(f"of_{column.name}") for column in table.primary_key.columns))
    return Prepared(lambda _: update(table).where(this).values(_named(names)))


def _named(names: Sequence[str]) -> dict[str, Any]:
    return {name: bindparam(name) for name in names}
