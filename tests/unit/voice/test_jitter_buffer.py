"""The jitter buffer against networks that lose, delay, reorder and drift, in made-up time."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from voice.protocol.concealment import Concealer
from voice.protocol.jitter import FRAME, JitterBuffer

Samples = NDArray[np.int16]


def speech(seconds: float) -> Samples:
    """Three seconds of a voiced sound, one of silence, again and again."""
    at = np.arange(round(seconds * 8_000)) / 8_000
    wave = sum(np.sin(2 * np.pi * 140 * harmonic * at) / harmonic for harmonic in (1, 2, 3, 5))
    return np.where(at % 4 < 3, 4_000 * wave, 0).astype(np.int16)


def run(
    seconds: float,
    delay: Callable[[int], float | None],
    drift: float = 0.0,
    start: int = 2**32 - 5_000,
    samples: Samples | None = None,
) -> tuple[JitterBuffer, Samples]:
    """Sends a packet every 20 ms with `delay(number)` seconds (None: lost) and pulls every 20 ms."""
    samples = speech(seconds) if samples is None else samples
    count = len(samples) // FRAME
    delays = [(number, delay(number)) for number in range(count)]
    arrivals = sorted((number * 0.02 * (1 + drift) + late, number) for number, late in delays if late is not None)
    buffer, heard, waiting = JitterBuffer(), [], iter(arrivals)
    coming = next(waiting, None)
    for tick in range(count):
        while coming is not None and coming[0] <= tick * 0.02 + 0.003:
            number = coming[1]
            buffer.put((start + number * FRAME) % 2**32, samples[number * FRAME : (number + 1) * FRAME])
            coming = next(waiting, None)
        heard.append(buffer.pull())
    return buffer, np.concatenate(heard)


def test_on_a_perfect_network_all_comes_out_as_it_was_two_frames_later() -> None:
    buffer, heard = run(20, lambda number: 0.0)
    assert buffer.counts.concealed == buffer.counts.waited == buffer.counts.late == 0
    assert np.array_equal(heard[FRAME:], speech(20)[:-FRAME])


def test_sixty_milliseconds_of_jitter_lose_nothing() -> None:
    rnd = random.Random(1)
    buffer, _ = run(60, lambda number: rnd.random() * 0.06)
    assert buffer.counts.late <= 2 and buffer.counts.concealed <= 2
    assert buffer.counts.played >= 2_990
    assert buffer.depth_seconds < 0.15


def test_five_percent_of_loss_and_jitter_conceal_what_was_lost_and_no_more() -> None:
    rnd = random.Random(2)
    lost = {number for number in range(3_000) if rnd.random() < 0.05}
    buffer, _ = run(60, lambda number: None if number in lost else rnd.random() * 0.06)
    assert buffer.counts.concealed == pytest.approx(len(lost), abs=6)
    assert buffer.counts.late <= 4


def test_a_stall_of_the_network_delays_speech_and_does_not_lose_it() -> None:
    buffer, _ = run(30, lambda number: max(0.0, 10.3 - number * 0.02) if 500 <= number < 515 else 0.0)
    assert buffer.counts.concealed == buffer.counts.late == 0
    assert buffer.counts.left_out == pytest.approx(buffer.counts.waited, abs=3)
    assert buffer.depth_seconds < 0.1


@pytest.mark.parametrize("drift", [300e-6, -300e-6])
def test_a_clock_that_runs_wrong_costs_a_frame_a_minute_and_no_delay(drift: float) -> None:
    buffer, _ = run(120, lambda number: 0.004 * (number % 3), drift=drift)
    assert buffer.counts.late == buffer.counts.concealed == 0
    assert buffer.counts.waited + buffer.counts.left_out <= 4
    assert buffer.depth_seconds < 0.1


def test_a_sender_that_pauses_is_silence_and_comes_back_whole() -> None:
    pause = range(500, 700)
    buffer, heard = run(20, lambda number: None if number in pause else 0.0)
    assert buffer.counts.concealed == 0
    assert not heard[520 * FRAME : 690 * FRAME].any()
    assert buffer.counts.played == pytest.approx(800, abs=3)


def test_packets_of_ten_and_forty_milliseconds_are_taken_as_well() -> None:
    for size in (80, 320):
        buffer, samples = JitterBuffer(), speech(4)
        heard = []
        for at in range(0, len(samples), 320):
            for part in range(at, at + 320, size):
                buffer.put(part, samples[part : part + size])
            heard += [buffer.pull(), buffer.pull()]
        assert buffer.counts.played >= 198


def test_a_timestamp_that_jumps_begins_a_new_stream() -> None:
    buffer = JitterBuffer()
    loud = np.full(FRAME, 1_000, dtype=np.int16)
    for start in (0, 2**31, 17):
        for number in range(10):
            buffer.put(start + number * FRAME, loud)
            buffer.pull()
    assert buffer.counts.played >= 27


@given(
    st.lists(
        st.tuples(st.integers(0, 2**32 - 1) | st.integers(0, 40_000), st.integers(0, 600), st.integers(0, 3)),
        max_size=60,
    )
)
def test_whatever_comes_every_tick_gives_twenty_milliseconds(packets: list[tuple[int, int, int]]) -> None:
    buffer = JitterBuffer()
    for timestamp, size, pulls in packets:
        buffer.put(timestamp, np.zeros(size, dtype=np.int16))
        for _ in range(pulls):
            assert len(buffer.pull()) == FRAME
    assert buffer.depth_seconds <= 2.5


class TestConcealment:
    def test_a_short_gap_in_a_voice_goes_on_with_its_pitch(self) -> None:
        samples, concealer = speech(1), Concealer()
        for at in range(0, 4_000, FRAME):
            concealer.heard(samples[at : at + FRAME])
        made = concealer.missing(FRAME).astype(float)
        true = samples[4_000 : 4_000 + FRAME].astype(float)
        assert np.corrcoef(made, true)[0, 1] > 0.8

    def test_it_fades_and_is_silent_after_sixty_milliseconds(self) -> None:
        concealer = Concealer()
        concealer.heard(speech(1)[:800])
        peaks = [int(np.abs(concealer.missing(FRAME)).max()) for _ in range(5)]
        assert peaks[0] > peaks[1] > peaks[2] > peaks[3] == peaks[4] == 0

    def test_without_a_past_it_is_silent(self) -> None:
        assert not Concealer().missing(FRAME).any()

    def test_what_comes_after_a_gap_is_joined_without_a_jump(self) -> None:
        samples, concealer = speech(1), Concealer()
        concealer.heard(samples[:1_600])
        made = concealer.missing(FRAME)
        after = concealer.heard(samples[1_600 + FRAME : 1_600 + 2 * FRAME])
        steepest = int(np.abs(np.diff(samples[:8_000].astype(int))).max())
        assert abs(int(after[0]) - int(made[-1])) <= 2 * steepest
