"""docs/benchmarks-calls.md: many calls at once without engines, and whole calls with them, from their saved figures.

It writes what was measured and works out nothing but percentiles and the sizing from it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

from benchmarks.calls.latency import Wait, summary
from benchmarks.figures import percentile
from benchmarks.table import markdown_table
from hotline.settings import ROOT

MEDIA = ROOT / "benchmarks" / "results" / "voice_media.json"
CALLS = ROOT / "benchmarks" / "results" / "voice_calls.json"
NUMBERS = ROOT / "benchmarks" / "results" / "voice_numbers.json"
DOCUMENT = ROOT / "docs" / "benchmarks-calls.md"
_AIMS = "Aims: first sound P50 0.8 s, P95 1.5 s; silence after a barge-in 200 ms; answer 2 s."
_STAGES = ("pause", "recognition", "thinking", "voice")


def save_calls(measured: Mapping[str, Any]) -> None:
    CALLS.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


def save_numbers(measured: Mapping[str, Any]) -> None:
    NUMBERS.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")


def write() -> str:
    """Writes the page from what was measured last, and gives it."""
    from benchmarks.voice_media import section

    parts = ["# Benchmarks: telephone calls\n"]
    if CALLS.exists():
        parts.append(calls_section(json.loads(CALLS.read_text("utf-8"))))
    if NUMBERS.exists():
        parts.append(numbers_section(json.loads(NUMBERS.read_text("utf-8"))))
    if MEDIA.exists():
        parts.append(section(json.loads(MEDIA.read_text("utf-8"))))
    text = "\n".join(parts)
    DOCUMENT.write_text(text, "utf-8")
    return text


def where(measured: Mapping[str, Any]) -> str:
    """Date, machine and what else ran on it."""
    names = ", ".join(f"{name}: {value}" for name, value in measured["machine"].items())
    busy = measured["load_average"]
    note = " Above 0.5 other programs were running, and everything took longer than on a quiet machine."
    return f"{measured['date']}, {names}. Load average before: {busy:.1f}.{note if busy > 0.5 else ''}\n"


def calls_section(measured: Mapping[str, Any]) -> str:
    """The part about whole calls."""
    found = [Wait(**row) for row in measured["waits"]]
    answered, barge_in = measured["answered"], measured["barge_in"]
    first = measured["first_sound"]
    single = [
        ("answered after, P50 / worst", f"{_ms(answered, 50)} / {1000 * max(answered):.0f} ms"),
        ("first sound after the answer, P50 / worst", f"{_ms(first, 50)} / {1000 * max(first):.0f} ms"),
        ("silence after a barge-in, P50 / worst", f"{_ms(barge_in, 50)} / {1000 * max(barge_in):.0f} ms"),
    ]
    return (
        "## Whole calls\n\n"
        "A complaint in each language, to its ticket, by a telephone that speaks and records; "
        f"`.venv/bin/python -m benchmarks.voice_calls`{_together(measured)}. Waiting is from the last audible sound of "
        f"the caller to the first of the answer, on the caller's recording; answers that did not come "
        f"within 20 s are left out (the counts in brackets tell how many came). {_AIMS}\n\n"
        + markdown_table(("", ""), single)
        + "\n"
        + _waits_table(found)
        + "\n"
        + _stages_table(found)
        + "\n*Pause*: until the turn is taken to be over; *recognition*: until its words are known beyond that; "
        '*thinking*: gateway, bot and actions; *voice*: until the first sound. "Ready" answers begin with a clause '
        'that was rendered ahead or spoken before, "fresh" ones with a clause that was spoken for this caller.\n\n'
        + _filed(measured["filed"])
        + "\n### Several callers at once\n\n"
        + _crowds(measured["crowds"])
        + "\n"
        + _sizing(measured)
        + "\n"
        + where(measured)
    )


def numbers_section(measured: Mapping[str, Any]) -> str:
    """The part about dictated ticket numbers."""
    rows = [
        (
            row["language"],
            f"{row['wrong'].count(0)} of {len(row['wrong'])}",
            f"{max(row['wrong'])} of {row['digits']}",
            f"{row['seconds']:.1f} s",
        )
        for row in measured["rows"]
    ]
    table = markdown_table(("", "without a mistake", "digits wrong at most", "takes, with its lead-in"), rows)
    return (
        "## Dictated ticket numbers\n\nWhat the line says of a ticket's number, in its band and G.711, written down by "
        "Whisper base with the pauses as they are, shortened, and cut at; the best counts, as a caller has it said "
        "again. No person has listened. `.venv/bin/python -m benchmarks.voice_numbers`\n\n"
        f"{table}\n{where(measured)}"
    )


def _together(measured: Mapping[str, Any]) -> str:
    count = measured.get("together", 1)
    return f" with `--together {count}`, so many callers at once" if count > 1 else ""


def _ms(seconds: list[float], percent: float) -> str:
    return f"{1000 * percentile(seconds, percent):.0f}"


def _waits_table(found: list[Wait]) -> str:
    rows = []
    languages = list(dict.fromkeys(one.language for one in found))
    for language in [*languages, "all"]:
        some = [one for one in found if language in (one.language, "all")]
        rows.append(
            (
                language,
                _both(some),
                _both([one for one in some if one.ready]),
                _both([one for one in some if one.how == "fresh"]),
            )
        )
    return markdown_table(("first sound, P50 / P95", "all answers", "ready", "fresh"), rows)


def _both(some: list[Wait]) -> str:
    told = summary(some)
    return f"{told['p50']:.2f} / {told['p95']:.2f} s ({told['count']})" if told["count"] else "-"


def _stages_table(found: list[Wait]) -> str:
    rows = []
    for language in dict.fromkeys(one.language for one in found):
        stages = summary([one for one in found if one.language == language]).get("stages") or {}
        rows.append((language, *(f"{stages[name]:.2f} s" if name in stages else "-" for name in _STAGES)))
    return markdown_table(("mean of the stages", *_STAGES), rows)


def _filed(filed: Mapping[str, Mapping[str, Any]]) -> str:
    told = [
        f"{one}: {'ticket' if row['ticket'] else row['problem']} in {row['turns']} turns" for one, row in filed.items()
    ]
    return "Outcome: " + "; ".join(told) + ".\n"


def _crowds(crowds: list[Mapping[str, Any]]) -> str:
    rows = [
        (
            str(row["calls"]),
            f"{row['p50']:.2f} / {row['p95']:.2f} s ({row['count']})" if row["count"] else "-",
            f"{row['voice_cpu_a_call_second']:.2f}",
            f"{row['system_cpu_a_call_second']:.2f}",
            f"{row['machine_busy_cores']:.1f}",
            f"{row['memory_mb']:.0f} MB",
        )
        for row in crowds
    ]
    cpu = "CPU s a second of call: line"
    head = ("calls", "first sound, P50 / P95", cpu, "all processes", "cores busy", "memory of the line")
    return markdown_table(head, rows)


def _sizing(measured: Mapping[str, Any]) -> str:
    crowds = [row for row in measured["crowds"] if row["count"]]
    alone = summary([Wait(**row) for row in measured["waits"]])
    if not crowds or not alone["count"]:
        return ""
    bearable = list(itertools.takewhile(lambda row: row["p50"] <= 2 * alone["p50"], crowds))
    if len(bearable) == len(crowds):
        beyond = "more were not tried"
    else:
        beyond = f"with {crowds[len(bearable)]['calls']} it is longer"
    fits = bearable[-1]["calls"] if bearable else 0
    sized = f" Sizing, by this machine's cores: cores = calls at once x its cores / {fits}." if fits else ""
    most = max(crowds, key=lambda row: row["memory_mb"])
    return (
        f"Callers of whole complaints wait {alone['p50']:.2f} s at the median; up to {fits} calls at once the median "
        f"stays below twice that, {beyond}.{sized} "
        f"Memory of the line: {measured['memory_mb']['ready']:.0f} MB before the first call, "
        f"{most['memory_mb']:.0f} MB at most, with the engines of {len(measured['filed'])} languages in use and "
        f"{most['calls']} calls at once.\n"
    )
