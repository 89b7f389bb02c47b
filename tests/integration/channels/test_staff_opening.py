"""The staff's office opens before anybody calls, and what is being opened while the gateway stops is closed too."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from channels.errors import TicketsUnavailable
from channels.staff import office_threads
from channels.staff.office_threads import OfficeThreads
from tickets.bootstrap import open_staff
from tickets.config import TicketsConfig
from tickets.errors import StoreUnavailable
from tickets.service.staff_office import StaffOffice

pytestmark = pytest.mark.asyncio


@pytest.fixture
def config(tmp_path: Path) -> TicketsConfig:
    return TicketsConfig(f"sqlite:///{tmp_path / 'tickets.db'}")


class Opening:
    """Opens the office when it is let; counts how often it is opened and closed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int = 0) -> None:
        self.begun, self.let = threading.Event(), threading.Event()
        self.opened = self.closed = 0
        self._failures = failures
        monkeypatch.setattr(office_threads, "open_staff", self)

    def __call__(self, config: TicketsConfig) -> StaffOffice:
        self.begun.set()
        assert self.let.wait(30)
        if self._failures:
            self._failures -= 1
            raise StoreUnavailable
        office, self.opened = open_staff(config), self.opened + 1
        close = office.close

        def closing() -> None:
            self.closed += 1
            close()

        office.close = closing  # type: ignore[method-assign]
        return office


async def test_it_opens_before_the_first_call_and_only_once(
    config: TicketsConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, threads = Opening(monkeypatch), OfficeThreads(config)
    threads.start()
    assert await asyncio.to_thread(opening.begun.wait, 30)
    opening.let.set()
    assert await threads.run(lambda office: len(office.desk.catalogue.units)) > 1
    await threads.close()
    assert (opening.opened, opening.closed) == (1, 1)


async def test_a_gateway_that_stops_while_it_opens_leaves_nothing_open(
    config: TicketsConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening, threads = Opening(monkeypatch), OfficeThreads(config)
    threads.start()
    assert await asyncio.to_thread(opening.begun.wait, 30)
    closing = asyncio.create_task(threads.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    opening.let.set()
    await closing
    assert (opening.opened, opening.closed) == (1, 1)


async def test_a_store_that_is_away_at_the_start_is_asked_again_by_the_next_call(
    config: TicketsConfig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opening, threads = Opening(monkeypatch, failures=2), OfficeThreads(config)
    opening.let.set()
    threads.start()
    with pytest.raises(TicketsUnavailable):
        while opening.opened == 0:
            await threads.run(lambda office: None)
    await threads.run(lambda office: None)
    assert opening.opened == 1
    await threads.close()
    assert any("the next call tries again" in line for line in caplog.messages)
