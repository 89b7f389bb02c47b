"""Turns: what is asked of the bot, what is stored, and what a citizen is told when something fails."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import orjson
import pytest

from channels.conversations import Answer, Draft, Message
from channels.errors import ConversationNotFound, InvalidField, OwnerChanged
from channels.ports import BotMessage
from channels.recovery import recover
from channels.router import Incoming, Router
from channels.stream import Hub
from tests.unit.channels.channel_fakes import FakeBot, router_with, says

pytestmark = pytest.mark.asyncio


async def opened(router: Router, language: str = "zh") -> str:
    return (await router.open("web", language)).id


async def say(router: Router, conversation_id: str, text: str, message_id: str = "m1") -> Answer:
    return await (await router.receive(conversation_id, Incoming(message_id, text=text))).answer


async def press(router: Router, conversation_id: str, payload: str, message_id: str) -> Answer:
    return await (await router.receive(conversation_id, Incoming(message_id, payload=payload))).answer


async def history(router: Router, conversation_id: str) -> list[Message]:
    return await router.store.messages_after(conversation_id, 0, 1000)


async def test_a_conversation_opens_with_a_greeting_in_its_language() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router, "ru")
    assert [(turn.payload, turn.language, turn.text) for turn in bot.turns] == [("/session_opened", "ru", None)]
    assert [(m.seq, m.sender, m.text) for m in await history(router, one)] == [(1, "bot", "re: /session_opened")]


async def test_a_slow_greeting_does_not_keep_the_citizen_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.router._GREETING_SECONDS", 0.02)
    bot = FakeBot()
    bot.pause_seconds = 0.1
    router = router_with(bot)
    one = await opened(router)
    assert await history(router, one) == []
    answer = await say(router, one, "路灯坏了")
    assert [m.text for m in answer.messages] == ["re: 路灯坏了"]


async def test_without_the_bot_a_conversation_opens_with_the_gateways_own_words() -> None:
    bot = FakeBot()
    bot.down = True
    router = router_with(bot)
    one = await opened(router, "ja")
    assert [(m.sender, m.text) for m in await history(router, one)] == [("system", "utter_gateway_opening_down/ja")]


async def test_an_answer_holds_the_replies_to_this_message_only() -> None:
    router = router_with(FakeBot())
    one = await opened(router)
    answer = await say(router, one, "路灯坏了")
    assert (answer.seq, answer.language, answer.owner) == (2, "zh", "bot")
    assert [(m.seq, m.text) for m in answer.messages] == [(3, "re: 路灯坏了")]


async def test_text_and_payload_go_to_the_bot_apart() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    await say(router, one, "/affirm")
    await press(router, one, "/affirm", "m2")
    assert [(turn.text, turn.payload) for turn in bot.turns[1:]] == [("/affirm", None), (None, "/affirm")]
    pressed = (await history(router, one))[3]
    assert (pressed.text, dict(pressed.data)) == ("yes", {"payload": "/affirm"})


async def test_a_repeat_does_nothing_twice_and_gives_the_same_answer() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    first = await say(router, one, "路灯坏了")
    await say(router, one, "hello, can you speak English?", "m2")
    again = await say(router, one, "路灯坏了")
    assert again.wire() == first.wire()
    assert len(bot.turns) == 3


async def test_repeats_while_the_bot_thinks_wait_for_the_same_turn() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.pause_seconds = 0.05
    answers = await asyncio.gather(*(say(router, one, "路灯坏了") for _ in range(5)))
    assert len(bot.turns) == 2
    assert len({orjson.dumps(answer.wire()) for answer in answers}) == 1
    assert [m.seq for m in await history(router, one)] == [1, 2, 3]


async def test_turns_of_one_conversation_are_serial_and_of_two_are_not() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one, two = await opened(router), await opened(router)
    bot.pause_seconds, bot.most_running = 0.02, 0
    await asyncio.gather(*(say(router, one, "路灯坏了", f"m{number}") for number in range(5)))
    assert bot.most_running == 1
    await asyncio.gather(say(router, one, "路灯坏了", "x"), say(router, two, "路灯坏了", "x"))
    assert bot.most_running == 2
    assert [m.seq for m in await history(router, one)] == list(range(1, 14))


async def test_who_stops_waiting_does_not_stop_the_turn() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.pause_seconds = 0.05
    received = await router.receive(one, Incoming("m1", text="路灯坏了"))
    received.answer.cancel()
    await asyncio.sleep(0.1)
    assert [m.seq for m in await history(router, one)] == [1, 2, 3]


async def test_a_failing_bot_claims_nothing_and_the_same_message_is_really_processed_later() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.down = True
    failed = await say(router, one, "路灯坏了")
    [notice] = failed.messages
    assert failed.failed and failed.wire()["failed"] is True
    assert (notice.sender, notice.text) == ("system", "utter_gateway_bot_down/zh")
    assert [button.payload for button in notice.buttons] == ['/gateway_resend{"message_id":"m1"}', "/request_human"]
    bot.down = False
    answer = await say(router, one, "路灯坏了")
    assert not answer.failed and [m.text for m in answer.messages] == ["re: 路灯坏了"]
    assert (await say(router, one, "路灯坏了")).wire() == answer.wire()


async def test_try_again_sends_what_was_said_and_not_the_button() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.down = True
    [notice] = (await say(router, one, "路灯坏了")).messages
    bot.down = False
    answer = await press(router, one, notice.buttons[0].payload, "m2")
    assert [m.text for m in answer.messages] == ["re: 路灯坏了"]
    assert (bot.turns[-1].text, bot.turns[-1].payload, bot.turns[-1].message_id) == ("路灯坏了", None, "m1")
    asked = len(bot.turns)
    assert [m.text for m in (await say(router, one, "路灯坏了")).messages] == ["re: 路灯坏了"]
    assert [m.text for m in (await press(router, one, notice.buttons[0].payload, "m3")).messages] == ["re: 路灯坏了"]
    assert len(bot.turns) == asked
    shown = [m.text for m in await history(router, one)]
    assert shown.count("re: 路灯坏了") == 1 and shown.count("again") == 2


async def test_trying_again_an_unknown_message_is_refused() -> None:
    router = router_with(FakeBot())
    one = await opened(router)
    with pytest.raises(InvalidField):
        await press(router, one, '/gateway_resend{"message_id":"never"}', "m1")


async def test_a_bot_that_says_nothing_is_not_taken_for_success() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.answer = says()
    answer = await say(router, one, "路灯坏了")
    assert answer.failed and [m.text for m in answer.messages] == ["utter_gateway_no_answer/zh"]


async def test_a_person_can_be_asked_for_while_the_bot_is_away() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one, two = await opened(router), await opened(router)
    bot.down = True
    answer = await press(router, one, "/request_human", "m1")
    assert not answer.failed and answer.owner == "queue"
    assert answer.messages[0].data["handoff"] == {"state": "queued", "queue_position": 1, "wait_seconds": 100}
    second = await press(router, two, "/request_human", "m1")
    assert second.messages[0].data["handoff"]["queue_position"] == 2
    assert (await press(router, one, "/request_human", "m2")).failed


async def test_a_text_that_is_too_long_is_told_its_limit_and_not_sent_to_the_bot() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    answer = await say(router, one, "长" * 4001)
    [notice] = answer.messages
    assert answer.refused == "text_too_long" and answer.seq == notice.seq == 2
    assert notice.text == "utter_gateway_too_long/zh length=4001 limit=4000"
    assert len(bot.turns) == 1
    assert (await say(router, one, "长" * 4001)).wire() == answer.wire()
    shorter = await say(router, one, "长" * 4000)
    assert shorter.refused is None and len(bot.turns) == 2


async def test_a_clear_change_of_language_is_followed_and_a_brand_name_is_not() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    assert (await say(router, one, "KFC", "m1")).language == "zh"
    assert (await say(router, one, "The street light is broken, please fix it", "m2")).language == "en"
    assert [turn.language for turn in bot.turns] == ["zh", "zh", "en"]
    stored = [m.language for m in await history(router, one)]
    assert stored == ["zh", "zh", "zh", "en", "en"]


async def test_a_sixth_language_is_told_to_the_bot() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    await say(router, one, "Bonjour, le lampadaire de ma rue est cassé depuis trois jours")
    assert bot.turns[-1].other == "fr"


async def test_the_bot_can_switch_the_language() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.answer = says(BotMessage("Sure.", (), {"language": "en"}))
    assert (await say(router, one, "请说英语")).language == "en"
    assert (await router.store.conversation(one)).language == "en"


async def test_while_queued_the_bot_still_answers() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.answer = says(BotMessage("转人工", (), {"handoff": {"reason": "asked"}}))
    assert (await say(router, one, "转人工")).owner == "queue"
    bot.answer = says(BotMessage("我在", (), {}))
    answer = await say(router, one, "还有多久", "m2")
    assert (answer.owner, [m.text for m in answer.messages]) == ("queue", ["我在"])


async def test_while_an_agent_has_the_conversation_the_bot_is_never_asked() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    await router.set_owner(one, "agent", 0)
    answer = await say(router, one, "你好")
    assert (answer.owner, list(answer.messages), len(bot.turns)) == ("agent", [], 1)
    said = await router.agent_message(one, "d1", "我是小王", "小王")
    assert (said.sender, said.text, said.data["agent"]) == ("agent", "我是小王", {"name": "小王"})
    assert (await router.agent_message(one, "d1", "again", "小王")).seq == said.seq


async def test_an_agent_who_comes_while_the_bot_thinks_is_not_talked_over() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.pause_seconds = 0.05
    received = await router.receive(one, Incoming("m1", text="你好"))
    await router.set_owner(one, "agent", 0)
    answer = await received.answer
    assert (answer.owner, list(answer.messages)) == ("agent", [])


async def test_an_owner_is_set_only_by_who_saw_the_last_one() -> None:
    router = router_with(FakeBot())
    one = await opened(router)
    await router.set_owner(one, "agent", 0)
    with pytest.raises(OwnerChanged):
        await router.set_owner(one, "bot", 0)


async def test_news_are_told_once_in_the_conversations_language() -> None:
    router = router_with(FakeBot())
    one = await opened(router, "ko")
    first = await router.news(one, "e1", "utter_news", {"number": "1"}, {"ticket": {"number": "1"}})
    again = await router.news(one, "e1", "utter_news", {"number": "1"}, {})
    assert first.created and not again.created and first.message.seq == again.message.seq
    assert (first.message.text, first.message.sender) == ("utter_news/ko number=1", "system")
    with pytest.raises(KeyError):
        await router.news(one, "e2", "utter_unknown", {}, {})


async def test_a_conversation_that_is_not_there_takes_nothing() -> None:
    with pytest.raises(ConversationNotFound):
        await say(router_with(FakeBot()), "nowhere", "你好")


async def test_listeners_hear_the_message_the_typing_the_reply_and_the_owner_in_order() -> None:
    bot, hub = FakeBot(), Hub()
    router = router_with(bot, hub=hub)
    one = await opened(router)
    listener = hub.listen(one)
    bot.answer = says(BotMessage("转人工", (), {"handoff": {}}))
    await say(router, one, "转人工")

    async def replay(after: int, limit: int) -> list[Message]:
        return await router.store.messages_after(one, after, limit)

    hub.publish(one, [])
    frames = []
    async for frame in listener.frames(3, replay):
        frames.append(orjson.loads(frame.body))
        if frames[-1]["type"] == "owner":
            break
    assert [frame["type"] for frame in frames] == ["typing", "owner"]
    assert frames[-1] == {"type": "owner", "owner": "queue", "version": 1, "language": "zh"}


async def test_turns_that_a_crash_cut_off_are_taken_up_when_the_bot_is_back() -> None:
    bot = FakeBot()
    router = router_with(bot)
    one = await opened(router)
    bot.down = True
    await router.store.add_citizen(
        one, "m1", Draft("citizen", "zh", "路灯坏了"), datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    )

    async def comes_back() -> None:
        await asyncio.sleep(0.05)
        bot.down = False

    later = datetime(2026, 3, 2, 9, 6, tzinfo=UTC)
    count, _ = await asyncio.gather(recover(router.store, bot, router, later), comes_back())
    assert count == 1
    assert [m.text for m in await history(router, one)][-1] == "re: 路灯坏了"
    assert await recover(router.store, bot, router, later) == 0
