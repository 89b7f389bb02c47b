"""Looks for what is wrong with the items as a whole: languages, reviews, links, figures.

Pure. `hotline knowledge check` prints what it finds; an error keeps an item from being served well, a note does not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from knowledge.items import SECTIONS, Item
from knowledge.lexical import folded
from knowledge.library import Library
from language.identify import LANGUAGES

Level = Literal["error", "note"]
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_TEN_THOUSANDS = re.compile(r"(\d+(?:\.\d+)?)\s*[万만]")
_URL = re.compile(r"https?://[^\s)）]+")
_HOST = re.compile(r"https?://[a-z0-9.-]+\.[a-z]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """One thing that should be mended."""

    level: Level
    topic: str
    language: str
    problem: str


def check(library: Library, topics: Collection[str], units: Collection[str], today: date) -> list[Finding]:
    """All findings, in a fixed order.

    Args:
        topics: those that there should be.
        units: those that the city has.
    """
    found: list[Finding] = []
    for topic in sorted(set(topics) | library.topics):
        present = {language: item for (name, language), item in library.items.items() if name == topic}
        found += [
            Finding("error", topic, language, "is missing in this language")
            for language in LANGUAGES
            if language not in present
        ]
        for item in present.values():
            found += _of_item(item, library, units, today)
        found += _figures(topic, present)
    return sorted(found, key=lambda each: (each.level != "error", each.topic, each.language, each.problem))


def _of_item(item: Item, library: Library, units: Collection[str], today: date) -> Iterator[Finding]:
    def finding(level: Level, problem: str) -> Finding:
        return Finding(level, item.id, item.language, problem)

    if item.unit not in units:
        yield finding("error", f"the unit {item.unit!r} does not exist")
    for other in (*item.related, *(b.topic for b in (item.fork.branches if item.fork else ()) if b.topic)):
        if other not in library.topics:
            yield finding("error", f"points to the topic {other!r}, which does not exist")
    for address in _URL.findall(" ".join(item.sections.values())):
        if not _HOST.fullmatch(address):
            yield finding("error", f"holds a link that cannot be one: {address[:60]}")
    if item.valid_to is not None and item.valid_to < today:
        yield finding("error", f"expired on {item.valid_to} and is not served any more")
    if item.review_due < today:
        yield finding("error", f"was to be reviewed by {item.review_due}")
    if item.reviewed_on is None:
        yield finding("note", "was never reviewed by a person")
    if item.reviewed_on is not None and not item.reviewers:
        yield finding("error", "has a day of review but no reviewer")


def _figures(topic: str, present: dict[str, Item]) -> Iterator[Finding]:
    """Figures of a section that stand in the most complete languages and not in this one, or the other way round."""
    if len(present) < 2:
        return
    for section in SECTIONS:
        texts = {language: item.sections[section] for language, item in present.items() if section in item.sections}
        if len(texts) < 2:
            if texts:
                yield Finding("note", topic, next(iter(texts)), f"only this language has the section {section}")
            continue
        figures = {language: figures_of(text) for language, text in texts.items()}
        usual = Counter(figure for found in figures.values() for figure in found)
        for language, found in figures.items():
            missing = sorted(f for f, count in usual.items() if count >= len(texts) - 1 > 0 and f not in found)
            alone = sorted(f for f in found if usual[f] == 1)
            if missing or alone:
                told = [f"lacks {', '.join(missing)}"] if missing else []
                told += [f"alone says {', '.join(alone)}"] if alone else []
                yield Finding(
                    "error" if missing and alone else "note", topic, language, f"{section} {' and '.join(told)}"
                )


def figures_of(text: str) -> frozenset[str]:
    """The numbers of a text: without list marks and thousands' separators, tens of thousands (万, 만) written out."""
    plain = folded(_URL.sub(" ", text.replace("，", " ").replace("、", " ")))
    plain = re.sub(r"(?m)^\s*\d+[.)]\s", " ", plain)
    found = {re.sub(r"[,.](?=\d{3}\b)", "", figure).rstrip(".,") for figure in _FIGURE.findall(_written_out(plain))}
    return frozenset(found)


def _in_full(match: re.Match[str]) -> str:
    return f"{float(match.group(1)) * 10_000:.0f} "


def _written_out(text: str) -> str:
    return _TEN_THOUSANDS.sub(_in_full, text)


def errors(found: Iterable[Finding]) -> list[Finding]:
    """Those that must be mended."""
    return [each for each in found if each.level == "error"]
