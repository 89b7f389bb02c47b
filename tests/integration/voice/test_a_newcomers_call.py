"""What a newcomer types (docs/howto/phone-line.md), literally, in a fresh home: a call in which both are heard."""

from __future__ import annotations

import asyncio
import os
import signal
import wave
from pathlib import Path

import numpy as np
import pytest
from conftest import Opened, next_leg
from test_sip_sound import at_8k, listening

from tests.newcomers import commands, set_up, without_sound_card, write_wav
from tests.phones import BARESIP, free_block, piecewise, voice_like
from voice.audio.frames import AudioFrame
from voice.audio.tones import playable

pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(BARESIP is None, reason="baresip is not installed")]


async def test_what_stands_in_the_handbook_makes_a_call(open_line: Opened, tmp_path: Path) -> None:
    line, caller, assistant = await open_line(), voice_like(6, seed=21), voice_like(2, seed=22)
    port = free_block(4)
    environ = {**os.environ, "HOME": str(tmp_path)}
    page = ("docs/howto/phone-line.md", "A softphone on the same machine")
    once, each = (block.replace("5062", str(port)) for block in commands(*page))
    config = await set_up(once, tmp_path)
    write_wav(tmp_path / "in.wav", caller)
    without_sound_card(config, tmp_path / "in.wav")
    phone = await asyncio.create_subprocess_shell(
        "exec " + each.replace("sip:12345@127.0.0.1", f"sip:12345@127.0.0.1:{line.port}").strip(),
        env=environ, cwd=tmp_path, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        leg = await next_leg(line, 10)
        assert leg.called == "12345" and leg.caller == "me"
        frames: list[AudioFrame] = []
        reading = asyncio.create_task(listening(leg, frames))
        assert (await leg.play(playable(assistant))).finished
        await asyncio.sleep(1.0)
        await leg.hang_up()
        await reading
        assert float(np.median(piecewise(at_8k(frames), caller[:8_000]))) > 0.95
    finally:
        phone.send_signal(signal.SIGTERM)
        await asyncio.wait_for(phone.wait(), 10)
    [recording] = tmp_path.glob("dump-*-dec.wav")
    with wave.open(str(recording)) as file:
        heard = np.frombuffer(file.readframes(10**9), "<i2")
    assert float(np.median(piecewise(heard, assistant))) > 0.9
