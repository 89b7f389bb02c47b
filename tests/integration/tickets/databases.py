"""Databases for tests: a fresh SQLite file, and a PostgreSQL database made and dropped for the test.

PostgreSQL is that of HOTLINE_TEST_POSTGRES_URL, or one on 127.0.0.1:5432 (user postgres, database test, no password);
where neither answers, the test is skipped by name.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

DATABASES = ("sqlite", "postgresql")
DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'tickets.db'}"
        return
    given = os.environ.get("HOTLINE_TEST_POSTGRES_URL", DEFAULT)
    url = make_url(given).set(drivername="postgresql+psycopg")
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 2})
    name = f"hotline_test_{uuid.uuid4().hex[:12]}"
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        engine.dispose()
        pytest.skip("needs PostgreSQL: set HOTLINE_TEST_POSTGRES_URL")
    try:
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
