"""Races: while a person has a conversation the bot is silent, whatever was on its way; one person has it, or none."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from channels.conversations import Draft, Message
from channels.errors import BotOutOfTurn
from channels.handoff.contract import Agent, Returned
from channels.handoff.errors import AlreadyTaken
from channels.ports import BotMessage
from channels.recovery import recover
from channels.router import Incoming
from tests.integration.channels.handoff.desks import LI, WANG
from tests.integration.channels.handoff.people import Inside, inside, text
from tests.unit.channels.channel_fakes import says

pytestmark = pytest.mark.asyncio
KINDS = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


def bot_beside_a_person(history: list[Message]) -> list[str]:
    """What the bot said between a person's coming and going, by the numbers of the messages."""
    joined = {text("utter_gateway_agent_joined", agent=name) for name in ("小王", "小李")}
    left = {text("utter_gateway_agent_returned"), text("utter_gateway_agent_closed")}
    left.add(text("utter_gateway_agent_waiting_again"))
    beside, wrong = False, []
    for message in history:
        if message.text in joined:
            beside = True
        elif message.text in left:
            beside = False
        elif beside and message.sender == "bot":
            wrong.append(message.text)
    return wrong


async def in_flight(one: Inside, conversation: str, words: str, message_id: str) -> asyncio.Future[object]:
    """Sends a message and comes back while the bot still thinks."""
    received = await one.router.receive(conversation, Incoming(message_id, text=words))
    await asyncio.sleep(0.01)
    return received.answer  # type: ignore[return-value]


@KINDS
async def test_a_message_in_flight_is_not_answered_by_the_bot_after_a_person_came(kind: str, tmp_path: Path) -> None:
    async with inside(tmp_path, kind) as one:
        conversation, handoff_id = await one.queued()
        one.bot.pause_seconds = 0.1
        answer = await in_flight(one, conversation, "还有人吗", "m1")
        await one.desk.take(handoff_id)
        await answer
        assert [m.sender for m in (await one.history(conversation))[-2:]] == ["citizen", "system"]
        assert bot_beside_a_person(await one.history(conversation)) == []
        await one.settled()
        assert one.desk.of(conversation).words[-1] == "还有人吗"


async def test_a_ticket_that_was_filed_in_flight_is_told_by_the_system_and_asks_nothing(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        one.bot.pause_seconds = 0.1
        one.bot.answer = says(BotMessage("工单号1", (), {"ticket": {"number": "1"}}), BotMessage("还有别的吗", (), {}))
        answer = await in_flight(one, conversation, "确认", "m1")
        await one.desk.take(handoff_id)
        await answer
        last = (await one.history(conversation))[-1]
        assert (last.sender, last.text, last.buttons) == ("system", "工单号1", ())
        assert bot_beside_a_person(await one.history(conversation)) == []


async def test_a_retry_of_an_unanswered_message_is_not_answered_by_the_bot_after_a_person_came(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        await one.store.add_citizen(conversation, "m1", Draft("citizen", "zh", "还有人吗"), one.clock())  # then a crash
        await one.desk.take(handoff_id)
        asked = len(one.bot.turns)
        answers = await asyncio.gather(*(one.say(conversation, "还有人吗", "m1") for _ in range(3)))
        assert [(a.owner, list(a.messages)) for a in answers] == [("agent", [])] * 3
        assert await recover(one.store, one.bot, one.router, one.clock()) == 0
        assert len(one.bot.turns) == asked


async def test_turns_that_a_crash_left_are_not_run_beside_a_person(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        await one.store.add_citizen(conversation, "m1", Draft("citizen", "zh", "还有人吗"), one.clock())
        await one.desk.take(handoff_id)
        asked = len(one.bot.turns)
        one.clock.pass_seconds(1)
        assert await recover(one.store, one.bot, one.router, one.clock()) == 1
        assert len(one.bot.turns) == asked and bot_beside_a_person(await one.history(conversation)) == []


@KINDS
async def test_a_bot_that_fails_slowly_does_not_say_sorry_beside_a_person(kind: str, tmp_path: Path) -> None:
    async with inside(tmp_path, kind) as one:
        conversation = await one.open()
        one.bot.pause_seconds, one.bot.down = 0.1, True
        answer = await in_flight(one, conversation, "路灯坏了", "m1")
        await one.service.take_over(conversation, WANG, 0)
        result = await answer
        assert result.owner == "agent" and not result.failed  # type: ignore[attr-defined]
        senders = [(m.sender, m.text) for m in await one.history(conversation)]
        assert senders[-1] == ("system", text("utter_gateway_agent_joined", agent="小王"))
        assert (await one.store.find(conversation, "m1")).turn == "done"  # type: ignore[union-attr]


async def test_a_greeting_that_comes_late_is_not_said_beside_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.router._GREETING_SECONDS", 0.01)
    async with inside(tmp_path) as one:
        one.bot.pause_seconds = 0.1
        conversation = await one.open()
        await one.service.take_over(conversation, WANG, 0)
        await asyncio.sleep(0.2)
        assert await one.told(conversation) == [("system", text("utter_gateway_agent_joined", agent="小王"))]


@pytest.mark.parametrize("custom", [{"handoff": {"reason": "request"}}, {"resume": {}}])
async def test_a_wish_in_flight_does_not_take_the_conversation_from_a_person(
    custom: dict[str, object], tmp_path: Path
) -> None:
    async with inside(tmp_path) as one:
        conversation, handoff_id = await one.queued()
        one.bot.pause_seconds = 0.1
        one.bot.answer = says(BotMessage("好的", (), custom))
        answer = await in_flight(one, conversation, "算了", "m1")
        await one.desk.take(handoff_id)
        await answer
        assert await one.owner(conversation) == "agent"
        row = await one.service.handoffs.get(handoff_id)
        assert (row.state, row.agent_id) == ("accepted", "a1")


@KINDS
async def test_of_many_people_who_click_at_once_one_gets_it_and_the_others_hear_who(kind: str, tmp_path: Path) -> None:
    async with inside(tmp_path, kind) as one:
        conversation, handoff_id = await one.queued()
        people = [Agent(f"a{number}", f"人{number}") for number in range(8)]
        results = await asyncio.gather(*(one.desk.take(handoff_id, agent) for agent in people), return_exceptions=True)
        refused = [result for result in results if isinstance(result, AlreadyTaken)]
        row = await one.service.handoffs.get(handoff_id)
        assert len(refused) == 7 and {error.agent for error in refused} == {row.agent}
        joined = [t for s, t in await one.told(conversation) if s == "system" and "为您服务" in t]
        assert len(joined) == 1


@KINDS
async def test_cancelling_and_taking_at_once_ends_with_one_of_the_two(kind: str, tmp_path: Path) -> None:
    async with inside(tmp_path, kind) as one:
        for _ in range(5):
            conversation, handoff_id = await one.queued()
            cancelled, taken = await asyncio.gather(
                one.service.cancel(conversation), one.desk.take(handoff_id), return_exceptions=True
            )
            row = await one.service.handoffs.get(handoff_id)
            owner = await one.owner(conversation)
            if cancelled is True:
                assert (owner, row.ended) == ("bot", "citizen_cancelled") and taken.ignored == "ended"  # type: ignore[union-attr]
            else:
                assert (owner, row.state) == ("agent", "accepted")


@KINDS
async def test_a_word_said_while_it_is_given_back_is_answered_by_one_of_the_two(kind: str, tmp_path: Path) -> None:
    async with inside(tmp_path, kind) as one:
        for number in range(5):
            conversation, handoff_id = await one.taken()
            words = f"最后一句 {number}"
            await asyncio.gather(one.say(conversation, words), one.desk.report(handoff_id, Returned("")))
            await one.settled()
            at_the_desk = words in one.desk.of(conversation).words
            by_the_bot = f"re: {words}" in [t for _, t in await one.told(conversation)]
            assert at_the_desk != by_the_bot
            assert bot_beside_a_person(await one.history(conversation)) == []


async def test_a_slow_desk_does_not_mute_the_bot(tmp_path: Path) -> None:
    async with inside(tmp_path) as one:
        one.desk.down = True  # the desk does not even know of it
        conversation, _ = await one.queued()
        answer = await one.say(conversation, "在等的时候问一句")
        assert [m.text for m in answer.messages] == ["re: 在等的时候问一句"]


@KINDS
async def test_the_store_itself_takes_no_word_of_the_bot_beside_a_person(kind: str, tmp_path: Path) -> None:
    async with inside(tmp_path, kind) as one:
        conversation, _ = await one.taken()
        with pytest.raises(BotOutOfTurn):
            await one.store.add(conversation, Draft("bot", "zh", "我来说"), one.clock())
        assert "我来说" not in [t for _, t in await one.told(conversation)]


async def test_citizens_bot_and_people_in_any_order_never_make_the_bot_speak_beside_a_person(tmp_path: Path) -> None:
    """Twenty conversations in which everybody acts at random; afterwards the numbers of the messages are looked at."""
    chance = random.Random(12345)
    async with inside(tmp_path) as one:

        async def citizen(conversation: str) -> None:
            for number in range(6):
                one.bot.pause_seconds = chance.choice([0.0, 0.002, 0.01])
                press = chance.random()
                if press < 0.25:
                    await one.press(conversation, "/request_human")
                elif press < 0.35:
                    await one.press(conversation, "/resume")
                else:
                    await one.say(conversation, f"话 {number}")
                await asyncio.sleep(chance.random() * 0.02)

        async def person(conversation: str, agent: Agent) -> None:
            for number in range(8):
                await asyncio.sleep(chance.random() * 0.02)
                row = await one.service.handoffs.open_of(conversation)
                if row is None:
                    continue
                try:
                    if row.state == "waiting":
                        await one.desk.take(row.id, agent)
                    elif chance.random() < 0.5:
                        await one.desk.write(row.id, f"答 {agent.id} {number}")
                    elif chance.random() < 0.4:
                        await one.desk.transfer(row.id, chance.choice([WANG, LI, None]))
                    else:
                        await one.desk.hand_back(row.id)
                except Exception as error:
                    if not hasattr(error, "code"):
                        raise

        conversations = await asyncio.gather(*(one.open() for _ in range(20)))
        await asyncio.gather(
            *(citizen(conversation) for conversation in conversations),
            *(person(conversation, agent) for conversation in conversations for agent in (WANG, LI)),
        )
        await one.settled()
        for conversation in conversations:
            history = await one.history(conversation)
            assert bot_beside_a_person(history) == []
            assert [m.seq for m in history] == list(range(1, len(history) + 1))
