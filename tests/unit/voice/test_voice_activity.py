"""Voice activity: noise opens no gate for long, silence none at all, and a voice is confirmed within 200 ms."""

from __future__ import annotations

import numpy as np
import pytest

from voice.audio.frames import AudioFrame
from voice.vad import Activity, VoiceActivity, voice_activity


class Gate:
    """Says speech where the frame is loud."""

    def is_speech(self, buf: bytes, sample_rate: int) -> bool:
        return int(np.abs(np.frombuffer(buf, "<i2")).max()) > 1000


class Confirmer:
    def __init__(self, probability: float) -> None:
        self.probability = probability
        self.asked = 0
        self.resets = 0

    def process_chunk(self, audio: bytes) -> float:
        assert len(audio) == 1024
        self.asked += 1
        return self.probability

    def reset(self) -> None:
        self.resets += 1


def run(detector: VoiceActivity, samples: np.ndarray) -> list[Activity]:
    frames = [samples[at : at + 320] for at in range(0, len(samples) - 319, 320)]
    return [
        detector.feed(AudioFrame(frame.astype("<i2").tobytes(), at_seconds=number * 0.02))
        for number, frame in enumerate(frames)
    ]


LOUD = np.tile(np.array([8000, -8000]), 16_000)
QUIET = np.zeros(16_000)


def test_silence_is_nothing_and_asks_nobody() -> None:
    confirmer = Confirmer(1.0)
    assert not any(one.gate or one.speech for one in run(VoiceActivity(Gate(), confirmer), QUIET))
    assert confirmer.asked == 0


def test_a_voice_is_confirmed_within_200_ms_and_ends_soon_after() -> None:
    found = run(VoiceActivity(Gate(), Confirmer(0.9)), np.concatenate([QUIET, LOUD, QUIET]))
    speech = [one.at_seconds for one in found if one.speech]
    assert 1.0 <= speech[0] <= 1.2
    assert speech[-1] <= 3.3


def test_noise_that_the_confirmer_denies_is_no_speech() -> None:
    found = run(VoiceActivity(Gate(), Confirmer(0.1)), np.concatenate([QUIET, LOUD]))
    assert any(one.gate for one in found)
    assert not any(one.speech for one in found)


def test_a_click_opens_no_gate() -> None:
    click = QUIET.copy()
    click[8000:8300] = 20_000
    assert not any(one.gate for one in run(VoiceActivity(Gate(), Confirmer(1.0)), click))


def test_without_a_confirmer_the_gate_decides() -> None:
    assert any(one.speech for one in run(VoiceActivity(Gate(), None), LOUD))


def test_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="16 kHz"):
        VoiceActivity(Gate(), None).feed(AudioFrame(bytes(320), 8_000))


def test_the_real_detectors_hear_no_voice_in_noise() -> None:
    noise = np.random.default_rng(7).normal(0, 1500, 3 * 16_000).clip(-32768, 32767)
    assert not any(one.speech for one in run(voice_activity(), noise))
