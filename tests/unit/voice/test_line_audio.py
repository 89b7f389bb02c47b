"""Sound by arithmetic: G.711, rates, levels, tones, keys in the sound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice.audio.frames import AudioFrame, silence
from voice.audio.g711 import A_LAW, CODECS, MU_LAW
from voice.audio.keys import KeyListener
from voice.audio.level import Limiter, rms_dbfs, spoken_dbfs, to_level
from voice.audio.resample import Resampler
from voice.audio.tones import frames_of, hold_sound, key_tone, ringing

Samples = NDArray[np.int16]
KEYS = "0123456789*#ABCD"


def tone(hz: float, rate_hz: int, seconds: float = 0.5, peak: float = 10_000) -> Samples:
    return (peak * np.sin(2 * np.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.int16)


class TestG711:
    @pytest.mark.parametrize(
        ("law", "code", "sample"),
        [(A_LAW, 0xD5, 8), (A_LAW, 0x55, -8), (A_LAW, 0xAA, 32_256), (A_LAW, 0x2A, -32_256), (A_LAW, 0x80, 5_504),
         (MU_LAW, 0xFF, 0), (MU_LAW, 0x7F, 0), (MU_LAW, 0x80, 32_124), (MU_LAW, 0x00, -32_124), (MU_LAW, 0xF0, 120)],
    )  # fmt: skip
    def test_codes_sound_as_the_standard_says(self, law: int, code: int, sample: int) -> None:
        assert CODECS[law].decode(bytes([code])) == sample.to_bytes(2, "little", signed=True)

    @pytest.mark.parametrize("law", [A_LAW, MU_LAW])
    def test_each_sample_becomes_the_nearest_code(self, law: int) -> None:
        codec = CODECS[law]
        samples = np.arange(-32_768, 32_768, dtype="<i2")
        heard = np.frombuffer(codec.decode(codec.encode(samples.tobytes())), dtype="<i2").astype(int)
        levels = np.sort(np.frombuffer(codec.decode(bytes(range(256))), dtype="<i2").astype(int))
        nearest = np.min(np.abs(levels[:, None] - samples[None, ::37].astype(int)), axis=0)
        assert np.array_equal(np.abs(heard - samples)[::37], nearest)

    def test_silence_is_the_silence_of_each_law(self) -> None:
        assert set(CODECS[A_LAW].quiet) == {0xD5} and set(CODECS[MU_LAW].quiet) == {0xFF}

    @given(st.binary(max_size=400))
    def test_any_payload_can_be_heard_and_said_again(self, payload: bytes) -> None:
        for codec in CODECS.values():
            assert codec.decode(codec.encode(codec.decode(payload))) == codec.decode(payload)


class TestRates:
    @pytest.mark.parametrize(
        ("source", "target"), [(8_000, 16_000), (16_000, 8_000), (22_050, 8_000), (48_000, 16_000)]
    )
    def test_a_tone_keeps_pitch_and_level_and_nothing_is_added(self, source: int, target: int) -> None:
        samples = tone(1_000, source)
        made = Resampler(source, target).convert(samples).astype(float)[target // 20 :]
        spectrum = np.abs(np.fft.rfft(made * np.hanning(len(made)))) ** 2
        peak = int(np.argmax(spectrum))
        assert peak * target / len(made) == pytest.approx(1_000, abs=5)
        assert spectrum[max(0, peak - 8) : peak + 9].sum() > 0.999999 * spectrum.sum()
        assert np.sqrt(np.mean(made**2)) == pytest.approx(10_000 / np.sqrt(2), rel=0.01)

    def test_what_the_line_cannot_carry_is_left_out_and_not_folded_back(self) -> None:
        assert rms_dbfs(Resampler(16_000, 8_000).convert(tone(5_000, 16_000))[400:]) < -70

    @given(
        st.lists(st.integers(0, 700), max_size=12), st.sampled_from([(8_000, 16_000), (24_000, 8_000), (22_050, 8_000)])
    )
    def test_pieces_give_the_same_as_the_whole(self, sizes: list[int], rates: tuple[int, int]) -> None:
        samples = tone(700, rates[0], sum(sizes) / rates[0] + 0.01)[: sum(sizes)]
        pieces, at, stream = [], 0, Resampler(*rates)
        for size in sizes:
            pieces.append(stream.convert(samples[at : at + size]))
            at += size
        whole = Resampler(*rates).convert(samples)
        made = np.concatenate([*pieces, np.zeros(0, np.int16)])
        assert len(made) == len(whole) == -(-len(samples) * rates[1] // rates[0])
        assert np.abs(made.astype(int) - whole.astype(int)).max(initial=0) <= 1

    def test_rates_that_are_none_are_refused(self) -> None:
        with pytest.raises(ValueError):
            Resampler(0, 8_000)


class TestLevel:
    def test_speech_is_brought_to_the_wanted_level_whatever_it_was(self) -> None:
        for peak in (900.0, 9_000.0, 32_000.0):
            quiet = np.zeros(8_000, np.int16)
            made = to_level(np.concatenate([quiet, tone(300, 16_000, peak=peak), quiet]), 16_000, -20)
            assert spoken_dbfs(made, 16_000) == pytest.approx(-20, abs=0.5)

    def test_peaks_stay_below_the_ceiling_even_beyond_full_scale(self) -> None:
        loud = 1.5 * 32_768 * np.sin(np.arange(16_000) / 5).astype(np.float32)
        made = Limiter(16_000, ceiling_dbfs=-3).process(loud)
        assert int(np.abs(made.astype(int)).max()) <= 32_768 * 10 ** (-3 / 20) + 1

    def test_what_is_not_loud_is_left_alone(self) -> None:
        samples = tone(440, 16_000)
        assert np.array_equal(Limiter(16_000).process(samples), samples)

    def test_silence_stays_silence_and_no_number_is_no_sound(self) -> None:
        assert not to_level(np.zeros(1_000, np.int16), 16_000).any()
        assert not Limiter(16_000).process(np.full(100, np.nan, np.float32)).any()
        assert rms_dbfs(np.zeros(0, np.int16)) == rms_dbfs(np.zeros(9, np.int16)) == -96


class TestKeysInTheSound:
    def listen(self, samples: Samples) -> str:
        listener = KeyListener()
        return "".join(listener.listen(samples[at : at + 160]) or "" for at in range(0, len(samples) - 159, 160))

    @pytest.mark.parametrize("law", [A_LAW, MU_LAW])
    def test_every_key_is_heard_once_also_quiet_noisy_and_twice_in_a_row(self, law: int) -> None:
        gap, noise = np.zeros(700, np.int16), np.random.default_rng(0)
        for key in KEYS:
            played = np.concatenate([gap[:333], key_tone(key), gap, key_tone(key), gap])
            played = (0.1 * played + noise.normal(0, 30, len(played))).astype(np.int16)
            heard = np.frombuffer(CODECS[law].decode(CODECS[law].encode(played.tobytes())), dtype="<i2")
            assert self.listen(heard) == 2 * key

    def test_one_tone_noise_and_music_are_no_keys(self) -> None:
        noise = np.random.default_rng(1).normal(0, 3_000, 16_000).astype(np.int16)
        for samples in (tone(697, 8_000), tone(1_336, 8_000), noise, hold_sound(), ringing()):
            assert self.listen(samples) == ""

    def test_there_are_sixteen_keys(self) -> None:
        for wrong in ("E", "", "12"):
            with pytest.raises(ValueError):
                key_tone(wrong)


class TestFrames:
    def test_a_frame_knows_its_length_and_place(self) -> None:
        frame = AudioFrame(bytes(640), 16_000, at_seconds=1.0)
        assert frame.duration_seconds == 0.02 and frame.ends_at_seconds == 1.02
        assert silence(0.5, 8_000).duration_seconds == 0.5

    def test_only_mono_of_sixteen_bits_are_numbers(self) -> None:
        with pytest.raises(ValueError):
            AudioFrame(bytes(4), channels=2).as_array()

    def test_samples_are_cut_into_frames_and_repeated_on_wish(self) -> None:
        frames = list(frames_of(tone(440, 8_000, 0.05)))
        assert [len(frame.samples) for frame in frames] == [320, 320, 160]
        endless = frames_of(tone(440, 8_000, 0.05), repeat=True)
        assert [round(next(endless).at_seconds, 2) for _ in range(5)] == [0.0, 0.02, 0.04, 0.05, 0.07]
