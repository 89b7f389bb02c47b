"""One entry of a ticket's history. History is only ever added to; nothing here changes an entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from tickets.domain.people import Actor
from tickets.domain.vocabulary import Status

FILED = "file"
REVEALED = "reveal"
NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class HistoryEntry:
    """One thing that happened.

    Attributes:
        command: `file`, a `Command`, or `reveal`.
        before: the status before; None for the filing.
        details: what belongs to the command: a rating's answers, a dispatch's unit.
    """

    at: datetime
    actor: Actor
    command: str
    before: Status | None
    after: Status
    reason: str = field(default="", repr=False)
    details: Mapping[str, object] = field(default=NOTHING, repr=False)
