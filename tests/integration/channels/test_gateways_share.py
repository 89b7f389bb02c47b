"""Several gateways with Redis and PostgreSQL: listeners hear what another gateway stored. Skipped without them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from channels.errors import StoreUnavailable
from tests.integration.channels.databases import SERVER, fresh_database
from tests.integration.channels.gateways import WIDE, Client, config_for, frames_until, running_bot, running_gateway

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


async def test_a_listener_at_one_gateway_hears_what_another_one_stored(redis_url: str, tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as url:
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(running_bot())
            config = config_for(tmp_path, bot.url, DATABASE_URL=url, REDIS_URL=redis_url, **WIDE)
            one = await stack.enter_async_context(running_gateway(config))
            two = await stack.enter_async_context(running_gateway(config))
            client = await one.client()
            other = Client(two.base, two.session)
            other.conversation_id, other.token = client.conversation_id, client.token
            async with other.socket() as channel:
                answers = await asyncio.gather(*(client.say(f"路灯坏了 {number}") for number in range(10)))
                assert [status for status, _ in answers] == [200] * 10
                frames = await frames_until(channel, 21)
            assert [f["seq"] for f in frames if f["type"] == "message"] == list(range(1, 22))
            assert "typing" in {f["type"] for f in frames}


async def test_a_stream_ticket_of_one_gateway_is_taken_once_by_another(redis_url: str, tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as url:
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(running_bot())
            config = config_for(tmp_path, bot.url, DATABASE_URL=url, REDIS_URL=redis_url, **WIDE)
            one = await stack.enter_async_context(running_gateway(config))
            two = await stack.enter_async_context(running_gateway(config))
            client = await one.client()
            ticket = await client.ticket()
            for wanted in (200, 401):
                async with two.session.get(f"{two.base}{client.path}/events?ticket={ticket}") as response:
                    assert response.status == wanted


async def test_without_redis_a_gateway_serves_its_own_and_says_that_it_is_degraded(tmp_path: Path) -> None:
    async with running_bot() as bot:
        config = config_for(tmp_path, bot.url, REDIS_URL="redis://127.0.0.1:1/0", **WIDE)
        async with running_gateway(config) as running:
            client = await running.client()
            assert (await client.say("路灯坏了"))[0] == 200
            status, ready, _ = await client.call("GET", "/readyz")
            assert (status, ready["parts"]["redis"]) == (200, "degraded")


async def test_a_second_gateway_on_one_sqlite_file_does_not_start(tmp_path: Path) -> None:
    async with running_gateway(config_for(tmp_path, None)):
        with pytest.raises(StoreUnavailable, match="another gateway"):
            async with running_gateway(config_for(tmp_path, None)):
                pass
    async with running_gateway(config_for(tmp_path, None)) as running:
        assert (await running.stranger().call("GET", "/healthz"))[0] == 200


async def test_connections_that_the_database_cut_are_made_again(tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as url:
        name = f"gateway-{tmp_path.name}"[:60]
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(running_bot())
            config = config_for(tmp_path, bot.url, DATABASE_URL=f"{url}&application_name={name}", **WIDE)
            running = await stack.enter_async_context(running_gateway(config))
            client = await running.client()
            await asyncio.gather(*(client.say(f"路灯坏了 {number}") for number in range(4)))
            with psycopg.connect(SERVER, autocommit=True) as connection:
                cut = connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", (name,)
                ).fetchall()
            assert len(cut) > 1
            answers = await asyncio.gather(*(client.say(f"还是坏的 {number}") for number in range(4)))
            assert [status for status, _ in answers] == [200] * 4
            assert [m["seq"] for m in await client.history()] == list(range(1, 18))
