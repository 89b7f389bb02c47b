"""The figures of one run, how they are derived from what was measured, and their JSON form.

Pure: reads no clock and no file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


def percentile(values: Sequence[float], percent: float) -> float:
    """Gives the smallest value that at least `percent` of the values do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("there is nothing to take a percentile of")
    return sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1]


@dataclass(frozen=True)
class Latency:
    """Milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """Gives the percentiles of times in seconds."""
        return cls(*(percentile(seconds, percent) * 1000 for percent in (50, 95, 99)))


@dataclass(frozen=True)
class LoadRow:
    """One number of conversations at once.

    Attributes:
        cpu_ms: CPU time a message, by process; opening the conversations is included.
        client_cpu_ms: what the measuring itself used a message, on the same machine.
        others_percent: how much of the machine other programs used meanwhile.
        new_text_share: messages with a text that was never heard before.
    """

    conversations: int
    seconds: float
    messages: int
    dialogues: int
    latency: Latency
    cpu_ms: dict[str, float]
    client_cpu_ms: float
    others_percent: float
    new_text_share: float

    @property
    def messages_per_second(self) -> float:
        """Messages answered a second, all conversations together."""
        return self.messages / self.seconds

    @property
    def cpu_ms_total(self) -> float:
        """CPU time a message of all processes together."""
        return sum(self.cpu_ms.values())


@dataclass(frozen=True)
class MemoryRow:
    """Megabytes of one process after the load."""

    process: str
    resident_mb: float
    proportional_mb: float


@dataclass(frozen=True)
class Report:
    """One run of one system. What was not measured is None.

    Attributes:
        encoder_ms: CPU time of one sentence vector, the mean over the dialogue's texts.
        short_latency: of single messages up to 40 characters in the idle system, outside any form.
        training_seconds: from nothing, the bot's model.
    """

    subject: str
    command: str
    date: str
    machine: dict[str, str]
    load_average: float
    loads: tuple[LoadRow, ...]
    memory: tuple[MemoryRow, ...]
    page_seconds: float | None = None
    ready_seconds: float | None = None
    parse_per_second: float | None = None
    parse_texts: int = 0
    short_latency: Latency | None = None
    short_texts: int = 0
    encoder_ms: float | None = None
    training_seconds: float | None = None
    notes: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Gives plain lists and objects."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Report:
        """Reads what `to_json` gave."""
        short = stored.get("short_latency")
        values = {
            **stored,
            "loads": tuple(LoadRow(**{**row, "latency": Latency(**row["latency"])}) for row in stored["loads"]),
            "memory": tuple(MemoryRow(**row) for row in stored["memory"]),
            "short_latency": Latency(**short) if short else None,
            "notes": tuple(stored.get("notes", ())),
        }
        return cls(**values)


def encoder_share(row: LoadRow, encoder_ms: float) -> float:
    """Gives which part of a message's CPU time the sentence vectors of texts not heard before take (0 to 1)."""
    return encoder_ms * row.new_text_share / row.cpu_ms_total
