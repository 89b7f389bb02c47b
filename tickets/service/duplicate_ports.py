"""What the search for duplicates needs of the outside: stored matters, followers' words, and an index. Nouns only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tickets.domain.geography import Spot


@dataclass(frozen=True)
class Unread:
    """A matter for the index."""

    number: str
    filed_at: datetime
    category: str | None
    vector: NDArray[np.float32] | None = field(default=None, repr=False)
    spot: Spot | None = None


@dataclass(frozen=True)
class Live:
    """A stored matter with what is compared and shown of it; no name, no telephone."""

    number: str
    description: str = field(repr=False)
    category: str | None
    place: str = field(repr=False)
    latitude: float | None
    longitude: float | None
    spot: Spot | None
    component: str | None
    street: str | None
    district: str | None
    status: str
    unit: str
    filed_at: datetime
    followers: int
    conversation_id: str | None
    nature: str
    confidentiality: str
    emergency: bool
    vector: NDArray[np.float32] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Said:
    """Which words: somebody's (`key`) on a ticket, of one joining; who joins again may say others."""

    ticket: str
    key: str
    joined_at: datetime


@dataclass(frozen=True)
class UnreadWords:
    """A follower's words for the index; the spot is the ticket's."""

    said: Said
    category: str | None
    vector: NDArray[np.float32] | None = field(default=None, repr=False)
    spot: Spot | None = None


@dataclass(frozen=True)
class Heard:
    """A follower's words and the ticket they are about; `active`: their author still follows it."""

    said: Said
    active: bool
    text: str = field(repr=False)
    ticket: Live
    vector: NDArray[np.float32] | None = field(default=None, repr=False)


class DuplicateStore(Protocol):
    """Matters and their vectors; every method raises `StoreUnavailable` when the store does not answer."""

    def page(self, after: tuple[datetime, str] | None, closed_since: datetime, limit: int) -> list[Unread]: ...

    def live(self, numbers: Sequence[str]) -> list[Live]: ...

    def texts(self, numbers: Sequence[str]) -> list[Live]: ...

    def keep(self, number: str, vector: NDArray[np.floating], spot: Spot | None) -> None: ...

    def words_page(self, after: Said | None, closed_since: datetime, limit: int) -> list[UnreadWords]: ...

    def words(self, said: Sequence[Said]) -> list[Heard]: ...

    def keep_words(self, said: Said, vector: NDArray[np.floating], spot: Spot | None) -> None: ...

    def close(self) -> None: ...


class MatterIndex(Protocol):
    """What is near in meaning and place, roughly."""

    def __contains__(self, number: object) -> bool: ...

    def add(self, entries: Sequence[Any]) -> None: ...

    def nearest(
        self, vector: NDArray[np.floating], group: str | None, spot: Spot | None, metres: float, limit: int
    ) -> list[str]: ...
