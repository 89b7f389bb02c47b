"""How long each thing may take, with the source of each figure: the rules a city may set for itself.

The figures here are those of a city that says nothing; `data/city/periods.csv` may give others. A period is only an
amount and how it is counted; what it is counted from stands where clocks are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Measure(StrEnum):
    """How a period is counted."""

    MINUTES = "minutes"
    """Round the clock."""
    WORKING_MINUTES = "working_minutes"
    """While the office that owes it works."""
    WORKING_DAYS = "working_days"
    """The day it starts on is not counted; it ends when the office closes on its last working day."""


@dataclass(frozen=True)
class Period:
    """An amount of time."""

    amount: int
    measure: Measure

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError("a period is at least 1")

    @property
    def minutes(self) -> timedelta:
        """The amount as a time; for working days it has none."""
        if self.measure is Measure.WORKING_DAYS:
            raise ValueError("working days are no fixed time")
        return timedelta(minutes=self.amount)


def _days(amount: int) -> Period:
    return Period(amount, Measure.WORKING_DAYS)


def _minutes(amount: int) -> Period:
    return Period(amount, Measure.MINUTES)


USUAL: Mapping[str, Period] = MappingProxyType(
    {
        "accept_danger": _minutes(15),
        "accept_utility": _minutes(30),
        "accept_normal": _days(1),
        "emergency_response": _minutes(30),
        "handle_complaint": _days(7),
        "handle_other": _days(3),
        "extension_longest": _days(15),
        "suspension_longest": _days(60),
        "return_within": _days(1),
        "return_review": Period(240, Measure.WORKING_MINUTES),
        "revisit": _days(3),
        "car": _minutes(10),
        "arrive_danger": _minutes(30),
        "arrive_utility": _minutes(120),
        "arrive_normal": _days(1),
        "mediation": _minutes(30 * 24 * 60),
    }
)
"""The sources stand in `data/city/periods.csv` and docs/tickets.md."""


@dataclass(frozen=True)
class Periods:
    """The city's periods by name; what it does not set is as usual."""

    set_by_city: Mapping[str, Period] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.set_by_city) - set(USUAL)
        if unknown:
            raise ValueError(f"unknown periods: {', '.join(sorted(unknown))}; known are {', '.join(USUAL)}")

    def __getitem__(self, name: str) -> Period:
        return self.set_by_city.get(name) or USUAL[name]


USUAL_PERIODS = Periods()
