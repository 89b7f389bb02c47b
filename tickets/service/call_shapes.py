"""What a row of the table of staff's commands is made of: a call, its fields, and on which tickets it may be given.

Plain values; the table itself is `tickets.service.calls`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tickets.domain.visibility import Position
from tickets.domain.vocabulary import Command
from tickets.service.desk import TicketDesk


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    WORD = "word"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    DAY = "day"
    WORDS = "words"
    TABLE = "table"


@dataclass(frozen=True)
class Field:
    """One field of a call. `says` is the help of the terminal and the description in the documents."""

    name: str
    kind: Kind
    says: str
    needed: bool = False
    choices: tuple[str, ...] = ()
    most: int = 4000


class Scope(StrEnum):
    """On which tickets somebody of a unit may give a command; the hotline may on all."""

    OWN = "own"
    SEEN = "seen"


@dataclass(frozen=True)
class Call:
    """One row.

    Attributes:
        name: the word in addresses and at the terminal; hyphens there, underscores here.
        command: the `Command` that the table of transitions knows it by; None for what changes no status table row.
        make: the command's class; the call's fields are its fields.
        run: the method of the desk.
        fixed: further arguments of the class.
        of_part: on sub-tickets only.
    """

    name: str
    command: Command | None
    says: str
    positions: frozenset[Position]
    fields: tuple[Field, ...]
    make: Callable[..., Any]
    run: Callable[[TicketDesk, Any], Any]
    scope: Scope = Scope.OWN
    fixed: Mapping[str, object] | None = None
    of_part: bool = False


def word_of(call: Call) -> str:
    """The call in addresses and at the terminal."""
    return call.name.replace("_", "-")
