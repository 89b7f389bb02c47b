"""Says what machine the figures are from."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def describe() -> dict[str, str]:
    """Gives processor, cores, memory, system and Python."""
    return {
        "processor": processor_of(_read("/proc/cpuinfo")) or platform.processor() or platform.machine(),
        "cores": str(os.cpu_count() or 1),
        "memory": f"{memory_gb_of(_read('/proc/meminfo')):.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
    }


def processor_of(cpuinfo: str) -> str:
    """Gives the first processor's model name, empty when there is none."""
    names = (line.split(":", 1)[1].strip() for line in cpuinfo.splitlines() if line.startswith("model name"))
    return next(names, "")


def memory_gb_of(meminfo: str) -> float:
    """Gives the machine's memory in gigabytes (10^9 bytes), 0 when it is not told."""
    sizes = (int(line.split()[1]) for line in meminfo.splitlines() if line.startswith("MemTotal:"))
    return next(sizes, 0) * 1024 / 1e9


def _read(file: str) -> str:
    try:
        return Path(file).read_text("utf-8")
    except OSError:
        return ""
