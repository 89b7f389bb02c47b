"""Makes sure that a SQLite database has one gateway.

A gateway on SQLite remembers what it wrote and tells its own listeners only; a second one would break both promises
silently. The lock ends with the process, however it ends. Where the system has no such locks, nothing is checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from channels.errors import StoreUnavailable


@contextmanager
def only_gateway(data_dir: Path) -> Iterator[None]:
    """Holds the data folder for this process.

    Raises:
        StoreUnavailable: another gateway holds it.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    data_dir.mkdir(parents=True, exist_ok=True)
    with open(data_dir / "gateway.lock", "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreUnavailable(
                f"another gateway uses {data_dir}: stop it, or give this one its own HOTLINE_DATA_DIR"
            ) from error
        yield
