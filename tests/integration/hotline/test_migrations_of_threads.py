"""Several parts of one process bring their tables up to date at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from channels.adapters.database import create_engine, migrate
from tickets.adapters.engine import make_engine
from tickets.adapters.migrate import migrate_database


def test_threads_that_migrate_at_once_run_their_own_scripts(tmp_path: Path) -> None:
    def tickets(place: int) -> None:
        engine = make_engine(f"sqlite:///{tmp_path / f'tickets{place}.db'}")
        migrate_database(engine)
        engine.dispose()

    def channels(place: int) -> None:
        engine = create_engine(f"sqlite:///{tmp_path / f'channels{place}.db'}")
        migrate(engine)
        engine.dispose()

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(work, place) for place in range(4) for work in (tickets, channels)]
        for one in running:
            one.result(timeout=120)
