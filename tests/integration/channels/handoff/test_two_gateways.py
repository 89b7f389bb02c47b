"""A hand-over between two gateways on PostgreSQL and Redis: citizen here, desk there. Skipped where they are not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import redis

from channels.handoff.contract import Accepted, AgentMessage
from channels.handoff.door import PATH, EventPoster, desk_app
from channels.handoff.errors import AlreadyTaken
from channels.ownership import ASKED
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.gateways import WIDE, Client, Running, StubBot, config_for, running_bot, running_gateway
from tests.integration.channels.handoff.desks import LI, WANG, StandInDesk, event
from tests.integration.channels.handoff.test_conformance import served

pytestmark = pytest.mark.asyncio
REDIS = "redis://127.0.0.1:6379/0"
SECRET = "between desk and gateways"


@asynccontextmanager
async def two_gateways(folder: Path) -> AsyncIterator[tuple[Running, Running, StandInDesk, StubBot]]:
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=1) as client:
            client.ping()
    except redis.RedisError:
        pytest.skip("no Redis at 127.0.0.1:6379")
    desk = StandInDesk()
    with fresh_database("postgresql", folder) as url:
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(running_bot())
            base = await stack.enter_async_context(served(desk_app(desk, SECRET)))
            names = {"HANDOFF_DESK": "webhook", "HANDOFF_WEBHOOK_URL": base + PATH, "HANDOFF_SECRET": SECRET}
            config = config_for(folder, bot.url, DATABASE_URL=url, REDIS_URL=REDIS, **names, **WIDE)
            one = await stack.enter_async_context(running_gateway(config))
            two = await stack.enter_async_context(running_gateway(config))
            yield one, two, desk, bot


def poster(running: Running) -> EventPoster:
    return EventPoster(f"{running.base}/api/v1/handoff/events", SECRET, tries=1)


async def settled(*gateways: Running) -> None:
    for running in gateways:
        assert running.gateway.people is not None
        await running.gateway.people.delivery.settled()


async def handed_over(one: Running, desk: StandInDesk) -> tuple[Client, str]:
    client = await one.client()
    await client.say("路灯坏了")
    assert one.gateway.people is not None
    await one.gateway.people.hand_over(client.conversation_id, 0, ASKED)
    await settled(one)
    return client, desk.of(client.conversation_id).request.handoff_id


async def test_a_page_at_one_gateway_sees_what_the_desk_reports_to_the_other(tmp_path: Path) -> None:
    async with two_gateways(tmp_path) as (one, two, desk, _):
        client, handoff_id = await handed_over(one, desk)
        desk.events = there = poster(two)
        async with client.socket(after=10**6) as channel:
            assert (await channel.receive_json())["owner"] == "queue"
            await desk.place(handoff_id, 4)
            await desk.take(handoff_id)
            await desk.types(handoff_id)
            await desk.write(handoff_id, "您好")
            await desk.hand_back(handoff_id, "办好了")
            seen = []
            while not seen or seen[-1] != ("owner", "bot"):
                frame = await channel.receive_json(timeout=5)
                seen.append((frame["type"], frame.get("owner") or frame.get("who") or frame.get("text")))
        joined, returned = "人工客服小王为您服务，您之前说的内容都能看到。", seen[-2][1]
        assert seen == [
            ("owner", "queue"),
            ("message", joined),
            ("owner", "agent"),
            ("typing", "agent"),
            ("message", "您好"),
            ("message", returned),
            ("owner", "bot"),
        ]
        await there.aclose()


async def test_the_citizen_may_write_at_either_gateway_and_the_desk_is_told_once_and_in_order(tmp_path: Path) -> None:
    async with two_gateways(tmp_path) as (one, two, desk, bot):
        client, handoff_id = await handed_over(one, desk)
        other = Client(two.base, two.session)
        other.conversation_id, other.token = client.conversation_id, client.token
        desk.events = there = poster(two)
        await desk.take(handoff_id)
        asked = len(bot.turns)
        for number in range(10):
            answers = await asyncio.gather(
                client.say(f"一 {number}", f"a{number}"), other.say(f"二 {number}", f"b{number}")
            )
            assert [answer["owner"] for _, answer in answers] == ["agent", "agent"]
        await settled(one, two)
        for running in (one, two):
            await running.gateway.people.tick()  # type: ignore[union-attr]
        await settled(one, two)
        case = desk.of(client.conversation_id)
        stored = [m["text"] for m in await client.history() if m["sender"] == "citizen"]
        assert case.words == stored and len(stored) == 21
        assert case.order == sorted(case.order) and len(bot.turns) == asked
        await there.aclose()


async def test_two_people_who_click_at_two_gateways_at_once_are_told_apart(tmp_path: Path) -> None:
    async with two_gateways(tmp_path) as (one, two, desk, _):
        here, there = poster(one), poster(two)
        for _ in range(3):
            _, handoff_id = await handed_over(one, desk)
            results = await asyncio.gather(
                here.event(event(handoff_id, Accepted(WANG, 1))),
                there.event(event(handoff_id, Accepted(LI, 1))),
                return_exceptions=True,
            )
            [refused] = [result for result in results if isinstance(result, AlreadyTaken)]
            row = await two.gateway.people.handoffs.get(handoff_id)  # type: ignore[union-attr]
            assert refused.agent == row.agent
        await here.aclose()
        await there.aclose()


async def test_one_event_at_both_gateways_is_one_event(tmp_path: Path) -> None:
    async with two_gateways(tmp_path) as (one, two, desk, _):
        client, handoff_id = await handed_over(one, desk)
        desk.events = here = poster(one)
        await desk.take(handoff_id)
        there = poster(two)
        said = event(handoff_id, AgentMessage("m1", "只一次"), "e1")
        outcomes = await asyncio.gather(*(way.event(said) for way in (here, there) * 4))
        assert sum(not outcome.duplicate for outcome in outcomes) == 1
        assert [m["text"] for m in await client.history()].count("只一次") == 1
        await here.aclose()
        await there.aclose()


async def test_what_a_gateway_left_behind_another_takes_up(tmp_path: Path) -> None:
    async with two_gateways(tmp_path) as (one, two, desk, _):
        client = await one.client()
        await client.say("路灯坏了")
        gone = one.gateway.people
        assert gone is not None and two.gateway.people is not None
        gone.delivery.wake = lambda conversation_id: None  # type: ignore[method-assign]  # it dies right after storing
        await gone.hand_over(client.conversation_id, 0, ASKED)
        assert desk.cases == {}
        await two.gateway.people.tick()
        await settled(two)
        assert desk.of(client.conversation_id).words == ["路灯坏了"]
