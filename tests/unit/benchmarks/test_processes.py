"""What /proc tells of processes: odd names, children that ended, and memory."""

from __future__ import annotations

import os

import pytest

from benchmarks.machine import memory_gb_of, processor_of
from benchmarks.processes import Memory, Stat, cpu_seconds, parse_busy, parse_memory, parse_stat, process_name


def test_a_command_with_spaces_and_brackets_does_not_shift_the_fields() -> None:
    line = "42 (odd) name) S 7 42 42 0 -1 4194304 900 0 0 0 150 50 20 5 20 0 4 0 100 1000 10\n"
    assert parse_stat(line, ticks=100) == Stat(pid=42, parent=7, cpu_seconds=2.25)


def test_memory_is_read_in_megabytes() -> None:
    text = "55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:  1000 kB\nPss:   500 kB\nPss_Dirty:  1 kB\n"
    assert parse_memory(text) == Memory(resident_mb=1.024, proportional_mb=0.512)


def test_idle_and_waiting_time_is_not_busy() -> None:
    assert parse_busy("cpu  100 10 50 9999 777 1 2 3 40 0\ncpu0 1 1 1 1\n", ticks=100) == pytest.approx(1.66)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["/x/python", "-W", "ignore", "-m", "bot.server"], "bot.server"),
        (["/x/python", "-m", "hotline.cli", "up"], "hotline up"),
        (["/x/python", "-m", "rasa", "run", "actions", "--port", "1"], "rasa run actions"),
        (["/x/python", "-m", "rasa", "run", "--port", "1"], "rasa run"),
        (["/usr/bin/python3", "/x/hotline", "up"], "hotline up"),
        (["/usr/bin/redis-server", "*:6379"], "redis-server *:6379"),
    ],
)
def test_a_process_is_named_by_what_it_runs(command: list[str], name: str) -> None:
    assert process_name(command) == name


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="needs Linux' /proc")
def test_the_own_process_has_used_some_time() -> None:
    assert sum(cpu_seconds(os.getpid()).values()) > 0


def test_processor_and_memory_are_named_when_the_machine_tells() -> None:
    assert processor_of("processor : 0\nmodel name\t: Fast One\n") == "Fast One"
    assert processor_of("") == ""
    assert memory_gb_of("MemTotal:  2000000 kB\n") == pytest.approx(2.048)
