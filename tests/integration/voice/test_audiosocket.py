"""The AudioSocket line against a client that speaks as Asterisk does. (Asterisk itself is not in Debian 12.)"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from tests.phones import Samples, likeness, piecewise, voice_like
from voice.audio.tones import playable
from voice.errors import InvalidTarget, LineUnavailable
from voice.protocol.admission import Limits, networks_of
from voice.protocol.audiosocket import Frame, Kind, Reader, build
from voice.transports.audiosocket_line import AudioSocketLeg, AudioSocketLine
from voice.transports.config import AudioSocketConfig

pytestmark = pytest.mark.asyncio
IDENTIFIER = bytes.fromhex("00112233445586778fff" + "f13800138000")


@pytest_asyncio.fixture
async def line() -> AsyncIterator[AudioSocketLine]:
    config = AudioSocketConfig("127.0.0.1", 0, networks_of("127.0.0.1"), Limits(calls_most=2, calls_per_caller=2))
    opened = AudioSocketLine(config)
    await opened.start()
    yield opened
    await opened.stop()


class Asterisk:
    """The other end of one call."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._frames = Reader()
        self.came: list[Frame] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def calling(cls, line: AudioSocketLine, identifier: bytes = IDENTIFIER) -> AsyncIterator[Asterisk]:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        call = cls(reader, writer)
        call.send(Frame(Kind.IDENTIFIER, identifier))
        reading = asyncio.create_task(call._read())
        try:
            yield call
        finally:
            reading.cancel()
            writer.close()

    async def _read(self) -> None:
        while data := await self._reader.read(4_096):
            self.came += self._frames.feed(data)

    def send(self, frame: Frame) -> None:
        self._writer.write(build(frame))

    async def say(self, samples: Samples) -> None:
        started = asyncio.get_running_loop().time()
        for number, at in enumerate(range(0, len(samples) - 159, 160)):
            self.send(Frame(Kind.SOUND, samples[at : at + 160].astype("<i2").tobytes()))
            await asyncio.sleep(max(0.0, started + (number + 1) * 0.02 - asyncio.get_running_loop().time()))

    def heard(self) -> Samples:
        return np.frombuffer(b"".join(frame.payload for frame in self.came if frame.kind == Kind.SOUND), dtype="<i2")


async def next_leg(line: AudioSocketLine) -> AudioSocketLeg:
    async with asyncio.timeout(3):
        async for leg in line.calls():
            return leg
    raise AssertionError("the line was closed")


async def test_a_call_is_heard_on_both_sides_and_its_keys_too(line: AudioSocketLine) -> None:
    caller, assistant = voice_like(1.2, seed=1), voice_like(1, seed=2)
    async with Asterisk.calling(line) as asterisk:
        leg = await next_leg(line)
        assert leg.caller == "13800138000" and not leg.on_hold
        heard: list[Samples] = []

        async def listen() -> None:
            async for frame in leg.frames():
                heard.append(frame.as_array()[::2])

        listening = asyncio.create_task(listen())
        result, _ = await asyncio.gather(leg.play(playable(assistant)), asterisk.say(caller))
        assert result.finished
        asterisk.send(Frame(Kind.KEY, b"5"))
        async for key in leg.digits():
            assert key == "5"
            break
        await leg.send_digits("9")
        await asyncio.sleep(0.1)
        asterisk.send(Frame(Kind.HANG_UP))
        await asyncio.wait_for(listening, 2)
        assert leg.end_reason == "caller"
        assert likeness(asterisk.heard(), assistant) > 0.99
        assert float(np.median(piecewise(np.concatenate(heard), caller))) > 0.99
        assert [frame.payload for frame in asterisk.came if frame.kind == Kind.KEY] == [b"9"]


async def test_we_can_hang_up_and_cannot_transfer(line: AudioSocketLine) -> None:
    async with Asterisk.calling(line) as asterisk:
        leg = await next_leg(line)
        assert not (await leg.transfer_blind("8000")).accepted
        with pytest.raises(InvalidTarget):
            await leg.dial("8000", 1)
        await leg.hang_up()
        await asyncio.sleep(0.1)
        assert asterisk.came[-1].kind == Kind.HANG_UP


async def test_a_connection_that_breaks_ends_the_call_and_frees_its_place(line: AudioSocketLine) -> None:
    for _ in range(4):
        async with Asterisk.calling(line):
            leg = await next_leg(line)
        await asyncio.wait_for(leg.ended.wait(), 2)
    assert line.admission.count == 0


async def test_a_third_call_is_hung_up_when_there_are_two_lines(line: AudioSocketLine) -> None:
    async with Asterisk.calling(line), Asterisk.calling(line, bytes(15) + b"\1"):
        await next_leg(line)
        await next_leg(line)
        async with Asterisk.calling(line, bytes(15) + b"\2") as third:
            await asyncio.sleep(0.2)
            assert [frame.kind for frame in third.came] == [Kind.HANG_UP]


async def test_junk_and_strangers_are_closed(line: AudioSocketLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.transports.audiosocket_line._IDENTIFIER_SECONDS", 0.3)
    for junk in (
        b"GET / HTTP/1.1\r\n\r\n" * 20,
        build(Frame(Kind.SOUND, bytes(320))),
        build(Frame(Kind.IDENTIFIER, b"x")),
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(junk)
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 6) == b""
        writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port, local_addr=("127.0.0.2", 0))
    with contextlib.suppress(ConnectionError):
        assert await asyncio.wait_for(reader.read(), 2) == b""
    assert line.admission.count == 0


async def test_a_taken_port_is_said_so(line: AudioSocketLine) -> None:
    config = AudioSocketConfig("127.0.0.1", line.port, networks_of("127.0.0.1"), Limits())
    with pytest.raises(LineUnavailable, match=str(line.port)):
        await AudioSocketLine(config).start()
