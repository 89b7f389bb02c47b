"""A car that stands in the way: its plate in the citizen's words, and what its owner may answer.

Neither side's telephone ever stands in a ticket's event: the number of the owner is looked up when the message is sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from language.plates import find_plates

MOVE_CAR = "move_car"
"""The category of such matters."""
TRAFFIC_POLICE = "traffic_police"


class OwnerAnswer(StrEnum):
    """What an owner may answer."""

    COMING = "coming"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    """Nobody could tell the owner: no way to, or nobody there."""


@dataclass(frozen=True)
class Owner:
    """Whom to tell about a car. `contact` is a telephone number; `language` of the message."""

    plate: str
    contact: str = field(repr=False)
    language: str = "zh"


def plate_in(text: str) -> str | None:
    """The first car plate of a text, such as `皖A12345`; None when there is none."""
    found = find_plates(text)
    return found[0].value if found else None
