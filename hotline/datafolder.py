"""The data folder belongs to one running system at a time; the holder's process id stands in `hotline.lock`."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.errors import CommandFailed

LOCK_FILE = "hotline.lock"


class DataFolderUnusable(CommandFailed):
    """The data folder cannot be written."""

    code = "data_folder_unusable"


class DataFolderInUse(CommandFailed):
    """The data folder is in use by another running system."""

    code = "data_folder_in_use"


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Holds the folder, made if missing; the system frees it even when this process is killed.

    Raises:
        DataFolderUnusable: it cannot be made or written.
        DataFolderInUse: another system holds it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = open(folder / LOCK_FILE, "a+", encoding="ascii")  # noqa: SIM115 - closed below, with the claim
    except OSError as error:
        raise DataFolderUnusable(
            f"the data folder {folder} cannot be written ({error.strerror or error}): "
            "set HOTLINE_DATA_DIR to one that can"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read(20).strip() or "unknown"
            raise DataFolderInUse(
                f"the data folder {folder} is in use by another running system (process {holder}): "
                "stop that one or set HOTLINE_DATA_DIR to another folder"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)
