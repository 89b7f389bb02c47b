"""What a complainant beyond the first sees of a ticket on the page: his by conversation, and live after a merge."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.adapters.ticket_desk import DeskTicketViews
from channels.errors import TicketNotFound
from tests.unit.tickets.parts_samples import filed, joined, merge, split, with_parts
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Contact

pytestmark = pytest.mark.asyncio


async def test_a_follower_sees_the_ticket_and_who_left_does_not(tmp_path: Path) -> None:
    config = TicketsConfig(f"sqlite:///{tmp_path / 'a.db'}")
    desk = open_tickets(config)
    number = filed(desk)
    joined(desk, number, "b", contact=Contact("b", "13900009999"))
    views = DeskTicketViews(config)
    seen = await views.of_conversation("talk-b", number)
    assert seen is not None and seen["number"] == number
    assert (await views.by_phone(number, "9999"))["status"] == "received"  # type: ignore[index]
    assert "1390000" not in str(seen) and "路灯" not in str(seen)
    assert await views.of_conversation("talk-z", number) is None
    await views.close()
    desk.close()


async def test_of_a_merged_ticket_the_live_one_is_shown_until_it_is_split(tmp_path: Path) -> None:
    config = TicketsConfig(f"sqlite:///{tmp_path / 'a.db'}")
    desk = open_tickets(config)
    one, other = filed(desk, "a"), filed(desk, "b")
    merge(desk, other, one)
    views = DeskTicketViews(config)
    seen = await views.of_conversation("talk-b", other)
    assert seen is not None and (seen["status"], seen["duplicate_of"]) == ("merged", one)
    assert (seen["live"]["number"], seen["live"]["status"]) == (one, "received")
    split(desk, other)
    seen = await views.of_conversation("talk-b", other)
    assert seen is not None and "live" not in seen and seen["status"] == "received"
    await views.close()
    desk.close()


async def test_a_part_is_no_citizens_ticket(tmp_path: Path) -> None:
    config = TicketsConfig(f"sqlite:///{tmp_path / 'a.db'}")
    desk = open_tickets(config)
    number = filed(desk, contact=Contact("a", "13800138000"))
    [part] = with_parts(desk, number, "gas_company")
    views = DeskTicketViews(config)
    with pytest.raises(TicketNotFound):
        await views.by_phone(part, "8000")
    assert await views.of_conversation("talk-a", part) is None
    await views.close()
    desk.close()
