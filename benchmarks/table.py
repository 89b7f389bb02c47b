"""Writes reports as Markdown: one table in which systems can be compared, then what each process uses.

Pure; the first report is the hotline's own, the others stand beside it for comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from benchmarks.figures import LoadRow, Report, encoder_share

_LOAD_HEAD = (
    "system", "at once", "messages", "msg/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms a message", "other programs",
)  # fmt: skip
_SINGLE: tuple[tuple[str, Callable[[Report], str | None]], ...] = (
    ("memory of all processes, PSS", lambda report: _megabytes(sum(row.proportional_mb for row in report.memory))),
    ("memory of all processes, RSS", lambda report: _megabytes(sum(row.resident_mb for row in report.memory))),
    ("start until the page answers", lambda report: _seconds(report.page_seconds)),
    ("start until the bot is ready", lambda report: _seconds(report.ready_seconds)),
    ("training from nothing", lambda report: _seconds(report.training_seconds)),
    ("`hotline parse`, loaded", lambda report: _parse(report)),
    ("one message of at most 40 characters, idle", lambda report: _short(report)),
    ("one sentence vector, CPU", lambda report: f"{report.encoder_ms:.1f} ms" if report.encoder_ms else None),
    ("its share of the CPU time a message", lambda report: _share(report)),
    ("load average before the run", lambda report: f"{report.load_average:.1f}"),
    ("measured on", lambda report: report.date),
)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Gives a table whose columns line up; all but the first are set to the right."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    rule = [("-" * width if column == 0 else "-" * (width - 1) + ":") for column, width in enumerate(widths)]
    aligned = [
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in cells
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in (aligned[0], rule, *aligned[1:]))


def load_table(reports: Iterable[Report]) -> str:
    """Gives one row for each system and number of conversations."""
    return markdown_table(_LOAD_HEAD, (_load_row(report.subject, row) for report in reports for row in report.loads))


def _load_row(subject: str, row: LoadRow) -> tuple[str, ...]:
    latency = (f"{value:.0f}" for value in (row.latency.p50, row.latency.p95, row.latency.p99))
    rate, cpu, others = f"{row.messages_per_second:.1f}", f"{row.cpu_ms_total:.1f}", f"{row.others_percent:.0f} %"
    return subject, str(row.conversations), str(row.messages), rate, *latency, cpu, others


def single_table(reports: Sequence[Report]) -> str:
    """Gives a row for each single figure and a column for each system."""
    rows = [(name, *(figure(report) or "-" for report in reports)) for name, figure in _SINGLE]
    return markdown_table(("", *(report.subject for report in reports)), rows)


def process_table(report: Report) -> str:
    """Gives memory and CPU time of each process, the latter for every number of conversations."""
    head = ("process", "RSS MB", "PSS MB", *(f"CPU ms a message at {row.conversations}" for row in report.loads))
    rows = [
        (
            one.process,
            f"{one.resident_mb:.0f}",
            f"{one.proportional_mb:.0f}",
            *(f"{row.cpu_ms.get(one.process, 0.0):.2f}" for row in report.loads),
        )
        for one in report.memory
    ]
    measuring = ("(the measuring client)", "", "", *(f"{row.client_cpu_ms:.2f}" for row in report.loads))
    return markdown_table(head, [*rows, measuring])


def _megabytes(value: float) -> str | None:
    return f"{value:.0f} MB" if value else None


def _seconds(value: float | None) -> str | None:
    return None if value is None else f"{value:.1f} s"


def _parse(report: Report) -> str | None:
    if report.parse_per_second is None:
        return None
    return f"{report.parse_per_second:.0f} texts/s ({report.parse_texts} texts)"


def _short(report: Report) -> str | None:
    if report.short_latency is None:
        return None
    latency = report.short_latency
    return f"p50 {latency.p50:.0f} ms, p95 {latency.p95:.0f} ms ({report.short_texts} texts)"


def _share(report: Report) -> str | None:
    if report.encoder_ms is None:
        return None
    shares = (f"{encoder_share(row, report.encoder_ms):.0%} at {row.conversations}" for row in report.loads)
    return ", ".join(shares)
