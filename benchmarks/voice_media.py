"""`python -m benchmarks.voice_media`: many telephone calls at once, sound only: what is lost, how even it goes out.

A line in a process of its own answers, plays and listens (jitter buffer, 16 kHz); telephones in this process call it
over SIP, talk in real time and note when each packet comes. Nothing is recognised or synthesised. Writes its part of
docs/benchmarks-calls.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import struct
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, cast

import numpy as np
import uvloop

from benchmarks import machine
from benchmarks.calls import page
from benchmarks.figures import percentile
from hotline.settings import ROOT
from voice.audio.g711 import A_LAW, CODECS
from voice.audio.tones import hold_sound, playable
from voice.protocol.addresses import target_of
from voice.protocol.admission import Admission, Limits, networks_of
from voice.protocol.calls import Answered, Event
from voice.protocol.offers import OurSide, offer
from voice.protocol.rtp import RtpPacket, build, is_rtcp
from voice.protocol.transactions import Outgoing, Peer
from voice.protocol.useragent import Identity, UserAgent
from voice.transports.config import SipConfig
from voice.transports.sip_leg import SipLeg
from voice.transports.sip_line import SipLine

RESULTS = ROOT / "benchmarks" / "results" / "voice_media.json"
FRAME_SECONDS = 0.02
_TIMESTAMPS = 35  # SO_TIMESTAMPNS, which Python does not name: the kernel notes when a packet came


@dataclass(frozen=True)
class Figures:
    """What one number of calls came to."""

    calls: int
    seconds: float
    answered: int
    answer_ms_p50: float
    answer_ms_worst: float
    sent_to_line: int
    heard_by_line: int
    concealed_by_line: int
    sent_by_line: int
    came_from_line: int
    gap_ms_p50: float
    gap_ms_p99: float
    gap_ms_worst: float
    line_cpu_percent: float
    line_memory_mb: float
    phones_cpu_percent: float

    @property
    def lost_on_the_way_back(self) -> int:
        return self.sent_by_line - self.came_from_line


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; gives the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.voice_media", description="Measures many calls at once.")
    parser.add_argument("--calls", default="10,50,100", help="calls at once, one run each")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long they talk")
    parser.add_argument("--no-keep", dest="keep", action="store_false", help="print only")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.serve:
        uvloop.run(_serve())
        return 0
    load_average = os.getloadavg()[0]
    rows = [uvloop.run(_run(int(calls), arguments.seconds)) for calls in arguments.calls.split(",")]
    day = datetime.now().astimezone().date().isoformat()
    measured = {
        "date": day,
        "machine": machine.describe(),
        "load_average": load_average,
        "rows": [asdict(row) for row in rows],
    }
    if arguments.keep:
        RESULTS.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
        print(page.write())
    else:
        print(section(measured))
    return 0


# The line, in a process of its own.


async def _serve() -> None:
    limits = Limits(calls_most=1_000, calls_per_caller=1_000, invites_per_second=1_000)
    line = SipLine(SipConfig(port=0, limits=limits, rtp_ports=(14_000, 17_999)))
    await line.start()
    print(json.dumps({"port": line.port}), flush=True)
    ended: list[dict[str, int]] = []
    tasks: set[asyncio.Task[None]] = set()

    async def talk(leg: SipLeg) -> None:
        playing = asyncio.create_task(leg.play(playable(hold_sound(), repeat=True)))
        async for _ in leg.frames():
            pass
        await playing
        ended.append(leg.rtp.counts)

    async def answer() -> None:
        async for leg in line.calls():
            task = asyncio.create_task(talk(leg))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    answering = asyncio.create_task(answer())
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while command := (await reader.readline()).decode().strip():
        if command == "figures":
            await asyncio.sleep(0.5)
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(json.dumps({"ended": ended, "memory_mb": used.ru_maxrss / 1024}), flush=True)
        else:
            print(json.dumps({"cpu": time.process_time()}), flush=True)
    answering.cancel()
    await line.stop()


# The telephones, in this one.


class _Phone:
    """Sends sound in time and notes when packets came, by the kernel's clock: this process may be late in reading."""

    def __init__(self) -> None:
        self.came: list[float] = []
        self.line: tuple[str, int] | None = None
        self.sent = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _TIMESTAMPS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind(("127.0.0.1", 0))
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    def _read(self) -> None:
        while True:
            try:
                data, notes, _, _ = self._socket.recvmsg(2_048, 64)
            except BlockingIOError:
                return
            if is_rtcp(data):  # reports go to the next port, which may be another phone's
                continue
            seconds, nanoseconds = struct.unpack("qq", next(value for _, kind, value in notes if kind == _TIMESTAMPS))
            self.came.append(seconds + nanoseconds / 1e9)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def say(self, payload: bytes) -> None:
        assert self.line is not None
        packet = RtpPacket(A_LAW, self.sent & 0xFFFF, self.sent * 160 & 0xFFFFFFFF, 1, payload)
        self._socket.sendto(build(packet), self.line)
        self.sent += 1

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()


class _Signalling(asyncio.DatagramProtocol):
    """A user agent with a socket: it only calls and hangs up."""

    def __init__(self, line: Peer) -> None:
        self.answered: dict[str, tuple[float, str]] = {}
        self._line = line
        self._called: dict[str, float] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._agent: UserAgent | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # uvloop's are none by type
        port = transport.get_extra_info("sockname")[1]
        admission = Admission(networks_of("127.0.0.1"), Limits())
        self._agent = UserAgent(Identity("phone", "127.0.0.1", {"udp": ("127.0.0.1", port)}), admission)

    @property
    def agent(self) -> UserAgent:
        assert self._agent is not None
        return self._agent

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._do(self.agent.receive(data, Peer("udp", addr[0], addr[1]), time.monotonic()))

    def repeat(self) -> None:
        self._do(self.agent.due(time.monotonic()))

    def _do(self, outputs: Sequence[Outgoing | Event]) -> None:
        assert self._transport is not None
        for output in outputs:
            if isinstance(output, Outgoing):
                self._transport.sendto(output.data, (output.peer.host, output.peer.port))
            elif isinstance(output, Answered):
                took = time.perf_counter() - self._called[output.call.call_id]
                self.answered[output.call.call_id] = (took, output.answer or "")

    def call(self, number: int, port: int) -> str:
        target = target_of(f"sip:{number}@127.0.0.1:{self._line.port}", None)
        call, outputs = self.agent.dial(target, self._line, offer(OurSide("127.0.0.1", port, number)), time.monotonic())
        self._called[call.call_id] = time.perf_counter()
        self._do(outputs)
        return call.call_id

    def hang_up_all(self) -> None:
        for call in self.agent.calls:
            self._do(self.agent.hang_up(call, time.monotonic()))

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


async def _run(count: int, seconds: float) -> Figures:
    print(f"benchmarks: {count} calls", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.voice_media", "--serve"]
    environ = {**os.environ, "OMP_NUM_THREADS": "1"}
    pipe = asyncio.subprocess.PIPE
    line = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=environ, limit=1 << 24)
    try:
        return await _measured(line, count, seconds)
    finally:
        if line.returncode is None:
            line.terminate()
        await line.wait()


async def _ask(line: asyncio.subprocess.Process, command: str) -> dict[str, Any]:
    assert line.stdin is not None and line.stdout is not None
    line.stdin.write(command.encode() + b"\n")
    answer: dict[str, Any] = json.loads(await line.stdout.readline())
    return answer


async def _measured(line: asyncio.subprocess.Process, count: int, seconds: float) -> Figures:
    assert line.stdout is not None
    port = json.loads(await line.stdout.readline())["port"]
    loop = asyncio.get_running_loop()
    _, signalling = await loop.create_datagram_endpoint(
        lambda: _Signalling(Peer("udp", "127.0.0.1", port)), ("127.0.0.1", 0)
    )
    phones: dict[str, _Phone] = {}
    for number in range(count):
        phone = _Phone()
        phones[signalling.call(number, phone.port)] = phone
        await asyncio.sleep(0.01)
    until = time.monotonic() + 10
    while len(signalling.answered) < count and time.monotonic() < until:
        signalling.repeat()
        await asyncio.sleep(0.05)
    for call_id, (_, answer) in signalling.answered.items():
        media = next(row for row in answer.splitlines() if row.startswith("m=audio"))
        phones[call_id].line = ("127.0.0.1", int(media.split()[1]))
    talking = [phone for phone in phones.values() if phone.line is not None]
    before, ours = await _ask(line, "cpu"), time.process_time()
    began, first = time.perf_counter(), time.time() + 1.0
    await _talk(talking, seconds)
    after, spent = await _ask(line, "cpu"), time.perf_counter() - began
    last = time.time() - 0.1
    ours = time.process_time() - ours
    signalling.hang_up_all()
    await asyncio.sleep(0.3)
    figures = await _ask(line, "figures")
    ended = figures["ended"]
    gaps = [gap for phone in talking for gap in _gaps(phone.came, first, last)]
    took = [took for took, _ in signalling.answered.values()]
    result = Figures(
        calls=count,
        seconds=spent,
        answered=len(talking),
        answer_ms_p50=1000 * percentile(took, 50),
        answer_ms_worst=1000 * max(took),
        sent_to_line=sum(phone.sent for phone in talking),
        heard_by_line=sum(leg["packets_received"] for leg in ended),
        concealed_by_line=sum(leg["concealed"] for leg in ended),
        sent_by_line=sum(leg["packets_sent"] for leg in ended),
        came_from_line=sum(len(phone.came) for phone in talking),
        gap_ms_p50=1000 * percentile(gaps, 50),
        gap_ms_p99=1000 * percentile(gaps, 99),
        gap_ms_worst=1000 * max(gaps),
        line_cpu_percent=100 * (after["cpu"] - before["cpu"]) / spent,
        line_memory_mb=figures["memory_mb"],
        phones_cpu_percent=100 * ours / spent,
    )
    signalling.close()
    for phone in phones.values():
        phone.close()
    return result


async def _talk(phones: Sequence[_Phone], seconds: float) -> None:
    """All phones talk; their packets are spread over the 20 ms, as those of real ones are."""
    sound = np.random.default_rng(1).normal(0, 2_000, 160 * 50).astype("<i2").tobytes()
    codec = CODECS[A_LAW]
    payloads = [codec.encode(sound[at : at + 320]) for at in range(0, len(sound), 320)]
    slots = [list(phones[slot::20]) for slot in range(20)]
    started = time.perf_counter()
    for number in range(round(seconds / FRAME_SECONDS)):
        for slot, some in enumerate(slots):
            wait = started + number * FRAME_SECONDS + slot * 0.001 - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            for phone in some:
                phone.say(payloads[number % len(payloads)])


def _gaps(came: Sequence[float], first: float, last: float) -> list[float]:
    kept = [at for at in came if first <= at <= last]
    return [later - earlier for earlier, later in zip(kept, kept[1:], strict=False)]


def section(measured: dict[str, Any]) -> str:
    """The part of the page about sound only."""
    rows = [Figures(**row) for row in measured["rows"]]
    head = "| calls at once | " + " | ".join(str(row.calls) for row in rows) + " |\n"
    lines = [
        ("answered", [str(row.answered) for row in rows]),
        ("INVITE to answer, P50 / worst", [f"{row.answer_ms_p50:.0f} / {row.answer_ms_worst:.0f} ms" for row in rows]),
        ("packets to the line, lost", [f"{row.sent_to_line}, {row.sent_to_line - row.heard_by_line}" for row in rows]),
        (
            "packets from the line, lost",
            [f"{row.sent_by_line}, {row.sent_by_line - row.came_from_line}" for row in rows],
        ),
        ("gap between packets, P50 / P99", [f"{row.gap_ms_p50:.1f} / {row.gap_ms_p99:.1f} ms" for row in rows]),
        ("worst gap", [f"{row.gap_ms_worst:.1f} ms" for row in rows]),
        ("CPU of the line (100 %: one core)", [f"{row.line_cpu_percent:.0f} %" for row in rows]),
        ("CPU of the phones, on the same machine", [f"{row.phones_cpu_percent:.0f} %" for row in rows]),
        ("memory of the line", [f"{row.line_memory_mb:.0f} MB" for row in rows]),
    ]
    table = head + "|---|" + "---|" * len(rows) + "\n"
    table += "".join(f"| {name} | {' | '.join(values)} |\n" for name, values in lines)
    return (
        "## Many calls at once, sound only\n\n"
        "SIP, G.711, jitter buffer, 8 to 16 kHz, a sound played to each caller; nothing is recognised or synthesised: "
        "`.venv/bin/python -m benchmarks.voice_media`.\n\n"
        f"{table}\nThe last packets of each call are under way when it is hung up and count as lost.\n\n"
        f"{page.where(measured)}"
    )


if __name__ == "__main__":
    sys.exit(main())
