"""Measures a door under several numbers of conversations at once, with the CPU time of the processes behind it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import processes
from benchmarks.doors import Door
from benchmarks.figures import Latency, LoadRow, MemoryRow
from benchmarks.load import Citizens, Load, Measured

Roots = Sequence[int]
"""Process ids whose descendants, with themselves, are the measured system."""


@dataclass(frozen=True)
class Plan:
    """How long and with how many conversations at once is measured."""

    conversations: tuple[int, ...] = (1, 8, 32)
    seconds: float = 20.0
    warm_up_seconds: float = 4.0


class _Edges:
    """CPU times at the two edges of the measured time."""

    def __init__(self, roots: Roots) -> None:
        self._roots = roots
        self.used: list[dict[str, float]] = []
        self.busy: list[float] = []

    def note(self) -> None:
        used: dict[str, float] = {}
        for root in self._roots:
            for name, seconds in processes.cpu_seconds(root).items():
                used[name] = used.get(name, 0.0) + seconds
        self.used.append(used)
        self.busy.append(processes.machine_busy_seconds())


async def measure(door: Door, citizens: Citizens, roots: Roots, plan: Plan) -> tuple[LoadRow, ...]:
    """Gives one row for each number of conversations.

    Raises:
        UnexpectedReply: a reply was not right, with the conversation it stands in.
    """
    rows: list[LoadRow] = []
    edges = _Edges(roots)
    load = Load(door, citizens, lambda: edges.note())
    for conversations in plan.conversations:
        edges.used.clear()
        edges.busy.clear()
        measured = await load.run(conversations, plan.warm_up_seconds, plan.seconds)
        rows.append(load_row(conversations, measured, edges.used, edges.busy, os.cpu_count() or 1))
        print(f"  {conversations} at once: {rows[-1].messages_per_second:.1f} messages a second", file=sys.stderr)
    return tuple(rows)


def load_row(
    conversations: int, measured: Measured, used: Sequence[dict[str, float]], busy: Sequence[float], cores: int
) -> LoadRow:
    """Derives a row from what was measured and the CPU times at both edges of the measured time."""
    messages = len(measured.latencies)
    before, after = used
    spent = {name: seconds - before.get(name, 0.0) for name, seconds in after.items()}
    foreign = busy[1] - busy[0] - sum(spent.values()) - measured.client_cpu_seconds
    return LoadRow(
        conversations=conversations,
        seconds=measured.seconds,
        messages=messages,
        dialogues=measured.dialogues,
        latency=Latency.of(measured.latencies),
        cpu_ms={name: seconds * 1000 / messages for name, seconds in spent.items()},
        client_cpu_ms=measured.client_cpu_seconds * 1000 / messages,
        others_percent=max(0.0, foreign / (measured.seconds * cores) * 100),
        new_text_share=measured.new_texts / messages,
    )


def memory_rows(roots: Roots) -> tuple[MemoryRow, ...]:
    """Gives the memory of each process now, the largest first."""
    found = [item for root in roots for item in processes.memory(root).items()]
    rows = [MemoryRow(name, one.resident_mb, one.proportional_mb) for name, one in found]
    return tuple(sorted(rows, key=lambda row: -row.proportional_mb))
