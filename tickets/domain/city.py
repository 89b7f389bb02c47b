"""The city as tickets see it: categories of matters and the units that handle them.

A catalogue is consistent once it is made: every category names units that exist. It does not guess a category.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tickets.domain.clocks import AcceptClass
from tickets.domain.counters import USUAL_LADDER, EscalationStep
from tickets.domain.levels import NO_LEVEL_RULES, LevelRules, goes_to_grid
from tickets.domain.mediation import Body
from tickets.domain.returns import USUAL_REASONS, ReturnReason
from tickets.domain.vocabulary import HOTLINE_UNIT, Level


@dataclass(frozen=True)
class Unit:
    """Who handles matters: a department, a public company, or the office of an area. `names` by language.

    Attributes:
        level: city, enterprise, district, street, community or grid.
        area: id of the gazetteer's area (or grid cell) that the office serves; None: the whole city.
    """

    id: str
    names: Mapping[str, str]
    level: str
    area: str | None = None


@dataclass(frozen=True)
class Category:
    """A kind of matter and how it is handled. `names` by language, the radius in metres."""

    id: str
    group: str
    names: Mapping[str, str]
    lead_unit: str
    assist_units: tuple[str, ...]
    urgency: str
    accept_class: AcceptClass
    duplicate_radius_m: int


@dataclass(frozen=True)
class Catalogue:
    """All categories and units of the city, by id.

    Attributes:
        return_reasons: why a unit may give a ticket back, by id.
        ladder: what happens at which count of unsolved rounds.
        levels: what goes straight to the grid, and what is not pushed down.
        mediators: who mediates disputes, by category.
    """

    categories: Mapping[str, Category]
    units: Mapping[str, Unit]
    return_reasons: Mapping[str, ReturnReason] = field(default_factory=lambda: USUAL_REASONS)
    ladder: tuple[EscalationStep, ...] = USUAL_LADDER
    levels: LevelRules = NO_LEVEL_RULES
    mediators: Mapping[str, Body] = field(default_factory=dict)

    def unit_of(self, category: str | None) -> str:
        """The lead unit of a category; the hotline itself without one."""
        return self.categories[category].lead_unit if category else HOTLINE_UNIT

    def office_of(self, area: str | None) -> Unit | None:
        """The office of an area: of a district, street, community or grid cell; None where there is none."""
        return next((unit for unit in self.units.values() if unit.area == area), None) if area else None

    def straight_to(self, category: str | None, grid: str | None, *, emergency: bool) -> str | None:
        """The grid worker's unit, for a matter simple enough at a place that is known; None for all others."""
        office = self.office_of(grid) if goes_to_grid(category, grid, self.levels, emergency=emergency) else None
        return office.id if office is not None else None

    def level_of(self, unit: str) -> Level:
        """The level of a unit; enterprises and the hotline work for the whole city."""
        level = self.units[unit].level if unit in self.units else Level.CITY
        return Level(level) if level in set(Level) else Level.CITY

    def accept_class_of(self, category: str | None) -> AcceptClass:
        return self.categories[category].accept_class if category else AcceptClass.NORMAL

    def category_name(self, category: str, language: str) -> str:
        """The category's name, in Chinese when the language has none."""
        names = self.categories[category].names
        return names.get(language) or names["zh"]

    def unit_name(self, unit: str, language: str) -> str:
        """The unit's name, in Chinese when the language has none."""
        names = self.units[unit].names
        return names.get(language) or names["zh"]
