"""A real gateway process is killed at each step of a hand-over and started again: no word lost, none doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

from channels.handoff.contract import Accepted, AgentMessage, Returned, What
from channels.handoff.door import PATH, EventPoster, desk_app
from channels.handoff.errors import DeskUnavailable
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.gateways import Child, Client, StubBot, running_bot
from tests.integration.channels.handoff.desks import WANG, StandInDesk, event
from tests.integration.channels.handoff.test_conformance import served

pytestmark = pytest.mark.asyncio
SECRET = "between desk and gateway"
T = TypeVar("T")


class Kept:
    """A gateway that is started again whenever it died; calls are repeated until they are answered."""

    def __init__(self, folder: Path, bot: StubBot, desk_url: str, crash_at: str, url: str) -> None:
        self.names = {
            "HANDOFF_DESK": "webhook",
            "HANDOFF_WEBHOOK_URL": desk_url,
            "HANDOFF_SECRET": SECRET,
            "DATABASE_URL": url,
        }
        self.folder, self.bot = folder, bot
        self.child = Child(folder, bot.url, crash_at, **self.names)
        self.deaths = 0

    async def start(self) -> None:
        await self.child.__aenter__()

    async def call(self, what: Callable[[str], Awaitable[T]]) -> T:
        while True:
            try:
                return await what(self.child.base)
            except (aiohttp.ClientError, DeskUnavailable):
                await self.child.process.wait()
                self.deaths += 1
                self.child = Child(self.folder, self.bot.url, **self.names)
                await self.child.__aenter__()

    async def stop(self) -> None:
        await self.child.__aexit__()


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ("desk_opened", "sqlite"),
        ("desk_opened", "postgresql"),
        ("desk_pushed", "sqlite"),
        ("event_applied", "postgresql"),
    ],
)
async def test_a_killed_gateway_loses_and_doubles_no_word(step: str, kind: str, tmp_path: Path) -> None:
    desk = StandInDesk()
    with fresh_database(kind, tmp_path) as url:
        async with running_bot() as bot, served(desk_app(desk, SECRET)) as base, aiohttp.ClientSession() as session:
            kept = Kept(tmp_path, bot, base + PATH, step, url)
            await kept.start()
            client = Client(kept.child.base, session)
            await client.open()

            async def say(words: str) -> None:
                async def once(gateway: str) -> None:
                    client.base = gateway
                    status, answer = await client.say(words, words)
                    assert status == 200 and "failed" not in answer, answer

                await kept.call(once)

            async def report(handoff_id: str, event_id: str, what: What) -> None:
                reported = event(handoff_id, what, event_id)

                async def once(gateway: str) -> None:
                    poster = EventPoster(f"{gateway}/api/v1/handoff/events", SECRET, tries=1)
                    try:
                        assert (await poster.event(reported)).ignored is None
                    finally:
                        await poster.aclose()

                await kept.call(once)

            async def until_the_desk_has(words: str) -> None:
                async with asyncio.timeout(20):
                    while not any(words in case.words for case in desk.cases.values()):
                        await kept.call(lambda gateway: _ping(session, gateway))
                        await asyncio.sleep(0.05)

            try:
                await say("w1")
                bot.custom = {"handoff": {"reason": "request"}}
                await say("w2")
                bot.custom = None
                await until_the_desk_has("w2")
                [case] = desk.cases.values()
                handoff_id = case.request.handoff_id
                await report(handoff_id, "e1", Accepted(WANG))
                await say("w3")
                await report(handoff_id, "e2", AgentMessage("m1", "a1"))
                await until_the_desk_has("w3")
                await report(handoff_id, "e3", Returned("办好了"))
                await say("w4")
                assert kept.deaths == 1
                client.base = kept.child.base
                history = await client.history()
                said = [m["text"] for m in history if m["sender"] in ("citizen", "agent")]
                assert sorted(said) == ["a1", "w1", "w2", "w3", "w4"]
                assert [m["seq"] for m in history] == list(range(1, len(history) + 1))
                [case] = desk.cases.values()
                assert case.words == ["w1", "w2", "w3"] and case.order == sorted(case.order)
                assert [m["text"] for m in history if m["sender"] == "bot"][-1] == "re: w4"
                assert "re: w3" not in [m["text"] for m in history]
            finally:
                await kept.stop()


async def _ping(session: aiohttp.ClientSession, gateway: str) -> None:
    async with session.get(f"{gateway}/healthz") as response:
        assert response.status == 200
