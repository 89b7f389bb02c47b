"""Telephones for tests: one made by hand (every message is the test's own), and baresip, a real one from Debian."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import shutil
import socket
import subprocess
import time
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tests.sip_messages import header_of, method_of, request, response, sdp, status_of, tag_in
from voice.audio.g711 import A_LAW, CODECS
from voice.protocol.rtp import RtpPacket, build, parse

Samples = NDArray[np.int16]
Wanted = Callable[[bytes], bool]


def is_status(status: int, method: str = "") -> Wanted:
    return lambda data: status_of(data) == status and header_of(data, "CSeq").endswith(method)


def is_request(method: str) -> Wanted:
    return lambda data: method_of(data) == method


def voice_like(seconds: float, rate_hz: int = 8_000, seed: int = 1) -> Samples:
    """Sound that changes like speech (so that where it lies in time can be found) and fits a telephone band."""
    rng = np.random.default_rng(seed)
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    steps = rng.uniform(150, 350, len(at) // (rate_hz // 5) + 2)
    pitch = np.interp(at, np.arange(len(steps)) * 0.2, steps)
    phase = 2 * np.pi * np.cumsum(pitch) / rate_hz
    wave_form = sum(np.sin(harmonic * phase) / harmonic for harmonic in (1, 2, 3, 5, 7))
    loudness = np.interp(at, np.arange(len(steps)) * 0.2, rng.uniform(0.2, 1, len(steps)))
    return (5_000 * wave_form * loudness).astype(np.int16)


def likeness(heard: Samples, played: Samples) -> float:
    """The correlation of what was played with the best fitting place in what was heard (1: the same)."""
    if len(heard) < len(played):
        heard = np.pad(heard, (0, len(played) - len(heard)))
    long, short = heard.astype(np.float64), played.astype(np.float64)
    size = 1 << (len(long) + len(short)).bit_length()
    found = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)[
        : len(long) - len(short) + 1
    ]
    squares = np.concatenate([[0.0], np.cumsum(long**2)])
    energy = squares[len(short) :] - squares[: len(squares) - len(short)]
    return float(np.max(found / (np.sqrt(energy * (short @ short)) + 1.0)))


class _Inbox(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.came: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.came.put_nowait((data, addr))


class HandMade:
    """A UDP telephone whose messages the test writes; `sound` is its RTP port."""

    def __init__(self, line_port: int) -> None:
        self.line = ("127.0.0.1", line_port)
        self._inbox, self._sound = _Inbox(), _Inbox()
        self._sequence = 0
        self.call_id = f"call-{random.getrandbits(48):x}"
        self.number = 0
        self.to_tag = ""
        self.line_rtp: tuple[str, int] = ("127.0.0.1", 0)

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, line_port: int, host: str = "127.0.0.1") -> AsyncIterator[HandMade]:
        phone = cls(line_port)
        loop = asyncio.get_running_loop()
        phone._udp, _ = await loop.create_datagram_endpoint(lambda: phone._inbox, (host, 0))
        phone._rtp, _ = await loop.create_datagram_endpoint(lambda: phone._sound, (host, 0))
        phone.port = phone._udp.get_extra_info("sockname")[1]
        phone.sound_port = phone._rtp.get_extra_info("sockname")[1]
        phone.host = host
        try:
            yield phone
        finally:
            phone._udp.close()
            phone._rtp.close()

    def send(self, data: bytes) -> None:
        self._udp.sendto(data, self.line)

    def request(self, method: str, **more: object) -> bytes:
        """A request of this phone's; INVITE and what follows get the next number by themselves."""
        if method not in ("ACK", "CANCEL"):
            self.number += 1
        given: dict[str, object] = {
            "call_id": self.call_id,
            "number": self.number,
            "to_tag": self.to_tag,
            "via": f"UDP {self.host}:{self.port}",
            **more,
        }
        made = request(method, **given)  # type: ignore[arg-type]
        return made.replace(b"127.0.0.1:5090>", f"{self.host}:{self.port}>".encode())

    def offer(self, **more: object) -> str:
        return sdp(**{"port": self.sound_port, "host": self.host, **more})  # type: ignore[arg-type]

    async def got(self, wanted: Wanted, seconds: float = 2.0) -> bytes:
        """Waits for a message; others that come meanwhile are dropped."""
        async with asyncio.timeout(seconds):
            while True:
                data, _ = await self._inbox.came.get()
                if wanted(data):
                    return data

    async def all_within(self, seconds: float) -> list[bytes]:
        """All messages that come in this time."""
        await asyncio.sleep(seconds)
        came = []
        while not self._inbox.came.empty():
            came.append(self._inbox.came.get_nowait()[0])
        return came

    async def call(self, offer: str | None = None, **more: object) -> bytes:
        """Calls, and acknowledges the answer."""
        self.to_tag = ""
        self.send(self.request("INVITE", body=self.offer() if offer is None else offer, **more))
        yes = await self.got(is_status(200, "INVITE"))
        self.note(yes)
        self.send(self.request("ACK", **more))
        return yes

    def note(self, yes: bytes) -> None:
        """Notes the line's tag and where it wants its sound."""
        self.to_tag = tag_in(header_of(yes, "To"))
        found = re.search(rb"m=audio (\d+)", yes)
        if found:
            self.line_rtp = ("127.0.0.1", int(found.group(1)))

    def note_invite(self, invite: bytes) -> None:
        """Notes whose call was taken: requests inside it carry its names."""
        self.call_id, self.to_tag = header_of(invite, "Call-ID"), tag_in(header_of(invite, "From"))
        found = re.search(rb"m=audio (\d+)", invite)
        if found:
            self.line_rtp = ("127.0.0.1", int(found.group(1)))

    async def hang_up(self) -> None:
        self.send(self.request("BYE"))
        await self.got(is_status(200, "BYE"))

    async def accept_bye(self, seconds: float = 3.0) -> None:
        bye = await self.got(is_request("BYE"), seconds)
        self.send(response(bye, 200))

    def say(self, samples: Samples, payload_type: int = 8, to: tuple[str, int] | None = None) -> None:
        """Sends one packet of sound."""
        self._sequence += 1
        payload = CODECS[A_LAW].encode(samples.astype("<i2").tobytes())
        packet = RtpPacket(payload_type, self._sequence % 65_536, self._sequence * 160 % 2**32, 7, payload)
        self._rtp.sendto(build(packet), to or self.line_rtp)

    def send_raw_sound(self, data: bytes, to: tuple[str, int] | None = None) -> None:
        self._rtp.sendto(data, to or self.line_rtp)

    async def say_all(self, samples: Samples, to: tuple[str, int] | None = None, pace: float = 1.0) -> None:
        """Sends sound in real time, or with a clock that runs at another pace."""
        started = asyncio.get_running_loop().time()
        for number, at in enumerate(range(0, len(samples) - 159, 160)):
            self.say(samples[at : at + 160], to=to)
            due = started + (number + 1) * 0.02 / pace
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))

    def packets(self) -> Iterator[RtpPacket]:
        """Packets that came so far, keys and sound."""
        while not self._sound.came.empty():
            yield parse(self._sound.came.get_nowait()[0])

    def heard(self) -> Samples:
        """The sound that came so far, in the order it came."""
        payloads = [packet.payload for packet in self.packets() if packet.payload_type == 8]
        return np.frombuffer(CODECS[A_LAW].decode(b"".join(payloads)), dtype="<i2")


class _Side(asyncio.DatagramProtocol):
    """One port of the way: what comes to it goes out of the other side's port to whoever is there."""

    def __init__(self, way: LossyWay) -> None:
        self.way = way
        self.other: _Side
        self.beyond: tuple[str, int] | None = None
        self.port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)  # uvloop's are none by type
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.way.pass_on(data, self.other)


class LossyWay:
    """A SIP and RTP relay on loopback that loses and delays sound: call `port` instead of the line's."""

    def __init__(self, line_port: int, loss: float, jitter_seconds: float, seed: int = 1) -> None:
        self._line = ("127.0.0.1", line_port)
        self._loss, self._jitter = loss, jitter_seconds
        self._random = random.Random(seed)
        self._opened: list[asyncio.DatagramTransport] = []
        self.lost = self.passed = 0

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, line_port: int, loss: float, jitter_seconds: float) -> AsyncIterator[LossyWay]:
        way = cls(line_port, loss, jitter_seconds)
        outer, inner = _Inbox(), _Inbox()
        phone_side = await way._open(outer)
        line_side = await way._open(inner)
        way.port = phone_side.get_extra_info("sockname")[1]
        to_line, to_phone = _Side(way), _Side(way)
        to_line.other, to_phone.other = to_phone, to_line
        await way._open(to_line)
        await way._open(to_phone)
        tasks = [
            asyncio.ensure_future(way._from_phone(outer, line_side, to_line, to_phone)),
            asyncio.ensure_future(way._from_line(inner, phone_side, to_line, to_phone)),
        ]
        try:
            yield way
        finally:
            for task in tasks:
                task.cancel()
            for transport in way._opened:
                transport.close()

    async def _open(self, protocol: asyncio.DatagramProtocol) -> asyncio.DatagramTransport:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: protocol, ("127.0.0.1", 0))
        self._opened.append(transport)
        return transport

    async def _from_phone(self, inbox: _Inbox, out: asyncio.DatagramTransport, to_line: _Side, to_phone: _Side) -> None:
        while True:
            data, self._phone = await inbox.came.get()
            out.sendto(_redescribed(data, describes=to_phone, instead=to_line), self._line)

    async def _from_line(self, inbox: _Inbox, out: asyncio.DatagramTransport, to_line: _Side, to_phone: _Side) -> None:
        while True:
            data, _ = await inbox.came.get()
            out.sendto(_redescribed(data, describes=to_line, instead=to_phone), self._phone)

    def pass_on(self, data: bytes, side: _Side) -> None:
        """Sends out of a side, late or not at all."""
        if side.beyond is None or self._random.random() < self._loss:
            self.lost += 1
            return
        self.passed += 1
        asyncio.get_running_loop().call_later(self._random.random() * self._jitter, self._send, data, side)

    @staticmethod
    def _send(data: bytes, side: _Side) -> None:
        if not side.transport.is_closing():
            side.transport.sendto(data, side.beyond)


def _redescribed(data: bytes, describes: _Side, instead: _Side) -> bytes:
    """The message with the media port it names noted on one side, and the port of the other side in its place."""
    found = re.search(rb"m=audio (\d+)", data)
    if not found or not int(found.group(1)):
        return data
    describes.beyond = ("127.0.0.1", int(found.group(1)))
    data = data.replace(found.group(0), b"m=audio %d" % instead.port)
    return re.sub(rb"(?i)(content-length: *)\d+", rb"\g<1>%d" % len(data.split(b"\r\n\r\n", 1)[1]), data)


def piecewise(heard: Samples, played: Samples, seconds: float = 0.25) -> list[float]:
    """The likeness of each piece of what was played: time may have been stretched between pieces."""
    size = round(seconds * 8_000)
    return [likeness(heard, played[at : at + size]) for at in range(0, len(played) - size + 1, size)]


_handed_out: set[int] = set()


def free_block(count: int) -> int:
    """The first of so many free ports in a row on loopback, not handed out before."""
    while True:
        base = random.randrange(25_000, 32_000, 10)
        if base in _handed_out or not all(_is_free(port) for port in range(base, base + count)):
            continue
        _handed_out.update(range(base, base + count))
        return base


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


BARESIP = shutil.which("baresip")
_MODULES = Path("/usr/lib/baresip/modules")
_CONFIG = """
sip_listen 127.0.0.1:{sip}
sip_certificate {folder}/cert.pem
call_local_timeout 60
call_max_calls 4
audio_player aufile,{folder}/player.wav
audio_source aufile,{folder}/in.wav
audio_alert aufile,{folder}/in.wav
audio_level no
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp}-{rtp_last}
rtcp_mux no
jitter_buffer_delay 2-5
module_path {modules}
module stdio.so
module g711.so
module l16.so
module aufile.so
module sndfile.so
module uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {folder}
"""
_CERTIFICATE_COMMAND = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -keyout {0}/key.pem -out {0}/c.pem"
)


class Baresip:
    """A real telephone without a person: says a wav file, records what it hears, does what it is told."""

    def __init__(
        self,
        folder: Path,
        samples: Samples,
        *,
        codecs: str = "PCMA/8000/1,PCMU/8000/1",
        account: str = "",
        answers: str = "auto",
        sip_port: int = 0,
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        base = sip_port or free_block(10)
        self.sip_port, self._control_port = base, base + 2  # it takes the port between for TLS
        with wave.open(str(folder / "in.wav"), "wb") as file:
            file.setparams((1, 2, 8_000, 0, "NONE", ""))
            file.writeframes(samples.astype("<i2").tobytes())
        subprocess.run(_CERTIFICATE_COMMAND.format(folder).split(), check=True, capture_output=True, timeout=30)
        (folder / "cert.pem").write_bytes((folder / "key.pem").read_bytes() + (folder / "c.pem").read_bytes())
        (folder / "config").write_text(
            _CONFIG.format(
                sip=base, control=base + 2, rtp=base + 4, rtp_last=base + 9, folder=folder, modules=_MODULES
            )  # fmt: skip
        )
        (folder / "accounts").write_text(
            (account or f"<sip:tester@127.0.0.1:{base}>;regint=0") + f";answermode={answers};audio_codecs={codecs}\n"
        )
        (folder / "contacts").write_text("")
        self.events: list[str] = []
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Baresip:
        with (self.folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                str(BARESIP), "-f", str(self.folder), stdin=asyncio.subprocess.PIPE, stdout=log, stderr=log
            )
        until = time.monotonic() + 10
        while True:
            try:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._control_port)
                break
            except OSError:
                assert time.monotonic() < until and self._process.returncode is None, (self.folder / "log").read_text()
                await asyncio.sleep(0.05)
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.command("quit")
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._reading.cancel()
        self._writer.close()

    def command(self, name: str, argument: str = "") -> None:
        data = json.dumps({"command": name, "params": argument, "token": name}).encode()
        self._writer.write(b"%d:%s," % (len(data), data))

    async def dial(self, port: int, user: str = "bot", suffix: str = "") -> None:
        self.command("dial", f"sip:{user}@127.0.0.1:{port}{suffix}")
        await self.saw("CALL_ESTABLISHED")

    async def saw(self, event: str, seconds: float = 10.0, count: int = 1) -> None:
        """Waits until an event has come so many times."""
        async with asyncio.timeout(seconds):
            while sum(one == event for one in self.events) < count:
                self._changed.clear()
                await self._changed.wait()

    async def _read(self) -> None:
        while True:
            size = await self._reader.readuntil(b":")
            data = await self._reader.readexactly(int(size[:-1]) + 1)
            kind = json.loads(data[:-1]).get("type")
            if kind:
                self.events.append(kind)
                self._changed.set()

    async def recorded(self, seconds: float = 2.0) -> Samples:
        """What it heard, once its recording is written."""
        until = time.monotonic() + seconds
        while not len(heard := self._recordings()) and time.monotonic() < until:
            await asyncio.sleep(0.05)
        return heard

    def _recordings(self) -> Samples:
        """What it recorded, all of its recordings one after the other (it begins a new one after each hold)."""
        found = [np.zeros(0, np.int16)]
        for path in sorted(self.folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime):
            with contextlib.suppress(wave.Error, EOFError), wave.open(str(path)) as file:
                found.append(np.frombuffer(file.readframes(10**9), dtype="<i2"))
        return np.concatenate(found)
