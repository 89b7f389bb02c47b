"""The line against baresip, a real telephone: sound both ways compared, keys, hold, transfer, a lossy way, TCP."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from conftest import Opened, next_leg
from test_sip_sound import at_8k, keys_of, listening

from tests.phones import BARESIP, Baresip, LossyWay, piecewise, voice_like
from voice.audio.frames import AudioFrame
from voice.audio.tones import playable
from voice.transports.sip_leg import SipLeg

pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(BARESIP is None, reason="baresip is not installed")]


def median(pieces: list[float]) -> float:
    return float(np.median(pieces))


@pytest.mark.parametrize(
    ("codecs", "suffix"),
    [("PCMA/8000/1,PCMU/8000/1", ""), ("PCMU/8000/1", ";transport=tcp")],
    ids=["alaw-udp", "ulaw-tcp"],
)
async def test_a_call_with_keys_and_hold_is_heard_on_both_sides(
    open_line: Opened, tmp_path: Path, codecs: str, suffix: str
) -> None:
    line, frames = await open_line(), list[AudioFrame]()
    caller, assistant = voice_like(6, seed=5), voice_like(1.5, seed=6)
    async with Baresip(tmp_path, caller, codecs=codecs) as phone:
        await phone.dial(line.port, suffix=suffix)
        leg = await next_leg(line)
        assert leg.caller == "tester" and leg.called == "bot"
        reading = asyncio.create_task(listening(leg, frames))
        assert (await leg.play(playable(assistant))).finished
        phone.command("sndcode", "5#")
        assert await keys_of(leg, 2) == "5#"
        phone.command("hold")
        async with asyncio.timeout(2):
            while not leg.on_hold:
                await asyncio.sleep(0.02)
        phone.command("resume")
        async with asyncio.timeout(2):
            while leg.on_hold:
                await asyncio.sleep(0.02)
        assert (await leg.play(playable(assistant[:4_000]))).finished
        await leg.hang_up()
        await phone.saw("CALL_CLOSED")
        await reading
        assert median(piecewise(at_8k(frames), caller[:8_000])) > 0.95
        assert median(piecewise(await phone.recorded(), assistant)) > 0.95


async def test_hanging_up_in_mid_sentence_ends_the_call_and_the_next_works(open_line: Opened, tmp_path: Path) -> None:
    line = await open_line()
    async with Baresip(tmp_path, voice_like(3)) as phone:
        for _ in range(2):
            await phone.dial(line.port)
            leg = await next_leg(line)
            playing = asyncio.create_task(leg.play(playable(voice_like(3), repeat=True)))
            await asyncio.sleep(0.3)
            phone.command("hangup")
            result = await asyncio.wait_for(playing, 3)
            assert not result.finished and leg.end_reason == "caller" and len(line.legs) == 0
            phone.events.clear()


async def test_a_lossy_jittery_way_is_understood_on_both_sides(open_line: Opened, tmp_path: Path) -> None:
    line, frames = await open_line(), list[AudioFrame]()
    caller, assistant = voice_like(6, seed=7), voice_like(3, seed=8)
    async with LossyWay.opened(line.port, 0.05, 0.06) as way, Baresip(tmp_path, caller) as phone:
        await phone.dial(way.port)
        leg = await next_leg(line)
        reading = asyncio.create_task(listening(leg, frames))
        assert (await leg.play(playable(assistant))).finished
        phone.command("sndcode", "7")
        assert await keys_of(leg, 1) == "7"
        phone.command("hangup")
        await asyncio.wait_for(reading, 3)
        assert way.lost > 5
        assert median(piecewise(at_8k(frames), caller[:24_000])) > 0.9
        assert median(piecewise(await phone.recorded(), assistant)) > 0.6  # its own buffer loses more than ours


async def test_a_second_phone_is_dialled_bridged_and_hears_the_caller(open_line: Opened, tmp_path: Path) -> None:
    line = await open_line()
    caller, desk = voice_like(6, seed=9), voice_like(6, seed=10)
    async with Baresip(tmp_path / "caller", caller) as phone, Baresip(tmp_path / "desk", desk) as other:
        await phone.dial(line.port)
        leg = await next_leg(line)
        second = await leg.dial(f"sip:tester@127.0.0.1:{other.sip_port}", 5)
        assert isinstance(second, SipLeg)
        bridge = asyncio.create_task(leg.bridge(second))
        await asyncio.sleep(1.5)
        other.command("hangup")
        await asyncio.wait_for(bridge, 3)
        assert not leg.ended.is_set() and second.end_reason == "caller"
        await leg.hang_up()
        await phone.saw("CALL_CLOSED")
        assert max(piecewise(await other.recorded(), caller[: 8_000 * 2])) > 0.9
        assert max(piecewise(await phone.recorded(), desk[: 8_000 * 2])) > 0.9


async def test_a_blind_transfer_is_made_by_the_phone(open_line: Opened, tmp_path: Path) -> None:
    line = await open_line()
    async with Baresip(tmp_path / "caller", voice_like(6)) as phone, Baresip(tmp_path / "desk", voice_like(6)) as desk:
        await phone.dial(line.port)
        leg = await next_leg(line)
        await asyncio.sleep(0.3)
        result = await leg.transfer_blind(f"sip:tester@127.0.0.1:{desk.sip_port}")
        assert result.accepted and leg.ended.is_set()
        await desk.saw("CALL_ESTABLISHED", 5)
