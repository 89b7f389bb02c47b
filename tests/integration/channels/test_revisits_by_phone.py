"""Callers are asked by a person: the ticket stands among the call-backs, and both answers decide what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.desk.adapters.tickets import DeskTickets
from channels.desk.errors import TicketRefused
from channels.desk.ports import RevisitAnswers
from channels.errors import TicketNotFound
from tests.unit.tickets.ticket_samples import PHONE, advance_command, file_command
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.vocabulary import Command, Status
from tickets.service.desk import TicketDesk

pytestmark = pytest.mark.asyncio


@pytest.fixture
def config(tmp_path: Path) -> TicketsConfig:
    return TicketsConfig(f"sqlite:///{tmp_path / 'tickets.db'}")


@pytest.fixture
def desk(config: TicketsConfig) -> Iterator[TicketDesk]:
    opened = open_tickets(config)
    yield opened
    opened.close()


def asked(desk: TicketDesk, key: str = "key-1", channel: str = "phone") -> str:
    number = desk.file(file_command(key, channel=channel, language="en")).number
    for step in ("accept", "reply", "start_revisit"):
        desk.advance(advance_command(number, step, reason="The lamp is repaired"))
    return number


async def test_only_callers_who_can_be_called_are_listed_and_masked(config: TicketsConfig, desk: TicketDesk) -> None:
    number = asked(desk)
    asked(desk, "key-2", "web")
    work = DeskTickets(config)
    [listed] = await work.revisits()
    assert (listed["id"], listed["reason"], listed["state"]) == (f"revisit:{number}", "revisit", "open")
    assert listed["note"] == "The lamp is repaired" and listed["due_at"]
    assert PHONE not in str(listed)
    assert await work.callback_phone(number) == PHONE
    await work.close()


async def test_a_telephone_is_given_for_a_call_that_is_due_and_for_no_other_ticket(
    config: TicketsConfig, desk: TicketDesk
) -> None:
    wanted = desk.file(file_command("call me", callback=True)).number
    other, work = desk.file(file_command("another")).number, DeskTickets(config)
    assert await work.callback_phone(wanted) == PHONE
    with pytest.raises(TicketNotFound):
        await work.callback_phone(other)
    await work.close()


async def test_two_good_answers_close_the_ticket_and_a_repeat_changes_nothing(
    config: TicketsConfig, desk: TicketDesk
) -> None:
    number, work = asked(desk), DeskTickets(config)
    done = await work.revisited(number, "chen", RevisitAnswers(solved=True, satisfied=True))
    assert done["state"] == "done" and await work.revisits() == []
    ticket = desk.get(number)
    assert (ticket.status, ticket.solved, ticket.satisfied) == (Status.CLOSED, True, True)
    await work.revisited(number, "chen", RevisitAnswers(solved=True, satisfied=True))
    assert desk.get(number).history == ticket.history
    await work.close()


async def test_what_is_not_solved_is_opened_again_with_the_callers_words(
    config: TicketsConfig, desk: TicketDesk
) -> None:
    number, work = asked(desk), DeskTickets(config)
    await work.revisited(number, "chen", RevisitAnswers(solved=False, satisfied=True, note="still dark"))
    ticket = desk.get(number)
    assert ticket.status == Status.REOPENED and ticket.unmet == 1
    assert any(entry.command == Command.DISPUTE and entry.reason == "still dark" for entry in ticket.history)
    assert {entry.actor.name for entry in ticket.history if entry.command == Command.RATE} == {"chen"}
    await work.close()


async def test_a_ticket_that_was_withdrawn_meanwhile_says_so(config: TicketsConfig, desk: TicketDesk) -> None:
    number, work = desk.file(file_command(channel="phone")).number, DeskTickets(config)
    with pytest.raises(TicketRefused):
        await work.revisited(number, "chen", RevisitAnswers(solved=True, satisfied=True))
    await work.close()
