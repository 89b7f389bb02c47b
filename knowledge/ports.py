"""What consultation needs of the outside, as protocols; no implementation stands here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from knowledge.gaps import Gap, Group
from knowledge.versions import Step, Version


class VersionStore(Protocol):
    """All versions of items that were edited in the system; the latest published one of each is served."""

    def add(self, version: Version) -> Version:
        """Stores a new version; gives it its number. Raises KnowledgeUnavailable."""
        ...

    def step(self, topic: str, language: str, number: int, step: Step, actor: str, at: datetime) -> Version:
        """Moves a version one step. Raises StepNotAllowed, ItemNotFound."""
        ...

    def versions(self, topic: str, language: str | None = None) -> list[Version]: ...

    def published(self) -> list[Version]:
        """The newest published (or withdrawn) version of each item."""
        ...

    def stamp(self) -> int:
        """Grows with each change."""
        ...


class GapStore(Protocol):
    """Questions that had no answer, and answers that did not help."""

    def record(self, gap: Gap) -> None: ...

    def groups(self, open_only: bool = True) -> list[Group]: ...

    def assign(self, group: int, owner: str, due: date) -> None: ...

    def close(self, group: int, actor: str, at: datetime) -> None: ...


class Rewriter(Protocol):
    """Says an item's words for this question; a language model."""

    def rewrite(self, question: str, passage: str, language: str) -> str:
        """Raises RewriterUnavailable within its time-out."""
        ...
