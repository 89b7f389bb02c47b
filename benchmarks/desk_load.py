"""People under load: citizens' and agents' sockets, open all at once, and messages both ways through the desk.

`.venv/bin/python -m benchmarks.desk_load`, and a part of `make bench`. A gateway of its own, with the assistant off
and the own desk; each citizen is with a person. A message is measured from its sending to its arrival at the other
side's socket. It gives no figures when a message did not arrive, or arrived twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import aiohttp
import orjson

from benchmarks import machine, processes, report
from benchmarks.desk_figures import DeskFigures, save, section
from benchmarks.launching import CannotStart, free_port, launched, wait_for
from benchmarks.system import environ_of
from hotline.settings import ROOT

_AGENTS = 10
_START_SECONDS = 120.0
_DRAIN_SECONDS = 10.0
_PASSWORD = "a-long-enough-word-7"
_UNLIMITED = {
    "HOTLINE_RATE_PER_SECOND": "1000000",
    "HOTLINE_RATE_BURST": "1000000",
    "HOTLINE_OPEN_PER_MINUTE": "60000000",
    "HOTLINE_OPEN_BURST": "1000000",
    "HOTLINE_DESK_ASSIGNMENT": "off",
    "HOTLINE_DESK_WARN_SECONDS": "100000",
    "HOTLINE_DESK_RELIEVE_SECONDS": "200000",
    "HOTLINE_LOG_LEVEL": "WARNING",
}


Side = Literal["citizen", "agent"]


class WrongDelivery(Exception):
    """A message did not arrive, or arrived twice."""


@dataclass
class Load:
    """What is on its way, with the side that it is for, and what arrived there."""

    sent: dict[str, tuple[float, Side]] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    arrived: dict[str, int] = field(default_factory=dict)

    def send(self, text: str, side: Side) -> None:
        self.sent[text] = (time.perf_counter(), side)

    def take(self, raw: str, side: Side) -> None:
        """A frame at one side; each side hears its own words too, which does not count."""
        now = time.perf_counter()
        frame = orjson.loads(raw)
        if frame.get("type") != "message":
            return
        text = (frame.get("message") or frame).get("text", "")
        began, wanted = self.sent.get(text, (0.0, None))
        if wanted != side:
            return
        self.arrived[text] = self.arrived.get(text, 0) + 1
        if self.arrived[text] == 1:
            self.latencies.append(now - began)


@dataclass
class Citizen:
    conversation_id: str
    token: str
    channel: aiohttp.ClientWebSocketResponse | None = None


class Agent:
    """Somebody at the desk, signed in with a session of cookies."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self.base = base
        self.http = http
        self.csrf = ""

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"X-CSRF-Token": self.csrf, "Origin": self.base}
        async with self.http.request(method, f"{self.base}/api/v1/desk{path}", json=body, headers=headers) as response:
            answer = await response.json(loads=orjson.loads)
            if response.status >= 400:
                raise CannotStart(f"{method} {path} answered {response.status}: {answer.get('detail')}")
            return answer

    async def sign_in(self, username: str, password: str) -> None:
        self.csrf = (await self.call("POST", "/session", {"username": username, "password": password}))["csrf"]


class DeskLoad:
    """Opens everything, then sends."""

    def __init__(self, base: str, pid: int, folder: Path, stack: AsyncExitStack) -> None:
        self._base = base
        self._pid = pid
        self._folder = folder
        self._stack = stack
        self._readers: set[asyncio.Task[None]] = set()
        self.load = Load()

    async def run(self, sockets: int, per_second: float, seconds: float) -> DeskFigures:
        agents = await self._agents()
        citizens = await self._citizens(sockets - len(agents))
        owners = await self._accepted(agents, citizens)
        await asyncio.sleep(2)
        before = self._resident_mb()
        for citizen in citizens:
            citizen.channel = await self._listen(citizen)
        await asyncio.sleep(2)
        after = self._resident_mb()
        await self._send(owners, 3.0, per_second)
        await self._arrived()
        self.load = Load()
        cpu = sum(processes.cpu_seconds(self._pid).values())
        await self._send(owners, seconds, per_second)
        cpu = sum(processes.cpu_seconds(self._pid).values()) - cpu
        await self._arrived()
        cuts = statistics.quantiles(self.load.latencies, n=100)
        return DeskFigures(
            date=datetime.now().astimezone().date().isoformat(),
            machine=machine.describe(),
            sockets=sockets,
            agents=len(agents),
            per_second=per_second,
            seconds=seconds,
            messages=len(self.load.latencies),
            p50_ms=cuts[49] * 1000,
            p95_ms=cuts[94] * 1000,
            p99_ms=cuts[98] * 1000,
            most_ms=max(self.load.latencies) * 1000,
            cpu_percent=cpu / seconds * 100,
            memory_mb=self._resident_mb(),
            kilobytes_a_socket=(after - before) * 1000 / len(citizens),
        )

    async def _agents(self) -> list[Agent]:
        """People with accounts, signed in, there, each with an open page."""
        words = (self._folder / "desk-admin.txt").read_text("utf-8").split()
        admin = await self._agent()
        await admin.sign_in(words[1], words[3])
        await admin.call("PUT", "/settings", {"bot": {"enabled": False}})
        agents = []
        for number in range(_AGENTS):
            name = f"agent{number}"
            account = {
                "username": name,
                "name": f"小{number}",
                "role": "agent",
                "unit": "hotline",
                "languages": ["zh"],
                "topics": [],
                "capacity": 50,
                "password": _PASSWORD,
            }
            await admin.call("POST", "/agents", account)
            agent = await self._agent()
            await agent.sign_in(name, _PASSWORD)
            await agent.call("PUT", "/presence", {"state": "available"})
            address = f"{self._base.replace('http', 'ws', 1)}/api/v1/desk/ws"
            channel = await agent.http.ws_connect(address, headers={"Origin": self._base})
            self._read(channel, "agent")
            agents.append(agent)
        return agents

    async def _agent(self) -> Agent:
        jar = aiohttp.CookieJar(unsafe=True)
        return Agent(self._base, await self._stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar)))

    async def _citizens(self, count: int) -> list[Citizen]:
        self._http = await self._stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        )
        citizens = []
        for _ in range(count):
            async with self._http.post(f"{self._base}/api/v1/conversations", json={"language": "zh"}) as response:
                opened = await response.json(loads=orjson.loads)
                citizens.append(Citizen(opened["conversation_id"], opened["token"]))
        return citizens

    async def _accepted(self, agents: Sequence[Agent], citizens: Sequence[Citizen]) -> list[tuple[Agent, Citizen]]:
        """Each citizen with a person, in turn."""
        owners = [(agents[number % len(agents)], citizen) for number, citizen in enumerate(citizens)]
        for agent, citizen in owners:
            for _ in range(50):
                try:
                    await agent.call("POST", f"/conversations/{citizen.conversation_id}/accept", {})
                    break
                except CannotStart:
                    await asyncio.sleep(0.1)  # the desk has not heard of it yet
            else:
                raise CannotStart("a conversation could not be accepted")
        return owners

    async def _listen(self, citizen: Citizen) -> aiohttp.ClientWebSocketResponse:
        path = f"{self._base}/api/v1/conversations/{citizen.conversation_id}"
        headers = {"Authorization": f"Bearer {citizen.token}"}
        channel = await self._http.ws_connect(f"{path.replace('http', 'ws', 1)}/ws?after=100000", headers=headers)
        self._read(channel, "citizen")
        return channel

    def _read(self, channel: aiohttp.ClientWebSocketResponse, side: Side) -> None:
        async def read() -> None:
            async for message in channel:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self.load.take(message.data, side)

        task = asyncio.create_task(read())
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)

    async def _send(self, owners: Sequence[tuple[Agent, Citizen]], seconds: float, per_second: float) -> None:
        """Half of the messages by citizens, half by people, evenly in time, in conversations in turn."""
        calls: set[asyncio.Task[None]] = set()
        began, pause = time.perf_counter(), 1.0 / per_second
        for number in range(int(seconds * per_second)):
            due = began + number * pause
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            agent, citizen = owners[(number * 7) % len(owners)]
            text = f"第{number}句 {uuid.uuid4().hex}"
            send = self._by_citizen(citizen, text) if number % 2 else self._by_agent(agent, citizen, text)
            task = asyncio.create_task(send)
            calls.add(task)
            task.add_done_callback(calls.discard)
        await asyncio.gather(*calls)

    async def _by_citizen(self, citizen: Citizen, text: str) -> None:
        assert citizen.channel is not None
        self.load.send(text, "agent")
        await citizen.channel.send_str(
            json.dumps({"type": "message", "message_id": str(uuid.uuid4()), "text": text}, ensure_ascii=False)
        )

    async def _by_agent(self, agent: Agent, citizen: Citizen, text: str) -> None:
        self.load.send(text, "citizen")
        body = {"message_id": str(uuid.uuid4()), "text": text}
        await agent.call("POST", f"/conversations/{citizen.conversation_id}/messages", body)

    async def _arrived(self) -> None:
        """Waits for what is on its way. Raises WrongDelivery."""
        deadline = time.perf_counter() + _DRAIN_SECONDS
        while missing := sum(text not in self.load.arrived for text in self.load.sent):
            if time.perf_counter() > deadline:
                raise WrongDelivery(f"{missing} of {len(self.load.sent)} messages did not arrive")
            await asyncio.sleep(0.05)
        if twice := sum(count > 1 for count in self.load.arrived.values()):
            raise WrongDelivery(f"{twice} messages arrived twice")

    def _resident_mb(self) -> float:
        return sum(one.resident_mb for one in processes.memory(self._pid).values())


@asynccontextmanager
async def _opened(base: str, pid: int, folder: Path) -> AsyncIterator[DeskLoad]:
    async with AsyncExitStack() as stack:
        load = DeskLoad(base, pid, folder, stack)
        try:
            yield load
        finally:
            for task in load._readers:
                task.cancel()


def measure(sockets: int = 500, per_second: float = 50.0, seconds: float = 20.0) -> DeskFigures:
    """Starts a gateway, measures it and ends it.

    Raises:
        CannotStart, WrongDelivery.
    """

    async def run(base: str, pid: int, folder: Path) -> DeskFigures:
        async with _opened(base, pid, folder) as load:
            return await load.run(sockets, per_second, seconds)

    with tempfile.TemporaryDirectory(prefix="hotline-bench-desk-") as name:
        folder, port = Path(name), free_port()
        environ = environ_of(folder / "data", HOTLINE_HTTP_PORT=str(port), **_UNLIMITED)
        log = folder / "gateway.log"
        with launched([sys.executable, "-m", "channels.gateway"], environ, ROOT, log) as process:
            base = f"http://127.0.0.1:{port}"
            wait_for(f"{base}/healthz", process, log, _START_SECONDS)
            return asyncio.run(run(base, process.pid, folder / "data"))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.desk_load", description="Measures people and sockets under load.")
    parser.add_argument("--sockets", type=int, default=500)
    parser.add_argument("--per-second", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--no-keep", dest="keep", action="store_false", help="print only")
    arguments = parser.parse_args(argv)
    try:
        figures = measure(arguments.sockets, arguments.per_second, arguments.seconds)
    except (CannotStart, WrongDelivery) as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    if arguments.keep:
        save(figures)
        report.write(report.saved())
    print(section(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
