"""`hotline intake sources|folder|check`: matters of other platforms from files.

It needs no running server; the ticket store must be reachable.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.adapters.database import open_store
from channels.adapters.ticket_threads import TicketThreads
from channels.errors import ChannelsError, StoreUnavailable, TicketsUnavailable
from channels.intake.errors import FileUnreadable, MatterRefused
from channels.intake.folder import FileReport, records, take_folder
from channels.intake.mapping import load_mapping
from channels.intake.matter import read_matter
from channels.intake.receipts import ReceiptRows
from channels.intake.service import Intake
from hotline import settings
from language.identify import identify
from tickets.adapters.city_files import load_catalogue
from tickets.config import TicketsConfig
from tickets.errors import TicketError

_WATCH_SECONDS = 5.0
_AWAY = 1
_FAILED = 2


def mount(subparsers: Any) -> None:
    """Adds `intake` to the command."""
    parser = subparsers.add_parser("intake", help="take matters of other platforms from files")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("sources", help="list the sources and how many matters came from each")
    listing.set_defaults(run=lambda arguments: _reported(_sources()))
    taking = actions.add_parser("folder", help="take all CSV and JSON files of a folder; receipts are written beside")
    taking.add_argument("folder", type=Path)
    taking.add_argument("--source", required=True, help="whose files they are; see `hotline intake sources`")
    taking.add_argument("--watch", action="store_true", help="go on, and take files as they come")
    taking.set_defaults(run=lambda arguments: _reported(_folder(arguments)))
    checking = actions.add_parser("check", help="read a file without filing anything: what would be refused, and why")
    checking.add_argument("file", type=Path)
    checking.add_argument("--source", required=True)
    checking.set_defaults(run=lambda arguments: _reported(_check(arguments)))


def _reported(work: Any) -> int:
    try:
        return int(asyncio.run(work))
    except (ChannelsError, TicketError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return _FAILED


@asynccontextmanager
async def _opened() -> AsyncIterator[Intake]:
    loaded = settings.load()
    config = TicketsConfig.from_settings(loaded)
    store = open_store(loaded.database_url)
    threads = TicketThreads(config, "intake", load_model=True)
    try:
        yield Intake(
            tickets=threads,
            rows=ReceiptRows(store),
            catalogue=load_catalogue(config.city_dir),
            identify=identify,
            now=lambda: datetime.now(UTC),
            folder=loaded.path("INTAKE_DIR"),
        )
    finally:
        await threads.close()
        await store.close()


async def _sources() -> int:
    async with _opened() as intake:
        counts = await intake.counts()
        for name in intake.sources():
            known = {status: counts.get((name, status), 0) for status in ("accepted", "duplicate", "refused")}
            said = ", ".join(f"{count} {status}" for status, count in known.items())
            print(f"{name:<24}{intake.mapping(name).title}  ({said})")
    return 0


async def _folder(arguments: argparse.Namespace) -> int:
    if not arguments.folder.is_dir():
        raise FileUnreadable(f"{arguments.folder} is no folder")
    async with _opened() as intake:
        mapping = intake.mapping(arguments.source)
        bad = False
        while True:
            try:
                async for report in take_folder(arguments.folder, intake, mapping):
                    bad = bad or report.problem is not None
                    print(_said(report), flush=True)
            except (StoreUnavailable, TicketsUnavailable) as error:
                if not arguments.watch:
                    raise
                print(f"hotline: {error}; the files stay and are taken when it is back", file=sys.stderr, flush=True)
            if not arguments.watch:
                return _AWAY if bad else 0
            await asyncio.sleep(_WATCH_SECONDS)


async def _check(arguments: argparse.Namespace) -> int:
    loaded = settings.load()
    catalogue = load_catalogue(TicketsConfig.from_settings(loaded).city_dir)
    mapping = load_mapping(arguments.source, catalogue.categories, loaded.path("INTAKE_DIR"))
    good, unmapped, started = 0, Counter[str](), time.monotonic()
    bad = 0
    for row, record in records(arguments.file, mapping):
        try:
            matter = read_matter(record, mapping)
        except MatterRefused as error:
            bad += 1
            print(f"row {row}: {error.field}: {error}")
            continue
        good += 1
        if matter.unmapped:
            unmapped[matter.unmapped] += 1
    for category, count in unmapped.most_common():
        print(f"category without a mapping, {count} times: {category}")
    print(f"{good} can be taken, {bad} cannot ({time.monotonic() - started:.1f} s)")
    return _AWAY if bad else 0


def _said(report: FileReport) -> str:
    if report.problem is not None:
        return f"{report.name}: not taken: {report.problem}"
    return f"{report.name}: {report.accepted} accepted, {report.duplicates} duplicates, {report.refused} refused"
