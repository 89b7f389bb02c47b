"""Fills a database with made-up tickets as a city has them: nearly all closed, a tenth open, by SQL alone.

A million tickets with their clocks, histories, keys and events are written in about a minute; nothing goes through the
program that is measured afterwards.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy
from sqlalchemy import Engine, make_url, text

OPEN_EACH = 10
"""Every tenth ticket is open."""
_FIRST = 20200000000000
_PIECE = 100_000
_CATEGORIES = ("street_light", "water_supply", "construction_noise", "garbage_collection", "road_damage")

_STATEMENTS = (
    """INSERT INTO tickets (number, conversation_id, channel, language, nature, category, unit, status, description,
    place_text, place_unclear, occurred_text, confidentiality, emergency, callback, filed_at, urged, disputed)
    SELECT {number}, 'c-' || i, 'web', 'zh', 'complaint', {category}, 'urban_management',
    CASE WHEN i % {open} = 0 THEN 'dispatched' ELSE 'closed' END,
    '小区门口的路灯坏了三天没有人来修，晚上出门看不见路，编号' || i, '解放路' || (i % 900) || '号', FALSE, '', 'public',
    FALSE, FALSE, {filed}, 0, 0 FROM {source}""",
    """INSERT INTO ticket_contacts (ticket_number, name, phone)
    SELECT {number}, '王', '138' || (10000000 + i) FROM {source}""",
    """INSERT INTO ticket_clocks (ticket_number, position, kind, unit, started_at, due_at, provisional, met_at, wake_at)
    SELECT {number}, p.position, CASE WHEN p.position = 0 THEN 'accept' ELSE 'handle' END, 'urban_management', {filed},
    {later}, FALSE, CASE WHEN i % {open} = 0 THEN NULL ELSE {filed} END,
    CASE WHEN i % {open} = 0 THEN {later} ELSE NULL END
    FROM {source} CROSS JOIN (SELECT 0 AS position UNION ALL SELECT 1) AS p""",
    """INSERT INTO ticket_history (ticket_number, position, at, role, actor, command, before, after, reason, details)
    SELECT {number}, p.position, {filed}, 'agent', 'chen', p.command, p.before, p.after, '', {json}
    FROM {source} CROSS JOIN (SELECT 0 AS position, 'file' AS command, NULL AS before, 'received' AS after
    UNION ALL SELECT 1, 'dispatch', 'received', 'dispatched' UNION ALL SELECT 2, 'accept', 'dispatched', 'accepted'
    UNION ALL SELECT 3, 'reply', 'accepted', 'replied' UNION ALL SELECT 4, 'close', 'replied', 'closed') AS p
    WHERE p.position < 2 OR i % {open} <> 0""",
    """INSERT INTO ticket_commands (kind, idempotency_key, ticket_number, at)
    SELECT p.kind, 'bench-' || i, {number}, {filed}
    FROM {source} CROSS JOIN (SELECT 'file' AS kind UNION ALL SELECT 'advance') AS p""",
    """INSERT INTO outbox (event_id, kind, ticket_number, conversation_id, payload, created_at, sent_at, attempts)
    SELECT {uuid}, p.kind, {number}, 'c-' || i, {payload}, {filed}, {filed}, 1
    FROM {source} CROSS JOIN (SELECT 'TicketFiled' AS kind UNION ALL SELECT 'TicketAdvanced') AS p""",
)


def fill(database_url: str, engine: Engine, count: int, already: int = 0) -> None:
    """Adds tickets until there are `count`; `already` are there."""
    sqlite = engine.dialect.name == "sqlite"
    filed_from = datetime.now(UTC) - timedelta(days=400)
    for first in range(already + 1, count + 1, _PIECE):
        last = min(first + _PIECE - 1, count)
        statements = [_statement(one, sqlite, first, last, filed_from) for one in _STATEMENTS]
        if sqlite:
            _run_sqlite(Path(make_url(database_url).database or ""), statements)
        else:
            with engine.begin() as connection:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                for statement in statements:
                    connection.exec_driver_sql(statement)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not sqlite:
            connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("ANALYZE" if sqlite else "VACUUM ANALYZE"))


def filled(engine: Engine) -> int:
    """How many made-up tickets are there already."""
    last = text(f"SELECT max(number) FROM tickets WHERE number < '{_FIRST + 10**9}'")
    with engine.connect() as connection:
        number = connection.execute(last).scalar()
    return int(number) - _FIRST if number else 0


def number_of(index: int) -> str:
    """The number of the `index`-th made-up ticket (from 1); every tenth is open."""
    return str(_FIRST + index)


def drop_database(url: sqlalchemy.URL, name: str) -> None:
    """Removes a database of PostgreSQL that was made for a run."""
    admin = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    admin.dispose()


def _statement(template: str, sqlite: bool, first: int, last: int, filed_from: datetime) -> str:
    begin = f"{filed_from:%Y-%m-%d %H:%M:%S}"
    if sqlite:
        values = {
            "source": f"(WITH RECURSIVE n(i) AS (VALUES({first}) UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
            " SELECT i FROM n) AS n",
            "filed": f"strftime('%Y-%m-%d %H:%M:%f', '{begin}', '+' || (i * 30) || ' seconds') || '000'",
            "later": "strftime('%Y-%m-%d %H:%M:%f', '2099-01-01', '+' || (i * 30) || ' seconds') || '000'",
            "json": "'{}'",
            "payload": '\'{"status": "dispatched"}\'',
            "uuid": "lower(hex(randomblob(16)))",
        }
    else:
        values = {
            "source": f"generate_series({first}, {last}) AS n(i)",
            "filed": f"TIMESTAMPTZ '{begin}+00' + (i * 30) * INTERVAL '1 second'",
            "later": "TIMESTAMPTZ '2099-01-01 00:00:00+00' + i * INTERVAL '30 seconds'",
            "json": "CAST('{}' AS JSON)",
            "payload": 'CAST(\'{"status": "dispatched"}\' AS JSON)',
            "uuid": "gen_random_uuid()",
        }
    category = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(_CATEGORIES))
    values |= {
        "number": f"CAST({_FIRST} + i AS TEXT)",
        "category": f"CASE i % {len(_CATEGORIES)} {category} END",
        "open": str(OPEN_EACH),
    }
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template.replace("%", "%%") if not sqlite else template


def _run_sqlite(path: Path, statements: list[str]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        connection.execute("BEGIN")
        for statement in statements:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
