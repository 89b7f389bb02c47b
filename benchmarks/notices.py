"""How fast news of tickets go out: the worker's outbox, a real gateway, stand-ins of the providers.

Made-up answers, half to citizens with a confirmed e-mail address, half to callers, wait in the outbox of a fresh
SQLite. The worker's own relay tells the gateway of each, a process of its own; its providers are a stand-in on loopback
that takes everything at once. A notice is timed from the moment the worker begins to tell of it until the provider has
it. Figures are given only when each notice came exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from sqlalchemy import Connection, Engine, insert

from benchmarks.launching import CannotStart, free_port, launched, wait_for
from benchmarks.machine import describe
from benchmarks.processes import memory
from benchmarks.table import markdown_table
from benchmarks.ticket_data import fill, number_of
from channels.adapters.database import create_engine, migrate
from channels.adapters.tables import conversations
from channels.delivery.tables import preferences
from hotline.notifying import HttpPost
from hotline.settings import ROOT
from hotline.worker import delivery_to
from tickets.adapters import tables
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.events import EventKind, TicketEvent
from tickets.service.outbox import relay

COMMAND = ".venv/bin/python -m benchmarks.notices"
HEAD = ("notices", "a second", "p50 s", "p95 s", "worker told/s", "gateway MB", "worker MB")
_TOKEN = "t" * 32
_START_SECONDS = 60.0
_LAST_SECONDS = 120.0
"""How long the last notices may take after the worker has told of all."""


class NotOnce(Exception):
    """A notice did not come, or came twice: the figures would be worth nothing."""


@dataclass
class StandIn:
    """A provider that takes everything; when each notice came, by its id."""

    port: int = 0
    came: dict[str, list[float]] = field(default_factory=dict)

    async def take(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        self.came.setdefault(str(body["id"]), []).append(time.monotonic())
        return web.Response()

    @contextmanager
    def running(self) -> Iterator[StandIn]:
        """Serves from a thread of its own."""
        loop, ready = asyncio.new_event_loop(), threading.Event()
        app = web.Application()
        app.router.add_post("/{kind}", self.take)
        runner = web.AppRunner(app, access_log=None)

        async def start() -> None:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.port = runner.addresses[0][1]
            ready.set()

        def serve() -> None:
            loop.run_until_complete(start())
            loop.run_forever()
            loop.run_until_complete(runner.cleanup())

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        ready.wait(10)
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)


@dataclass(frozen=True)
class Figures:
    """What was measured."""

    count: int
    a_second: float
    p50_seconds: float
    p95_seconds: float
    told_a_second: float
    gateway_mb: float
    worker_mb: float

    def row(self) -> list[str]:
        return [
            f"{self.count:,}",
            f"{self.a_second:.0f}",
            f"{self.p50_seconds:.2f}",
            f"{self.p95_seconds:.2f}",
            f"{self.told_a_second:.0f}",
            f"{self.gateway_mb:.0f}",
            f"{self.worker_mb:.0f}",
        ]


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures as a Markdown table, and as JSON where it is told to."""
    parser = argparse.ArgumentParser(prog="benchmarks.notices", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="notices (default: 10000)")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args(argv)
    try:
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            figures = measured(Path(folder), arguments.count)
    except (CannotStart, NotOnce) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    print(f"`{COMMAND}` on {describe()['processor']}, {describe()['cores']} cores\n")
    print(markdown_table(HEAD, [figures.row()]))
    if arguments.json:
        report = {"machine": describe(), "load": os.getloadavg()[0], **vars(figures)}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return 0


def measured(folder: Path, count: int) -> Figures:
    """Fills a database in `folder`, starts a gateway on it and tells `count` answers.

    Raises:
        CannotStart: the gateway does not come up; NotOnce: a notice was lost or doubled.
    """
    url, port, log = f"sqlite:///{folder / 'hotline.db'}", free_port(), folder / "gateway.log"
    _fill(url, count)
    with StandIn().running() as provider:
        environ = _environ(folder, port, provider.port)
        with launched([sys.executable, "-m", "channels.gateway"], environ, ROOT, log) as gateway:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/healthz", gateway, log, _START_SECONDS)
            began, started, told = _tell(url, HttpPost(base, _TOKEN))
            _wait_for_all(provider, count)
            sizes = memory(gateway.pid)
            own = memory(os.getpid())
    waits, last = waits_of(began, provider.came)
    return Figures(
        count=count,
        a_second=count / (last - started),
        p50_seconds=waits[len(waits) // 2],
        p95_seconds=waits[min(len(waits) - 1, int(len(waits) * 0.95))],
        told_a_second=count / told,
        gateway_mb=sum(one.resident_mb for one in sizes.values()),
        worker_mb=max(one.resident_mb for one in own.values()),
    )


def waits_of(began: Mapping[str, float], came: Mapping[str, Sequence[float]]) -> tuple[list[float], float]:
    """How long each notice took in seconds, the shortest first, and when the last one came.

    Args:
        began: when the worker began to tell of an event, by its id.
        came: when the provider got `<event>:<way>`, each time.

    Raises:
        NotOnce: one did not come, came twice, or is nobody's.
    """
    times: dict[str, list[float]] = {}
    for notice_id, moments in came.items():
        times.setdefault(notice_id.rpartition(":")[0], []).extend(moments)
    wrong = [event_id for event_id in {*began, *times} if event_id not in began or len(times.get(event_id, ())) != 1]
    if wrong:
        raise NotOnce(f"{len(wrong)} of {len(began)} notices did not come exactly once")
    return sorted(times[one][0] - at for one, at in began.items()), max(moments[0] for moments in times.values())


def _environ(folder: Path, port: int, provider: int) -> dict[str, str]:
    names = {
        "DATA_DIR": str(folder),
        "HTTP_PORT": str(port),
        "INTERNAL_TOKEN": _TOKEN,
        "PUBLIC_URL": "https://hotline.example.cn",
        "QUIET_HOURS": "00:00-00:00",
        "MAIL_URL": f"http://127.0.0.1:{provider}/mail",
        "MAIL_FROM": "noreply@example.cn",
        "MAIL_SECRET": "bench",
        "SMS_URL": f"http://127.0.0.1:{provider}/sms",
        "SMS_SECRET": "bench",
        "LOG_LEVEL": "WARNING",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    return {**kept, **{f"HOTLINE_{name}": value for name, value in names.items()}}


def _fill(url: str, count: int) -> None:
    """Tickets and their answers in the outbox; conversations and confirmed addresses of every other citizen."""
    engine = make_engine(url)
    migrate_database(engine)
    fill(url, engine, count)
    gateway = create_engine(url)
    migrate(gateway)
    now = datetime.now(UTC)
    people = [f"c-{at}" for at in range(1, count + 1) if at % 2]
    opened = {"channel": "web", "language": "zh", "created_at": now, "owner": "bot", "owner_version": 0}
    opened |= {"owner_since": None, "last_seq": 0, "attachments": 0}
    with gateway.begin() as connection:
        _insert(connection, conversations, [{"id": one, **opened} for one in people])
        wishes = [{"conversation_id": one, "email": f"{one}@example.com", "email_state": "confirmed"} for one in people]
        _insert(connection, preferences, wishes)
    gateway.dispose()
    _queue(engine, count, now - timedelta(minutes=1))
    engine.dispose()


def _queue(engine: Engine, count: int, at: datetime) -> None:
    rows = []
    for index in range(1, count + 1):
        payload: Mapping[str, object] = {
            "number": number_of(index),
            "command": "reply",
            "before": "in_progress",
            "status": "replied",
            "role": "unit",
            "unit": "urban_management",
            "reply": "路灯已于今日修好，请您查看。",
            "channel": "web" if index % 2 else "phone",
            "language": "zh",
        }
        rows.append(
            {
                "event_id": uuid.uuid4(),
                "kind": str(EventKind.TICKET_ADVANCED),
                "ticket_number": number_of(index),
                "conversation_id": f"c-{index}" if index % 2 else None,
                "payload": payload,
                "created_at": at,
                "attempts": 0,
                "next_attempt_at": at,
            }
        )
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        _insert(connection, tables.outbox, rows)


def _insert(connection: Connection, table: object, rows: Sequence[Mapping[str, object]]) -> None:
    for first in range(0, len(rows), 1000):
        connection.execute(insert(table), [dict(row) for row in rows[first : first + 1000]])  # type: ignore[arg-type]


def _tell(url: str, post: HttpPost) -> tuple[dict[str, float], float, float]:
    """Lets the worker tell of everything; gives when it began with each event, with the first, and how long it took."""
    desk = open_tickets(TicketsConfig(url), migrate=False)
    delivery = delivery_to(post, desk)
    began: dict[str, float] = {}

    def deliver(event: TicketEvent) -> None:
        began.setdefault(str(event.event_id), time.monotonic())
        delivery(event)

    started = time.monotonic()
    while not (report := relay(desk.outbox, deliver, lambda: datetime.now(UTC), 10)).idle:
        if report.failed:
            time.sleep(0.2)
    told = time.monotonic() - started
    desk.close()
    return began, started, told


def _wait_for_all(provider: StandIn, count: int) -> None:
    deadline = time.monotonic() + _LAST_SECONDS
    while len(provider.came) < count and time.monotonic() < deadline:
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
