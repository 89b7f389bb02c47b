"""How fast tickets are filed, moved, watched and told, at 10,000, 100,000 and 1,000,000 of them.

SQLite with a write-ahead log and full synchronisation, as it is delivered; PostgreSQL as it is found at
HOTLINE_TEST_POSTGRES_URL or on 127.0.0.1:5432, in a database that is made and dropped. Those who file are told by
`--clients`; the clients run on the same cores as the database. A scan is measured with
nothing due, with a hundred and with ten thousand clocks due: it must cost by what is due, not by what is stored.
With --keep the filled databases stay, so that the next run only measures.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy
from sqlalchemy import Engine, make_url, select, text, update
from sqlalchemy.exc import OperationalError

from benchmarks.machine import describe
from benchmarks.table import markdown_table
from benchmarks.ticket_data import drop_database, fill, filled, number_of
from benchmarks.ticket_staff import figures_ms, pages_ms
from hotline.settings import ROOT
from tickets.adapters import tables
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Role
from tickets.service.clockwork import scan
from tickets.service.commands import AdvanceTicket
from tickets.service.desk import TicketDesk
from tickets.service.outbox import relay

COMMAND = ".venv/bin/python -m benchmarks.tickets"
SIZES = (10_000, 100_000, 1_000_000)
POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/test"
DUE = (0, 100, 10_000)
WAITING = (0, 10_000)
CLIENTS = {"sqlite": (1, 4), "postgresql": (2, 2)}
"""Processes that file, and threads of each: as many conversations end at once in the process of the actions."""
FILING_SECONDS = 5.0
MEASURING_SECONDS = 5.0
MOVED = 120


@dataclass
class Figures:
    """What was measured of one database at one size."""

    database: str
    size: int
    filed_a_second: float = 0.0
    filing_p95_ms: float = 0.0
    filing_cpu_ms: float = 0.0
    moved_p50_ms: float = 0.0
    moved_p95_ms: float = 0.0
    scan_ms: dict[int, float] = field(default_factory=dict)
    steps_a_second: dict[int, float] = field(default_factory=dict)
    told_a_second: dict[int, float] = field(default_factory=dict)
    claim_ms: dict[int, float] = field(default_factory=dict)
    page_p95_ms: float = 0.0
    figures_ms: float = 0.0

    def row(self) -> list[str]:
        scans = [f"{self.scan_ms.get(due, 0):.1f}" for due in DUE]
        return [
            f"{self.database}, {self.size:,}",
            f"{self.filed_a_second:.0f}",
            f"{self.filing_p95_ms:.1f}",
            f"{self.filing_cpu_ms:.1f}",
            f"{self.moved_p50_ms:.1f}",
            f"{self.moved_p95_ms:.1f}",
            *scans,
            f"{self.steps_a_second.get(DUE[-1], 0):.0f}",
            *(f"{self.claim_ms.get(waiting, 0):.1f}" for waiting in WAITING),
            f"{self.told_a_second.get(WAITING[-1], 0):.0f}",
            f"{self.page_p95_ms:.0f}",
            f"{self.figures_ms:.0f}",
        ]


HEAD = (
    "database, tickets", "filed/s", "p95 ms", "CPU ms", "moved p50 ms", "p95 ms", "scan ms, 0 due", "100 due",
    "10,000 due", "steps/s", "outbox claim ms, 0 wait", "10,000 wait", "told/s", "staff page p95 ms", "figures ms",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures as a Markdown table, and as JSON where it is told to."""
    parser = argparse.ArgumentParser(prog="benchmarks.tickets", description=__doc__)
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="by comma (default: 10000,100000,1000000)")
    parser.add_argument("--databases", default="sqlite,postgresql", help="by comma")
    parser.add_argument("--clients", help="processes x threads that file (default: 1x4 on SQLite, 2x2 on PostgreSQL)")
    parser.add_argument("--keep", type=Path, help="fill databases there (and of PostgreSQL) once and keep them")
    parser.add_argument("--fill-only", action="store_true", help="with --keep: fill, measure nothing")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    arguments = parser.parse_args(argv)
    if arguments.clients:
        processes, threads = map(int, arguments.clients.split("x"))
        CLIENTS.update(dict.fromkeys(CLIENTS, (processes, threads)))
    found: list[Figures] = []
    for kind in arguments.databases.split(","):
        for size in arguments.sizes:
            found += _database(kind, size, arguments.keep, measured=not arguments.fill_only)
    print(f"`{COMMAND}` on {describe()['processor']}, {describe()['cores']} cores\n")
    print(markdown_table(HEAD, [figures.row() for figures in found]))
    if arguments.json:
        report = {"machine": describe(), "load": os.getloadavg()[0], "rows": [vars(one) for one in found]}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return 0 if found else 1


def _sizes(given: str) -> tuple[int, ...]:
    return tuple(sorted(int(one) for one in given.split(",")))


def _database(kind: str, size: int, keep: Path | None, *, measured: bool) -> list[Figures]:
    with _opened(kind, size, keep) as url:
        if url is None:
            _tell(f"{kind}: does not answer, left out")
            return []
        engine = make_engine(url)
        migrate_database(engine)
        started = time.monotonic()
        fill(url, engine, size, filled(engine))
        _tell(f"{kind}: {size:,} tickets in {time.monotonic() - started:.0f} s")
        figures = Figures(kind, size)
        desk = open_tickets(TicketsConfig(url), migrate=False)
        for measure in (_filing, _moving, _scanning, _telling, _showing) if measured else ():
            measure(figures, url, engine, desk)
        desk.close()
        engine.dispose()
    return [figures] if measured else []


@contextmanager
def _opened(kind: str, size: int, keep: Path | None) -> Iterator[str | None]:
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="hotline-bench-") as folder:
            place = keep or Path(folder)
            place.mkdir(parents=True, exist_ok=True)
            yield f"sqlite:///{place / f'tickets-{size}.db'}"
        return
    url = make_url(os.environ.get("HOTLINE_TEST_POSTGRES_URL", POSTGRESQL)).set(drivername="postgresql+psycopg")
    name = f"hotline_bench_{size}" if keep else f"hotline_bench_{uuid.uuid4().hex[:8]}"
    admin = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    try:
        with admin.connect() as connection:
            there = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.execute(there, {"name": name}).first() is None:
                connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        yield None
        return
    finally:
        admin.dispose()
    try:
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        if not keep:
            drop_database(url, name)


def _filing(figures: Figures, url: str, engine: Engine, desk: TicketDesk) -> None:
    processes, threads = CLIENTS[figures.database]
    children = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks.ticket_filing",
                url,
                str(FILING_SECONDS),
                str(threads),
                uuid.uuid4().hex,
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for child in children:
        assert child.stdout is not None
        child.stdout.readline()
    answers = [child.communicate()[0] for child in _told_to_go(children)]
    told = [json.loads(answer) for answer in answers]
    times = sorted(one for answer in told for one in answer["ms"])
    figures.filing_cpu_ms = sum(answer["cpu_seconds"] for answer in told) * 1000 / max(1, len(times))
    figures.filed_a_second = len(times) / FILING_SECONDS
    figures.filing_p95_ms = _share(times, 0.95)


def _told_to_go(children: Sequence[subprocess.Popen[str]]) -> Sequence[subprocess.Popen[str]]:
    """Lets all begin before anybody is waited for."""
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return children


def _moving(figures: Figures, url: str, engine: Engine, desk: TicketDesk) -> None:
    by, times, run = Actor(Role.SUPERVISOR, "bench"), [], uuid.uuid4().hex
    for number in _untouched(engine, figures.size):
        for command in ("accept", "start", "reply"):
            key = f"bench:{run}:{number}:{command}"
            started = time.perf_counter()
            desk.advance(AdvanceTicket(idempotency_key=key, number=number, command=command, by=by, reason="已处理"))
            times.append((time.perf_counter() - started) * 1000)
    times.sort()
    figures.moved_p50_ms, figures.moved_p95_ms = _share(times, 0.5), _share(times, 0.95)


def _untouched(engine: Engine, size: int) -> list[str]:
    """Open tickets that no earlier run has moved, spread over the table."""
    table, made_up = tables.tickets.c, number_of(size)
    waiting = select(table.number).where(table.status == "dispatched", table.number <= made_up).order_by(table.number)
    with engine.connect() as connection:
        found = list(connection.execute(waiting).scalars())
    return found[:: max(1, len(found) // (MOVED // 3))][: MOVED // 3]


def _scanning(figures: Figures, url: str, engine: Engine, desk: TicketDesk) -> None:
    clocks, now = tables.clocks, datetime.now(UTC)
    for due in DUE:
        _make_due(engine, clocks.c.wake_at, due, now)
        wanted, done = min(50, due), 0
        started = time.perf_counter()
        report = scan(desk.clocks, desk, lambda: datetime.now(UTC), limit=max(wanted, 1))
        figures.scan_ms[due] = (time.perf_counter() - started) * 1000
        done += report.claimed
        while done < due and time.perf_counter() - started < MEASURING_SECONDS:
            done += scan(desk.clocks, desk, lambda: datetime.now(UTC), limit=50).claimed or due
        figures.steps_a_second[due] = done / (time.perf_counter() - started)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            later = now + timedelta(days=900)
            connection.execute(update(clocks).where(clocks.c.wake_at.is_not(None)).values(wake_at=later))


def _make_due(engine: Engine, column: sqlalchemy.Column[datetime], count: int, now: datetime) -> None:
    """Moves that many clocks of open tickets into the past."""
    table = column.table
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if count:
            kept = tables.clocks.c
            chosen = select(kept.ticket_number).where(kept.wake_at.is_not(None), kept.position == 1).limit(count)
            numbers = list(connection.execute(chosen).scalars())
            for at in range(0, len(numbers), 500):
                these = table.c.ticket_number.in_(numbers[at : at + 500]) & (table.c.position == 1)
                connection.execute(
                    update(table).where(these).values(wake_at=now - timedelta(hours=1), due_at=now - timedelta(hours=1))
                )


def _telling(figures: Figures, url: str, engine: Engine, desk: TicketDesk) -> None:
    outbox, now = tables.outbox, datetime.now(UTC)
    for waiting in WAITING:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(update(outbox).where(outbox.c.next_attempt_at.is_not(None)).values(next_attempt_at=None))
            if waiting:
                newest = select(outbox.c.id).order_by(outbox.c.id.desc()).limit(waiting)
                past = now - timedelta(hours=1)
                connection.execute(
                    update(outbox).where(outbox.c.id.in_(newest)).values(next_attempt_at=past, sent_at=None)
                )
        started = time.perf_counter()
        desk.outbox.claim_events(datetime.now(UTC), 10, timedelta(minutes=2))
        figures.claim_ms[waiting] = (time.perf_counter() - started) * 1000
        sent, started = 0, time.perf_counter()
        while waiting and time.perf_counter() - started < MEASURING_SECONDS:
            report = relay(desk.outbox, lambda _: None, lambda: datetime.now(UTC), 10)
            sent += report.sent
            if report.idle:
                break
        if waiting:
            figures.told_a_second[waiting] = sent / (time.perf_counter() - started)


def _showing(figures: Figures, url: str, engine: Engine, desk: TicketDesk) -> None:
    figures.page_p95_ms = _share(pages_ms(engine, desk), 0.95)
    figures.figures_ms = figures_ms(engine)


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
