"""The city as tickets see it: categories of matters and the units that handle them.

A catalogue is consistent once it is made: every category names units that exist. It does not guess a category.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tickets.domain.clocks import AcceptClass
from tickets.domain.vocabulary import HOTLINE_UNIT


@dataclass(frozen=True)
class Unit:
    """Who handles matters: a department or a public company. `names` by language."""

    id: str
    names: Mapping[str, str]
    level: str


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
    """All categories and units of the city, by id."""

    categories: Mapping[str, Category]
    units: Mapping[str, Unit]

    def unit_of(self, category: str | None) -> str:
        """The lead unit of a category; the hotline itself without one."""
        return self.categories[category].lead_unit if category else HOTLINE_UNIT

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
