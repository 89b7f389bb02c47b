"""What people do in a conversation: accept it, write, send files, give it back, end it, note things.

Each deed first goes through the hand-over's event, which is one transaction with the owner and the message, and then
into the case. Every event has an id that a repeat forms again, so a double click or a retry does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels.conversations import Message
from channels.desk import roles, views
from channels.desk.cases import Case
from channels.desk.dispatch import Dispatcher
from channels.desk.errors import NotAtDesk, RoleNotEnough
from channels.desk.journal import Journal
from channels.desk.live import Live
from channels.desk.people import DeskAgent
from channels.desk.ports import Handoffs, WorkStore
from channels.desk.records import Note
from channels.desk.rights import Rights
from channels.errors import InvalidField
from channels.handoff.contract import (
    END_REASONS,
    Accepted,
    AgentMessage,
    AgentTyping,
    Attachment,
    Closed,
    DeskEvent,
    Outcome,
    Returned,
    What,
)
from channels.handoff.errors import AlreadyTaken
from channels.ports import ConversationStore


@dataclass(slots=True)
class Talks:
    """The deeds of people in conversations."""

    work: WorkStore
    rights: Rights
    live: Live
    journal: Journal
    handoffs: Handoffs
    dispatcher: Dispatcher
    store: ConversationStore
    clock: Callable[[], datetime]

    async def accept(self, agent: DeskAgent, conversation_id: str, expected_version: int | None) -> Case:
        """Takes a waiting conversation.

        Raises:
            AlreadyTaken: somebody was faster; it says who.
            AtCapacity, RoleNotEnough, NotAtDesk.
        """
        case = await self.rights.open_case(conversation_id)
        if case.state == "active" and case.agent_id == agent.id:
            return case
        if not views.may_take(agent, case):
            raise RoleNotEnough("You do not have the language of this conversation.")
        await self.rights.require_room(agent, case)
        version = await self.version(conversation_id) if expected_version is None else expected_version
        try:
            outcome = await self.event(case, f"accept:{version}:{agent.id}", Accepted(agent.contract(), version))
        except AlreadyTaken:
            await self._fit(case)
            raise
        if outcome.ignored == "ended":
            await self._fit(case)
            raise NotAtDesk
        now = self.clock()
        taken = await self.work.change_case(
            case.handoff_id, lambda known: known.taken(agent.id, now) if known.state == "waiting" else None
        )
        if taken is not None:
            await self.journal.note(taken, {"type": "accepted", "agent": agent.brief()})
        case = await self._fit(taken or case)
        if case.agent_id != agent.id:  # a repeat of an accept that was passed on meanwhile
            raise AlreadyTaken(None)
        self.dispatcher.kick()
        return case

    async def say(
        self,
        agent: DeskAgent,
        conversation_id: str,
        message_id: str,
        text: str,
        data: Mapping[str, Any],
        language: str | None = None,
    ) -> Message:
        """Writes to the citizen; `language` is the text's own when it is not the conversation's.

        Raises:
            NotYours: the person has no part in the conversation.
        """
        case = await self.rights.taking_part(agent, conversation_id)
        words = {**data, "message_id": message_id}
        what = AgentMessage(message_id, text, agent.contract(), language, data=words)
        return await self._said(case, agent, message_id, what)

    async def attach(self, agent: DeskAgent, conversation_id: str, message_id: str, file: Attachment) -> Message:
        """Sends a file to the citizen."""
        case = await self.rights.taking_part(agent, conversation_id)
        data = {"message_id": message_id}
        what = AgentMessage(message_id, "", agent.contract(), attachments=(file,), data=data)
        return await self._said(case, agent, message_id, what)

    async def typing(self, agent: DeskAgent, conversation_id: str) -> None:
        """Somebody writes: the citizen and the colleagues see it."""
        case = await self.work.open_case_of(conversation_id)
        if case is None or views.my_role(agent, case) is None:
            return
        hint = {"type": "typing", "conversation_id": conversation_id, "who": agent.name, "agent_id": agent.id}
        await self.live.hint(hint)
        await self.event(case, f"typing:{agent.id}:{self.clock().timestamp()}", AgentTyping(agent.contract()))

    async def give_back(self, agent: DeskAgent, conversation_id: str, summary: str) -> Case:
        """Returns the conversation to the bot, which then knows what was done."""
        case = await self.rights.deciding(agent, conversation_id)
        version = await self.version(conversation_id)
        await self.event(case, f"return:{version}", Returned(summary, case.tickets))
        return await self._over(case, "returned", {"type": "returned", "by": agent.brief()}, summary)

    async def close(self, agent: DeskAgent, conversation_id: str, reason: str, note: str) -> Case:
        """Ends the matter; the citizen is asked for a rating. Raises InvalidField for an unknown reason."""
        known = next((one for one in END_REASONS if one == reason), None)
        if known is None:
            raise InvalidField("reason", f"reason must be one of {', '.join(END_REASONS)}.")
        case = await self.rights.deciding(agent, conversation_id)
        version = await self.version(conversation_id)
        await self.event(case, f"close:{version}", Closed(known, note, case.tickets))
        event = {"type": "closed", "reason": reason, "by": agent.brief()}
        return await self._over(case, reason, event, note)

    async def write_note(
        self, agent: DeskAgent, conversation_id: str, note_id: str, text: str, whisper: bool = False
    ) -> Note:
        """Keeps a note that the citizen never sees; a whisper is a leader's word to who has the conversation."""
        await self.rights.seen(agent, conversation_id)
        if whisper:
            roles.require(agent, "whisper")
        note = Note(note_id, conversation_id, "whisper" if whisper else "note", agent.id, text, self.clock())
        await self.journal.write(note)
        return note

    async def add_ticket(self, case: Case, number: str) -> None:
        """Notes a ticket that was filed from the conversation."""

        def add(known: Case) -> Case | None:
            return None if number in known.tickets else replace(known, tickets=(*known.tickets, number))

        if await self.work.change_case(case.handoff_id, add) is not None:
            await self.journal.note(case, {"type": "ticket", "number": number})

    async def event(self, case: Case, event_id: str, what: What) -> Outcome:
        return await self.handoffs.event(DeskEvent(event_id, case.handoff_id, self.clock(), what))

    async def version(self, conversation_id: str) -> int:
        return (await self.store.conversation(conversation_id)).owner_version

    async def _said(self, case: Case, agent: DeskAgent, message_id: str, what: AgentMessage) -> Message:
        outcome = await self.event(case, f"message:{agent.id}:{message_id}", what)
        if outcome.seq is None:
            raise NotAtDesk
        await self.work.change_case(case.handoff_id, lambda known: known.answered())
        await self.journal.changed(case)
        [message] = await self.store.messages_after(case.conversation_id, outcome.seq - 1, 1)
        return message

    async def _fit(self, case: Case) -> Case:
        """The case as its hand-over stands."""
        standing = await self.handoffs.standing(case.handoff_id)
        known = await self.work.case(case.handoff_id) or case
        if standing is None:
            return known
        fits = (
            (standing.state == "ended" and known.state == "ended")
            or (standing.state == "accepted" and known.state == "active" and known.agent_id == standing.agent_id)
            or (standing.state == "waiting" and known.state == "waiting")
        )
        return known if fits else await self.dispatcher.heal(known, standing)

    async def _over(self, case: Case, reason: str, event: Mapping[str, Any], words: str) -> Case:
        now = self.clock()
        ended = await self.work.change_case(case.handoff_id, lambda known: known.ended(reason, now))
        await self.journal.note(case, event, words)
        self.dispatcher.kick()
        return ended or case


def texts_of(messages: Sequence[Message]) -> list[str]:
    """What the citizen typed, without pressed buttons."""
    return [one.text for one in messages if one.sender == "citizen" and one.text and one.payload is None]
