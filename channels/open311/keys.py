"""The keys of city apps: who is calling.

A key is compared in constant time with all known ones. Keys stand in the configuration as `name:key`, by comma.
"""

from __future__ import annotations

import contextlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LEAST_CHARACTERS = 16


def parse_keys(text: str | None, setting: str = "HOTLINE_OPEN311_KEYS") -> dict[str, str]:
    """Names to keys.

    Args:
        setting: whose they are, for the error.

    Raises:
        ValueError: an entry is not `name:key`, a name is used twice, or a key is too short to be a secret.
    """
    keys: dict[str, str] = {}
    for entry in (text or "").split(","):
        if not entry.strip():
            continue
        name, _, key = entry.strip().partition(":")
        if not _NAME.fullmatch(name) or name in keys:
            raise ValueError(f"write {setting} as name:key, by comma, each lower-case name once")
        if len(key) < _LEAST_CHARACTERS or not key.isascii():
            raise ValueError(f"the key of {name} in {setting} must have at least {_LEAST_CHARACTERS} ASCII characters")
        keys[name] = key
    return keys


def holder(keys: Mapping[str, str], given: str) -> str | None:
    """The name whose key was given; None when it is nobody's."""
    found = None
    for name, key in keys.items():
        if hmac.compare_digest(key.encode(), given.encode("utf-8", "replace")):
            found = name
    return found


def own_key(file: Path) -> dict[str, str]:
    """The one key of an installation that names none: made at the first start, kept in `file`."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_name(f"{file.name}.{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(f"app:{secrets.token_urlsafe(24)}\n", encoding="ascii")
        with contextlib.suppress(FileExistsError):  # another gateway was first: its key counts
            file.hardlink_to(partial)
        partial.unlink()
    return parse_keys(file.read_text(encoding="ascii"))
