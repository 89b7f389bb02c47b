"""What a leg hears and says, on a simulated line: time passes only when the test lets it."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from voice.audio.frames import AudioFrame
from voice.audio.recorder import StereoRecorder
from voice.audio.tones import playable
from voice.errors import TargetSilent
from voice.ports_calls import CallLeg
from voice.transports.simulated import SimulatedLeg, SimulatedLine

pytestmark = pytest.mark.asyncio
LOUD = np.full(8_000, 1_000, dtype=np.int16)


async def collected(frames: AsyncIterator[AudioFrame], into: list[AudioFrame]) -> None:
    async for frame in frames:
        into.append(frame)


async def test_what_the_caller_says_comes_in_frames_without_gaps_until_hang_up() -> None:
    leg, frames = SimulatedLeg(), list[AudioFrame]()
    reading = asyncio.create_task(collected(leg.frames(), frames))
    leg.caller_says(LOUD)
    await leg.pass_seconds(2)
    leg.caller_hangs_up()
    await reading
    assert {(len(frame.samples), frame.sample_rate_hz) for frame in frames} == {(640, 16_000)}
    assert [round(frame.at_seconds / 0.02) for frame in frames] == list(range(100))
    assert leg.end_reason == "caller"
    assert abs(int(frames[30].as_array()[100]) - 1_000) < 10 and not frames[80].as_array().any()


async def test_what_nobody_reads_is_dropped_oldest_first() -> None:
    leg = SimulatedLeg()
    await leg.pass_seconds(30)
    leg.caller_hangs_up()
    frames = [frame async for frame in leg.frames()]
    assert len(frames) == 500 and frames[-1].at_seconds == pytest.approx(29.98)


async def test_keys_come_one_by_one() -> None:
    leg = SimulatedLeg()
    leg.caller_presses("12#")
    leg.caller_hangs_up()
    assert [key async for key in leg.digits()] == ["1", "2", "#"]


async def test_a_playback_goes_out_in_time_and_says_so() -> None:
    leg = SimulatedLeg()
    playing = asyncio.create_task(leg.play(playable(LOUD)))
    await leg.pass_seconds(0.5)
    assert not playing.done()
    await leg.pass_seconds(0.6)
    result = await playing
    assert result.finished and result.played_seconds == pytest.approx(1.0)
    assert np.count_nonzero(leg.said) == pytest.approx(8_000, abs=170)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 24_000, 48_000])
async def test_sound_of_any_rate_and_frame_length_can_be_played(rate_hz: int) -> None:
    async def source() -> AsyncIterator[AudioFrame]:
        for size in (7, 1_000, 0, rate_hz - 1_007):
            yield AudioFrame(np.full(size, 1_000, "<i2").tobytes(), rate_hz)

    leg = SimulatedLeg()
    playing = asyncio.create_task(leg.play(source()))
    await leg.pass_seconds(1.2)
    assert (await playing).played_seconds == pytest.approx(1.0, abs=0.021)


async def test_stopping_is_silence_within_one_frame_and_tells_how_much_was_heard() -> None:
    leg = SimulatedLeg()
    playing = asyncio.create_task(leg.play(playable(LOUD, repeat=True)))
    await leg.pass_seconds(0.4)
    leg.stop_playing()
    spoken = np.count_nonzero(leg.said)
    await leg.pass_seconds(0.2)
    result = await playing
    assert not result.finished and result.played_seconds == pytest.approx(0.4, abs=0.021)
    assert np.count_nonzero(leg.said) == spoken


async def test_cancelling_a_playback_stops_it_and_closes_its_source() -> None:
    closed = asyncio.Event()

    async def source() -> AsyncIterator[AudioFrame]:
        try:
            async for frame in playable(LOUD, repeat=True):
                yield frame
        finally:
            closed.set()

    leg = SimulatedLeg()
    playing = asyncio.create_task(leg.play(source()))
    await leg.pass_seconds(0.2)
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert closed.is_set()
    before = np.count_nonzero(leg.said)
    await leg.pass_seconds(0.2)
    assert np.count_nonzero(leg.said) == before


async def test_a_second_playback_stops_the_first() -> None:
    leg = SimulatedLeg()
    first = asyncio.create_task(leg.play(playable(LOUD, repeat=True)))
    await leg.pass_seconds(0.1)
    second = asyncio.create_task(leg.play(playable(-LOUD)))
    await leg.pass_seconds(1.2)
    assert not (await first).finished and (await second).finished
    assert np.count_nonzero(leg.said < -900) > 7_500


async def test_a_source_that_fails_is_heard_of() -> None:
    async def source() -> AsyncIterator[AudioFrame]:
        yield AudioFrame(bytes(320), 8_000)
        raise RuntimeError("the voice broke")

    leg = SimulatedLeg()
    playing = asyncio.create_task(leg.play(source()))
    await leg.pass_seconds(0.2)
    with pytest.raises(RuntimeError, match="broke"):
        await playing


async def test_a_source_that_says_nothing_is_a_playback_of_nothing() -> None:
    async def source() -> AsyncIterator[AudioFrame]:
        return
        yield

    result = await SimulatedLeg().play(source())
    assert result.finished and result.played_seconds == 0


async def test_hang_up_ends_a_playback() -> None:
    leg = SimulatedLeg()
    playing = asyncio.create_task(leg.play(playable(LOUD, repeat=True)))
    await leg.pass_seconds(0.1)
    leg.caller_hangs_up()
    assert not (await playing).finished
    assert not (await leg.play(playable(LOUD))).finished


async def test_on_hold_the_playback_waits() -> None:
    leg = SimulatedLeg()
    playing = asyncio.create_task(leg.play(playable(LOUD)))
    await leg.pass_seconds(0.3)
    leg.held = True
    await leg.pass_seconds(5)
    assert not playing.done() and np.count_nonzero(leg.said) < 2_500
    leg.held = False
    await leg.pass_seconds(0.8)
    assert (await playing).finished


async def test_bridged_legs_hear_each_other_and_each_others_keys_until_one_ends() -> None:
    caller, desk = SimulatedLeg("a"), SimulatedLeg("b")
    bridge = asyncio.create_task(caller.bridge(desk))
    await asyncio.sleep(0)
    caller.caller_says(LOUD)
    desk.caller_says(-LOUD)
    for _ in range(60):
        await caller.pass_seconds(0.02)
        await desk.pass_seconds(0.02)
    caller.caller_presses("7")
    assert np.count_nonzero(desk.said > 900) == pytest.approx(8_000, abs=500)
    assert np.count_nonzero(caller.said < -900) == pytest.approx(8_000, abs=500)
    assert desk.keys_sent == "7"
    desk.caller_hangs_up()
    await bridge
    assert not caller.ended.is_set()
    assert (await asyncio.gather(caller.play(playable(LOUD[:160])), caller.pass_seconds(0.1)))[0].finished


async def test_a_recording_has_the_caller_left_and_the_assistant_right(tmp_path: Path) -> None:
    recorder = StereoRecorder(tmp_path / "calls" / "one.wav")
    leg = SimulatedLeg()
    leg.tap(recorder.write)
    leg.caller_says(LOUD)
    playing = asyncio.create_task(leg.play(playable(-LOUD[:4_000])))
    await leg.pass_seconds(3)
    await playing
    with wave.open(str(recorder.path)) as early:
        assert early.getnframes() == 16_000  # what a dead process would leave behind
    recorder.close()
    with wave.open(str(recorder.path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8_000, 24_000)
        both = np.frombuffer(file.readframes(24_000), dtype="<i2").reshape(-1, 2)
    assert np.count_nonzero(both[:, 0]) == 8_000 and np.count_nonzero(both[:, 1]) == 4_000
    assert recorder.recorded_seconds == 3.0


async def test_a_second_leg_is_what_the_test_says_it_is() -> None:
    leg, desk = SimulatedLeg(), SimulatedLeg("desk")
    with pytest.raises(TargetSilent):
        await leg.dial("8000", 5)
    leg.answers = lambda target: desk
    answered: CallLeg = await leg.dial("8000", 5)
    assert answered is desk


async def test_a_simulated_line_gives_its_calls() -> None:
    line, leg = SimulatedLine(), SimulatedLeg()
    line.ring(leg)
    line.close()
    assert [call async for call in line.calls()] == [leg]
