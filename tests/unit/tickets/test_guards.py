"""The guards that the table names, and the table that names them."""

from __future__ import annotations

import pytest

from tickets.domain.guards import GUARDS
from tickets.domain.transitions import STAFF_COMMANDS, TABLE
from tickets.domain.vocabulary import OPEN, Command
from tickets.service.advancing import FIELDS


def test_every_guard_of_the_table_is_there_and_every_guard_is_used() -> None:
    assert {name for row in TABLE for name in row.needs} == set(GUARDS)


def test_guards_stand_on_rows_that_ask_them_only() -> None:
    guarded = {row.command for row in TABLE if row.needs}
    assert guarded <= STAFF_COMMANDS


@pytest.mark.parametrize("field", list(FIELDS))
def test_a_field_belongs_to_a_command_of_staff(field: str) -> None:
    assert FIELDS[field][0] in STAFF_COMMANDS


def test_no_open_status_is_a_dead_end_for_the_people_who_work_there() -> None:
    ways_on = {status: {row.command for row in TABLE if status in row.sources and row.target} for status in OPEN}
    assert all(commands - {Command.WITHDRAW} for commands in ways_on.values())
