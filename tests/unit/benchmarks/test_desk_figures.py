"""People under load: what counts as arrived, and the part of the page."""

from __future__ import annotations

from pathlib import Path

import orjson

from benchmarks.desk_figures import DeskFigures, save, saved, section
from benchmarks.desk_load import Load

FIGURES = DeskFigures("2026-11-26", {"cores": "2"}, 500, 10, 50.0, 20.0, 1000, 4.2, 18.4, 34.0, 45.0, 34.0, 146.0, 17.0)


def frame(text: str, kind: str = "message") -> str:
    return orjson.dumps({"type": kind, "text": text}).decode()


def test_a_message_counts_at_the_side_that_it_is_for() -> None:
    load = Load()
    load.send("a", "agent")
    load.take(frame("a"), "citizen")  # the sender's own echo
    load.take(frame("a", "typing"), "agent")
    load.take(frame("unknown"), "agent")
    assert load.arrived == {} and load.latencies == []
    load.take(orjson.dumps({"type": "message", "message": {"text": "a"}}).decode(), "agent")
    load.take(frame("a"), "agent")
    assert load.arrived == {"a": 2} and len(load.latencies) == 1 and load.latencies[0] >= 0


def test_the_figures_are_kept_and_stand_on_the_page(tmp_path: Path) -> None:
    assert saved(tmp_path / "desk.json") is None
    save(FIGURES, tmp_path / "desk.json")
    assert saved(tmp_path / "desk.json") == FIGURES
    text = section(FIGURES)
    assert "| 500 | 50 | 4 ms | 18 ms | 34 ms | 45 ms | 34 % of a core | 146 MB | 17 kB |" in text
