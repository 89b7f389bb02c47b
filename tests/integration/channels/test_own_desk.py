"""The own desk keeps to the contract: every call may come again, in any state, and does its work once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from channels.conversations import Conversation
from channels.handoff.contract import Caller, EmergencyAlert, HandoffMessage, HandoffRequest, Skill
from tests.integration.channels.desks import Staffed, staffed

pytestmark = pytest.mark.asyncio


async def request_in(desk: Staffed, number: int = 1, language: str = "zh", **more: object) -> HandoffRequest:
    """A hand-over of a conversation that waits, as the gateway would open it."""
    now = desk.desk.clock()
    conversation_id = f"conversation-{number}"
    store = desk.running.gateway.store
    await store.create(Conversation(conversation_id, "web", language, now))
    fields: dict[str, object] = {
        "handoff_id": f"{conversation_id}.1",
        "conversation_id": conversation_id,
        "channel": "web",
        "language": language,
        "reason": "citizen_asked",
        "priority": "normal",
        "skill": Skill(language),
        "caller": Caller("王**", "138****5678", "key"),
        "summary": "路灯坏了",
        "opened_at": now,
    }
    return HandoffRequest(**{**fields, **more})  # type: ignore[arg-type]


async def test_opening_again_opens_once(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang, own = await desk.hired("wang"), desk.desk.own
        request = await request_in(desk)
        refs = [await own.open(request) for _ in range(3)]
        assert refs == [request.handoff_id] * 3
        [entry] = (await wang.get("/state"))["queue"]
        assert entry["summary"] == "路灯坏了" and entry["caller"] == {"name": "王**", "phone": "138****5678"}


async def test_a_category_of_the_forms_gives_the_topic(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        await desk.desk.own.open(await request_in(desk, 1, slots={"category": "street_light"}))
        await desk.desk.own.open(await request_in(desk, 2, slots={"category": "magic"}))
        await desk.desk.own.open(await request_in(desk, 3, skill=Skill("zh", "water")))
        assert [case.topic for case in await desk.desk.work.open_cases()] == ["urban", None, "water"]


async def test_pushes_and_typing_in_any_state_do_no_harm(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        own, now = desk.desk.own, desk.desk.clock()
        request = await request_in(desk)
        ref = await own.open(request)
        word = HandoffMessage(3, "citizen", "zh", "在吗", now)
        await own.push(ref, word)
        await own.push("unknown", word)
        await own.typing("unknown")
        await desk.desk.work.change_case(ref, lambda case: case.taken("wang", now).answered())
        later = HandoffMessage(4, "citizen", "zh", "还在吗", now + timedelta(seconds=5))
        for message in (word, later, later, HandoffMessage(5, "system", "zh", "已登记", now)):
            await own.push(ref, message)
        case = await desk.desk.work.case(ref)
        assert case is not None and case.asked_at == word.at  # the oldest unanswered word
        await own.typing(ref)


async def test_closing_twice_closes_once_and_what_is_over_stays_over(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        own = desk.desk.own
        request = await request_in(desk)
        ref = await own.open(request)
        await own.close(ref, "citizen_cancelled")
        await own.close(ref, "timed_out")
        await own.close("unknown", "timed_out")
        assert await own.open(request) == ref
        case = await desk.desk.work.case(ref)
        assert case is not None and (case.state, case.end_reason) == ("ended", "citizen_cancelled")


async def test_staffing_counts_who_speaks_the_language_and_who_is_not_spoken_for(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        await desk.hired("kim", languages="ko", capacity=1)
        await desk.hired("han", languages="ko", capacity=1)
        own = desk.desk.own
        before = await own.staffing(Skill("ko"))
        assert (before.on_duty, before.free, before.waiting) == (2, 2, 0)
        await own.open(await request_in(desk, 1, "ko"))
        after = await own.staffing(Skill("ko"))
        assert (after.on_duty, after.free, after.waiting) == (2, 1, 1)
        assert (await own.staffing(Skill("ja"))).on_duty == 0


async def test_an_alert_told_again_is_one_alert(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        await desk.hired("wang")
        now = desk.desk.clock()
        danger = EmergencyAlert("c1.4", "c1", 4, "web", "zh", "煤气泄漏", ("119",), now)
        for _ in range(3):
            await desk.desk.own.alert(danger)
        assert len(await desk.desk.alerts.shown()) == 1
