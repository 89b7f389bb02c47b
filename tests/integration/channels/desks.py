"""People at the desk of a running gateway, for tests: accounts, signed-in pages, and their sockets."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from argon2 import PasswordHasher

from channels.desk.people import DeskAgent
from channels.desk.ports import AccountStore
from channels.desk.service import Desk
from tests.contract.channels.desk_samples import NOW
from tests.integration.channels.gateways import Client, Running, StubBot, running_both

PASSWORD = "lamp-post-2026"
_HASH = PasswordHasher(1, 8, 1).hash(PASSWORD)
HANDOFF = {"handoff": {"reason": "request", "priority": "normal"}}
FAST = {
    "DESK_OFFER_SECONDS": "600",
    "DESK_ESCALATE_SECONDS": "600",
    "DESK_WARN_SECONDS": "600",
    "DESK_RELIEVE_SECONDS": "1200",
}
"""Clocks that do not disturb a test that is about something else."""


async def hire(accounts: AccountStore, username: str, role: str = "agent", languages: str = "zh", **more: Any) -> None:
    """Gives somebody an account."""
    fields: dict[str, Any] = {"unit": "hotline", "topics": (), "capacity": 3, "created_at": NOW, **more}
    agent = DeskAgent(
        id=username, username=username, name=username.title(), role=role, languages=tuple(languages.split()), **fields
    )
    await accounts.add(agent, _HASH)


class Page:
    """A signed-in page of somebody; `call` gives status and body."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base = base
        self.session = session
        self.csrf = ""
        self.agent: dict[str, Any] = {}

    async def call(self, method: str, path: str, body: Any = None, **arguments: Any) -> tuple[int, Any]:
        headers = {"X-CSRF-Token": self.csrf, **arguments.pop("headers", {})}
        if body is not None:
            arguments["json"] = body
        url = f"{self.base}/api/v1/desk{path}"
        async with self.session.request(method, url, headers=headers, **arguments) as response:
            raw = await response.read()
            return response.status, orjson.loads(raw) if "json" in response.headers.get("Content-Type", "") else raw

    async def get(self, path: str) -> Any:
        status, body = await self.call("GET", path)
        assert status == 200, body
        return body

    async def do(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """Something that succeeds."""
        status, answer = await self.call(method, path, body if body is not None else {})
        assert status in (200, 201, 202), answer
        return answer

    async def sign_in(self, username: str, **more: Any) -> tuple[int, Any]:
        status, body = await self.call("POST", "/session", {"username": username, "password": PASSWORD, **more})
        if status == 200:
            self.csrf, self.agent = body["csrf"], body["agent"]
        return status, body

    async def be(self, state: str = "available") -> None:
        await self.do("/presence", {"state": state}, "PUT")

    async def accept(self, conversation_id: str) -> dict[str, Any]:
        answer = await self.do(f"/conversations/{conversation_id}/accept", {})
        return dict(answer["conversation"])

    async def say(self, conversation_id: str, text: str, message_id: str | None = None) -> dict[str, Any]:
        body = {"message_id": message_id or str(uuid.uuid4()), "text": text}
        return dict((await self.do(f"/conversations/{conversation_id}/messages", body))["message"])

    async def context(self, conversation_id: str) -> dict[str, Any]:
        return dict(await self.get(f"/conversations/{conversation_id}"))

    @asynccontextmanager
    async def socket(self, **arguments: Any) -> AsyncIterator[Socket]:
        headers = {"Origin": self.base, **arguments.pop("headers", {})}
        async with self.session.ws_connect(f"{self.base}/api/v1/desk/ws", headers=headers, **arguments) as channel:
            yield Socket(channel)


class Socket:
    """A page's socket; what came is kept."""

    def __init__(self, channel: aiohttp.ClientWebSocketResponse) -> None:
        self.channel = channel
        self.frames: list[dict[str, Any]] = []

    async def send(self, **frame: Any) -> None:
        await self.channel.send_json(frame)

    async def until(self, kind: str, fits: Callable[[dict[str, Any]], bool] = lambda frame: True) -> dict[str, Any]:
        """The next frame of a kind that fits."""
        async with asyncio.timeout(10):
            while True:
                frame: dict[str, Any] = await self.channel.receive_json(loads=orjson.loads)
                self.frames.append(frame)
                if frame["type"] == kind and fits(frame):
                    return frame


@dataclass
class Staffed:
    """A gateway with its bot, and pages of people."""

    running: Running
    bot: StubBot
    stack: AsyncExitStack

    @property
    def desk(self) -> Desk:
        assert self.running.gateway.desk is not None
        return self.running.gateway.desk

    async def page(self, base: str | None = None) -> Page:
        jar = aiohttp.CookieJar(unsafe=True)
        session = await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        return Page(base or self.running.base, session)

    async def hired(self, username: str, role: str = "agent", languages: str = "zh", **more: Any) -> Page:
        """A new account's page, signed in and available."""
        await hire(self.desk.accounts, username, role, languages, **more)
        return await self.signed_in(username)

    async def signed_in(self, username: str, base: str | None = None) -> Page:
        page = await self.page(base)
        status, body = await page.sign_in(username)
        assert status == 200, body
        await page.be()
        return page

    async def citizen(self, language: str = "zh", text: str = "请转人工") -> Client:
        """A citizen who waits for a person."""
        client = await self.running.client(language=language)
        self.bot.custom = HANDOFF
        status, answer = await client.say(text)
        self.bot.custom = None
        assert status == 200 and answer["owner"] == "queue", answer
        await eventually(lambda: self.is_in(client.conversation_id))
        return client

    async def is_in(self, conversation_id: str) -> bool:
        return await self.desk.work.open_case_of(conversation_id) is not None


@asynccontextmanager
async def staffed(folder: Path, **names: str) -> AsyncIterator[Staffed]:
    async with running_both(folder, **{**FAST, **names}) as (running, bot), AsyncExitStack() as stack:
        yield Staffed(running, bot, stack)


async def eventually(check: Callable[[], Any], seconds: float = 8.0) -> None:
    """Waits until `check` (perhaps a coroutine) gives something true."""
    async with asyncio.timeout(seconds):
        while True:
            found = check()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.03)
