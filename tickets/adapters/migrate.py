"""Brings the tables of the tickets to the present schema (`hotline.migrations`)."""

from __future__ import annotations

from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy import Engine

from hotline import migrations
from tickets.adapters.engine import wrapped_errors
from tickets.errors import StoreUnavailable

VERSION_TABLE = "tickets_alembic_version"
_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x12345_71C


def migrate_database(engine: Engine) -> None:
    """Runs the steps that are missing.

    Raises:
        StoreUnavailable: the database does not answer, or was made by a newer version of this program.
    """
    with wrapped_errors():
        try:
            migrations.migrate(engine, _SCRIPTS, _LOCK)
        except CommandError as error:
            raise StoreUnavailable(f"the database schema is not one this program knows: {error}") from error
