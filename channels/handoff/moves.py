"""What an event of a desk, or a change of owner by somebody else, does to a hand-over: a table and pure functions.

No clock, no store, no words: a Move says which row and owner come next and which sentences of the catalogue are
said; `channels.handoff.sql` does it in one transaction. A move never takes a conversation from one person for
another unless the desk says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from channels.conversations import Conversation, Owner
from channels.handoff.contract import (
    Accepted,
    AgentMessage,
    Attachment,
    Closed,
    CloseReason,
    DeskEvent,
    EventType,
    Rejected,
    Returned,
    Transferred,
)
from channels.handoff.errors import AlreadyTaken, NotYours
from channels.handoff.rows import Did, Handoff, State
from channels.ownership import Why

JOINED = "utter_gateway_agent_joined"
PASSED_ON = "utter_gateway_agent_passed_on"
WAITING_AGAIN = "utter_gateway_agent_waiting_again"
RETURNED = "utter_gateway_agent_returned"
CLOSED = "utter_gateway_agent_closed"
NOBODY = "utter_gateway_nobody_there"
CANCELLED = "utter_gateway_queue_cancelled"
OFFER = "utter_gateway_queue_offer"

Act = Literal["nothing", "late_word", "take", "taken", "say", "pass_on", "give_back", "finish", "refuse", "not_yours"]

EVENTS: Mapping[tuple[State, EventType], Act] = {
    ("waiting", "queued"): "nothing",  # told, not stored
    ("waiting", "accepted"): "take",
    ("waiting", "message"): "not_yours",
    ("waiting", "typing"): "nothing",
    ("waiting", "transferred"): "nothing",  # it waits for another skill: the citizen waits on
    ("waiting", "returned"): "give_back",  # nobody took it, the desk gives it back all the same
    ("waiting", "closed"): "finish",
    ("waiting", "rejected"): "refuse",
    ("accepted", "queued"): "nothing",
    ("accepted", "accepted"): "taken",  # the same person again, or one who was slower
    ("accepted", "message"): "say",
    ("accepted", "typing"): "nothing",
    ("accepted", "transferred"): "pass_on",
    ("accepted", "returned"): "give_back",
    ("accepted", "closed"): "finish",
    ("accepted", "rejected"): "refuse",
    ("ended", "queued"): "nothing",
    ("ended", "accepted"): "nothing",
    ("ended", "message"): "late_word",  # written before the end, delivered after it: a word is not lost
    ("ended", "typing"): "nothing",
    ("ended", "transferred"): "nothing",
    ("ended", "returned"): "nothing",
    ("ended", "closed"): "nothing",
    ("ended", "rejected"): "nothing",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence of the catalogue for the citizen, said by the system."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says: text, or one attachment."""

    message_id: str
    agent: str
    text: str = ""
    language: str | None = None
    attachment: Attachment | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """What comes next.

    Attributes:
        owner: the conversation's new owner, None: as it is.
        passed_on: the owner stays an agent, but another one: versions seen before are old.
        said: in this order.
    """

    row: Handoff
    owner: Owner | None = None
    passed_on: bool = False
    said: tuple[Notice | Word, ...] = ()
    ignored: str | None = None


def take(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    """What `event` does to a hand-over that knows the conversation's present owner.

    Raises:
        AlreadyTaken: `accepted`, and another person has it or an old version was seen.
        NotYours: a message of somebody while nobody has it.
    """
    return _ACTS[EVENTS[row.state, event.type]](row, conversation, event, now)


def _nothing(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    return Move(row, ignored="ended" if row.state == "ended" else None)


def _take(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    assert isinstance(event.what, Accepted)
    agent, seen = event.what.agent, event.what.expected_version
    if seen is not None and seen != conversation.owner_version:
        raise AlreadyTaken(row.agent)
    taken = replace(row, state="accepted", agent_id=agent.id, agent_name=agent.name, accepted_at=now)
    joined = Notice(JOINED, {"agent": agent.name}, {"agent": {"name": agent.name}})
    return Move(taken, owner="agent", said=(joined,))


def _taken(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    assert isinstance(event.what, Accepted)
    if row.agent_id is None:  # taken by somebody whom the row does not know
        return Move(replace(row, agent_id=event.what.agent.id, agent_name=event.what.agent.name))
    if row.agent_id != event.what.agent.id:
        raise AlreadyTaken(row.agent)
    return Move(row, ignored="taken")


def _say(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    assert isinstance(event.what, AgentMessage)
    what = event.what
    name = (what.agent.name if what.agent else row.agent_name) or ""
    prefix = f"{row.id.rpartition('.')[2]}:{what.message_id}"  # a desk may count anew in each hand-over
    words = [Word(prefix, name, what.text, what.language, data=what.data)] if what.text else []
    words += [Word(f"{prefix}:{number}", name, attachment=item) for number, item in enumerate(what.attachments)]
    return Move(row, said=tuple(words))


def _late_word(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    in_time = row.agent_id is not None and row.ended_at is not None and event.at <= row.ended_at
    if not in_time or conversation.owner == "agent":
        return Move(row, ignored="ended")
    return _say(row, conversation, event, now)


def _not_yours(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    raise NotYours


def _pass_on(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    assert isinstance(event.what, Transferred)
    to = event.what.to
    if to is None:
        waiting = replace(
            row, state="waiting", agent_id=None, agent_name=None, accepted_at=None, waiting_since=now, offered_at=None
        )
        return Move(waiting, owner="queue", said=(Notice(WAITING_AGAIN),))
    if to.id == row.agent_id:
        return Move(row, ignored="taken")
    passed = replace(row, agent_id=to.id, agent_name=to.name)
    return Move(passed, passed_on=True, said=(Notice(PASSED_ON, {"agent": to.name}, {"agent": {"name": to.name}}),))


def _give_back(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    assert isinstance(event.what, Returned)
    did = Did(row.agent_name or "", event.what.summary, event.what.tickets, "returned")
    return Move(_over(row, "returned", now, did), owner="bot", said=(Notice(RETURNED, {}, {"returned": True}),))


def _finish(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    assert isinstance(event.what, Closed)
    did = Did(row.agent_name or "", event.what.summary, event.what.tickets, event.what.reason)
    over = replace(_over(row, "closed", now, did), end_reason=event.what.reason)
    asked = Notice(CLOSED, {}, {"rating": {"handoff_id": row.id, "agent": row.agent_name}})
    return Move(over, owner="bot", said=(asked,))


def _refuse(row: Handoff, conversation: Conversation, event: DeskEvent, now: datetime) -> Move:
    assert isinstance(event.what, Rejected)
    over = replace(_over(row, "rejected", now, None), end_reason=event.what.reason)
    return Move(over, owner="bot", said=(Notice(NOBODY),))


_ACTS: Mapping[Act, Callable[[Handoff, Conversation, DeskEvent, datetime], Move]] = {
    "nothing": _nothing,
    "late_word": _late_word,
    "take": _take,
    "taken": _taken,
    "say": _say,
    "pass_on": _pass_on,
    "give_back": _give_back,
    "finish": _finish,
    "refuse": _refuse,
    "not_yours": _not_yours,
}


_SAID_AT_END: Mapping[CloseReason, str] = {"citizen_cancelled": CANCELLED, "timed_out": NOBODY}


def end(row: Handoff, reason: CloseReason, now: datetime) -> Move:
    """We end it: the desk is told why, the bot goes on."""
    key = _SAID_AT_END.get(reason)
    said = () if key is None else (Notice(key),)
    return Move(_over(row, reason, now, None), owner="bot", said=said)


def _over(row: Handoff, ended: Any, now: datetime, did: Did | None) -> Handoff:
    return replace(
        row,
        state="ended",
        ended=ended,
        ended_at=now,
        did=None if did is None else did.wire(),
        next_attempt_at=None,
        attempts=0,
    )


@dataclass(frozen=True, slots=True)
class Followed:
    """What is to be written so that the rows fit the conversation's owner: the end of one, the begin of another."""

    ended: Handoff | None = None
    begun: Handoff | None = None


def follow(
    row: Handoff | None,
    conversation: Conversation,
    why: Why,
    now: datetime,
) -> Followed:
    """Compares the open hand-over (or None) with who owns the conversation now.

    A hand-over begins when somebody waits or a person has it and no row knows; it is over when the owner was
    changed without the row (the citizen went back to the bot, perhaps to ask for a person once more).
    """
    if row is not None and row.owner_version == conversation.owner_version:
        return Followed()
    ended = None
    if row is not None:
        how: CloseReason = "bot_back" if row.reason == "bot_failed" else "citizen_cancelled"
        ended = replace(_over(row, how, now, None), until_seq=conversation.last_seq)
    if conversation.owner == "bot":
        return Followed(ended)
    since = conversation.owner_since or now
    begun = Handoff(
        id=f"{conversation.id}.{conversation.owner_version}",
        conversation_id=conversation.id,
        desk="",
        channel=conversation.channel,
        language=conversation.language,
        reason=why.reason,
        priority=why.priority,
        owner_version=conversation.owner_version,
        opened_at=now,
        waiting_since=since,
        state="waiting" if conversation.owner == "queue" else "accepted",
    )
    return Followed(ended, begun)
