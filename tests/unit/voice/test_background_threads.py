"""Hearing and speaking give way to the sound itself."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from voice.background import background_pool


def _priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux only")
def test_threads_of_engines_are_nicer_than_the_one_that_carries_the_sound() -> None:
    with background_pool(1, "engine") as pool:
        assert pool.submit(_priority).result() == min(19, _priority() + 5)
        assert pool.submit(lambda: threading.current_thread().name).result().startswith("engine")
