"""The one shape in which everything found in a text is handed on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """Something found in a text.

    Attributes:
        entity: phone, ticket_number, plate, money or time.
        value: Its normal form.
        start: Offset of its first character in the text as it was given.
        end: Offset behind its last character.
    """

    entity: str
    value: str
    start: int
    end: int
