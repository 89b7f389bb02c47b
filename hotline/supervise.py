"""Keeps a set of programs running until it is told to end, and ends all of them cleanly.

It knows nothing of what the programs are; `hotline.up` says that.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence

from hotline.children import DEFAULT_RULES, Child, ChildCannotStart, Program, RestartRules
from hotline.console import Console


async def supervise(
    programs: Sequence[Program],
    console: Console,
    announce: Callable[[], None],
    rules: RestartRules = DEFAULT_RULES,
) -> None:
    """Runs the programs until SIGINT or SIGTERM; a second signal ends them without waiting.

    Args:
        announce: called once, when all have become ready.

    Raises:
        ChildCannotStart: one that is needed does not start at all; all others are ended.
    """
    stop = asyncio.Event()
    children = [Child(program, console.show, console.say, rules) for program in programs]
    running = [asyncio.create_task(_kept(child, console)) for child in children]
    ready = asyncio.create_task(_all_ready(children))
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            for child in children:
                child.kill()
        else:
            stop.set()
            console.say("INFO", "ending all processes")

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait([stopping, ready, *running], return_when=asyncio.FIRST_COMPLETED)
        if ready in done and stopping not in done:
            announce()
            done, _ = await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (*running, ready, stopping):
            task.cancel()
        await asyncio.gather(*running, ready, stopping, return_exceptions=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _kept(child: Child, console: Console) -> None:
    """Keeps a child running; one that is not needed is given up with a word, and the others go on."""
    try:
        await child.keep_running()
    except ChildCannotStart as error:
        if child.program.needed:
            raise
        console.say("ERROR", f"going on without {child.program.name}: {error}")
        await asyncio.Event().wait()


async def _all_ready(children: Sequence[Child]) -> None:
    for child in children:
        if child.program.needed:
            await child.ready.wait()
