"""A person at the desk lets a citizen follow an open ticket instead of filing another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.desk.adapters.tickets import DeskTickets
from channels.desk.errors import TicketRefused
from channels.errors import TicketNotFound
from tests.unit.tickets.ticket_samples import AGENT, file_command
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Contact
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


async def test_the_citizen_follows_the_open_ticket_once(config: TicketsConfig, desk: TicketDesk) -> None:
    first = desk.file(file_command("first", conversation_id="c1")).number
    work = DeskTickets(config)
    mine = file_command("c2:desk:1", conversation_id="c2", by=AGENT, contact=Contact("王芳", "13900001111"))
    for _ in range(2):
        receipt = await work.join(mine, first)
        assert (receipt.number, receipt.duplicate_of) == (first, first)
    await work.close()
    assert desk.get(first).followers == 1 and len(desk.list()) == 1
    assert [ticket.number for ticket in desk.of_conversation("c2")] == [first]


async def test_a_number_that_is_none_and_a_draft_that_cannot_be_are_refused(
    config: TicketsConfig, desk: TicketDesk
) -> None:
    first = desk.file(file_command("first", conversation_id="c1")).number
    work = DeskTickets(config)
    with pytest.raises(TicketNotFound):
        await work.join(file_command("x", conversation_id="c2"), "20260101000000")
    with pytest.raises(TicketRefused):
        await work.join(file_command("y", conversation_id="c3", confidentiality="nobody"), first)
    await work.close()
    assert desk.get(first).followers == 0
