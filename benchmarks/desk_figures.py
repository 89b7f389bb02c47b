"""The figures of people under load, kept beside the others, and their part of docs/benchmarks.md."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from hotline.settings import ROOT

RESULT = ROOT / "benchmarks" / "results" / "desk.json"
COMMAND = ".venv/bin/python -m benchmarks.desk_load"


@dataclass(frozen=True)
class DeskFigures:
    """One run; milliseconds, megabytes (10^6 bytes), kilobytes (10^3 bytes)."""

    date: str
    machine: dict[str, str]
    sockets: int
    agents: int
    per_second: float
    seconds: float
    messages: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    most_ms: float
    cpu_percent: float
    memory_mb: float
    kilobytes_a_socket: float


def save(figures: DeskFigures, file: Path = RESULT) -> None:
    """Keeps the figures in place of the last ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(figures), ensure_ascii=False, indent=1) + "\n", "utf-8")


def saved(file: Path = RESULT) -> DeskFigures | None:
    """Gives the kept figures."""
    return DeskFigures(**json.loads(file.read_text("utf-8"))) if file.exists() else None


def section(figures: DeskFigures) -> str:
    """The part of docs/benchmarks.md about people."""
    where = ", ".join(f"{name}: {value}" for name, value in figures.machine.items())
    return f"""
## People: open sockets and messages through the desk

| open sockets | messages a second | p50 | p95 | p99 | longest | CPU of the gateway | its memory | a socket |
|---|---|---|---|---|---|---|---|---|
| {figures.sockets} | {figures.per_second:.0f} | {figures.p50_ms:.0f} ms | {figures.p95_ms:.0f} ms | \
{figures.p99_ms:.0f} ms | {figures.most_ms:.0f} ms | {figures.cpu_percent:.0f} % of a core | \
{figures.memory_mb:.0f} MB | {figures.kilobytes_a_socket:.0f} kB |

Citizens and {figures.agents} people at the own desk, all with open sockets, every citizen with a person;
{figures.messages} messages, half each way, from sending to the other side's socket, each arriving once.
{figures.date}, {where}. Command: `{COMMAND}`.
"""
