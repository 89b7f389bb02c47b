"""Spoken clauses come on the line at one level, in its band, without silence at the ends; phonemes of ko and zh."""

from __future__ import annotations

import numpy as np
import pytest

from voice.errors_speech import SynthesisFailed
from voice.tts import hangul_ipa, pinyin_ipa
from voice.tts.festival import in_its_signs
from voice.tts.sound import Samples, finish, level, resample, trim


def tone(seconds: float, hertz: float, rate: int, loudness: float = 0.3) -> Samples:
    at = np.arange(round(seconds * rate)) / rate
    return (loudness * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def as_floats(samples: bytes) -> Samples:
    return np.frombuffer(samples, "<i2").astype(np.float32) / 32768.0


@pytest.mark.parametrize("loudness", [0.01, 0.3, 1.4])
def test_quiet_and_loud_voices_come_at_one_level(loudness: float) -> None:
    sound = finish(tone(1.0, 440, 24_000, loudness), 24_000)
    samples = as_floats(sound.samples)
    assert sound.sample_rate_hz == 8_000
    assert float(np.sqrt(np.mean(samples**2))) == pytest.approx(0.1, rel=0.1)
    assert float(np.abs(samples).max()) <= 0.71


def test_a_sudden_peak_is_bent_and_not_clipped() -> None:
    samples = tone(1.0, 300, 8_000, 0.1)
    samples[4000:4010] = 3.0
    assert float(np.abs(level(samples, 8_000)).max()) <= 0.7


def test_what_the_line_cannot_carry_is_gone() -> None:
    mixed = tone(1.0, 500, 24_000) + tone(1.0, 6_000, 24_000)
    samples = as_floats(finish(mixed, 24_000).samples)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    hertz = np.fft.rfftfreq(len(samples), 1 / 8_000)
    assert spectrum[(hertz > 1_500) & (hertz < 2_500)].max() < 0.01 * spectrum.max()  # 6 kHz would fold to 2 kHz


def test_silence_at_the_ends_is_cut_and_silence_inside_stays() -> None:
    rate = 8_000
    quiet = np.zeros(rate, np.float32)
    samples = np.concatenate([quiet, tone(0.5, 300, rate), quiet, tone(0.5, 300, rate), quiet])
    assert len(trim(samples, rate)) / rate == pytest.approx(2.12, abs=0.05)


@pytest.mark.parametrize(
    "samples", [np.zeros(8_000, np.float32), np.zeros(0, np.float32), np.full(8_000, np.nan, np.float32)]
)
def test_a_voice_that_made_nothing_audible_failed(samples: Samples) -> None:
    with pytest.raises(SynthesisFailed):
        finish(samples, 8_000)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000])
def test_every_rate_of_an_engine_is_brought_to_the_line(rate: int) -> None:
    assert len(resample(tone(1.0, 400, rate), rate, 8_000)) == pytest.approx(8_000, abs=2)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("감사합니다", "kamsahamnida"),
        ("좋습니다", "ʨosɯmnida"),
        ("같이", "kaʨʰi"),
        ("국물", "kuŋmul"),
        ("신라", "ɕilla"),
        ("독립", "toŋnip"),
        ("않고", "ankʰo"),
        ("앉아", "anʥa"),
        ("못하다", "motʰada"),
        ("있습니다", "itsɯmnida"),
        ("값이", "kapɕi"),
    ],
)
def test_korean_is_spoken_as_it_is_pronounced(written: str, spoken: str) -> None:
    assert hangul_ipa.phonemes(written) == spoken


@pytest.mark.parametrize(
    ("pinyin", "spoken"),
    [
        ("zhong1", "ꭧʊ→ŋ"),
        ("ji4", "ʨi↘"),
        ("shi2", "ʂɨ↗"),
        ("si4", "sɨ↘"),
        ("yuan2", "ɥɛ↗n"),
        ("xue2", "ɕɥe↗"),
        ("wei4", "wei↘"),
        ("jiu3", "ʨjou↓"),
        ("lv4", "ly↘"),
        ("er4", "ɚ↘"),
        ("de5", "tɤ"),
        ("???", ""),
    ],
)
def test_a_mandarin_syllable_has_its_phonemes_and_its_tone(pinyin: str, spoken: str) -> None:
    assert pinyin_ipa.syllable(pinyin) == spoken


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Скажите «да» или «не показывать».", "Скажите да или не показывать."),
        ("Если всё верно — скажите «отправить»!", "Если всё верно, скажите отправить!"),
        ('№ 5/2 ") (quit)', "5 2) (quit)"),
        ("Ждите… Скоро", "Ждите. Скоро"),
    ],
)
def test_festival_gets_no_sign_it_cannot_speak(text: str, spoken: str) -> None:
    assert in_its_signs(text) == spoken
