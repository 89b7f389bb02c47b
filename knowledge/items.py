"""The nouns of a consultation: item, section, source, fork and follow-up, in one language each.

Plain frozen values. Nothing here reads a file, knows the time or chooses an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["demo", "draft", "reviewed", "published", "withdrawn"]
Secrecy = Literal["public", "internal"]

STATUSES: tuple[Status, ...] = ("demo", "draft", "reviewed", "published", "withdrawn")
REQUIRED_SECTIONS = ("short", "speak", "who", "bring", "how", "time", "cost", "phone")
OPTIONAL_SECTIONS = ("elsewhere", "foreigner", "online", "note")
SECTIONS = REQUIRED_SECTIONS + OPTIONAL_SECTIONS
DETAIL_SECTIONS = ("who", "bring", "how", "time", "cost", "online", "elsewhere", "foreigner", "note", "phone")
"""The sections of a whole answer, in the order they are read."""


@dataclass(frozen=True, slots=True)
class Source:
    """A law or regulation; `article` only where it is certain."""

    name: str
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """One way a topic forks: a section of the same item, or another topic."""

    title: str
    section: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """The one question that is asked back where a topic means different things for different people."""

    question: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What usually comes next: a button's title and the section that answers."""

    title: str
    section: str


@dataclass(frozen=True, slots=True)
class Item:
    """One topic in one language.

    Attributes:
        id: the topic (data/knowledge/topics.csv).
        sections: Markdown by section id.
        unit: who answers for it.
        valid_from, valid_to: the days on which it may be served, both included; `valid_to` None: until further notice.
        reviewed_on: the day a person reviewed it; None: nobody did yet.
        review_due: the day on which it must be looked at again.
        questions: how people ask for it.
    """

    id: str
    language: str
    title: str
    unit: str
    sections: Mapping[str, str]
    sources: tuple[Source, ...]
    valid_from: date
    valid_to: date | None
    reviewed_on: date | None
    reviewers: tuple[str, ...]
    review_due: date
    status: Status
    secrecy: Secrecy
    region: str
    related: tuple[str, ...]
    questions: tuple[str, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    fork: Fork | None = None

    @property
    def key(self) -> tuple[str, str]:
        """(id, language)."""
        return self.id, self.language

    def is_served(self, today: date, require_review: bool = False) -> bool:
        """Whether citizens may hear it: in force, public, not a draft and not withdrawn, reviewed where that is asked.

        Args:
            today: the present day in the city.
            require_review: the city serves nothing that no person has reviewed.
        """
        in_force = self.valid_from <= today and (self.valid_to is None or today <= self.valid_to)
        reviewed = self.reviewed_on is not None and bool(self.reviewers)
        public = self.secrecy == "public" and self.status in ("demo", "reviewed", "published")
        return in_force and public and (reviewed or not require_review)
