"""The database of the tickets, with a driver's errors in the tickets' terms.

How SQLite and PostgreSQL are opened stands in `hotline.database`, for all packages alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from hotline import database
from tickets.errors import StoreUnavailable


def make_engine(database_url: str, *, synchronous: str = "FULL") -> Engine:
    """Makes an engine; see `hotline.database.make_engine`.

    Raises:
        StoreUnavailable: the URL cannot be used.
    """
    try:
        return database.make_engine(database_url, synchronous=synchronous)
    except ValueError as error:
        raise StoreUnavailable(str(error)) from error
    except OSError as error:
        raise StoreUnavailable() from error


@contextmanager
def wrapped_errors() -> Iterator[None]:
    """Turns every error of the database driver into `StoreUnavailable`, keeping the cause."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreUnavailable() from error
