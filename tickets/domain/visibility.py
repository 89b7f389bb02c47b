"""Who of the staff may see and touch which ticket, and what is masked for whom.

One rule for lists, details and commands. It decides by position, unit and area alone; what the ticket's status allows
is the table of transitions' business. Names and telephones are never shown here in clear unless `revealed` says that
somebody gave a purpose that was written down, and never at all to a unit that must not know the citizen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tickets.domain.masking import MASK, mask_numbers
from tickets.domain.people import Actor, Contact
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import HOTLINE_UNIT, Confidentiality, Level, Nature, Role

_HIDDEN = MASK * 3


class Position(StrEnum):
    """What somebody is, by account and unit."""

    AGENT = "agent"
    SHIFT_LEADER = "shift_leader"
    SUPERVISOR = "supervisor"
    UNIT = "unit"
    UNIT_LEADER = "unit_leader"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    GRID = "grid"


HOTLINE = frozenset({Position.AGENT, Position.SHIFT_LEADER, Position.SUPERVISOR})
LEADERS = frozenset({Position.SHIFT_LEADER, Position.SUPERVISOR})
AREAS = frozenset({Position.DISTRICT, Position.STREET, Position.COMMUNITY, Position.GRID})
UNITS = frozenset({Position.UNIT, Position.UNIT_LEADER}) | AREAS
EVERYBODY = frozenset(Position)

ROLE_OF: Mapping[Position, Role] = {
    Position.AGENT: Role.AGENT,
    # The leader of a shift confirms what a first reviewer approved: in the table of transitions that is a supervisor.
    Position.SHIFT_LEADER: Role.SUPERVISOR,
    Position.SUPERVISOR: Role.SUPERVISOR,
    **dict.fromkeys(UNITS, Role.UNIT),
}


@dataclass(frozen=True)
class Viewer:
    """Somebody of the staff who asks.

    Attributes:
        id: the account's id; in the history of every ticket he or she touches.
        unit: the unit of units.csv he or she works for.
        area: id of the gazetteer that the unit covers, for officers of districts, streets, communities and grids.
        rank: 0 for who does the work, 1 for who leads a shift or team, 2 for who answers for the unit.
    """

    id: str
    name: str
    position: Position
    unit: str = HOTLINE_UNIT
    area: str | None = None
    rank: int = 0

    @property
    def leads(self) -> bool:
        return self.rank >= 1

    @property
    def supervises(self) -> bool:
        """May let a reply pass that the audit blocks."""
        return self.rank >= 2

    @property
    def role(self) -> Role:
        return ROLE_OF[self.position]

    @property
    def actor(self) -> Actor:
        return Actor(self.role, self.id, "" if self.of_hotline else self.unit)

    @property
    def of_hotline(self) -> bool:
        return self.position in HOTLINE


@dataclass(frozen=True)
class Family:
    """The units of a ticket's parent and of its parts, for whom the ticket is no secret."""

    parent_unit: str | None = None
    part_units: frozenset[str] = field(default_factory=frozenset)


NO_FAMILY = Family()


RANKS: Mapping[str, int] = {"agent": 0, "shift_leader": 1, "supervisor": 2, "administrator": 2}


def position_of(role: str, unit: str, level: str) -> Position:
    """What an account is.

    Args:
        role: the account's, one of `RANKS`.
        level: of the account's unit.
    """
    rank = RANKS[role]
    if unit == HOTLINE_UNIT:
        return (Position.AGENT, Position.SHIFT_LEADER, Position.SUPERVISOR)[rank]
    if level != Level.CITY and level in set(Level):
        return Position(level)
    return Position.UNIT_LEADER if rank else Position.UNIT


def may_see(viewer: Viewer, ticket: Ticket, family: Family = NO_FAMILY) -> bool:
    """The hotline sees all; a unit its own, their parts and the whole of what it has a part in; an area what lies
    in it."""
    if viewer.of_hotline or may_act(viewer, ticket):
        return True
    return viewer.unit == family.parent_unit or viewer.unit in family.part_units or _in_area(viewer, ticket)


def may_act(viewer: Viewer, ticket: Ticket) -> bool:
    """The hotline on all, a unit on its own; an area only reads what lies in it and belongs to others."""
    return viewer.of_hotline or viewer.unit == ticket.unit


def contact_known_to(viewer: Viewer, ticket: Ticket) -> bool:
    """Whether `viewer` may ever learn who the citizen is: not a unit, when secrecy was asked or conduct is reported."""
    if viewer.of_hotline:
        return True
    return ticket.confidentiality is Confidentiality.PUBLIC and ticket.nature is not Nature.REPORT


def shown_contact(viewer: Viewer, ticket: Ticket, *, revealed: bool) -> Contact:
    """The contact as `viewer` gets it: nothing, masked, or in clear."""
    if not contact_known_to(viewer, ticket):
        return Contact()
    return ticket.contact if revealed else ticket.contact.masked()


def shown_text(text: str, viewer: Viewer, ticket: Ticket, *, revealed: bool, names: Collection[str] = ()) -> str:
    """A text of the ticket as `viewer` gets it: without long numbers, and without the citizens' names.

    Args:
        names: of further complainants.
    """
    if revealed and contact_known_to(viewer, ticket):
        return text
    for name in (ticket.contact.name or "", *names):
        if len(name.strip()) >= 2:
            text = text.replace(name.strip(), _HIDDEN)
    return mask_numbers(text)


def _in_area(viewer: Viewer, ticket: Ticket) -> bool:
    if viewer.area is None or viewer.position not in AREAS:
        return False
    return bool(getattr(ticket, str(viewer.position)) == viewer.area)
