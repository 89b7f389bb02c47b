"""Percentiles, what is derived from CPU times, and the page of tables."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import report
from benchmarks.figures import Latency, LoadRow, MemoryRow, Report, encoder_share, percentile
from benchmarks.load import Measured
from benchmarks.loads import load_row
from benchmarks.table import load_table, markdown_table, process_table, single_table

ROW = LoadRow(8, 20.0, 1000, 80, Latency(95.0, 206.0, 240.0), {"bot.server": 9.0, "gateway": 3.0}, 0.6, 1.2, 0.5)
RUN = Report(
    subject="hotline",
    command="make bench",
    date="2026-11-26",
    machine={"cores": "2"},
    load_average=0.1,
    loads=(ROW,),
    memory=(MemoryRow("bot.server", 400.0, 380.0), MemoryRow("gateway", 90.0, 70.0)),
    short_latency=Latency(20.0, 30.0, 40.0),
    short_texts=200,
    encoder_ms=6.0,
)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert [percentile(values, percent) for percent in (0, 50, 95, 99, 100)] == [1.0, 50.0, 95.0, 99.0, 100.0]
    assert percentile([7.0], 99) == 7.0


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 100))
def test_enough_values_do_not_exceed_a_percentile(values: list[float], percent: float) -> None:
    found = percentile(values, percent)
    assert sum(value <= found for value in values) >= percent / 100 * len(values) - 1e-6


def test_cpu_time_is_that_between_the_edges_and_a_message() -> None:
    measured = Measured(seconds=10.0, dialogues=8, latencies=[0.1] * 100, new_texts=50, client_cpu_seconds=0.5)
    row = load_row(8, measured, [{"bot": 5.0}, {"bot": 8.0, "late": 1.0}], [100.0, 106.5], cores=2)
    assert row.cpu_ms == pytest.approx({"bot": 30.0, "late": 10.0})
    assert row.messages_per_second == pytest.approx(10.0)
    assert row.client_cpu_ms == pytest.approx(5.0)
    assert row.others_percent == pytest.approx((6.5 - 4.0 - 0.5) / 20 * 100)
    assert row.new_text_share == 0.5


def test_the_share_of_sentence_vectors_counts_new_texts_only() -> None:
    assert encoder_share(ROW, 6.0) == pytest.approx(0.25)


def test_columns_line_up() -> None:
    assert markdown_table(("a", "long"), [("wide one", "1")]) == (
        "| a        | long |\n| -------- | ---: |\n| wide one |    1 |\n"
    )


def test_systems_stand_in_one_table() -> None:
    lines = load_table([RUN, replace(RUN, subject="stock")]).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["hotline", "stock"]
    assert "50.0" in lines[2] and "12.0" in lines[2] and "206" in lines[2]


def test_what_was_not_measured_is_a_dash() -> None:
    lines = single_table([replace(RUN, short_latency=None)]).splitlines()
    assert any(line.startswith("| one message") and line.rstrip(" |").endswith("-") for line in lines)


def test_each_process_has_its_memory_and_cpu_time() -> None:
    table = process_table(RUN)
    assert "| bot.server" in table and "380" in table and "9.00" in table and "0.60" in table


def test_figures_are_kept_and_read_again(tmp_path: Path) -> None:
    report.save(report.HOTLINE, RUN, tmp_path)
    assert report.saved(tmp_path) == [RUN]
    assert report.last(report.STOCK, tmp_path) is None
    assert json.loads((tmp_path / "hotline.json").read_text("utf-8"))["date"] == "2026-11-26"


def test_the_page_tells_date_machine_command_and_method(tmp_path: Path) -> None:
    text = report.write([RUN], tmp_path / "benchmarks.md")
    assert (tmp_path / "benchmarks.md").read_text("utf-8") == text
    for part in ("2026-11-26", "cores: 2", "make bench", "How it is measured"):
        assert part in text
