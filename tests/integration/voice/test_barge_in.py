"""A caller speaks into a prompt, on a real line with the real detector: how soon it is silent, from the recording."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest
from conftest import Opened, next_leg

from tests.calls import CALLER_WORDS, TURN_WORDS, ToneMouth, WrittenEars
from tests.phones import HandMade, Samples
from voice.audio.resample import Resampler
from voice.call import Call, Equipment
from voice.ports_speech import Heard
from voice.vad import voice_activity

pytest.importorskip("webrtcvad")
CLIPS = Path(__file__).resolve().parents[4] / "shared" / "clips"
pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(not CLIPS.is_dir(), reason="no clips of human speech are here"),
]


def clip(language: str, number: int = 0) -> Samples:
    paths = sorted((CLIPS / language).glob("*.wav"))
    path = paths[number % len(paths)]
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return Resampler(file.getframerate(), 8_000).convert(samples)


def onset(samples: Samples) -> int:
    """The 20 ms in which speech begins."""
    pieces = samples[: len(samples) // 160 * 160].reshape(-1, 160).astype(float)
    loud = np.sqrt(np.mean(pieces**2, axis=1)) > 350
    return next(at for at in range(len(loud) - 2) if loud[at : at + 3].all())


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "ru"])
async def test_the_prompt_is_silent_within_two_hundred_milliseconds(
    open_line: Opened, tmp_path: Path, language: str
) -> None:
    line = await open_line()
    said = clip(language, 1)
    said = said[max(0, onset(said) * 160 - 800) :][:9_600]
    equipment = Equipment(WrittenEars("我要投诉楼下施工"), ToneMouth(), voice_activity, TURN_WORDS, CALLER_WORDS)
    async with HandMade.opened(line.port) as phone:
        await phone.call()
        leg = await next_leg(line)
        async with Call(leg, equipment) as call:
            call.record(tmp_path / "call.wav")
            prompt = asyncio.create_task(call.say("这" * 60, "zh"))
            hiss = np.random.default_rng(1).normal(0, 8, 8_000).astype(np.int16)
            await phone.say_all(np.concatenate([hiss, said, hiss]))
            result = await asyncio.wait_for(prompt, 4)
            assert isinstance(result.interrupted_by, Heard)
        await phone.accept_bye()
    with wave.open(str(tmp_path / "call.wav")) as file:
        both = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    spoke = onset(both[:, 0])
    ours = np.flatnonzero(np.abs(both[:, 1]) > 200)
    assert (ours[-1] / 160 - spoke) * 0.02 <= 0.2
