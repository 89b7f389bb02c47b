"""What a process and all its descendants use: CPU time and memory, read from /proc (Linux only).

A process that ends while it is being read is left out. Nothing is started or signalled here.
"""

from __future__ import annotations

import itertools
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Stat:
    """One line of /proc/<pid>/stat; CPU time includes that of children that were waited for."""

    pid: int
    parent: int
    cpu_seconds: float


@dataclass(frozen=True)
class Memory:
    """Megabytes (10^6 bytes); the proportional set shares out what several processes map."""

    resident_mb: float
    proportional_mb: float


def parse_stat(line: str, ticks: int = _TICKS) -> Stat:
    """Reads a stat line; the command in brackets may itself hold spaces and brackets."""
    pid, rest = line.split(" ", 1)
    fields = rest[rest.rindex(")") + 2 :].split()
    return Stat(int(pid), int(fields[1]), sum(map(int, fields[11:15])) / ticks)


def parse_memory(text: str) -> Memory:
    """Reads /proc/<pid>/smaps_rollup."""
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines() if line.endswith(" kB")}
    return Memory(kilobytes["Rss"] * 1024 / 1e6, kilobytes["Pss"] * 1024 / 1e6)


def process_name(command: list[str]) -> str:
    """Gives a readable name of a command line: the module after -m or the program, with its sub-commands."""
    if "-m" in command[1:-1]:
        start = command.index("-m") + 1
        program = command[start].removesuffix(".cli")
    else:
        interpreted = os.path.basename(command[0]).startswith("python") and len(command) > 1
        start = 1 if interpreted else 0
        program = os.path.basename(command[start])
    return " ".join([program, *itertools.takewhile(lambda word: not word.startswith("-"), command[start + 1 :])])


def tree(root: int) -> list[Stat]:
    """Gives `root` and its descendants."""
    stats = {}
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = parse_stat((folder / "stat").read_text())
            except (OSError, ValueError):
                continue
            stats[stat.pid] = stat
    members, found = {root}, True
    while found:
        found = False
        for stat in stats.values():
            if stat.parent in members and stat.pid not in members:
                members.add(stat.pid)
                found = True
    return [stat for pid, stat in sorted(stats.items()) if pid in members]


def cpu_seconds(root: int) -> dict[str, float]:
    """Gives the CPU time that `root` and its descendants have used so far, by process name."""
    used: dict[str, float] = defaultdict(float)
    for stat in tree(root):
        used[_name_of(stat.pid)] += stat.cpu_seconds
    return dict(used)


def parse_busy(text: str, ticks: int = _TICKS) -> float:
    """Reads the seconds that all processors of the machine were busy from /proc/stat."""
    user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, text.splitlines()[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / ticks


def machine_busy_seconds() -> float:
    """Gives the CPU time that the whole machine has used so far."""
    return parse_busy((_PROC / "stat").read_text())


def memory(root: int) -> dict[str, Memory]:
    """Gives the memory of `root` and its descendants, by process name; same names are added up."""
    found: dict[str, Memory] = {}
    for stat in tree(root):
        try:
            one = parse_memory((_PROC / str(stat.pid) / "smaps_rollup").read_text())
        except (OSError, KeyError):
            continue
        name = _name_of(stat.pid)
        before = found.get(name, Memory(0.0, 0.0))
        found[name] = Memory(before.resident_mb + one.resident_mb, before.proportional_mb + one.proportional_mb)
    return found


def _name_of(pid: int) -> str:
    try:
        command = (_PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return "ended"
    return process_name([word for word in command if word]) if any(command) else "ended"
