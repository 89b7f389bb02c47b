"""A hand-over from asking for a person to the bot again: what the desk is told, what the citizen hears."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from channels.conversations import Draft
from channels.handoff.contract import Agent, AgentMessage, Attachment, EmergencyAlert
from channels.handoff.errors import AlreadyTaken, DeskUnavailable, HandoffNotFound, NotYours
from channels.ports import BotMessage
from tests.integration.channels.handoff.desks import LI, WANG, event
from tests.integration.channels.handoff.people import impatient, inside, text
from tests.unit.channels.channel_fakes import says

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_person_takes_a_conversation_answers_and_gives_it_back(kind: str, tmp_path: Path) -> None:
    async with inside(tmp_path, kind) as one:
        conversation, handoff_id = await one.queued("ko", "가로등이 고장 났어요")
        case = one.desk.of(conversation)
        assert case.request.language == "ko" and case.request.skill.language == "ko"
        assert [m.text for m in case.request.history if m.sender == "citizen"][0] == "가로등이 고장 났어요"
        assert case.request.reason == "citizen_asked" and case.request.accept_timeout_seconds == 600
        assert (await one.desk.take(handoff_id)).owner == "agent"
        await one.say(conversation, "언제 고쳐 주시나요?")
        await one.desk.write(handoff_id, "내일 고칩니다", "m1")
        await one.settled()
        assert case.words[-1] == "언제 고쳐 주시나요?"
        assert (await one.desk.hand_back(handoff_id, "已派单", ("20260302000017",))).owner == "bot"
        await one.say(conversation, "고맙습니다")
        await one.settled()
        told = await one.told(conversation)
        assert told[-5:] == [
            ("citizen", "언제 고쳐 주시나요?"),
            ("agent", "내일 고칩니다"),
            ("system", text("utter_gateway_agent_returned", "ko")),
            ("citizen", "고맙습니다"),
            ("bot", "re: 고맙습니다"),
        ]
        assert [m for m in case.told if m.text == "고맙습니다"] == []  # what comes after the end is the bot's
        assert case.closed is None  # the desk ended it itself


async def test_the_bot_is_told_once_what_the_person_did(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        await one.desk.hand_back(handoff_id, "已登记路灯维修", ("20260302000017",))
        await one.say(conversation, "谢谢")
        assert one.bot.turns[-1].agent_did == {
            "agent": "小王",
            "summary": "已登记路灯维修",
            "tickets": ["20260302000017"],
            "how": "returned",
        }
        await one.say(conversation, "还有一件事")
        assert one.bot.turns[-1].agent_did is None


async def test_a_bot_that_fails_is_told_again(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        await one.desk.hand_back(handoff_id, "已答复")
        one.bot.down = True
        await one.say(conversation, "谢谢", "m1")
        one.bot.down = False
        await one.say(conversation, "谢谢", "m1")
        assert one.bot.turns[-1].agent_did is not None


async def test_a_closed_talk_is_rated_once_and_corrected_as_often_as_wished(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        await one.desk.finish(handoff_id, "solved")
        asked = (await one.history(conversation))[-1]
        assert asked.data["rating"] == {"handoff_id": handoff_id, "agent": "小王"}
        assert [button.payload for button in asked.buttons][0] == '/gateway_rate{"score":5}'
        await one.press(conversation, '/gateway_rate{"score":4}')
        await one.service.rate(conversation, 2, False, "没解决")
        rating = await one.service.care.rating_of(handoff_id)
        assert rating is not None and (rating.score, rating.solved, rating.comment) == (2, False, "没解决")
        assert rating.agent_id == "a1"
        thanks = text("utter_gateway_rated")
        assert [said for _, said in await one.told(conversation)].count(thanks) == 1
        assert one.bot.turns[-1].payload != '/gateway_rate{"score":4}'


async def test_what_was_no_talk_with_a_person_cannot_be_rated(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation = await one.open()
        with pytest.raises(HandoffNotFound):
            await one.service.rate(conversation, 5, None, "")
        waiting, _ = await one.queued()
        await one.service.cancel(waiting)
        with pytest.raises(HandoffNotFound):
            await one.service.rate(waiting, 5, None, "")
        talked, handoff_id = await one.taken()
        await one.desk.finish(handoff_id)
        with pytest.raises(HandoffNotFound):
            await one.service.rate(conversation, 5, None, "", handoff_id)
        one.clock.pass_seconds(8 * 24 * 3600)
        with pytest.raises(HandoffNotFound):
            await one.service.rate(talked, 5, None, "")


async def test_the_same_event_again_does_nothing_and_says_the_same(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        said = event(handoff_id, AgentMessage("m1", "您好"), "e1")
        first, again = await one.service.event(said), await one.service.event(said)
        assert not first.duplicate and again.duplicate
        assert (first.seq, first.owner, first.owner_version) == (again.seq, again.owner, again.owner_version)
        await one.service.event(event(handoff_id, AgentMessage("m1", "您好"), "e2"))  # another event, the same word
        assert [t for _, t in await one.told(conversation)].count("您好") == 1


async def test_a_desk_may_number_its_messages_anew_in_each_hand_over(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, first = await one.taken()
        await one.desk.write(first, "第一次", "1")
        await one.desk.hand_back(first)
        await one.press(conversation, "/request_human")
        await one.settled()
        row = await one.service.handoffs.open_of(conversation)
        assert row is not None and row.id != first
        await one.desk.take(row.id, LI)
        await one.desk.write(row.id, "第二次", "1")
        said = [t for sender, t in await one.told(conversation) if sender == "agent"]
        assert said == ["第一次", "第二次"]


async def test_a_person_who_was_slower_hears_who_has_it(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        _, handoff_id = await one.queued()
        version = one.desk.case(handoff_id).request.owner_version  # type: ignore[union-attr]
        await one.desk.take(handoff_id, WANG, version)
        with pytest.raises(AlreadyTaken) as refused:
            await one.desk.take(handoff_id, LI, version)
        assert refused.value.agent == WANG
        assert (await one.desk.take(handoff_id, WANG, version)).ignored == "taken"


async def test_nobody_writes_in_a_conversation_that_nobody_has(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        with pytest.raises(NotYours):
            await one.desk.write(handoff_id, "您好")
        with pytest.raises(HandoffNotFound):
            await one.desk.write("unknown.1", "您好")
        assert "您好" not in [t for _, t in await one.told(conversation)]


async def test_a_word_that_was_written_before_the_end_is_not_lost_and_a_later_one_is_not_said(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        before = one.clock() - timedelta(seconds=1)
        await one.desk.hand_back(handoff_id)
        late = await one.service.event(event(handoff_id, AgentMessage("m1", "再见"), at=before))
        assert late.ignored is None and (await one.told(conversation))[-1] == ("agent", "再见")
        one.clock.pass_seconds(5)
        after = await one.service.event(event(handoff_id, AgentMessage("m2", "还在吗"), at=one.clock()))
        assert after.ignored == "ended" and (await one.told(conversation))[-1] == ("agent", "再见")


async def test_a_conversation_is_passed_on_to_another_person_and_back_into_the_queue(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        seen = (await one.conversation(conversation)).owner_version
        await one.desk.transfer(handoff_id, LI)
        passed = await one.conversation(conversation)
        assert (passed.owner, passed.owner_version) == ("agent", seen + 1)
        with pytest.raises(AlreadyTaken):
            await one.desk.take(handoff_id, WANG, seen)
        await one.desk.transfer(handoff_id, None)
        assert await one.owner(conversation) == "queue"
        assert (await one.told(conversation))[-1] == ("system", text("utter_gateway_agent_waiting_again"))
        await one.desk.take(handoff_id, Agent("a3", "小赵"))
        assert await one.owner(conversation) == "agent"
        assert len(one.desk.cases) == 1  # it was one hand-over all the time


async def test_a_third_person_may_speak_in_a_conversation_that_somebody_has(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        await one.desk.write(handoff_id, "我也在", agent=LI)
        said = (await one.history(conversation))[-1]
        assert (said.text, said.data["agent"]) == ("我也在", {"name": "小李"})


async def test_a_supervisor_takes_over_from_bot_queue_and_person(tmp_path: Path) -> None:
    boss = Agent("s1", "值班长")
    async with inside(tmp_path) as one:
        with_bot = await one.open()
        await one.say(with_bot, "路灯坏了")
        await one.service.take_over(with_bot, boss, 0)
        await one.settled()
        assert await one.owner(with_bot) == "agent"
        assert one.desk.of(with_bot).request.reason == "taken_over"
        assert "路灯坏了" in one.desk.of(with_bot).words
        waiting, _ = await one.queued()
        await one.service.take_over(waiting, boss, 1)
        assert await one.owner(waiting) == "agent"
        talked, handoff_id = await one.taken()
        version = (await one.conversation(talked)).owner_version
        await one.service.take_over(talked, boss, version)
        row = await one.service.handoffs.get(handoff_id)
        assert (row.agent_id, row.state) == ("s1", "accepted")
        with pytest.raises(AlreadyTaken):
            await one.service.take_over(talked, boss, version)


async def test_who_gives_up_waiting_is_with_the_bot_again_and_the_desk_knows(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, _ = await one.queued()
        assert await one.service.cancel(conversation)
        await one.settled()
        assert await one.owner(conversation) == "bot"
        assert one.desk.of(conversation).closed == "citizen_cancelled"
        assert (await one.told(conversation))[-1] == ("system", text("utter_gateway_queue_cancelled"))
        assert not await one.service.cancel(conversation)


async def test_who_cancels_after_a_person_came_keeps_the_person(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, _ = await one.taken()
        assert not await one.service.cancel(conversation)
        assert await one.owner(conversation) == "agent"


async def test_resume_and_a_new_wish_are_two_hand_overs(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, first = await one.queued()
        await one.press(conversation, "/resume")
        await one.press(conversation, "/request_human")
        await one.settled()
        row = await one.service.handoffs.open_of(conversation)
        assert row is not None and row.id != first
        assert one.desk.case(first).closed == "citizen_cancelled"  # type: ignore[union-attr]
        with pytest.raises(NotYours):
            await one.desk.write(row.id, "您好")
        assert (await one.desk.take(first)).ignored == "ended"
        assert await one.owner(conversation) == "queue"


async def test_a_desk_that_refuses_leaves_the_citizen_with_the_bot_and_a_call_back(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        await one.desk.reject(handoff_id)
        last = (await one.history(conversation))[-1]
        assert last.text == text("utter_gateway_nobody_there")
        assert [button.payload for button in last.buttons] == ["/request_callback"]
        assert await one.owner(conversation) == "bot"


async def test_after_a_long_wait_a_call_back_is_offered_once_and_the_place_stays(tmp_path: Path) -> None:
    async with inside(tmp_path, HANDOFF_ACCEPT_SECONDS="600") as one:
        conversation, handoff_id = await one.queued()
        await one.service.tick()
        offer = text("utter_gateway_queue_offer")
        assert offer not in [t for _, t in await one.told(conversation)]
        one.clock.pass_seconds(601)
        await one.service.tick()
        await one.service.tick()
        assert [t for _, t in await one.told(conversation)].count(offer) == 1
        assert await one.owner(conversation) == "queue"
        asked = len(one.bot.turns)
        await one.press(conversation, "/gateway_wait")
        assert (await one.told(conversation))[-1] == ("system", text("utter_gateway_queue_waits_on"))
        await one.press(conversation, "/gateway_leave_queue")
        await one.settled()
        assert await one.owner(conversation) == "bot" and len(one.bot.turns) == asked
        assert one.desk.case(handoff_id).closed == "citizen_cancelled"  # type: ignore[union-attr]


async def test_who_says_nothing_for_hours_is_taken_for_gone(tmp_path: Path) -> None:
    async with inside(tmp_path, HANDOFF_LEAVE_SECONDS="3600") as one:
        silent, _ = await one.queued()
        talking, _ = await one.queued()
        one.clock.pass_seconds(3000)
        await one.service.tick()
        await one.say(talking, "还在等")
        one.clock.pass_seconds(700)
        await one.service.tick()
        await one.settled()
        assert (await one.owner(silent), await one.owner(talking)) == ("bot", "queue")
        assert one.desk.of(silent).closed == "citizen_left"


async def test_place_name_and_typing_reach_the_citizens_stream(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        listener = one.hub.listen(conversation)
        await one.desk.place(handoff_id, 3)
        await one.desk.place(handoff_id, 3)
        await one.desk.place(handoff_id, 2)
        await one.desk.take(handoff_id)
        await one.desk.types(handoff_id)
        await one.desk.hand_back(handoff_id)
        frames = []
        while not listener._queue.empty():
            frame = listener._queue.get_nowait()
            assert frame is not None
            frames.append(orjson.loads(frame.body))
        shown = [
            {key: value for key, value in frame.items() if key not in ("language", "version")}
            for frame in frames
            if frame["type"] != "message"
        ]
        assert shown == [
            {"type": "owner", "owner": "queue", "queue_position": 3, "wait_seconds": 180},
            {"type": "owner", "owner": "queue", "queue_position": 2, "wait_seconds": 120},
            {"type": "owner", "owner": "agent", "agent": {"name": "小王"}},
            {"type": "typing", "who": "agent"},
            {"type": "owner", "owner": "bot"},
        ]


async def test_the_face_of_a_conversation_tells_place_or_name(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        first, handoff_id = await one.queued()
        second, _ = await one.queued()
        assert await one.service.face(await one.conversation(second)) == {"queue_position": 2, "wait_seconds": 360}
        await one.desk.take(handoff_id)
        assert await one.service.face(await one.conversation(first)) == {"agent": {"name": "小王"}}
        assert await one.service.face(await one.conversation(second)) == {"queue_position": 1, "wait_seconds": 180}


async def test_the_citizens_typing_reaches_the_desk_only_while_a_person_has_it(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        await one.service.citizen_typing(conversation)
        await one.desk.take(handoff_id)
        one.service._typed.clear()
        await one.service.citizen_typing(conversation)
        await one.service.citizen_typing(conversation)  # at most every two seconds
        assert one.desk.of(conversation).typed == 1


async def test_files_of_both_sides_are_passed_on(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        photo = {"id": "abc.jpg", "type": "image/jpeg", "size_bytes": 10, "name": "灯.jpg"}
        await one.router.attachment(conversation, "f1", Draft("citizen", "zh", data={"attachment": photo}), 5)
        await one.settled()
        [message] = [m for m in one.desk.of(conversation).told if m.attachments]
        assert message.attachments[0] == Attachment("abc.jpg", "image/jpeg", 10, "灯.jpg", None)
        answer = AgentMessage("m1", "请看", attachments=(Attachment("x.png", "image/png", 5, "图.png"),))
        await one.desk.report(handoff_id, answer)
        said = [m for m in await one.history(conversation) if m.sender == "agent"]
        assert [(m.text, m.data.get("attachment", {}).get("id")) for m in said] == [("请看", None), ("", "x.png")]


async def test_an_emergency_comes_first_and_every_person_on_duty_hears_of_it(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        waiting, _ = await one.queued()
        danger = await one.open()
        one.bot.answer = says(
            BotMessage(
                "请拨打119",
                (),
                {
                    "emergency": {"kind": "gas", "numbers": ["119"]},
                    "handoff": {"reason": "emergency", "priority": "urgent"},
                },
            )
        )
        await one.say(danger, "家里煤气漏了")
        await one.service.tick()
        await one.service.tick()
        await one.settled()
        [alert] = one.desk.alerts
        assert (alert.conversation_id, alert.text, alert.numbers) == (danger, "家里煤气漏了", ("119",))
        request = one.desk.of(danger).request
        assert (request.reason, request.priority) == ("emergency", "emergency")
        assert (await one.service.face(await one.conversation(danger)))["queue_position"] == 1
        assert (await one.service.face(await one.conversation(waiting)))["queue_position"] == 2


async def test_an_alert_is_told_until_the_desk_has_heard_it(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        danger = await one.open()
        one.bot.answer = says(BotMessage("请拨打119", (), {"emergency": {"numbers": ["119"]}}))
        one.desk.down = True
        await one.say(danger, "着火了")
        await one.service.tick()
        assert one.desk.alerts == []
        one.desk.down = False
        await one.service.tick()
        assert len(one.desk.alerts) == 1


async def test_one_alert_that_cannot_be_told_keeps_no_other_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with inside(tmp_path) as one:
        conversations = [await one.open(), await one.open()]
        one.bot.answer = says(BotMessage("请拨打119", (), {"emergency": {"numbers": ["119"]}}))
        for conversation, words in zip(conversations, ("着火了", "煤气漏了"), strict=True):
            await one.say(conversation, words)
        told = one.desk.alert

        async def refusing_the_first(alert: EmergencyAlert) -> None:
            if alert.text == "着火了":
                raise DeskUnavailable()
            await told(alert)

        monkeypatch.setattr(one.desk, "alert", refusing_the_first)
        await one.service.tick()
        assert [alert.text for alert in one.desk.alerts] == ["煤气漏了"]


async def test_a_desk_that_is_away_is_told_later_and_in_order(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.taken()
        one.desk.down = True
        for number in range(5):
            await one.say(conversation, f"话 {number}")
        await one.settled()
        assert one.desk.of(conversation).words == ["路灯坏了"]
        one.desk.down = False
        one.clock.pass_seconds(61)
        await one.service.tick()
        await one.settled()
        case = one.desk.of(conversation)
        assert case.words[1:] == [f"话 {number}" for number in range(5)]
        assert case.order == sorted(case.order)
        assert (await one.service.handoffs.get(handoff_id)).attempts == 0


async def test_a_desk_that_stays_away_costs_a_dead_letter_and_the_citizen_a_call_back_offer(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        impatient(one)
        one.desk.down = True
        conversation, _ = await one.queued()
        for _ in range(3):
            one.clock.pass_seconds(61)
            await one.service.tick()
            await one.settled()
        [letter] = await one.service.letters.letters()
        assert (letter.kind, letter.conversation_id, letter.attempts) == ("open", conversation, 3)
        assert await one.owner(conversation) == "bot"
        assert (await one.told(conversation))[-1] == ("system", text("utter_gateway_nobody_there"))
        one.desk.down = False
        await one.service.retry_letter(letter.id)
        await one.settled()
        assert await one.owner(conversation) == "queue" and "路灯坏了" in one.desk.of(conversation).words
        assert await one.service.letters.letters() == []


async def test_one_message_that_the_desk_refuses_goes_to_the_dead_letters_and_the_next_are_told(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, _ = await one.taken()
        one.desk.refuses = True
        await one.say(conversation, "不收")
        await one.settled()
        one.desk.refuses = False
        await one.say(conversation, "收")
        await one.settled()
        assert one.desk.of(conversation).words[1:] == ["收"]
        [letter] = await one.service.letters.letters()
        assert letter.kind == "message" and letter.seq is not None
        await one.service.retry_letter(letter.id)
        assert one.desk.of(conversation).words[1:] == ["不收", "收"]
        with pytest.raises(HandoffNotFound):
            await one.service.retry_letter(letter.id)
