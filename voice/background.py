"""Threads that hear and speak, behind those that carry the sound: a busy machine answers later, but drops no words.

Threads that an engine starts in them inherit it. Nothing else of the system is touched.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

_NICER_BY = 5


def background_pool(threads: int, name: str) -> ThreadPoolExecutor:
    """A pool of threads that give way to the event loop; they show by name in a dump."""
    return ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name, initializer=_give_way)


def _give_way() -> None:
    """Makes this thread nicer, where threads have priorities of their own (Linux)."""
    if hasattr(os, "setpriority"):
        thread = threading.get_native_id()
        try:
            os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + _NICER_BY))
        except OSError:
            return  # not allowed here: then all threads are equal
