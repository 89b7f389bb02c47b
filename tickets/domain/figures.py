"""Figures of units: what was counted, and the rates that are honest about it.

A ticket that is closed but not solved in the citizen's own words counts as open in `honest_closing_rate`; the number
of closings, returns and extensions that turned out unjustified stands beside every rate, so that nobody shines by
closing, returning or extending. Pure; counting is the store's business.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class UnitCounts:
    """What was counted for one unit; of tickets filed in the period, and of acts done in it.

    Attributes:
        filed: tickets of the unit.
        dropped: of them, withdrawn or merged; they are in no rate.
        closed: of them, closed now.
        closed_unsolved: of the closed, those whose citizen says that it is not solved.
        answered_solved, said_solved: who said whether it is solved, and who said yes; the same for satisfied.
        answered_in_time, answered_late, overdue: clocks to the answer: met in time, met late, run out unmet.
        returns, unjustified_returns: returned by the unit, refused by the reviewers.
        extensions, unjustified_extensions: asked by the unit, refused.
        reopened_after_closing: closings that a citizen or a supervisor undid.
        urged: times that citizens pressed.
    """

    unit: str
    filed: int = 0
    dropped: int = 0
    closed: int = 0
    closed_unsolved: int = 0
    answered_solved: int = 0
    said_solved: int = 0
    answered_satisfied: int = 0
    said_satisfied: int = 0
    answered_in_time: int = 0
    answered_late: int = 0
    overdue: int = 0
    returns: int = 0
    unjustified_returns: int = 0
    extensions: int = 0
    unjustified_extensions: int = 0
    reopened_after_closing: int = 0
    urged: int = 0

    @property
    def matters(self) -> int:
        """What rates are of: filed and neither withdrawn nor merged."""
        return self.filed - self.dropped

    @property
    def unjustified_closings(self) -> int:
        """Closings that were undone, and those that stand against the citizen's word."""
        return self.reopened_after_closing + self.closed_unsolved

    @property
    def closing_rate(self) -> float | None:
        return _rate(self.closed, self.matters)

    @property
    def honest_closing_rate(self) -> float | None:
        """As `closing_rate`, with closed but unsolved counted as open."""
        return _rate(self.closed - self.closed_unsolved, self.matters)

    @property
    def on_time_rate(self) -> float | None:
        return _rate(self.answered_in_time, self.answered_in_time + self.answered_late + self.overdue)

    @property
    def solved_rate(self) -> float | None:
        return _rate(self.said_solved, self.answered_solved)

    @property
    def satisfied_rate(self) -> float | None:
        return _rate(self.said_satisfied, self.answered_satisfied)

    def wire(self) -> dict[str, object]:
        """All counts and rates as plain JSON; a rate of nothing is null."""
        counted = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            **counted,
            "closing_rate": self.closing_rate,
            "honest_closing_rate": self.honest_closing_rate,
            "unjustified_closings": self.unjustified_closings,
            "on_time_rate": self.on_time_rate,
            "solved_rate": self.solved_rate,
            "satisfied_rate": self.satisfied_rate,
        }

    def plus(self, **more: int) -> UnitCounts:
        return replace(self, **{name: getattr(self, name) + count for name, count in more.items()})


def _rate(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole > 0 else None
