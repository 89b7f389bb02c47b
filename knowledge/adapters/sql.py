"""Versions and gaps in SQLite or PostgreSQL; each method is one transaction.

Texts of versions are inserted only; what happens to a version is a row of its steps.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, Row, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from hotline import database, migrations
from knowledge.adapters.tables import gaps, groups, steps, versions
from knowledge.errors import ItemNotFound, KnowledgeUnavailable
from knowledge.gaps import Gap, Group, nearest_group
from knowledge.versions import Step, Version, state_after

_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
_LOCK = 0x12345_4B1
_TURNS = {"published": "replaced", "withdrawn": "replaced"}
"""What the version that was served becomes when another one takes its place."""


def open_database(database_url: str) -> Engine:
    """Opens and migrates.

    Raises:
        KnowledgeUnavailable: it cannot be opened, or is of a newer version of this program.
    """
    with _wrapped():
        try:
            engine = database.make_engine(database_url)
            migrations.migrate(engine, _SCRIPTS, _LOCK)
        except (ValueError, CommandError) as error:
            raise KnowledgeUnavailable(f"the database of the consultation items cannot be used: {error}") from error
    return engine


class SqlVersions:
    """The `VersionStore` for real."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, version: Version) -> Version:
        mine = (versions.c.topic == version.topic) & (versions.c.language == version.language)
        with _writing(self._engine) as connection:
            last = connection.execute(select(func.max(versions.c.number)).where(mine)).scalar() or 0
            row: dict[str, Any] = {
                "topic": version.topic,
                "language": version.language,
                "number": last + 1,
                "text": version.text,
                "author": version.author,
                "reviewer": version.reviewer,
                "reviewed_at": version.reviewed_at,
                "state": version.state,
                "at": version.at,
            }
            connection.execute(insert(versions).values(**row))
            _note(connection, version.topic, version.language, last + 1, "add", version.author, version.at)
        return Version(**row)

    def step(self, topic: str, language: str, number: int, step: Step, actor: str, at: datetime) -> Version:
        mine = (versions.c.topic == topic) & (versions.c.language == language)
        with _writing(self._engine) as connection:
            row = connection.execute(select(versions).where(mine, versions.c.number == number)).first()
            if row is None:
                raise ItemNotFound(f"{topic} has no version {number} in {language}")
            after = state_after(_version(row), step, actor)
            if after == "published":
                for old, new in _TURNS.items():
                    connection.execute(update(versions).where(mine, versions.c.state == old).values(state=new))
            values: dict[str, Any] = {"state": after} | (
                {"reviewer": actor, "reviewed_at": at} if step == "review" else {}
            )
            connection.execute(update(versions).where(versions.c.id == row.id).values(**values))
            _note(connection, topic, language, number, step, actor, at)
            return _version(connection.execute(select(versions).where(versions.c.id == row.id)).one())

    def publish_at_once(self, version: Version, actor: str, at: datetime) -> Version:
        """Publishes a draft without a review, for a city's first load of its own reviewed items."""
        mine = (versions.c.topic == version.topic) & (versions.c.language == version.language)
        with _writing(self._engine) as connection:
            for old, new in _TURNS.items():
                connection.execute(update(versions).where(mine, versions.c.state == old).values(state=new))
            this = mine & (versions.c.number == version.number)
            connection.execute(update(versions).where(this).values(state="published"))
            _note(connection, version.topic, version.language, version.number, "publish_at_once", actor, at)
            return _version(connection.execute(select(versions).where(this)).one())

    def versions(self, topic: str, language: str | None = None) -> list[Version]:
        query = select(versions).where(versions.c.topic == topic).order_by(versions.c.language, versions.c.number)
        if language is not None:
            query = query.where(versions.c.language == language)
        with _reading(self._engine) as connection:
            return [_version(row) for row in connection.execute(query)]

    def published(self) -> list[Version]:
        query = select(versions).where(versions.c.state.in_(["published", "withdrawn"])).order_by(versions.c.id)
        with _reading(self._engine) as connection:
            return [_version(row) for row in connection.execute(query)]

    def stamp(self) -> int:
        with _reading(self._engine) as connection:
            return int(connection.execute(select(func.max(steps.c.id))).scalar() or 0)


class SqlGaps:
    """The `GapStore` for real."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, gap: Gap) -> None:
        mine = (groups.c.kind == gap.kind) & groups.c.closed_at.is_(None)
        mine &= groups.c.topic.is_(None) if gap.topic is None else groups.c.topic == gap.topic
        with _writing(self._engine) as connection:
            if connection.execute(
                select(gaps.c.id).where(
                    gaps.c.conversation_id == gap.conversation_id, gaps.c.text == gap.text, gaps.c.at == gap.at
                )
            ).first():
                return
            rows = connection.execute(select(groups.c.id, groups.c.vector).where(mine)).all()
            stored = [np.frombuffer(row.vector, dtype=np.float16).astype(np.float32) for row in rows]
            fitting = [row.id for row, vector in zip(rows, stored, strict=True) if len(vector) == len(gap.vector)]
            alike = np.stack([v for v in stored if len(v) == len(gap.vector)]) if fitting else np.zeros((0, 1))
            group = nearest_group(gap.vector, fitting, np.asarray(alike, dtype=np.float32))
            if group is None:
                made = insert(groups).values(
                    text=gap.text,
                    language=gap.language,
                    kind=gap.kind,
                    topic=gap.topic,
                    vector=gap.vector.astype(np.float16).tobytes(),
                )
                group = connection.execute(made.returning(groups.c.id)).scalar_one()
            connection.execute(
                insert(gaps).values(
                    group_id=group,
                    text=gap.text,
                    language=gap.language,
                    conversation_id=gap.conversation_id,
                    at=gap.at,
                )
            )

    def groups(self, open_only: bool = True) -> list[Group]:
        count = func.count(gaps.c.id)
        query = (
            select(groups, count.label("times"), func.min(gaps.c.at).label("first"), func.max(gaps.c.at).label("last"))
            .join(gaps, gaps.c.group_id == groups.c.id)
            .group_by(*groups.c)
            .order_by(count.desc(), groups.c.id)
        )
        if open_only:
            query = query.where(groups.c.closed_at.is_(None))
        with _reading(self._engine) as connection:
            return [
                Group(
                    row.id, row.text, row.language, row.kind, row.topic, row.times, row.first, row.last, row.owner,
                    row.due, row.closed_at,
                )
                for row in connection.execute(query)
            ]  # fmt: skip

    def assign(self, group: int, owner: str, due: date) -> None:
        self._change(group, owner=owner, due=due)

    def close(self, group: int, actor: str, at: datetime) -> None:
        self._change(group, closed_at=at, closed_by=actor)

    def _change(self, group: int, **values: Any) -> None:
        with _writing(self._engine) as connection:
            changed = connection.execute(update(groups).where(groups.c.id == group).values(**values))
            if changed.rowcount == 0:
                raise ItemNotFound(f"there is no gap {group}")


def _version(row: Row[Any]) -> Version:
    return Version(
        row.topic,
        row.language,
        row.text,
        row.author,
        row.at,
        number=row.number,
        state=row.state,
        reviewer=row.reviewer,
        reviewed_at=row.reviewed_at,
    )


def _note(connection: Connection, topic: str, language: str, number: int, step: str, actor: str, at: datetime) -> None:
    values = {"topic": topic, "language": language, "number": number, "step": step, "actor": actor, "at": at}
    connection.execute(insert(steps).values(**values))


@contextmanager
def _writing(engine: Engine) -> Iterator[Connection]:
    with _wrapped(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":  # one writer at a time, as on SQLite: editors are few
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    with _wrapped(), engine.connect() as connection:
        yield connection


@contextmanager
def _wrapped() -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise KnowledgeUnavailable() from error
