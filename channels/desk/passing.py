"""Passing conversations on: to a colleague, to a skill, to three, to a supervisor; and reading along.

As in `talks`, the hand-over's event comes first and the case follows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from channels.desk import roles
from channels.desk.cases import Case
from channels.desk.errors import NotReachable
from channels.desk.journal import Journal
from channels.desk.people import DeskAgent
from channels.desk.ports import AccountStore, Handoffs, Sayings, WorkStore
from channels.desk.rights import Rights
from channels.desk.talks import Talks
from channels.handoff.contract import Transferred
from channels.handoff.errors import NotYours

THIRD_JOINED, THIRD_LEFT = "utter_desk_third_joined", "utter_desk_third_left"


@dataclass(slots=True)
class Passing:
    """Who has a conversation next."""

    work: WorkStore
    accounts: AccountStore
    rights: Rights
    journal: Journal
    handoffs: Handoffs
    sayings: Sayings
    talks: Talks
    clock: Callable[[], datetime]

    async def to_colleague(self, agent: DeskAgent, conversation_id: str, to_id: str, note: str) -> Case:
        """Passes the conversation to a colleague; what still waits is offered, by a leader.

        Raises:
            NotReachable: that person is not there.
        """
        waiting = await self.rights.open_case(conversation_id)
        if waiting.state == "waiting" and roles.may(agent.role, "see_unit"):
            return await self._offer(agent, waiting, await self._reachable(to_id), note)
        case = await self.rights.deciding(agent, conversation_id)
        to = await self._reachable(to_id)
        if to.id == case.agent_id:
            return case
        version = await self.talks.version(conversation_id)
        await self.talks.event(case, f"transfer:{version}:{to.id}", Transferred(to.contract(), note))
        moved = await self._moved(case, to, self.clock())
        await self.journal.note(moved, {"type": "transferred", "by": agent.brief(), "to": to.brief()}, note)
        return moved

    async def to_skill(
        self, agent: DeskAgent, conversation_id: str, language: str, topic: str | None, note: str
    ) -> Case:
        """Puts the conversation at the head of the queue for people with a skill."""
        case = await self.rights.deciding(agent, conversation_id)
        version = await self.talks.version(conversation_id)
        await self.talks.event(case, f"transfer:{version}:{language}:{topic}", Transferred(None, note))
        now = self.clock()
        queued = await self.work.change_case(
            case.handoff_id, lambda known: known.requeued(now, language, topic) if known.state == "active" else None
        )
        event = {"type": "requeued", "by": agent.brief(), "language": language, "topic": topic}
        await self.journal.note(queued or case, event, note)
        self.talks.dispatcher.kick()
        return queued or case

    async def invite(self, agent: DeskAgent, conversation_id: str, to_id: str) -> Case:
        """A colleague joins the talk: three speak. Raises NotReachable."""
        case = await self.rights.taking_part(agent, conversation_id)
        to = await self._reachable(to_id)
        if to.id == case.agent_id or to.id in case.participants:
            return case
        joined = await self.work.change_case(
            case.handoff_id, lambda known: replace(known, participants=(*known.participants, to.id))
        )
        await self.journal.note(joined or case, {"type": "invited", "by": agent.brief(), "to": to.brief()})
        await self._say(case, THIRD_JOINED, to)
        return joined or case

    async def leave(self, agent: DeskAgent, conversation_id: str) -> Case:
        """Somebody who was invited goes."""
        case = await self.rights.taking_part(agent, conversation_id)
        if agent.id not in case.participants:
            raise NotYours("You have this conversation: pass it on, give it back or close it.")
        left = await self.work.change_case(
            case.handoff_id,
            lambda known: replace(known, participants=tuple(one for one in known.participants if one != agent.id)),
        )
        await self.journal.note(left or case, {"type": "left", "by": agent.brief()})
        await self._say(case, THIRD_LEFT, agent)
        return left or case

    async def take_over(self, agent: DeskAgent, conversation_id: str, expected_version: int | None) -> Case | None:
        """A supervisor takes a conversation from whoever has it: a person, the queue, or the bot.

        None: it was the bot's; its case comes in a moment, when the desk is told of the hand-over.

        Raises:
            AlreadyTaken: who has it changed meanwhile.
        """
        roles.require(agent, "take_over")
        case = await self.work.open_case_of(conversation_id)
        if case is not None:
            await self.rights.require_sight(agent, case)
        version = await self.talks.version(conversation_id) if expected_version is None else expected_version
        now = self.clock()
        await self.handoffs.take_over(conversation_id, agent.contract(), version)
        await self.accounts.note_deed(now, agent.id, "took_over", conversation_id, "")
        if case is None:
            return await self.work.open_case_of(conversation_id)
        moved = await self._moved(case, agent, now)
        await self.journal.note(moved, {"type": "taken_over", "by": agent.brief()})
        return moved

    async def listen(self, agent: DeskAgent, conversation_id: str) -> None:
        """Notes that a supervisor reads along; nobody in the conversation is told."""
        roles.require(agent, "listen")
        await self.rights.require_sight(agent, await self.rights.open_case(conversation_id))
        await self.accounts.note_deed(self.clock(), agent.id, "listened", conversation_id, "")

    async def _offer(self, agent: DeskAgent, case: Case, to: DeskAgent, note: str) -> Case:
        now = self.clock()
        offered = await self.work.change_case(
            case.handoff_id, lambda known: known.offered(to.id, now) if known.state == "waiting" else None
        )
        await self.journal.note(offered or case, {"type": "offered", "by": agent.brief(), "to": to.brief()}, note)
        return offered or case

    async def _reachable(self, agent_id: str) -> DeskAgent:
        roster = await self.rights.floor.roster()
        agent = roster.people.get(agent_id)
        if agent is None or agent.disabled or roster.state(agent_id) == "off":
            raise NotReachable
        return agent

    async def _moved(self, case: Case, to: DeskAgent, now: datetime) -> Case:
        def move(known: Case) -> Case | None:
            has_it = known.state == "active" and known.agent_id == to.id
            return None if not known.is_open or has_it else known.taken(to.id, now)

        return await self.work.change_case(case.handoff_id, move) or case

    async def _say(self, case: Case, key: str, who: DeskAgent) -> None:
        event_id = f"desk:{case.handoff_id}:{key}:{who.id}:{int(self.clock().timestamp())}"
        values, data = {"agent": who.name}, {"agent": {"name": who.name}}
        await self.sayings.say(case.conversation_id, event_id, key, values, data)
