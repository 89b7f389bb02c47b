"""Whose conversation it is: finds the case that somebody may see, take part in, or decide about.

It reads and refuses; it changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.desk import roles, views
from channels.desk.cases import Case
from channels.desk.errors import AtCapacity, NotAtDesk, RoleNotEnough
from channels.desk.floor import Floor
from channels.desk.people import DeskAgent
from channels.desk.ports import WorkStore
from channels.handoff.errors import NotYours


@dataclass(slots=True)
class Rights:
    """Looks up cases for people."""

    work: WorkStore
    floor: Floor

    async def open_case(self, conversation_id: str) -> Case:
        """The case that is waiting or with a person. Raises NotAtDesk."""
        case = await self.work.open_case_of(conversation_id)
        if case is None:
            raise NotAtDesk
        return case

    async def seen(self, agent: DeskAgent, conversation_id: str) -> Case:
        """The latest case of the conversation, also an ended one. Raises NotAtDesk, RoleNotEnough."""
        case = await self.work.last_case_of(conversation_id)
        if case is None:
            raise NotAtDesk
        await self.require_sight(agent, case)
        return case

    async def taking_part(self, agent: DeskAgent, conversation_id: str) -> Case:
        """The open case in which `agent` speaks. Raises NotAtDesk, NotYours."""
        case = await self.open_case(conversation_id)
        if views.my_role(agent, case) is None:
            raise NotYours
        return case

    async def deciding(self, agent: DeskAgent, conversation_id: str) -> Case:
        """The case that `agent` has, or may decide about as a leader of its unit. Raises NotAtDesk, NotYours."""
        case = await self.open_case(conversation_id)
        if case.state != "active":
            raise NotYours
        if case.agent_id != agent.id:
            holder = (await self.floor.people()).get(case.agent_id or "")
            if holder is None or not roles.sees_people_of(agent, holder.unit):
                raise NotYours
        return case

    async def require_sight(self, agent: DeskAgent, case: Case) -> None:
        """Raises RoleNotEnough."""
        if not views.may_see(agent, case, await self.floor.people()):
            raise RoleNotEnough

    async def require_room(self, agent: DeskAgent, case: Case) -> None:
        """Raises AtCapacity; what was offered, and emergencies, may exceed it."""
        if case.priority == "emergency" or case.offered_to == agent.id:
            return
        open_cases = await self.work.open_cases()
        load = sum(other.state == "active" and other.agent_id == agent.id for other in open_cases)
        if load >= agent.capacity:
            raise AtCapacity
