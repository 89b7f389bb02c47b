"""The bot speaks first: when it may, what is stored, and what happens when it is not the moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.conversations import Message
from channels.errors import BotUnavailable, ConversationBusy, ConversationNotFound
from channels.ports import BotMessage, BotReply, BotTurn
from channels.router import Incoming, Router
from tests.unit.channels.channel_fakes import FakeBot, router_with

pytestmark = pytest.mark.asyncio
NUMBER = "20261103004512"


def asking(turn: BotTurn) -> BotReply:
    """A bot that asks within a form when it is told to, and within another one when somebody complains."""
    if turn.payload and turn.payload.startswith("/revisit_opened"):
        return BotReply(turn.language, (BotMessage("solved?", (), {}),), {"name": "revisit_form"})
    if turn.text == "complain":
        return BotReply(turn.language, (BotMessage("where?", (), {}),), {"name": "complaint_form"})
    return BotReply(turn.language, (BotMessage("well", (), {}),), None)


async def opened(language: str = "zh") -> tuple[Router, FakeBot, str]:
    bot = FakeBot()
    bot.answer = asking
    router = router_with(bot)
    return router, bot, (await router.open("web", language)).id


async def say(router: Router, conversation_id: str, text: str, message_id: str) -> None:
    await (await router.receive(conversation_id, Incoming(message_id, text=text))).answer


async def history(router: Router, conversation_id: str) -> list[Message]:
    return await router.store.messages_after(conversation_id, 0, 100)


async def test_the_bot_asks_in_the_conversations_language_and_the_question_is_stored() -> None:
    router, bot, one = await opened("ru")
    [asked] = await router.revisit(one, "e-1", NUMBER)
    assert (asked.sender, asked.text, asked.language) == ("bot", "solved?", "ru")
    assert bot.turns[-1].payload == f'/revisit_opened{{"ticket_number":"{NUMBER}"}}' and bot.turns[-1].language == "ru"
    assert (await history(router, one))[-1] == asked


async def test_the_same_event_asks_once() -> None:
    router, bot, one = await opened()
    first = await router.revisit(one, "e-1", NUMBER)
    turns = len(bot.turns)
    assert await router.revisit(one, "e-1", NUMBER) == first
    assert len(bot.turns) == turns and len(await history(router, one)) == 2


async def test_a_running_form_is_not_interrupted_and_afterwards_the_question_comes() -> None:
    router, bot, one = await opened()
    await say(router, one, "complain", "m1")
    before = await history(router, one)
    with pytest.raises(ConversationBusy):
        await router.revisit(one, "e-1", NUMBER)
    assert await history(router, one) == before
    await say(router, one, "done", "m2")
    assert await router.revisit(one, "e-1", NUMBER)


async def test_a_form_left_lying_for_a_day_gives_way() -> None:
    router, bot, one = await opened()
    await say(router, one, "complain", "m1")
    router.turns.clock.now += timedelta(hours=25)  # type: ignore[attr-defined]
    assert await router.revisit(one, "e-1", NUMBER)


async def test_beside_a_person_nothing_is_asked() -> None:
    router, bot, one = await opened()
    await router.set_owner(one, "agent", 0)
    turns = len(bot.turns)
    with pytest.raises(ConversationBusy):
        await router.revisit(one, "e-1", NUMBER)
    assert len(bot.turns) == turns


async def test_a_bot_that_is_away_is_asked_again_later_and_nothing_is_said() -> None:
    router, bot, one = await opened()
    before = await history(router, one)
    bot.down = True
    with pytest.raises(BotUnavailable):
        await router.revisit(one, "e-1", NUMBER)
    assert await history(router, one) == before
    bot.down = False
    assert await router.revisit(one, "e-1", NUMBER)


async def test_a_matter_that_is_settled_by_now_is_not_asked_about() -> None:
    router, bot, one = await opened()
    bot.answer = lambda turn: BotReply(turn.language, (), None)
    assert await router.revisit(one, "e-1", NUMBER) == []


async def test_an_unknown_conversation_is_told_so() -> None:
    router, _, _ = await opened()
    with pytest.raises(ConversationNotFound):
        await router.revisit("nobody", "e-1", NUMBER)


async def test_a_value_of_the_news_may_differ_by_language() -> None:
    router, _, one = await opened("ja")
    names = {"zh": "水务公司", "ja": "水道会社"}
    stored = await router.news(one, "e-1", "utter_news_accepted", {"unit_name": names}, {})
    assert "unit_name=水道会社" in stored.message.text
    stored = await router.news(one, "e-2", "utter_news_accepted", {"unit_name": {"zh": "水务公司"}}, {})
    assert "unit_name=水务公司" in stored.message.text
