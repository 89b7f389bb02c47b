"""Passwords: hashed with Argon2id, checked in a few threads so that a flood of sign-ins cannot take the process.

A wrong name costs the same time as a wrong password. The clear password is never stored or logged.
"""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from channels.errors import InvalidField

SHORTEST, LONGEST = 10, 200
_THREADS = 2
# OWASP's least for Argon2id: 19 MiB, two passes, one lane.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
_COMMON = ("password", "12345", "qwerty", "hotline", "admin", "letmein", "111111", "abc123")


class Passwords:
    """Hashes and checks passwords."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(_PASSES, _MEMORY_KIB, _LANES)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="passwords")
        self._nobody: str | None = None

    def hash_now(self, password: str) -> str:
        """The hash, in this thread."""
        return self._hasher.hash(password)

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` belongs to the hash; with None it takes as long and is False."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._matches, password_hash, password)

    def is_old(self, password_hash: str) -> bool:
        """Whether it was made with weaker settings and should be made anew."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password_hash: str | None, password: str) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe(24))
        try:
            self._hasher.verify(password_hash or self._nobody, password[:LONGEST])
        except (Argon2Error, InvalidHashError):
            return False
        return password_hash is not None


def check_new(password: object, username: str) -> str:
    """A password that may be set.

    Raises:
        InvalidField: it is too short, too long, too common, or holds the user's name.
    """
    if not isinstance(password, str) or not SHORTEST <= len(password) <= LONGEST:
        raise InvalidField("password", f"A password has {SHORTEST} to {LONGEST} characters.")
    plain = password.lower()
    if username.lower() in plain or len(set(plain)) < 5:
        raise InvalidField("password", "This password is too easy to guess: it holds the name or few characters.")
    rest = plain
    for word in _COMMON:
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2:
        raise InvalidField("password", "This password is too easy to guess: it is a common one.")
    return password


def random_password() -> str:
    """For the first administrator: about 95 bits, easy to copy."""
    return secrets.token_urlsafe(12)
