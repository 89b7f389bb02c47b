"""Conversations at once, each carrying on its dialogue and beginning the next: what is finished in a time is measured.

It measures from outside, in the caller's process; messages before the measured time only warm up. The first reply
that is not right ends the run with the whole conversation.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.dialogue import Dialogue, Reply, Said, UnexpectedReply
from benchmarks.doors import Door

Citizens = Iterator[tuple[str, Dialogue]]
"""Language and dialogue of one citizen after the other."""


@dataclass
class Measured:
    """What was finished in the measured time.

    Attributes:
        latencies: seconds from sending a message to its whole reply.
        new_texts: texts that had never been said before, so that no cache could know them.
    """

    seconds: float = 0.0
    dialogues: int = 0
    latencies: list[float] = field(default_factory=list)
    new_texts: int = 0
    client_cpu_seconds: float = 0.0


class Load:
    """Drives one door; remembers which texts were said.

    Args:
        on_edge: called when the measured time begins and again when it is over (to read CPU times).
    """

    def __init__(self, door: Door, citizens: Citizens, on_edge: Callable[[], None]) -> None:
        self._door = door
        self._citizens = citizens
        self._on_edge = on_edge
        self._said: set[str] = set()

    async def run(self, conversations: int, warm_up_seconds: float, seconds: float) -> Measured:
        """Measures `seconds` of `conversations` at once, after `warm_up_seconds` of the same."""
        measured, window = Measured(), _Window()
        talking = [asyncio.create_task(self._talk(measured, window)) for _ in range(conversations)]
        timing = asyncio.create_task(self._time(measured, window, warm_up_seconds, seconds))
        try:
            await asyncio.gather(timing, *talking)
        finally:
            for task in (timing, *talking):
                task.cancel()
            await asyncio.gather(timing, *talking, return_exceptions=True)
        return measured

    async def _time(self, measured: Measured, window: _Window, warm_up_seconds: float, seconds: float) -> None:
        await asyncio.sleep(warm_up_seconds)
        self._on_edge()
        began, cpu = time.perf_counter(), time.process_time()
        window.open = True
        await asyncio.sleep(seconds)
        window.open, window.over = False, True
        measured.seconds = time.perf_counter() - began
        measured.client_cpu_seconds = time.process_time() - cpu
        self._on_edge()

    async def _talk(self, measured: Measured, window: _Window) -> None:
        while not window.over:
            language, dialogue = next(self._citizens)
            conversation = await self._door.open(language)
            transcript: list[Said | Reply] = []
            try:
                said = next(dialogue)
                while not window.over:
                    began = time.perf_counter()
                    reply = await conversation.say(said)
                    spent = time.perf_counter() - began
                    transcript += (said, reply)
                    following = _following(dialogue, reply)
                    self._note(measured, window, said, spent, following is None)
                    if following is None:
                        break
                    said = following
            except UnexpectedReply as error:
                raise UnexpectedReply(f"{error}\n{told(transcript)}") from error

    def _note(self, measured: Measured, window: _Window, said: Said, spent: float, last: bool) -> None:
        new = said.text is not None and said.text not in self._said
        if new and said.text is not None:
            self._said.add(said.text)
        if window.open:
            measured.latencies.append(spent)
            measured.new_texts += new
            measured.dialogues += last


@dataclass
class _Window:
    open: bool = False
    over: bool = False


def _following(dialogue: Dialogue, reply: Reply) -> Said | None:
    try:
        return dialogue.send(reply)
    except StopIteration:
        return None


def told(transcript: Iterable[Said | Reply]) -> str:
    """A conversation as lines, for the message of an error."""
    lines = []
    for turn in transcript:
        if isinstance(turn, Said):
            lines.append(f"> {turn.text if turn.payload is None else turn.payload}")
        else:
            lines.append(f"  [{turn.requested_slot}] {' / '.join(turn.texts)}")
    return "\n".join(lines)


def citizens(languages: Iterable[str], dialogue_of: Callable[[str, int], Dialogue]) -> Citizens:
    """Gives citizens without end, their languages in turn; those of one language are numbered from 0."""
    numbers: Counter[str] = Counter()
    for language in itertools.cycle(languages):
        yield language, dialogue_of(language, numbers[language])
        numbers[language] += 1
