"""Counts how often a matter came back unsolved or unsatisfying, and what follows from it.

A round of revisit begins with a reply; it counts once, however often the citizen answers or disputes within it. The
answers "solved?" and "satisfied?" are two; either one being no makes the round count. What follows at which count is
the city's list; nothing here moves a ticket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tickets.domain.history import HistoryEntry
from tickets.domain.vocabulary import Command

URGE, SUPERVISE = "urge", "supervise"
INTERNAL_STEPS = (URGE, SUPERVISE)


@dataclass(frozen=True)
class EscalationStep:
    """What happens when a matter came back for the `unmet`-th time.

    Attributes:
        step: `urge`, `supervise`, or the name of a step of the external list (`media` ...).
        names: by language, for people.
    """

    unmet: int
    step: str
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def external(self) -> bool:
        """It leaves the house."""
        return self.step not in INTERNAL_STEPS


USUAL_LADDER = (
    EscalationStep(2, URGE),
    EscalationStep(4, SUPERVISE),
    EscalationStep(5, "media"),
    EscalationStep(6, "oversight_platform"),
    EscalationStep(7, "delegates"),
)
"""Of a city whose data/city/escalation.csv says nothing."""


def round_of(history: Sequence[HistoryEntry]) -> Sequence[HistoryEntry]:
    """What happened since the last reply; nothing while there was none."""
    for position in range(len(history) - 1, -1, -1):
        if history[position].command == Command.REPLY:
            return history[position + 1 :]
    return ()


def is_unmet(entry: HistoryEntry) -> bool:
    """Whether an entry says that the outcome does not do: a no to either question, or a dispute that reopens."""
    if entry.command == Command.RATE:
        return entry.details.get("solved") is False or entry.details.get("satisfied") is False
    return entry.command == Command.DISPUTE and entry.before != entry.after


def counts(history: Sequence[HistoryEntry], entry: HistoryEntry) -> bool:
    """Whether `entry`, which comes after `history`, is the first of its round to say so."""
    return is_unmet(entry) and not any(is_unmet(earlier) for earlier in round_of(history))


def step_at(unmet: int, ladder: Sequence[EscalationStep]) -> EscalationStep | None:
    """What is due at exactly this count; nothing is repeated at counts beyond the list."""
    return next((step for step in ladder if step.unmet == unmet), None)


def next_external(reached: Sequence[str], ladder: Sequence[EscalationStep]) -> str | None:
    """The first step of the external list that was not reached yet."""
    return next((step.step for step in ladder if step.external and step.step not in reached), None)
