"""Two people act on one ticket: one clear winner, and a clear message for the other."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.tickets.ticket_samples import AGENT, NOON, SUPERVISOR, UNIT, Clock, advance_command, desk, file_command
from tickets.errors import TicketChanged
from tickets.service.commands import SupplementTicket, UrgeTicket


def test_who_saw_an_older_state_is_told_who_did_what_when_and_changes_nothing() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    seen = tickets.get(number).version
    clock.at = NOON + timedelta(minutes=5)
    tickets.advance(advance_command(number, "accept", by=UNIT, expected_version=seen))
    before = tickets.get(number)
    with pytest.raises(TicketChanged) as caught:
        tickets.advance(advance_command(number, "dispatch", by=AGENT, unit="water_company", expected_version=seen))
    error = caught.value
    assert (error.code, error.version, error.command, error.by) == (
        "ticket_changed",
        before.version,
        "accept",
        "unit:urban_management/zhang",
    )
    assert error.at == clock.at
    for said in (number, "accept by unit:urban_management/zhang", "read it again"):
        assert said in str(error)
    assert tickets.get(number) == before


def test_a_repeat_of_the_winners_own_command_is_no_conflict() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    command = advance_command(number, "accept", by=UNIT, expected_version=1)
    assert tickets.advance(command).created
    assert not tickets.advance(command).created


def test_everything_that_happens_raises_the_version_and_looking_does_not() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    versions = [tickets.get(number).version]
    tickets.urge(UrgeTicket(idempotency_key="u", number=number))
    versions.append(tickets.get(number).version)
    tickets.supplement(SupplementTicket(idempotency_key="s", number=number, text="还有一处"))
    versions.append(tickets.get(number).version)
    tickets.reveal(number, SUPERVISOR, "call back")
    versions.append(tickets.get(number).version)
    assert versions == [1, 2, 3, 3]


def test_without_an_expected_version_nobody_is_held_up() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    tickets.urge(UrgeTicket(idempotency_key="u", number=number))
    assert tickets.advance(advance_command(number, "accept", by=UNIT)).created
