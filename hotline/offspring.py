"""Child processes that end with their parent, even when the parent is killed.

Linux only; elsewhere a killed supervisor leaves its children to whoever adopts them. The child is tied to the thread
that starts it: start it from the main thread.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> Callable[[], None] | None:
    """Gives a `preexec_fn` that asks the kernel to kill the child when its parent ends."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: after the fork nothing may be loaded
    parent = os.getpid()

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended in between
            os._exit(1)

    return prepare
