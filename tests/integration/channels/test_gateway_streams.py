"""Streams over real sockets: replay, live, acknowledgement, one-use tickets, origins and slow readers."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from tests.integration.channels.gateways import Client, frames_until, running_both

pytestmark = pytest.mark.asyncio


async def events(client: Client, after: int, wanted: int, **headers: str) -> list[tuple[str | None, dict[str, Any]]]:
    """The events of the SSE stream up to the message with the number `wanted`, as (id, frame)."""
    url = f"{client.base}{client.path}/events?after={after}&ticket={await client.ticket()}"
    found: list[tuple[str | None, dict[str, Any]]] = []
    event_id: str | None = None
    async with asyncio.timeout(30), client.session.get(url, headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/event-stream"
        async for raw in response.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("id: "):
                event_id = line[4:]
            elif line.startswith("data: "):
                found.append((event_id, orjson.loads(line[6:])))
                event_id = None
                if found[-1][1].get("seq") == wanted:
                    break
    return found


async def test_a_socket_acknowledges_shows_typing_and_brings_the_reply(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        async with client.socket() as channel:
            await channel.send_json({"type": "typing"})
            await channel.send_json({"type": "message", "message_id": "m1", "text": "路灯坏了"})
            frames = await frames_until(channel, 3)
            kinds = [frame["type"] for frame in frames]
            assert {"ack", "typing", "owner", "message"} == set(kinds)
            assert [frame["seq"] for frame in frames if frame["type"] == "message"] == [1, 2, 3]
            assert next(f for f in frames if f["type"] == "ack") == {"type": "ack", "message_id": "m1", "seq": 2}
            own = next(f for f in frames if f.get("sender") == "citizen")
            assert (own["message_id"], own["text"]) == ("m1", "路灯坏了")


async def test_a_message_sent_twice_over_a_socket_is_acknowledged_twice_and_answered_once(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, bot):
        client = await running.client()
        async with client.socket() as channel:
            for _ in range(2):
                await channel.send_json({"type": "message", "message_id": "m1", "text": "路灯坏了"})
            await channel.send_json({"type": "message", "message_id": "m2", "text": "谢谢"})
            frames = await frames_until(channel, 5)
            acks = [(f["message_id"], f["seq"]) for f in frames if f["type"] == "ack"]
            assert acks.count(("m1", 2)) == 2
        assert [m["seq"] for m in await client.history()] == [1, 2, 3, 4, 5]
        assert len(bot.turns) == 3


async def test_a_stream_goes_on_where_the_client_left_off(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        for number in range(3):
            await client.say(f"路灯坏了 {number}")
        async with client.socket(after=4) as channel:
            frames = [f for f in await frames_until(channel, 7) if f["type"] == "message"]
            assert [f["seq"] for f in frames] == [5, 6, 7]
        found = [frame for frame in await events(client, 4, 7) if frame[1]["type"] == "message"]
        assert [(event_id, frame["seq"]) for event_id, frame in found] == [("5", 5), ("6", 6), ("7", 7)]
        resumed = await events(client, 0, 7, **{"Last-Event-ID": "6"})
        assert [frame.get("seq") for _, frame in resumed] == [None, 7]


async def test_numbers_are_dense_for_everyone_while_many_post_and_reconnect(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, bot):
        client = await running.client()
        bot.pause_seconds = 0.002
        posts, total = 40, 1 + 2 * 40
        chance = random.Random(7)

        async def restless() -> list[int]:
            seen: list[int] = []
            async with asyncio.timeout(30):
                while not seen or seen[-1] < total:
                    async with client.socket(after=seen[-1] if seen else 0) as channel:
                        for _ in range(chance.randint(2, 25)):
                            if seen and seen[-1] == total:
                                break
                            frame = await channel.receive_json(loads=orjson.loads)
                            if frame["type"] == "message":
                                seen.append(frame["seq"])
            return seen

        listeners = [asyncio.create_task(restless()) for _ in range(4)]
        sse = asyncio.create_task(events(client, 0, total))
        await asyncio.gather(*(client.say(f"路灯坏了 {number}") for number in range(posts)))
        for seen in await asyncio.gather(*listeners):
            assert seen == list(range(1, total + 1))
        numbers = [frame["seq"] for _, frame in await sse if frame["type"] == "message"]
        assert numbers == list(range(1, total + 1))


async def test_a_stream_ticket_opens_one_stream_of_its_own_conversation(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client, other = await running.client(), await running.client()
        ticket = await client.ticket()
        url = f"{client.base}{client.path}/ws?ticket={ticket}"
        async with client.session.ws_connect(url):
            pass
        for tail, wanted in ((ticket, 401), ("invented", 401), ("", 401), (await other.ticket(), 403)):
            for kind in ("ws", "events"):
                if kind == "events" and wanted == 403:
                    tail = await other.ticket()
                async with client.session.get(f"{client.base}{client.path}/{kind}?ticket={tail}") as response:
                    assert response.status == wanted
                    assert response.headers["Content-Type"].startswith("application/problem+json")


async def test_a_stream_ticket_is_worth_nothing_after_a_minute(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        now = 0.0
        running.gateway.stream_tickets._clock = lambda: now  # type: ignore[attr-defined]
        ticket = await client.ticket()
        now = 60.0
        async with client.session.get(f"{client.base}{client.path}/events?ticket={ticket}") as response:
            assert response.status == 401


async def test_a_programs_token_opens_a_stream_too(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        headers = {"Authorization": f"Bearer {client.token}"}
        async with client.session.ws_connect(f"{client.base}{client.path}/ws", headers=headers) as channel:
            assert (await frames_until(channel, 1))[-1]["seq"] == 1


async def test_pages_of_foreign_origins_get_no_stream(tmp_path: Path) -> None:
    async with running_both(tmp_path, ALLOWED_ORIGINS="https://city.example") as (running, _):
        client = await running.client()
        for origin, allowed in (
            (client.base, True),
            ("https://city.example", True),
            ("https://evil.example", False),
            ("null", False),
            ("http://127.0.0.1:1", False),
            ("file://", False),
        ):
            url = f"{client.base}{client.path}/events?ticket={await client.ticket()}"
            async with client.session.get(url, headers={"Origin": origin}) as response:
                assert response.status == (200 if allowed else 403), origin


async def test_whatever_comes_over_a_socket_is_answered_and_ends_nothing(tmp_path: Path) -> None:
    async with running_both(tmp_path, RATE_PER_SECOND="0.5", RATE_BURST="4") as (running, _):
        client = await running.client()
        async with client.socket() as channel:
            await frames_until(channel, 1)
            await channel.send_bytes(b"\x00")
            for raw in (
                "",
                "{",
                "[]",
                "null",
                '{"type":7}',
                '{"type":"message"}',
                '{"type":"message","message_id":"m","text":" "}',
            ):
                await channel.send_str(raw)
            await channel.send_json({"type": "ping"})
            codes: list[str] = []
            while (frame := await channel.receive_json(loads=orjson.loads))["type"] != "pong":
                assert frame["type"] == "error" and frame["status"] >= 400
                codes.append(frame["code"])
            assert codes == ["invalid_json"] * 5 + ["invalid_field"] * 3
            for number in range(3):
                await channel.send_json({"type": "message", "message_id": f"m{number}", "text": "路灯坏了"})
            while (frame := await channel.receive_json(loads=orjson.loads))["type"] != "error":
                pass
            assert (frame["code"], frame["message_id"]) == ("challenge_required", "m2") and frame["retry_after"] >= 1


async def test_too_long_a_text_over_a_socket_is_refused_in_words_and_the_ack_says_so(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        async with client.socket(after=1) as channel:
            await channel.send_json({"type": "message", "message_id": "m1", "text": "长" * 4001})
            frames = [await channel.receive_json(loads=orjson.loads) for _ in range(3)]
            kinds = {frame["type"]: frame for frame in frames}
            assert kinds["ack"]["refused"] == "text_too_long"
            assert kinds["message"]["data"]["too_long"] == {"message_id": "m1", "length": 4001, "limit": 4000}


async def test_a_frame_that_is_too_large_ends_the_socket_only(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        async with client.socket(after=1) as channel:
            await channel.send_str("x" * 70_000)
            async with asyncio.timeout(5):
                while (await channel.receive()).type != aiohttp.WSMsgType.CLOSE:
                    pass
            assert channel.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        assert (await client.say("路灯坏了"))[0] == 200


async def test_a_reader_that_takes_nothing_is_let_go_and_misses_nothing(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, bot):
        running.gateway.send_seconds = 0.3
        client, quick = await running.client(), await running.client()
        host, port = client.base.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        request = f"GET {client.path}/events?ticket={await client.ticket()} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
        writer.write(request.encode())
        await reader.readuntil(b"\r\n\r\n")
        bot.custom = {"knowledge": {"id": "x" * 200_000}}
        for number in range(60):
            assert (await client.say(f"路灯坏了 {number}"))[0] == 200
            if not running.gateway.hub._listeners:
                break
            await asyncio.sleep(0.02)
        async with asyncio.timeout(10):
            while running.gateway.hub._listeners:
                await asyncio.sleep(0.05)
        assert (await quick.say("路灯坏了"))[0] == 200
        writer.close()
        last = (await client.history())[-1]["seq"]
        async with client.socket(max_msg_size=0) as channel:
            numbers = [f["seq"] for f in await frames_until(channel, last) if f["type"] == "message"]
        assert numbers == list(range(1, last + 1))


async def test_a_quiet_stream_shows_that_it_lives(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        running.gateway.heartbeat_seconds = 0.05
        client = await running.client()
        url = f"{client.base}{client.path}/events?after=1&ticket={await client.ticket()}"
        async with asyncio.timeout(5), client.session.get(url) as response:
            async for line in response.content:
                if line == b": still here\n":
                    break
            else:
                pytest.fail("the stream ended without a sign of life")


async def test_an_agents_words_and_the_change_of_owner_reach_the_citizen(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, bot):
        client = await running.client()
        async with client.socket(after=1) as channel:
            await running.gateway.router.set_owner(client.conversation_id, "agent", 0)
            await running.gateway.router.agent_message(client.conversation_id, "d1", "我是小王", "小王")
            frames = await frames_until(channel, 2)
            assert [f["owner"] for f in frames if f["type"] == "owner"] == ["bot", "agent"]
            assert frames[-1]["sender"] == "agent"
        _, answer = await client.say("你好")
        assert (answer["owner"], answer["messages"], len(bot.turns)) == ("agent", [], 1)
