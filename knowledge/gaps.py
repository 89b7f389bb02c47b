"""What citizens asked in vain, grouped by meaning, so that somebody writes the missing item.

Pure. A gap joins the group whose first question lies nearest, above a likeness; else it starts one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["not_covered", "not_helpful"]
LIKENESS = 0.9
"""Cosine of raw e5 vectors from which two questions count as one matter; e5's values lie high."""


@dataclass(frozen=True)
class Gap:
    """One question.

    Attributes:
        topic: the item that did not help; None when there was none.
        vector: (d,) raw sentence vector.
    """

    text: str
    language: str
    kind: Kind
    at: datetime
    conversation_id: str
    vector: NDArray[np.float32]
    topic: str | None = None


@dataclass(frozen=True)
class Group:
    """Questions about one matter; the first one names it."""

    id: int
    text: str
    language: str
    kind: Kind
    topic: str | None
    count: int
    first_at: datetime
    last_at: datetime
    owner: str | None
    due: date | None
    closed_at: datetime | None


def nearest_group(vector: NDArray[np.float32], groups: Sequence[int], vectors: NDArray[np.float32]) -> int | None:
    """The group whose vector is alike enough, None when there is none.

    Args:
        vector: (d,) of the new question.
        groups: ids.
        vectors: (len(groups), d) of their first questions.
    """
    if not len(groups):
        return None
    likeness = vectors @ vector
    best = int(np.argmax(likeness))
    return groups[best] if likeness[best] >= LIKENESS else None
