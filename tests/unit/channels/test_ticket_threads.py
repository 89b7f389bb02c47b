"""A ticket store that hangs: whoever asks is told in time, and the citizen's page gets an error it can show."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from channels.adapters import ticket_threads
from channels.adapters.ticket_desk import DeskTicketViews
from channels.errors import TicketsUnavailable

pytestmark = pytest.mark.asyncio


class Hanging:
    """A ticket desk whose store does not answer before it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def ready(self) -> None:
        self.go.wait(5)

    def close(self) -> None:
        self.go.set()


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hanging]:
    desk = Hanging()
    monkeypatch.setattr(ticket_threads, "open_tickets", lambda config, suggester: desk)
    monkeypatch.setattr(ticket_threads, "open_categories", lambda config, load: None)
    yield desk
    desk.go.set()


async def test_a_ticket_store_that_hangs_is_not_waited_for(hanging: Hanging) -> None:
    unused: Any = None
    views = DeskTicketViews(unused, seconds=0.05)
    try:
        with pytest.raises(TicketsUnavailable):
            await views.ping()
    finally:
        await views.close()
    assert hanging.go.is_set()
