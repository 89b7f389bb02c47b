"""A gateway is killed at each step of a turn: afterwards each message is answered exactly once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from channels.gateway import _CLOSE_SECONDS, _DRAIN_SECONDS
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.gateways import Child, Client, free_port, running_bot

pytestmark = pytest.mark.asyncio
STEPS = ["after_store", "before_bot", "after_bot", "after_finish"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("step", STEPS)
async def test_a_killed_gateway_answers_the_same_message_once(step: str, kind: str, tmp_path: Path) -> None:
    with fresh_database(kind, tmp_path) as url:
        async with running_bot() as bot, aiohttp.ClientSession() as session:
            async with Child(tmp_path, bot.url, step, DATABASE_URL=url) as child:
                client = Client(child.base, session)
                await client.open()
                with pytest.raises(aiohttp.ClientError):
                    await client.say("路灯坏了", "m1")
                assert await child.process.wait() == -9
            async with Child(tmp_path, bot.url, DATABASE_URL=url) as child:
                client.base = child.base
                answers = await asyncio.gather(*(client.say("路灯坏了", "m1") for _ in range(3)))
                assert [[m["text"] for m in body["messages"]] for _, body in answers] == [["re: 路灯坏了"]] * 3
                history = await client.history()
                assert [m["seq"] for m in history] == [1, 2, 3]
                assert [m["sender"] for m in history] == ["bot", "citizen", "bot"]


async def test_a_message_that_was_acknowledged_is_answered_after_a_crash_without_being_sent_again(
    tmp_path: Path,
) -> None:
    async with running_bot() as bot, aiohttp.ClientSession() as session:
        async with Child(tmp_path, bot.url, "before_bot") as child:
            client = Client(child.base, session)
            await client.open()
            with pytest.raises(aiohttp.ClientError):
                await client.say("路灯坏了", "m1")
        async with Child(tmp_path, bot.url) as child, asyncio.timeout(10):
            client.base = child.base
            while [m["sender"] for m in await client.history()] != ["bot", "citizen", "bot"]:
                await asyncio.sleep(0.05)


async def test_sigterm_ends_a_gateway_without_waiting_for_open_streams_and_running_turns(tmp_path: Path) -> None:
    assert _DRAIN_SECONDS + _CLOSE_SECONDS < 5  # the promise, apart from what other work on the machine costs
    async with (
        running_bot() as bot,
        aiohttp.ClientSession() as session,
        Child(tmp_path, bot.url, BOT_TIMEOUT_SECONDS="60") as child,
    ):
        client = Client(child.base, session)
        await client.open()
        async with client.socket() as channel:
            bot.pause_seconds = 60
            await channel.send_json({"type": "message", "message_id": "m1", "text": "路灯坏了"})
            await asyncio.sleep(0.3)
            assert await child.terminate() == 0


async def test_two_gateways_on_one_database_number_densely_and_answer_once(tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as url:
        async with (
            running_bot() as bot,
            aiohttp.ClientSession() as session,
            Child(tmp_path, bot.url, DATABASE_URL=url) as one,
            Child(tmp_path, bot.url, DATABASE_URL=url) as two,
        ):
            client, copy = Client(one.base, session), Client(two.base, session)
            await client.open()
            copy.conversation_id, copy.token = client.conversation_id, client.token
            bot.pause_seconds = 0.02
            answers = await asyncio.gather(
                *(who.say(f"路灯坏了 {number}", f"m{number}") for number in range(10) for who in (client, copy))
            )
            for number in range(10):
                first, second = answers[2 * number][1], answers[2 * number + 1][1]
                assert first == second
            assert [m["seq"] for m in await client.history()] == list(range(1, 22))
            assert {turn["message_id"] for turn in bot.turns} == {"opening", *(f"m{n}" for n in range(10))}


async def test_a_restarting_bot_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    async with aiohttp.ClientSession() as session, Child(tmp_path, f"http://127.0.0.1:{port}") as child:
        client = Client(child.base, session)
        async with running_bot(port):
            await client.open()
        waiting = asyncio.create_task(client.say("路灯坏了", "m1"))
        await asyncio.sleep(1.0)
        async with running_bot(port):
            status, answer = await waiting
        assert status == 200 and "failed" not in answer
