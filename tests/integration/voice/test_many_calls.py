"""Many calls at once from sipp, a load generator: each of them is heard, over UDP and TCP."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import Opened

from tests.phones import Samples, free_block, piecewise, voice_like
from voice.audio.g711 import A_LAW, CODECS
from voice.transports.sip_leg import SipLeg

SIPP = shutil.which("sipp")
SCENARIO = Path(__file__).with_name("sipp_call.xml")
CALLS = 10
pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(SIPP is None, reason="sipp (sip-tester) is not installed")]


@pytest.mark.parametrize("transport", ["u1", "t1"], ids=["udp", "tcp"])
async def test_ten_calls_at_once_are_answered_and_heard(open_line: Opened, tmp_path: Path, transport: str) -> None:
    line = await open_line()
    sound = voice_like(2, seed=3)
    (tmp_path / "in.alaw").write_bytes(CODECS[A_LAW].encode(sound.astype("<i2").tobytes()))
    heard: list[Samples] = []
    played: list[int] = []

    async def listen(leg: SipLeg) -> None:
        frames = [frame.as_array()[::2] async for frame in leg.frames()]
        heard.append(np.concatenate(frames))
        played.append(leg.rtp.counts["played"])

    async def answer() -> None:
        async with asyncio.TaskGroup() as group:
            async for leg in line.calls():
                group.create_task(listen(leg))
                if len(line.legs) + len(heard) == CALLS:
                    return

    answering = asyncio.create_task(answer())
    ports = free_block(10 + 4 * CALLS)
    arguments = ["-sf", str(SCENARIO), f"127.0.0.1:{line.port}", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-t", transport]
    arguments += [
        "-m",
        str(CALLS),
        "-l",
        str(CALLS),
        "-r",
        "20",
        "-mp",
        str(ports),
        "-p",
        str(ports + 4 * CALLS + 5),
        "-nostdin",
    ]
    quiet = asyncio.subprocess.DEVNULL
    sipp = await asyncio.create_subprocess_exec(str(SIPP), *arguments, cwd=tmp_path, stdout=quiet, stderr=quiet)
    assert await asyncio.wait_for(sipp.wait(), 30) == 0
    await asyncio.wait_for(answering, 5)
    assert len(heard) == CALLS and min(played) >= 100
    assert all(float(np.median(piecewise(one, sound))) > 0.9 for one in heard)
