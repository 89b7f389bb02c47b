"""Several workers on one PostgreSQL, and workers that are killed: every step of a clock once, every event told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tests.integration.tickets.databases import database
from tests.system import ROOT, plain_environ
from tests.unit.tickets.ticket_samples import file_command
from tickets.adapters import tables
from tickets.adapters.engine import make_engine
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Role
from tickets.service.commands import AdvanceTicket
from tickets.service.desk import TicketDesk

TICKETS = 8


class FakeGateway:
    """Takes what workers post, slowly enough to be killed in between; counts it by path and event."""

    def __init__(self, pause_seconds: float = 0.0) -> None:
        self.posted: list[tuple[str, dict[str, object]]] = []
        posted = self.posted

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                time.sleep(pause_seconds)
                posted.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def events(self, end: str) -> Counter[str]:
        return Counter(str(body["event_id"]) for path, body in self.posted if path.endswith(end))


def worker(url: str, gateway: FakeGateway, folder: Path) -> subprocess.Popen[bytes]:
    environ = {
        **plain_environ(),
        "HOTLINE_DATABASE_URL": url,
        "HOTLINE_DATA_DIR": str(folder),
        "HOTLINE_GATEWAY_URL": gateway.url,
        "HOTLINE_INTERNAL_TOKEN": "t" * 32,
        "HOTLINE_REVISIT_AFTER_MINUTES": "0",
        "HOTLINE_REVISIT_OPENS_AT": "00:00",
        "HOTLINE_REVISIT_CLOSES_AT": "00:00",  # at whatever time the tests run
    }
    return subprocess.Popen(
        [sys.executable, "-m", "hotline.worker"], cwd=ROOT, env=environ, stderr=(folder / "worker.log").open("ab")
    )


@contextmanager
def late(kind: str, folder: Path) -> Iterator[tuple[str, TicketDesk, list[str]]]:
    """Tickets sent to a unit long ago: nobody took them up, and their clocks are over."""
    with database(kind, folder) as url:
        long_ago = datetime.now(UTC) - timedelta(days=40)
        desk = open_tickets(TicketsConfig(url), now=lambda: long_ago)
        numbers = [
            desk.file(file_command(f"key-{at}", conversation_id=f"c-{at}", description=f"路灯坏了，编号{at}")).number
            for at in range(TICKETS)
        ]
        by = Actor(Role.AGENT, "chen")
        for number in numbers:
            desk.advance(AdvanceTicket(idempotency_key=number, number=number, command="dispatch", by=by, reason="路灯"))
        yield url, desk, numbers
        desk.close()


def settled(url: str, seconds: float = 120.0) -> bool:
    """Whether all clocks were dealt with and all events told within that time."""
    engine = make_engine(url)
    clocks = select(func.count()).select_from(tables.clocks).where(tables.clocks.c.wake_at.is_not(None))
    waiting = select(func.count()).select_from(tables.outbox).where(tables.outbox.c.next_attempt_at.is_not(None))
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline:
            with engine.connect() as connection:
                counts = [connection.execute(query).scalar_one() for query in (clocks, waiting)]
            if not any(counts):
                return True
            time.sleep(0.2)
        return False
    finally:
        engine.dispose()


def assert_each_step_once(desk: TicketDesk, numbers: list[str]) -> None:
    for number in numbers:
        commands = [entry.command for entry in desk.get(number).history]
        assert commands.count("urge") == 1 and commands.count("supervise") == 1, (number, commands)
        told = [one.reason for one in desk.clocks.unit_notices("hotline", limit=1000) if one.number == number]
        assert sorted(told) == ["accept_overdue", "handle_overdue"]


@pytest.mark.parametrize(("kind", "copies"), [("sqlite", 1), ("postgresql", 2)])
def test_workers_do_each_step_once_and_tell_everything(kind: str, copies: int, tmp_path: Path) -> None:
    gateway = FakeGateway()
    with late(kind, tmp_path) as (url, desk, numbers):
        workers = [worker(url, gateway, tmp_path) for _ in range(copies)]
        try:
            assert settled(url), (tmp_path / "worker.log").read_text()[-2000:]
        finally:
            for one in workers:
                one.terminate()
            codes = [one.wait(40) for one in workers]
        assert codes == [0] * copies
        assert_each_step_once(desk, numbers)
        told = gateway.events("/news")
        assert len(told) >= 2 * TICKETS  # urged and supervised
        assert set(told.values()) == {1}


def test_workers_killed_again_and_again_lose_nothing_and_do_no_step_twice(tmp_path: Path) -> None:
    gateway = FakeGateway(pause_seconds=0.02)
    with late("postgresql", tmp_path) as (url, desk, numbers):
        for seconds in (1.6, 2.0, 2.4):
            dying = worker(url, gateway, tmp_path)
            time.sleep(seconds)
            os.kill(dying.pid, signal.SIGKILL)
            dying.wait()
            _end_leases(url)
        last = [worker(url, gateway, tmp_path) for _ in range(2)]
        try:
            assert settled(url), (tmp_path / "worker.log").read_text()[-2000:]
        finally:
            for one in last:
                one.terminate()
                one.wait(40)
        assert_each_step_once(desk, numbers)
        urged = {
            str(event.event_id)
            for entry in desk.outbox.outbox_entries("sent", 1000)
            if (event := entry.event).conversation_id is not None and str(event.kind) == "TicketUrged"
        }
        assert len(urged) == TICKETS and urged <= set(gateway.events("/news"))


def _end_leases(url: str) -> None:
    """Lets the time of the killed worker's claims pass: what is claimed is due again."""
    engine, now = make_engine(url), datetime.now(UTC)
    with engine.begin() as connection:
        for table, column in ((tables.clocks, "wake_at"), (tables.outbox, "next_attempt_at")):
            connection.execute(update(table).where(table.c[column] > now).values({column: now}))
    engine.dispose()


def test_a_ticket_that_is_answered_is_asked_about_within_seconds(tmp_path: Path) -> None:
    gateway = FakeGateway()
    with database("sqlite", tmp_path) as url:
        desk = open_tickets(TicketsConfig(url))
        number = desk.file(file_command(conversation_id="c-1")).number
        by = Actor(Role.SUPERVISOR, "li")
        for step in ("accept", "reply"):
            desk.advance(AdvanceTicket(idempotency_key=step, number=number, command=step, by=by, reason="路灯已修好"))
        one = worker(url, gateway, tmp_path)
        try:
            deadline = time.monotonic() + 90
            while not gateway.events("/revisit") and time.monotonic() < deadline:
                time.sleep(0.2)
        finally:
            one.terminate()
            one.wait(40)
        asked = [body for path, body in gateway.posted if path == "/internal/v1/conversations/c-1/revisit"]
        assert [body["ticket_number"] for body in asked] == [number]
        desk.close()
