"""A person's correction of a category: what the machine is taught from.

The text is kept with numbers and plates masked; names and addresses in it stay, so it is handled like the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from language.plates import find_plates
from tickets.domain.masking import MASK, mask_numbers


@dataclass(frozen=True)
class Correction:
    """`before` is None where nobody had chosen a category; `at` is aware, UTC."""

    ticket: str
    at: datetime
    by: str
    before: str | None
    after: str
    language: str
    text: str = field(repr=False)


def taught(text: str) -> str:
    """A ticket's text as it may be kept for training: telephone, identity and bank numbers and plates masked."""
    for found in reversed(find_plates(text)):
        text = text[: found.start] + MASK * (found.end - found.start) + text[found.end :]
    return mask_numbers(text)
