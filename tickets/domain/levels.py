"""Levels of the city: who is next above and below, what may not be pushed down, when a called department arrives.

Five levels, the widest first: city, district, street, community, grid. A ticket moves one level at a time. What the
law gives to a department stays with departments: it never moves to a street, a community or a grid worker. Nothing
here stores or reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from tickets.domain.clocks import AcceptClass, Clock, ClockKind, ClockRules
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Command, Level
from tickets.errors import RuleForbids

GRASSROOTS = frozenset({Level.STREET, Level.COMMUNITY, Level.GRID})
"""Who must not be given what the law gives to departments (GBH [2025] 66)."""
_ORDER = tuple(Level)


@dataclass(frozen=True)
class DepartmentDuty:
    """A department's duty by law: the category, whose it is, and the clause that says so."""

    category: str
    department: str
    clause: str


@dataclass(frozen=True)
class LevelRules:
    """What the city's files say of levels.

    Attributes:
        simple: categories whose matters go straight to the grid worker of the place.
        duties: by category.
    """

    simple: frozenset[str] = frozenset()
    duties: Mapping[str, DepartmentDuty] = field(default_factory=lambda: MappingProxyType({}))


NO_LEVEL_RULES = LevelRules()


def steps_down(from_: Level, to: Level) -> int:
    """How many levels `to` lies below `from_`; negative above it."""
    return _ORDER.index(to) - _ORDER.index(from_)


def check_move(ticket: Ticket, to: Level, role: str, duties: Mapping[str, DepartmentDuty]) -> None:
    """Refuses a move that is no single step, and one that pushes a department's duty down.

    Raises:
        RuleForbids: `one_level_at_a_time` or `duty_not_pushable` (with the clause).
    """
    if abs(steps_down(ticket.level, to)) != 1:
        message = f"a ticket moves one level at a time; it is at the level {ticket.level}, the unit at {to}"
        raise _forbidden("one_level_at_a_time", message, ticket, Command.MOVE_LEVEL, role)
    if steps_down(ticket.level, to) > 0:
        check_duty(ticket, to, Command.MOVE_LEVEL, role, duties)


def check_duty(ticket: Ticket, to: Level, command: Command, role: str, duties: Mapping[str, DepartmentDuty]) -> None:
    """Refuses to give a department's duty to the grassroots.

    Raises:
        RuleForbids: `duty_not_pushable`, with the clause.
    """
    duty = duties.get(ticket.category or "")
    if to in GRASSROOTS and duty is not None:
        message = (
            f"{ticket.category} is the duty of {duty.department} by law and is not pushed down to the level {to}: "
            f"{duty.clause}; dispatch it to the department, which may ask the street for help with a part"
        )
        raise _forbidden("duty_not_pushable", message, ticket, command, role, duty.clause)


def goes_to_grid(category: str | None, grid: str | None, rules: LevelRules, *, emergency: bool) -> bool:
    """Whether a matter is simple enough for the grid worker of its place, and the place is known."""
    return category in rules.simple and grid is not None and not emergency and category not in rules.duties


def arriving(accept_class: AcceptClass, unit: str, now: datetime, rules: ClockRules, *, emergency: bool) -> Clock:
    """The clock to a called department's arrival on the spot.

    Danger and emergencies 30 minutes, utilities 2 hours, all else the next working day: house rules, which
    `periods.csv` may change (the cities that have the whistle set times of their own).
    """
    name = AcceptClass.DANGER if emergency else accept_class
    return rules.started(ClockKind.ARRIVE, unit, now, rules.periods[f"arrive_{name}"])


def _forbidden(
    code: str, message: str, ticket: Ticket, command: Command, role: str, clause: str | None = None
) -> RuleForbids:
    return RuleForbids(code, message, status=ticket.status, command=command, role=role, clause=clause)
