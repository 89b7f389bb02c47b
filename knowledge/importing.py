"""Turns rows of a table into items: what a city keeps in a spreadsheet, one row an item and language.

Pure. A row that cannot be used is refused with its number, field and remedy; the others are not held up by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import yaml

from knowledge.errors import InvalidItem
from knowledge.items import SECTIONS, Item
from knowledge.markdown import parse_item
from language.identify import LANGUAGES

COLUMNS = (
    "id", "language", "title", "unit", "sources", "valid_from", "valid_to", "review_due", "region", "related",
    "questions", *SECTIONS,
)  # fmt: skip
NEEDED = ("id", "language", "title", "unit", "questions", "short", "how")
REVIEWED_WITHIN = timedelta(days=365)
_SPLIT = re.compile(r"\s*(?:\n|\||；|;)\s*")


@dataclass(frozen=True)
class Refused:
    """A row that was not taken, and why."""

    row: int
    problem: str


def items_of(
    rows: Iterable[Mapping[str, Any]], today: date, missing: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[int, Item | Refused]]:
    """The item, or the refusal, of each row.

    Args:
        rows: values by column; the first row is number 2, as a spreadsheet counts.
        today: what `valid_from` is when the row leaves it out.
        missing: by language and section what is said where a row leaves a needed section out.
    """
    for number, row in enumerate(rows, start=2):
        values = {str(name).strip().lower(): value for name, value in row.items() if name}
        if not any(_text(value) for value in values.values()):
            continue
        try:
            yield number, _item(values, number, today, missing)
        except InvalidItem as error:
            yield number, Refused(number, error.problem)


def _item(values: Mapping[str, Any], number: int, today: date, missing: Mapping[str, Mapping[str, str]]) -> Item:
    where = f"row {number}"
    for name in NEEDED:
        if not _text(values.get(name)):
            raise InvalidItem(where, f"the column `{name}` is empty")
    language = _text(values["language"])
    if language not in LANGUAGES:
        raise InvalidItem(where, f"`language` is one of {', '.join(LANGUAGES)}, not {language!r}")
    front = {
        "id": _text(values["id"]),
        "language": language,
        "title": _text(values["title"]),
        "unit": _text(values["unit"]),
        "sources": _sources(_text(values.get("sources"))),
        "valid_from": _day(values, "valid_from", where) or today,
        "valid_to": _day(values, "valid_to", where),
        "reviewed_on": None,
        "reviewers": [],
        "review_due": _day(values, "review_due", where) or today + REVIEWED_WITHIN,
        "status": "draft",
        "secrecy": "public",
        "region": _text(values.get("region")) or "national",
        "related": _many(_text(values.get("related"))),
        "questions": _many(_text(values["questions"])),
    }
    given = {name: _text(values.get(name)) for name in SECTIONS}
    given["speak"] = given["speak"] or given["short"]
    words = missing.get(language, {})
    sections = {name: text or words.get(name, "") for name, text in given.items()}
    body = "\n\n".join(f"## {name}\n{text}" for name, text in sections.items() if text)
    return parse_item(f"---\n{yaml.safe_dump(front, allow_unicode=True, sort_keys=False)}---\n{body}\n", where)


def _sources(text: str) -> list[dict[str, str]]:
    """`law, article` by line or semicolon; the article may be left out."""
    found = []
    for part in _many(text):
        name, _, article = re.sub(r"[，]", ",", part).partition(",")
        found.append({"name": name.strip()} | ({"article": article.strip()} if article.strip() else {}))
    return found


def _many(text: str) -> list[str]:
    return [part for part in _SPLIT.split(text) if part]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _day(values: Mapping[str, Any], name: str, where: str) -> date | None:
    value = values.get(name)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value).replace("/", "-").replace(".", "-")
    if not text:
        return None
    try:
        return date(*(int(part) for part in text.split("-")))
    except (TypeError, ValueError):
        raise InvalidItem(where, f"`{name}` is a day as 2026-01-31, not {text!r}") from None
