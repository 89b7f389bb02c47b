"""What the citizen of one conversation says, from `citizens.yml`: other places, names and numbers in each.

Pure after `load`. Places and telephone numbers come from a running number, so no two conversations complain of the
same place and few texts are found in a cache.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_PHRASES = (
    "opening", "occurred", "correction", "privacy", "name", "wrong_phone", "phone", "confirm", "status",
)  # fmt: skip
FILE = Path(__file__).parent / "citizens.yml"


@dataclass(frozen=True)
class Words:
    """One citizen's words. `status` still holds `{number}`, which the ticket's number replaces."""

    language: str
    opening: str
    place: str
    occurred: str
    corrected_place: str
    correction: str
    privacy: str
    name: str
    wrong_phone: str
    phone: str
    confirm: str
    status: str
    closing: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What is usually said in the dialogue, in its order; the other answers are buttons."""
        before = (self.opening, self.privacy, self.name, self.wrong_phone, self.phone)
        return (*before, self.correction, self.confirm, self.status, *self.closing[:2])


def load(file: Path = FILE) -> dict[str, Any]:
    """Reads the phrases of all languages."""
    phrases: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return phrases


def words_of(phrases: Mapping[str, Any], language: str, conversation: int) -> Words:
    """Gives the words of conversation number `conversation`, the same for the same number."""
    own = phrases[language]
    road, house = _turned(own["roads"], conversation), 11 + conversation // len(own["roads"])
    corrected = own["place"].format(road=road, house=house + 100)
    values = {
        "place": own["place"].format(road=road, house=house),
        "other_place": corrected,
        "name": _turned(own["names"], conversation // 3),
        "phone": f"138{20_000_000 + conversation:08d}",
        "wrong_phone": f"138{conversation % 1_000_000:06d}",
        "number": "{number}",
    }

    def said(key: str) -> str:
        phrase = own[key]
        return str(_turned(phrase, conversation) if isinstance(phrase, list) else phrase).format(**values)

    return Words(
        language=language,
        place=values["place"],
        corrected_place=corrected,
        closing=tuple(own["closing"]),
        **{key: said(key) for key in _PHRASES},
    )


def _turned(choices: Sequence[str], number: int) -> str:
    return choices[number % len(choices)]
