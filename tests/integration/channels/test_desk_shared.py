"""The desk on two gateways with PostgreSQL and Redis: pages at one hear what happens at the other. Skipped without."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import redis

from tests.integration.channels.databases import fresh_database
from tests.integration.channels.desks import FAST, HANDOFF, Staffed, eventually
from tests.integration.channels.gateways import WIDE, config_for, running_bot, running_gateway

pytestmark = pytest.mark.asyncio
REDIS = "redis://127.0.0.1:6379/0"


@pytest.fixture
def redis_url() -> str:
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=1) as client:
            client.ping()
    except redis.RedisError:
        pytest.skip("no Redis at 127.0.0.1:6379")
    return REDIS


@asynccontextmanager
async def two_gateways(redis_url: str, folder: Path, **names: str) -> AsyncIterator[tuple[Staffed, Staffed]]:
    with fresh_database("postgresql", folder) as url:
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(running_bot())
            settings = {**WIDE, **FAST, "DATABASE_URL": url, "REDIS_URL": redis_url, **names}
            config = config_for(folder, bot.url, **settings)
            one = await stack.enter_async_context(running_gateway(config))
            two = await stack.enter_async_context(running_gateway(config))
            yield Staffed(one, bot, stack), Staffed(two, bot, stack)


async def test_pages_at_one_gateway_hear_what_happens_at_the_other(redis_url: str, tmp_path: Path) -> None:
    async with two_gateways(redis_url, tmp_path) as (one, two):
        wang = await one.hired("wang")
        leader = await two.hired("leader", "shift_leader", languages="en")
        async with wang.socket() as agent, leader.socket() as watcher:
            await agent.until("hello")
            await watcher.until("hello")
            citizen = await two.citizen()
            await agent.until("queue", lambda frame: bool(frame["entries"]))
            await wang.accept(citizen.conversation_id)
            await watcher.until("queue", lambda frame: not frame["entries"])
            await citizen.say("在吗")
            heard = await agent.until("message", lambda frame: frame["message"]["text"] == "在吗")
            assert heard["conversation_id"] == citizen.conversation_id
            await watcher.send(type="view", conversation_id=citizen.conversation_id)
            await watcher.until("viewers")
            await agent.send(type="view", conversation_id=citizen.conversation_id)
            both = await watcher.until("viewers", lambda frame: len(frame["agents"]) == 2)
            assert [one["id"] for one in both["agents"]] == ["leader", "wang"]
            await leader.do(f"/conversations/{citizen.conversation_id}/whisper", {"text": "慢慢来"})
            assert (await agent.until("note"))["note"]["text"] == "慢慢来"
            await wang.say(citizen.conversation_id, "您好")
            await watcher.until("message", lambda frame: frame["message"]["text"] == "您好")


async def test_two_who_click_at_two_gateways_do_not_both_have_it(redis_url: str, tmp_path: Path) -> None:
    async with two_gateways(redis_url, tmp_path, DESK_ASSIGNMENT="off") as (one, two):
        wang, li = await one.hired("wang", capacity=20), await two.hired("li", capacity=20)
        for _ in range(5):
            citizen = await one.citizen()
            path = f"/conversations/{citizen.conversation_id}/accept"
            answers = await asyncio.gather(wang.call("POST", path, {}), li.call("POST", path, {}))
            assert sorted(status for status, _ in answers) == [200, 409]
            [refused] = [answer for status, answer in answers if status == 409]
            [holder] = [answer["conversation"]["agent"] for status, answer in answers if status == 200]
            assert refused["code"] == "already_taken" and refused["agent"] == holder


async def test_a_session_revoked_at_one_gateway_ends_at_the_other(redis_url: str, tmp_path: Path) -> None:
    async with two_gateways(redis_url, tmp_path) as (one, two):
        boss, wang = await one.hired("boss", "administrator"), await one.hired("wang")
        there = await two.page()
        await there.sign_in("wang")
        async with there.socket() as socket:
            await socket.until("hello")
            await boss.do("/agents/wang", {"active": False}, "PATCH")
            await socket.until("signed_out")
        assert (await wang.call("GET", "/state"))[0] == 401


async def test_one_of_two_clocks_runs_and_the_other_takes_over_when_it_stops(redis_url: str, tmp_path: Path) -> None:
    async with two_gateways(redis_url, tmp_path) as (one, two):
        works = [one.desk.clockwork, two.desk.clockwork]
        now = one.desk.clock()
        first = [await clockwork._is_ours(now) for clockwork in works]
        assert first.count(True) == 1
        assert [await clockwork._is_ours(now) for clockwork in works] == first


async def test_while_redis_is_away_the_desk_works_at_each_gateway(tmp_path: Path) -> None:
    async with two_gateways("redis://127.0.0.1:1/0", tmp_path, DESK_ASSIGNMENT="off") as (one, two):
        wang = await one.hired("wang")
        one.bot.custom = HANDOFF
        citizen = await two.running.client()
        await citizen.say("请转人工")
        one.bot.custom = None
        await eventually(lambda: one.desk.work.open_case_of(citizen.conversation_id))
        await wang.accept(citizen.conversation_id)
        await wang.say(citizen.conversation_id, "您好")
        assert [message["text"] for message in await citizen.history() if message["sender"] == "agent"] == ["您好"]
