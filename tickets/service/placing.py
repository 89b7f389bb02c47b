"""Puts a matter into its place at filing: areas and grid cell, the component, and who is responsible there.

A city without a map has no `Placing`: tickets then go to the lead unit of their category. A place that cannot be found
never keeps a ticket from being filed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.city import Catalogue
from tickets.domain.duties import Duty, DutyCatalogue
from tickets.domain.gazetteer import UNKNOWN, Gazetteer, Located
from tickets.domain.geography import Areas, Spot
from tickets.domain.place import Place

_COMPONENT_CATEGORIES = frozenset(
    {"street_light", "manhole_cover", "traffic_signal", "bus_service", "dangling_cable", "water_supply"}
)
"""Matters about a thing with an owner of record: without a rule for its kind, its owner answers for it."""


@dataclass(frozen=True)
class Placed:
    """Where a matter is and who answers for it.

    Attributes:
        unit: the lead unit.
        assist_units: units that help.
        duty: the rule of the catalogue it rests on; None where only the category names the unit.
    """

    located: Located
    unit: str
    assist_units: tuple[str, ...] = ()
    duty: Duty | None = None


@dataclass(frozen=True)
class Placing:
    """Places matters on one city's map."""

    gazetteer: Gazetteer
    duties: DutyCatalogue
    catalogue: Catalogue

    def locate(self, place: Place, description: str = "") -> Located:
        """Where a place is; a component's number may also stand in the description."""
        spot = None
        if place.latitude is not None and place.longitude is not None:
            spot = Spot(place.latitude, place.longitude)
        located = self.gazetteer.locate(place.text, spot)
        if located.component is None and description:
            numbered = self.gazetteer.locate(component=description)
            if numbered.component is not None:
                return numbered
        return located

    def place(
        self,
        place: Place,
        description: str,
        category: str | None,
        now: datetime,
        rulings: Sequence[Duty] = (),
    ) -> Placed:
        """Where a matter is and who answers for it today.

        Args:
            rulings: on competence in this category; they win over the catalogue's rules of the same day or before.
        """
        located = (
            self.locate(place, description) if place.text or place.latitude is not None or description else UNKNOWN
        )
        day = now.astimezone(LOCAL_ZONE).date()
        component = self.gazetteer.city.components.get(located.component or "")
        kind = component.kind if component else None
        duty = self.duties.find(category, located.areas, kind, day)
        ruling = ruling_for(rulings, category, located.areas, kind, day)
        if ruling is not None and (duty is None or duty.valid_from <= ruling.valid_from):
            return Placed(located, ruling.lead_unit, ruling.assist_units, ruling)
        if component is not None and category in _COMPONENT_CATEGORIES:
            owner = component.owner_on(day)
            ruled = duty is not None and duty.component_kind == component.kind
            if owner != component.owner_unit or not ruled:  # a temporary owner, or a kind without a rule of its own
                assist = tuple(unit for unit in (duty.assist_units if duty else ()) if unit != owner)
                return Placed(located, owner, assist, duty)
        if duty is None:
            found = self.catalogue.categories.get(category or "")
            return Placed(located, self.catalogue.unit_of(category), found.assist_units if found else ())
        return Placed(located, duty.lead_unit, duty.assist_units, duty)


def ruling_for(
    rulings: Sequence[Duty], category: str | None, areas: Areas, component_kind: str | None, day: date
) -> Duty | None:
    """The ruling that decides a matter on a day; None where none does."""
    return DutyCatalogue(rulings).find(category, areas, component_kind, day) if rulings else None


def unplaced(
    catalogue: Catalogue, category: str | None, now: datetime | None = None, rulings: Sequence[Duty] = ()
) -> Placed:
    """The answer of a city without a map."""
    ruling = ruling_for(rulings, category, UNKNOWN.areas, None, now.astimezone(LOCAL_ZONE).date()) if now else None
    if ruling is not None:
        return Placed(UNKNOWN, ruling.lead_unit, ruling.assist_units, ruling)
    found = catalogue.categories.get(category or "")
    return Placed(UNKNOWN, catalogue.unit_of(category), found.assist_units if found else ())
