"""How long callers wait, from made-up recordings."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.calls.latency import Wait, first_loud, last_loud, silent_after, summary, waits
from benchmarks.calls.walk import Spoken
from voice.timeline import Reply


def track(*spans: tuple[float, float], seconds: float = 10.0) -> np.ndarray:
    """Sound in these spans of seconds, hiss elsewhere."""
    samples = np.full(round(seconds * 8_000), 5, np.int16)
    for began, ended in spans:
        samples[round(began * 8_000) : round(ended * 8_000)] = 3_000
    return samples


def test_a_wait_is_from_the_last_sound_of_the_caller_to_the_first_of_the_answer() -> None:
    said, heard = track((1.0, 2.4)), track((3.1, 5.0))
    [wait] = waits(
        "zh", said, heard, [Spoken("opening", "路灯", 0.9, 2.6)], [Reply(2.38, 0.4, 0.1, 0.1, 0.1, "rendered")]
    )
    assert wait.seconds == pytest.approx(0.7, abs=0.01)
    assert wait.ready and wait.stages == {"pause": 0.4, "recognition": 0.1, "thinking": 0.1, "voice": 0.1}


def test_a_word_of_waiting_is_not_the_answer() -> None:
    said, heard = track((1.0, 2.4)), track((4.0, 5.0), (5.6, 8.0))
    [wait] = waits(
        "zh", said, heard, [Spoken("opening", "路灯", 0.9, 2.6)], [Reply(2.38, 0.6, 2.4, 0.1, 0.1, "rendered")]
    )
    assert wait.seconds == pytest.approx(3.2, abs=0.01)


def test_what_was_said_into_the_lines_own_speech_is_no_wait() -> None:
    assert waits("zh", track((1.0, 2.0)), track((0.5, 4.0)), [Spoken("opening", "路灯", 1.0, 2.0)], []) == []


def test_an_answer_of_another_moment_tells_nothing_of_this_one() -> None:
    [wait] = waits(
        "zh", track((1.0, 2.0)), track((2.5, 4.0)), [Spoken("a", "b", 1.0, 2.0)], [Reply(8.0, 1, 1, 1, 1, "fresh")]
    )
    assert (wait.how, wait.stages, wait.ready) == ("", {}, False)


def test_keys_and_answers_that_never_came_are_left_out() -> None:
    spoken = [Spoken("keypad", "1#", 1.0, 2.0), Spoken("location", "x", 3.0, 4.0)]
    assert waits("zh", track((1.0, 2.0), (3.0, 4.0)), track(), spoken, []) == []


def test_silence_after_a_moment_is_where_sound_stops_for_half_a_second() -> None:
    assert silent_after(track((0.0, 3.2)), 3.0) == pytest.approx(0.2, abs=0.01)
    assert silent_after(track((0.0, 3.1), (3.3, 3.5)), 3.0) == pytest.approx(0.5, abs=0.01)  # a pause between words
    assert silent_after(track((0.0, 2.0)), 3.0) == 0.0


def test_edges_of_sound() -> None:
    assert last_loud(track((1.0, 2.0)), 0.5, 3.0) == pytest.approx(2.0, abs=0.001)
    assert first_loud(track((1.0, 2.0)), 0.5) == pytest.approx(1.0, abs=0.001)
    assert first_loud(track((1.0, 2.0)), 2.5) is None


def test_a_summary_of_nothing_says_so_and_of_some_has_the_mean_of_their_stages() -> None:
    assert summary([]) == {"count": 0}
    some = [Wait("zh", "a", seconds, "fresh", {"pause": seconds}) for seconds in (1.0, 2.0, 3.0)]
    assert summary(some) == {"count": 3, "p50": 2.0, "p95": 3.0, "stages": {"pause": 2.0}}
