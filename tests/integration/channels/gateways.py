"""Running gateways for tests: in this process or as a child, on ports of their own, with a bot that is a stub."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import aiohttp
import orjson
from aiohttp import web

from channels.adapters.database import create_engine, migrate
from channels.bootstrap import opened_gateway
from channels.config import GatewayConfig
from channels.gateway import make_runner
from channels.service import Gateway
from hotline import settings

ROOT = Path(__file__).resolve().parents[3]
INTERNAL_TOKEN = "internal-secret"
WIDE = {"RATE_PER_SECOND": "10000", "RATE_BURST": "10000", "OPEN_PER_MINUTE": "100000", "OPEN_BURST": "10000"}


@dataclass
class StubBot:
    """The bot's door: idempotent by message_id like the real one; can be slow, broken or silent."""

    url: str = ""
    turns: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[tuple[str, str], bytes] = field(default_factory=dict)
    pause_seconds: float = 0.0
    status: int = 200
    custom: dict[str, Any] | None = None
    messages: int = 1

    async def handle(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {INTERNAL_TOKEN}":
            return web.Response(status=401)
        turn = orjson.loads(await request.read())
        self.turns.append(turn)
        await asyncio.sleep(self.pause_seconds)
        if self.status != 200:
            return web.Response(status=self.status)
        said = {
            "text": f"re: {turn['text'] or turn['payload']}",
            "buttons": [{"title": "是", "payload": "/affirm"}],
            "custom": self.custom,
        }
        answer = {"language": turn["metadata"]["language"], "messages": [said] * self.messages, "form": None}
        body = self.answers.setdefault((turn["conversation_id"], turn["message_id"]), orjson.dumps(answer))
        return web.Response(body=body, content_type="application/json")


@asynccontextmanager
async def running_bot(port: int = 0) -> AsyncIterator[StubBot]:
    bot = StubBot()

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"}, status=bot.status)

    app = web.Application()
    app.router.add_post("/webhooks/hotline/turns", bot.handle)
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    bot.url = "http://{}:{}".format(*runner.addresses[0][:2])
    try:
        yield bot
    finally:
        await runner.cleanup()


class Client:
    """Calls one gateway as a page or a program does."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base = base
        self.session = session
        self.conversation_id = ""
        self.token = ""

    async def call(
        self, method: str, path: str, *, token: str | None = None, **arguments: Any
    ) -> tuple[int, Any, Mapping[str, str]]:
        headers = dict(arguments.pop("headers", {}))
        token = self.token if token is None else token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        async with self.session.request(method, self.base + path, headers=headers, **arguments) as response:
            body = await response.read()
            parsed = orjson.loads(body) if "json" in response.headers.get("Content-Type", "") else body
            return response.status, parsed, response.headers

    async def open(self, **body: Any) -> None:
        status, opened, _ = await self.call("POST", "/api/v1/conversations", json={"channel": "web", **body})
        assert status == 201, opened
        self.conversation_id, self.token = opened["conversation_id"], opened["token"]

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.conversation_id}"

    async def say(self, text: str | None = None, message_id: str | None = None, **body: Any) -> tuple[int, Any]:
        body["message_id"] = message_id or str(uuid.uuid4())
        if text is not None:
            body["text"] = text
        status, answer, _ = await self.call("POST", f"{self.path}/messages", json=body)
        return status, answer

    async def history(self, after: int = 0) -> list[dict[str, Any]]:
        status, found, _ = await self.call("GET", f"{self.path}/messages?after={after}")
        assert status == 200, found
        return list(found["messages"])

    async def ticket(self) -> str:
        status, issued, _ = await self.call("POST", f"{self.path}/stream-ticket")
        assert status == 200, issued
        return str(issued["ticket"])

    @asynccontextmanager
    async def socket(self, after: int = 0, **arguments: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        url = f"{self.base}{self.path}/ws?after={after}&ticket={await self.ticket()}"
        async with self.session.ws_connect(url, **arguments) as channel:
            yield channel


async def frames_until(channel: aiohttp.ClientWebSocketResponse, wanted: int) -> list[dict[str, Any]]:
    """Frames up to the message with the number `wanted`."""
    frames: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        while not frames or frames[-1].get("seq") != wanted or frames[-1]["type"] != "message":
            frames.append(await channel.receive_json(loads=orjson.loads))
    return frames


def config_for(folder: Path, bot_url: str | None, **names: str) -> GatewayConfig:
    environ = {
        "DATA_DIR": str(folder),
        "INTERNAL_TOKEN": INTERNAL_TOKEN,
        **({"BOT_URL": bot_url} if bot_url else {}),
        **names,
    }
    config = GatewayConfig.from_settings(settings.load({f"HOTLINE_{name}": value for name, value in environ.items()}))
    file = folder / "hotline.db"
    if config.database_url == f"sqlite:///{file}" and not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_migrated())
    return config


@cache
def _migrated() -> bytes:
    """An empty SQLite file with all tables: made once, for making it takes longer than most tests."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hotline.db"
        engine = create_engine(f"sqlite:///{file}")
        migrate(engine)
        engine.dispose()
        return file.read_bytes()


@dataclass
class Running:
    gateway: Gateway
    base: str
    session: aiohttp.ClientSession
    runner: web.AppRunner

    async def client(self, **body: Any) -> Client:
        """A client with an open conversation."""
        client = Client(self.base, self.session)
        await client.open(**body)
        return client

    def stranger(self) -> Client:
        return Client(self.base, self.session)


@asynccontextmanager
async def running_gateway(config: GatewayConfig) -> AsyncIterator[Running]:
    """A gateway in this process, on a free port."""
    async with opened_gateway(config) as opened:
        runner = make_runner(opened.gateway)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        base = "http://{}:{}".format(*runner.addresses[0][:2])
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            try:
                yield Running(opened.gateway, base, session, runner)
            finally:
                opened.gateway.hub.close()
                await runner.cleanup()


@asynccontextmanager
async def running_both(folder: Path, **names: str) -> AsyncIterator[tuple[Running, StubBot]]:
    """A gateway with wide limits and its stub bot."""
    async with running_bot() as bot, running_gateway(config_for(folder, bot.url, **{**WIDE, **names})) as running:
        yield running, bot


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Child:
    """A gateway in a process of its own, which can be killed."""

    def __init__(self, folder: Path, bot_url: str, crash_at: str = "", **names: str) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        environ = {"DATA_DIR": str(folder), "BOT_URL": bot_url, "INTERNAL_TOKEN": INTERNAL_TOKEN, **WIDE, **names}
        self._environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")},
            **{f"HOTLINE_{name}": value for name, value in environ.items()},
            "HOTLINE_HTTP_PORT": str(self.port),
            "CRASH_AT": crash_at,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.integration.channels.crashing_gateway", cwd=ROOT, env=self._environ
        )
        async with asyncio.timeout(120), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(self.base + "/healthz"):
                        return self
                except aiohttp.ClientError:
                    assert self._process.returncode is None, "the gateway did not start"
                    await asyncio.sleep(0.05)

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    @property
    def process(self) -> asyncio.subprocess.Process:
        assert self._process is not None
        return self._process

    async def terminate(self) -> int:
        """SIGTERM; the exit status. How long it waits for what runs is a sum of its own; the rest is the machine's."""
        self.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(15):
            return await self.process.wait()
