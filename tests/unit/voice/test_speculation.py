"""Working words out before a turn is over, in made-up time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voice.speculation import LATER_SECONDS, MOST, Speculation


def test_it_begins_with_the_pause_and_once_a_pause() -> None:
    speculation = Speculation()
    assert not speculation.begins(1.0, True)
    speculation.paused(1.0)
    assert speculation.begins(1.14, True)
    speculation.done()
    assert not speculation.begins(1.5, True)


def test_it_waits_until_nobody_is_held_up_and_is_left_out_when_the_caller_speaks_on() -> None:
    speculation = Speculation()
    speculation.paused(1.0)
    assert not speculation.begins(1.14, False)
    assert speculation.begins(1.4, True)
    other = Speculation()
    other.paused(1.0)
    other.goes_on()
    assert not other.begins(1.5, True)


def test_one_at_a_time_and_the_next_pause_comes_when_the_last_is_done() -> None:
    speculation = Speculation()
    speculation.paused(1.0)
    assert speculation.begins(1.14, True)
    wanted = speculation.wanted()
    assert wanted()
    speculation.goes_on()
    speculation.paused(2.0)
    assert not wanted() and not speculation.begins(2.14, True)
    speculation.done()
    assert speculation.begins(2.4, True)


def test_who_hesitates_often_is_waited_for_longer_and_then_no_more() -> None:
    speculation, begun = Speculation(), list[float]()
    for number in range(3 * MOST):
        silent = float(number)
        speculation.paused(silent)
        for frame in range(40):
            if speculation.begins(silent + 0.14 + frame * 0.02, True):
                begun.append(0.14 + frame * 0.02)
                speculation.done()
        speculation.goes_on()
    assert len(begun) == MOST
    assert begun[0] < LATER_SECONDS <= begun[-1] + 1e-6 and begun == sorted(begun)


@given(st.lists(st.sampled_from(("pause", "on", "free", "busy", "done")), max_size=200))
def test_it_never_runs_twice_at_once_nor_without_a_pause(steps: list[str]) -> None:
    speculation, running, paused, count = Speculation(), False, False, 0
    for number, step in enumerate(steps):
        now = number * 0.5
        if step == "pause":
            speculation.paused(now)
            paused = True
        elif step == "on":
            speculation.goes_on()
            paused = False
        elif step == "done" and running:
            speculation.done()
            running = False
        elif step in ("free", "busy") and speculation.begins(now, step == "free"):
            assert step == "free" and paused and not running
            running, paused, count = True, False, count + 1
    assert count <= MOST
