"""The review of an item: draft, reviewed by another person, published, withdrawn; and who may take which step.

Pure. A version's text never changes; a change is a new version. Published versions can be published again (go back).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from knowledge.errors import StepNotAllowed

State = Literal["draft", "reviewed", "published", "withdrawn", "replaced"]
Step = Literal["review", "publish", "withdraw", "restore"]

AFTER: dict[tuple[State, Step], State] = {
    ("draft", "review"): "reviewed",
    ("reviewed", "publish"): "published",
    ("published", "withdraw"): "withdrawn",
    ("replaced", "restore"): "published",
    ("withdrawn", "restore"): "published",
}


@dataclass(frozen=True)
class Version:
    """One text of an item.

    Attributes:
        number: 1, 2, ... within topic and language; 0 until it is stored.
        text: the Markdown file.
        author: who wrote it; `file` when it was read from the folder.
        reviewer: who reviewed it, another person than the author.
    """

    topic: str
    language: str
    text: str
    author: str
    at: datetime
    number: int = 0
    state: State = "draft"
    reviewer: str | None = None
    reviewed_at: datetime | None = None


def state_after(version: Version, step: Step, actor: str) -> State:
    """The state after a step.

    Raises:
        StepNotAllowed: not from this state, or not by this person.
    """
    after = AFTER.get((version.state, step))
    if after is None:
        raise StepNotAllowed(f"version {version.number} is {version.state}: it cannot be taken to '{step}'")
    if step == "review" and actor == version.author:
        raise StepNotAllowed("an item is reviewed by another person than the one who wrote it")
    return after
