"""What a role may do and whose conversations it may see: one table, one rule.

Pure. Units part the desk: leaders and supervisors see the people of their own unit; administrators see everybody.
"""

from __future__ import annotations

from collections.abc import Mapping

from channels.desk.errors import RoleNotEnough
from channels.desk.people import ROLES, DeskAgent, Role
from tickets.domain.vocabulary import HOTLINE_UNIT

NEEDED: Mapping[str, Role] = {
    "answer": "agent",
    "note": "agent",
    "ticket": "agent",
    "reveal": "agent",
    "acknowledge": "agent",
    "callbacks": "agent",
    "board": "shift_leader",
    "canned": "shift_leader",
    "shifts": "shift_leader",
    "settings": "shift_leader",
    "dead_letters": "shift_leader",
    "see_unit": "shift_leader",
    "whisper": "shift_leader",
    "listen": "supervisor",
    "take_over": "supervisor",
    "agents": "administrator",
}
"""The least role for each deed."""

HOTLINE_ONLY = frozenset({"callbacks", "dead_letters"})
"""Deeds on matters of the whole city: for people of the hotline's own unit, and administrators. Others see tickets by
the staff interface, which knows what their unit may see."""


def may(role: Role, deed: str) -> bool:
    return ROLES.index(role) >= ROLES.index(NEEDED[deed])


def require(agent: DeskAgent, deed: str) -> None:
    """Raises RoleNotEnough."""
    if not may(agent.role, deed):
        raise RoleNotEnough
    if deed in HOTLINE_ONLY and agent.unit != HOTLINE_UNIT and agent.role != "administrator":
        raise RoleNotEnough


def sees_people_of(agent: DeskAgent, unit: str) -> bool:
    """Whether `agent` may look over the shoulder of people of `unit`."""
    return agent.role == "administrator" or (may(agent.role, "see_unit") and agent.unit == unit)
