"""The table of a hand-over: every state with every event of a desk, and every change of owner by others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from channels.conversations import Conversation
from channels.handoff import moves
from channels.handoff.contract import (
    TYPES,
    Accepted,
    Agent,
    AgentMessage,
    AgentTyping,
    Closed,
    DeskEvent,
    EventType,
    Queued,
    Rejected,
    Returned,
    Transferred,
    What,
)
from channels.handoff.errors import AlreadyTaken, NotYours
from channels.handoff.moves import Notice, Word
from channels.handoff.rows import STATES, Handoff, State
from channels.ownership import ASKED, Why

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WANG, LI = Agent("a1", "小王"), Agent("a2", "小李")
ROW = Handoff("c.1", "c", "own", "web", "zh", "citizen_asked", "normal", 1, NOW, NOW)
TAKEN = replace(ROW, state="accepted", agent_id="a1", agent_name="小王", owner_version=2, accepted_at=NOW)
ENDED = replace(TAKEN, state="ended", ended="returned", ended_at=NOW, owner_version=3)
ROWS: dict[State, Handoff] = {"waiting": ROW, "accepted": TAKEN, "ended": ENDED}
OWNERS = {"waiting": "queue", "accepted": "agent", "ended": "bot"}
WHATS: tuple[What, ...] = (
    Queued(2, 60),
    Accepted(LI),
    AgentMessage("m1", "您好"),
    AgentTyping(),
    Transferred(LI),
    Returned("办好了", ("1",)),
    Closed("solved"),
    Rejected("closed"),
)


def conversation(state: State) -> Conversation:
    row = ROWS[state]
    return Conversation("c", "web", "zh", NOW, OWNERS[state], row.owner_version, NOW, 5)  # type: ignore[arg-type]


def event(what: What, at: datetime = NOW) -> DeskEvent:
    return DeskEvent("e1", "c.1", at, what)


def test_the_table_has_every_pair() -> None:
    assert set(moves.EVENTS) == set(product(STATES, get_args(EventType)))
    assert {TYPES[type(what)] for what in WHATS} == set(get_args(EventType))
    assert set(moves._ACTS) == set(moves.EVENTS.values())


@pytest.mark.parametrize("what", WHATS, ids=lambda what: type(what).__name__)
def test_what_is_over_stays_over(what: What) -> None:
    late = event(what, NOW + timedelta(seconds=1))
    move = moves.take(ENDED, conversation("ended"), late, NOW + timedelta(seconds=1))
    assert (move.row, move.owner, move.said, move.passed_on, move.ignored) == (ENDED, None, (), False, "ended")


def test_waiting_taken_and_by_whom() -> None:
    move = moves.take(ROW, conversation("waiting"), event(Accepted(WANG, 1)), NOW)
    assert (move.owner, move.row.state, move.row.agent, move.row.accepted_at) == ("agent", "accepted", WANG, NOW)
    assert [one.key for one in move.said if isinstance(one, Notice)] == [moves.JOINED]


def test_an_old_version_and_a_second_person_are_refused_and_the_same_person_is_not() -> None:
    with pytest.raises(AlreadyTaken):
        moves.take(ROW, conversation("waiting"), event(Accepted(WANG, 0)), NOW)
    with pytest.raises(AlreadyTaken) as refused:
        moves.take(TAKEN, conversation("accepted"), event(Accepted(LI)), NOW)
    assert refused.value.agent == WANG
    again = moves.take(TAKEN, conversation("accepted"), event(Accepted(WANG)), NOW)
    assert (again.row, again.ignored, again.said) == (TAKEN, "taken", ())


def test_a_word_needs_somebody_who_has_the_conversation() -> None:
    with pytest.raises(NotYours):
        moves.take(ROW, conversation("waiting"), event(AgentMessage("m1", "您好")), NOW)
    move = moves.take(TAKEN, conversation("accepted"), event(AgentMessage("m1", "您好")), NOW)
    assert move.said == (Word("1:m1", "小王", "您好"),) and move.owner is None
    third = moves.take(TAKEN, conversation("accepted"), event(AgentMessage("m2", "我也在", LI)), NOW)
    assert third.said == (Word("1:m2", "小李", "我也在"),)


def test_a_word_from_before_the_end_is_said_afterwards_unless_another_person_has_the_conversation() -> None:
    said = event(AgentMessage("m1", "再见"), NOW - timedelta(seconds=1))
    assert moves.take(ENDED, conversation("ended"), said, NOW).said
    with_another = replace(conversation("ended"), owner="agent", owner_version=5)
    assert moves.take(ENDED, with_another, said, NOW).ignored == "ended"
    never_taken = replace(ENDED, agent_id=None)
    assert moves.take(never_taken, conversation("ended"), said, NOW).ignored == "ended"


def test_giving_back_ending_and_refusing_go_to_the_bot_with_what_was_done() -> None:
    for what, ended, key in (
        (Returned("办好了", ("1",)), "returned", moves.RETURNED),
        (Closed("solved", "办好了", ("1",)), "closed", moves.CLOSED),
        (Rejected("full"), "rejected", moves.NOBODY),
    ):
        move = moves.take(TAKEN, conversation("accepted"), event(what), NOW)
        assert (move.owner, move.row.state, move.row.ended, move.row.ended_at) == ("bot", "ended", ended, NOW)
        assert [one.key for one in move.said if isinstance(one, Notice)] == [key]
        if ended != "rejected":
            assert move.row.did == {
                "agent": "小王",
                "summary": "办好了",
                "tickets": ["1"],
                "how": "returned" if ended == "returned" else "solved",
            }


def test_passing_on_makes_old_versions_old_and_going_back_into_the_queue_keeps_the_hand_over() -> None:
    passed = moves.take(TAKEN, conversation("accepted"), event(Transferred(LI)), NOW)
    assert (passed.passed_on, passed.owner, passed.row.agent) == (True, None, LI)
    same = moves.take(TAKEN, conversation("accepted"), event(Transferred(WANG)), NOW)
    assert (same.passed_on, same.ignored) == (False, "taken")
    later = NOW + timedelta(minutes=5)
    back = moves.take(replace(TAKEN, offered_at=NOW), conversation("accepted"), event(Transferred(None)), later)
    assert (back.owner, back.row.state, back.row.agent) == ("queue", "waiting", None)
    assert (back.row.waiting_since, back.row.offered_at, back.row.id) == (later, None, ROW.id)


@pytest.mark.parametrize(
    ("row", "owner", "version", "ends", "begins"),
    [
        (None, "bot", 0, None, None),
        (None, "queue", 1, None, "waiting"),
        (None, "agent", 1, None, "accepted"),
        (ROW, "queue", 1, None, None),
        (ROW, "bot", 2, "citizen_cancelled", None),
        (ROW, "queue", 3, "citizen_cancelled", "waiting"),
        (TAKEN, "agent", 2, None, None),
        (TAKEN, "bot", 3, "citizen_cancelled", None),
        (replace(ROW, reason="bot_failed"), "bot", 2, "bot_back", None),
    ],
)
def test_the_rows_follow_the_owner(
    row: Handoff | None, owner: str, version: int, ends: str | None, begins: str | None
) -> None:
    now = Conversation("c", "web", "zh", NOW, owner, version, NOW, 5)  # type: ignore[arg-type]
    followed = moves.follow(row, now, ASKED, NOW)
    assert (followed.ended.ended if followed.ended else None) == ends
    assert (followed.begun.state if followed.begun else None) == begins
    if followed.begun is not None:
        assert followed.begun.id == f"c.{version}"
    if followed.ended is not None:
        assert followed.ended.until_seq == 5 and not followed.ended.told_end


def test_a_wish_may_be_more_urgent_than_another() -> None:
    assert Why("emergency", "emergency").is_more_urgent_than("high")
    assert not ASKED.is_more_urgent_than("normal")
