"""Reads what the desk's pages send and says exactly what is wrong with it. Pure functions on values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from channels.errors import InvalidField
from channels.router import TEXT_LIMIT
from channels.web.bodies import clean_text

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_VERSION_LIMIT = 2**31


def identifier(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise InvalidField(name, f"{name} must be a UUID (1 to 64 letters, digits, dots, hyphens).")
    return value


def text(body: Mapping[str, Any], name: str, *, needed: bool = True, most: int = TEXT_LIMIT) -> str:
    """A text without control characters."""
    value = body.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise InvalidField(name, f"{name} must be a string.")
    clean = clean_text(value)
    if (needed and not clean) or len(clean) > most:
        raise InvalidField(name, f"{name} must have 1 to {most} characters.")
    return clean


def version(body: Mapping[str, Any], name: str = "expected_version") -> int | None:
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _VERSION_LIMIT:
        raise InvalidField(name, f"{name} must be a whole number.")
    return value


def obj(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise InvalidField(name, f"{name} must be an object.")
    return value


def translation(body: Mapping[str, Any]) -> dict[str, Any]:
    """The mark of a machine translation that goes with a message: what the person wrote before."""
    given = body.get("translation")
    if given is None:
        return {}
    if not isinstance(given, dict) or not isinstance(given.get("original"), str):
        raise InvalidField("translation", "translation must be an object with original.")
    return {"translation": {"original": clean_text(given["original"])[:TEXT_LIMIT], "machine": True}}
