"""Who is there right now: a snapshot of people, presence, shifts and load, and what follows from it.

Pure once it is made: the people are read in one go by `read_people` and asked afterwards. Somebody counts as there
who says so, whose page was seen lately, and whose shift is running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from channels.desk.assignment import Candidate
from channels.desk.cases import Case
from channels.desk.people import DeskAgent, Presence
from channels.desk.ports import AccountStore
from channels.desk.queueing import Crew
from channels.desk.shifts import Shift, on_duty
from channels.handoff.contract import Skill


@dataclass(frozen=True, slots=True)
class People:
    """Accounts, presence and shifts by agent."""

    agents: Mapping[str, DeskAgent]
    presences: Mapping[str, Presence]
    shifts: Mapping[str, Sequence[Shift]]


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of the desk at one moment."""

    known: People
    loads: Mapping[str, int]
    now: datetime
    zone: tzinfo
    seen_seconds: int

    @property
    def people(self) -> Mapping[str, DeskAgent]:
        return self.known.agents

    def on_shift(self, agent_id: str) -> bool:
        return on_duty(self.known.shifts.get(agent_id, ()), self.now.astimezone(self.zone))

    def state(self, agent_id: str) -> str:
        """available, away or off; who has closed the page is off."""
        presence = self.known.presences.get(agent_id)
        if presence is None or presence.seen_at is None:
            return "off"
        return presence.state if self.now - presence.seen_at < timedelta(seconds=self.seen_seconds) else "off"

    def is_there(self, agent: DeskAgent) -> bool:
        """Whether he or she can be given work."""
        return not agent.disabled and self.state(agent.id) == "available" and self.on_shift(agent.id)

    def on_duty(self) -> list[DeskAgent]:
        """Everybody with an open page who has not gone home: those who hear of emergencies."""
        return [agent for agent in self.people.values() if not agent.disabled and self.state(agent.id) != "off"]

    def candidates(self) -> list[Candidate]:
        return [self._candidate(agent) for agent in self.people.values() if self.is_there(agent)]

    def crew(self, skill: Skill) -> Crew:
        """Who of those there speaks the language (and, where somebody does, knows the topic)."""
        speaking = [one for one in self.candidates() if skill.language in one.languages]
        return Crew(len(speaking), sum(one.free for one in speaking))

    def crews(self, languages: Sequence[str]) -> dict[str, Crew]:
        return {language: self.crew(Skill(language)) for language in languages}

    def colleague(self, agent: DeskAgent) -> dict[str, Any]:
        """One of the people as colleagues see him or her."""
        return {
            "id": agent.id,
            "username": agent.username,
            "name": agent.name,
            "role": agent.role,
            "unit": agent.unit,
            "languages": list(agent.languages),
            "topics": list(agent.topics),
            "presence": self.state(agent.id),
            "on_shift": self.on_shift(agent.id),
            "load": self.loads.get(agent.id, 0),
            "capacity": agent.capacity,
            "active": not agent.disabled,
            "totp": agent.totp,
        }

    def colleagues(self) -> list[dict[str, Any]]:
        return [self.colleague(agent) for agent in self.people.values() if not agent.disabled]

    def board_states(self, unit: str | None) -> dict[str, str]:
        """State by agent for the board; `unit` None means all."""
        return {
            agent.id: self._board_state(agent)
            for agent in self.people.values()
            if not agent.disabled and unit in (None, agent.unit)
        }

    def brief(self, agent_id: str | None) -> dict[str, Any] | None:
        agent = self.people.get(agent_id or "")
        return None if agent is None else agent.brief()

    def _board_state(self, agent: DeskAgent) -> str:
        state = self.state(agent.id)
        busy = state == "available" and self.loads.get(agent.id, 0) >= agent.capacity
        return "busy" if busy else state

    def _candidate(self, agent: DeskAgent) -> Candidate:
        presence = self.known.presences.get(agent.id)
        return Candidate(
            agent.id,
            frozenset(agent.languages),
            frozenset(agent.topics),
            self.loads.get(agent.id, 0),
            agent.capacity,
            presence.assigned_at if presence else None,
        )


def loads_of(cases: Sequence[Case]) -> dict[str, int]:
    """Conversations by agent, offers included."""
    loads: dict[str, int] = {}
    for case in cases:
        holder = case.agent_id if case.state == "active" else case.offered_to
        if case.is_open and holder is not None:
            loads[holder] = loads.get(holder, 0) + 1
    return loads


async def read_people(accounts: AccountStore) -> People:
    """Reads who there is."""
    agents = {agent.id: agent for agent in await accounts.agents()}
    return People(agents, await accounts.presences(), await accounts.shifts())
