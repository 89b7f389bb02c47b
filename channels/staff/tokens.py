"""Tokens of machines: made once, shown once, kept as a hash, with a role, a unit and an end.

A token is worth what its role and unit are worth, no more. It signs in nowhere but the staff interface.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import Connection

from channels.adapters.runners import Runner
from channels.adapters.tables import metadata
from channels.errors import InvalidField
from hotline.database import UtcDateTime

PREFIX = "hst_"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_MOST_DAYS = 3650

tokens = sa.Table(
    "staff_tokens",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("unit", sa.String(40), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    sa.Column("revoked_at", UtcDateTime()),
)


@dataclass(frozen=True, slots=True)
class StaffToken:
    """One token without its secret; `id` is the secret's hash."""

    id: str
    name: str
    role: str
    unit: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class StaffTokens:
    """Keeps tokens in the database of the conversations."""

    def __init__(self, runner: Runner, clock: Callable[[], datetime]) -> None:
        self._runner = runner
        self._clock = clock

    async def make(self, name: str, role: str, unit: str, days: int) -> str:
        """The secret of a new token, which is shown this once.

        Raises:
            InvalidField: the name is taken or cannot be used, or the days are out of range.
        """
        if not _NAME.fullmatch(name):
            raise InvalidField("name", "name has 2 to 64 small letters, digits, dots or hyphens.")
        if not 1 <= days <= _MOST_DAYS:
            raise InvalidField("days", f"days must be 1 to {_MOST_DAYS}.")
        secret, now = PREFIX + secrets.token_urlsafe(32), self._clock()
        row = {
            "id": _hash(secret),
            "name": name,
            "role": role,
            "unit": unit,
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        }

        def work(connection: Connection) -> bool:
            if connection.execute(sa.select(tokens.c.id).where(tokens.c.name == name)).first() is not None:
                return False
            connection.execute(sa.insert(tokens), row)
            return True

        if not await self._runner.run(work):
            raise InvalidField("name", f"there is a token {name!r} already; choose another name.")
        return secret

    async def good(self, secret: str) -> StaffToken | None:
        """The token of a secret, if it is neither revoked nor past its end."""
        statement = sa.select(tokens).where(tokens.c.id == _hash(secret))
        found = await self._runner.run(lambda connection: connection.execute(statement).one_or_none())
        token = StaffToken(**found._mapping) if found is not None else None
        return token if token is not None and token.is_good(self._clock()) else None

    async def all(self) -> list[StaffToken]:
        statement = sa.select(tokens).order_by(tokens.c.created_at)
        return await self._runner.run(
            lambda connection: [StaffToken(**row._mapping) for row in connection.execute(statement)]
        )

    async def revoke(self, name: str) -> bool:
        """False when there is no such token that still counts."""
        statement = sa.update(tokens).where(tokens.c.name == name, tokens.c.revoked_at.is_(None))
        statement = statement.values(revoked_at=self._clock())
        return await self._runner.run(lambda connection: connection.execute(statement).rowcount == 1)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
