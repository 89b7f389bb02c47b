"""Reads what the audit of replies looks for: data/audit/<language>.yml and rules.yml.

A pattern that cannot be read is refused with file and key; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tickets.domain.reply_audit import FindingKind, Gravity, Phrases
from tickets.errors import CityDataInvalid
from tickets.service.audit import AuditBook
from tickets.service.validation import LANGUAGES

_LISTS = ("promise", "date", "evasion", "courtesy", "done", "refusal", "basis", "demand")


def load_audit(folder: Path) -> AuditBook:
    """Reads the folder.

    Raises:
        CityDataInvalid: a file is missing, or a key or pattern in it cannot be used; it says which.
    """
    phrases = {language: _phrases(folder / f"{language}.yml") for language in LANGUAGES}
    rules = folder / "rules.yml"
    given = _read(rules)
    gravity: dict[FindingKind, Gravity] = {}
    for kind in FindingKind:
        try:
            gravity[kind] = Gravity(str(given[kind]))
        except (KeyError, ValueError):
            raise CityDataInvalid(f"{rules}: {kind} must be one of {', '.join(Gravity)}") from None
    return AuditBook(phrases, gravity, _cosine(rules, given, "covered_across_languages_from"))


def _phrases(file: Path) -> Phrases:
    given = _read(file)
    lists = {name: tuple(_pattern(file, name, one) for one in _list(file, given, name)) for name in _LISTS}
    says: dict[FindingKind, tuple[str, str]] = {}
    for kind in FindingKind:
        said = (given.get("says") or {}).get(str(kind)) or {}
        title, remedy = said.get("title"), said.get("remedy")
        if not title or not remedy:
            raise CityDataInvalid(f"{file}: says.{kind} needs title and remedy")
        says[kind] = (str(title), str(remedy))
    return Phrases(**lists, covered_from=_cosine(file, given, "covered_from"), says=says)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        given = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise CityDataInvalid(f"{file} cannot be read: {type(error).__name__}") from error
    if not isinstance(given, dict):
        raise CityDataInvalid(f"{file} must be a table of keys")
    return given


def _cosine(file: Path, given: Mapping[str, Any], name: str) -> float:
    value = given.get(name)
    if not isinstance(value, float) or not 0 < value < 1:
        raise CityDataInvalid(f"{file}: {name} must be a number between 0 and 1")
    return value


def _list(file: Path, given: Mapping[str, Any], name: str) -> list[str]:
    value = given.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise CityDataInvalid(f"{file}: {name} must be a list of patterns")
    return value


def _pattern(file: Path, name: str, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise CityDataInvalid(f"{file}: the pattern {text!r} under {name} cannot be read: {error}") from error
