"""Reads and writes an item as a Markdown file with a front matter in YAML.

Pure: text in, item out. Every fault names the file, the field and what to write; nothing is guessed or dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import yaml

from knowledge.errors import InvalidItem
from knowledge.items import (
    REQUIRED_SECTIONS,
    SECTIONS,
    STATUSES,
    Branch,
    FollowUp,
    Fork,
    Item,
    Source,
)
from language.identify import LANGUAGES

_FRONT = re.compile(r"\A\ufeff?---\s*\n(.*?\n)---[ \t]*\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*$", re.MULTILINE)
_FIELDS = {
    "id", "language", "title", "unit", "sources", "valid_from", "valid_to", "reviewed_on", "reviewers", "review_due",
    "status", "secrecy", "region", "related", "fork", "questions", "follow_ups",
}  # fmt: skip
LEAST_QUESTIONS = 10


def parse_item(text: str, where: str) -> Item:
    """The item of a file's text.

    Args:
        text: the whole file.
        where: what to call it in errors, as `residence_permit_cn/zh.md`.

    Raises:
        InvalidItem: it is not written as it should be.
    """
    match = _FRONT.match(text.replace("\r\n", "\n"))
    if match is None:
        raise InvalidItem(where, "the file must start with a front matter between two lines of ---")
    try:
        fields = yaml.load(match.group(1), _Loader)
    except yaml.YAMLError as error:
        raise InvalidItem(where, f"the front matter is not YAML: {_first_line(error)}") from error
    if not isinstance(fields, dict):
        raise InvalidItem(where, "the front matter must be fields, one a line, as `title: ...`")
    return _item(_Fields(fields, where), _sections(match.group(2), where))


def write_item(item: Item) -> str:
    """The file's text of an item; `parse_item` gives the same item back."""
    fields: dict[str, Any] = {
        "id": item.id,
        "language": item.language,
        "title": item.title,
        "unit": item.unit,
        "sources": [{"name": s.name} | ({"article": s.article} if s.article else {}) for s in item.sources],
        "valid_from": item.valid_from,
        "valid_to": item.valid_to,
        "reviewed_on": item.reviewed_on,
        "reviewers": list(item.reviewers),
        "review_due": item.review_due,
        "status": item.status,
        "secrecy": item.secrecy,
        "region": item.region,
        "related": list(item.related),
        "questions": list(item.questions),
        "follow_ups": [{"title": each.title, "section": each.section} for each in item.follow_ups],
    }
    if item.fork is not None:
        branches = [
            {"title": b.title} | ({"section": b.section} if b.section else {"topic": b.topic})
            for b in item.fork.branches
        ]
        fields["fork"] = {"question": item.fork.question, "branches": branches}
    front = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)
    body = "\n\n".join(f"## {name}\n{item.sections[name]}" for name in SECTIONS if name in item.sections)
    return f"---\n{front}---\n{body}\n"


def _item(fields: _Fields, sections: Mapping[str, str]) -> Item:
    unknown = sorted(set(fields.values) - _FIELDS)
    if unknown:
        raise fields.fault(unknown[0], "is no field of an item")
    missing = [name for name in REQUIRED_SECTIONS if not sections.get(name)]
    if missing:
        raise InvalidItem(fields.where, f"the section `## {missing[0]}` is missing or empty")
    questions = tuple(dict.fromkeys(question.strip() for question in fields.texts("questions") if question.strip()))
    if len(questions) < LEAST_QUESTIONS:
        raise fields.fault("questions", f"needs at least {LEAST_QUESTIONS} different ones, it has {len(questions)}")
    item = Item(
        id=fields.text("id", re.compile(r"[a-z][a-z0-9_]{1,63}")),
        language=fields.one_of("language", LANGUAGES),
        title=fields.text("title"),
        unit=fields.text("unit"),
        sections=sections,
        sources=tuple(_source(entry, fields) for entry in fields.many("sources")),
        valid_from=fields.day("valid_from"),
        valid_to=fields.day_or_none("valid_to"),
        reviewed_on=fields.day_or_none("reviewed_on"),
        reviewers=fields.texts("reviewers"),
        review_due=fields.day("review_due"),
        status=fields.one_of("status", STATUSES),  # type: ignore[arg-type] # checked against the literal's own values
        secrecy=fields.one_of("secrecy", ("public", "internal")),  # type: ignore[arg-type] # likewise
        region=fields.text("region"),
        related=fields.texts("related"),
        questions=questions,
        follow_ups=tuple(_follow_up(entry, fields, sections) for entry in fields.many("follow_ups")),
        fork=_fork(fields, sections),
    )
    if item.valid_to is not None and item.valid_to < item.valid_from:
        raise fields.fault("valid_to", "lies before valid_from")
    return item


def _sections(body: str, where: str) -> dict[str, str]:
    parts = _HEADING.split(body)
    if parts[0].strip():
        raise InvalidItem(where, f"text before the first section: {parts[0].strip()[:40]!r}")
    found: dict[str, str] = {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        if name not in SECTIONS:
            raise InvalidItem(where, f"`## {name}` is no section; the sections are {', '.join(SECTIONS)}")
        if name in found:
            raise InvalidItem(where, f"the section `## {name}` stands twice")
        found[name] = text.strip()
    return found


def _source(entry: Any, fields: _Fields) -> Source:
    if isinstance(entry, str):
        return Source(entry)
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise fields.fault("sources", "needs a `name:` for each law")
    article = entry.get("article")
    return Source(entry["name"].strip(), None if article is None else str(article).strip())


def _follow_up(entry: Any, fields: _Fields, sections: Mapping[str, str]) -> FollowUp:
    if not isinstance(entry, dict) or not entry.get("title") or entry.get("section") not in sections:
        raise fields.fault("follow_ups", f"needs a title and one of the item's own sections, not {entry!r}")
    return FollowUp(str(entry["title"]), str(entry["section"]))


def _fork(fields: _Fields, sections: Mapping[str, str]) -> Fork | None:
    value = fields.values.get("fork")
    if value is None:
        return None
    if not isinstance(value, dict) or not value.get("question") or len(value.get("branches") or []) < 2:
        raise fields.fault("fork", "needs a `question:` and at least two `branches:`")
    branches = []
    for entry in value["branches"]:
        section, topic = entry.get("section"), entry.get("topic")
        if not entry.get("title") or (section is None) == (topic is None):
            raise fields.fault("fork", f"a branch needs a title and either a section or a topic, not {entry!r}")
        if section is not None and section not in sections:
            if not re.fullmatch(r"[a-z][a-z0-9_]{4,63}", str(section)):
                raise fields.fault("fork", f"{section!r} is no section of this item")
            section, topic = None, section  # the id of another topic was given where a section stands
        branches.append(Branch(str(entry["title"]), section, topic))
    return Fork(str(value["question"]), tuple(branches))


class _Loader(yaml.SafeLoader):
    """YAML in which "No" and "Yes" are words, as in a button's title."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Fields:
    """The front matter with errors that name the field."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self.values = values
        self.where = where

    def fault(self, field: str, problem: str) -> InvalidItem:
        return InvalidItem(self.where, f"`{field}` {problem}")

    def text(self, field: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self.values.get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(field, "is missing")
        if pattern is not None and not pattern.fullmatch(value.strip()):
            raise self.fault(field, f"cannot be {value!r}")
        return value.strip()

    def one_of(self, field: str, choices: tuple[str, ...]) -> str:
        value = self.text(field)
        if value not in choices:
            raise self.fault(field, f"is one of {', '.join(choices)}, not {value!r}")
        return value

    def many(self, field: str) -> list[Any]:
        value = self.values.get(field) or []
        if not isinstance(value, list):
            raise self.fault(field, "is a list")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        values = self.many(field)
        if not all(isinstance(value, (str, int, float)) for value in values):
            raise self.fault(field, "is a list of texts; put quotes around a text that holds `: `")
        return tuple(str(value) for value in values)

    def day(self, field: str) -> date:
        value = self.day_or_none(field)
        if value is None:
            raise self.fault(field, "is missing; write a day as 2026-01-31")
        return value

    def day_or_none(self, field: str) -> date | None:
        value = self.values.get(field)
        if value is None:
            return None
        if type(value) is not date:
            raise self.fault(field, f"is a day as 2026-01-31, not {value!r}")
        return value


def _first_line(error: Exception) -> str:
    return str(error).replace("\n", " ")[:200]
