"""Keeps the figures of each measured system beside each other and writes `docs/benchmarks.md` from them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks import desk_figures
from benchmarks.desk_figures import DeskFigures
from benchmarks.figures import Report
from benchmarks.table import load_table, process_table, single_table
from hotline.settings import ROOT

RESULTS = ROOT / "benchmarks" / "results"
DOCUMENT = ROOT / "docs" / "benchmarks.md"
HOTLINE, STOCK = "hotline", "stock_rasa"
_ORDER = (HOTLINE, STOCK)

_INTRODUCTION = """# Benchmarks

How fast the whole system answers on one machine, measured from outside through the gateway. Written by the commands
below; the figures are those of their last runs.

| command | measures |
|---|---|
| `make bench` | the hotline, as `hotline up` runs it (SQLite, one copy of each process) |
| `.venv/bin/python -m benchmarks.run --train` | the same, and training from nothing (some minutes) |
| `.venv/bin/python -m benchmarks.desk_load` | open sockets and messages through the desk; a part of `make bench` |
| `.venv/bin/python -m benchmarks.stock_rasa` | Rasa 3.6.21 as it comes, for comparison (installs 3 GB, once) |

"""
_METHOD = """
## How it is measured

- **Dialogue.** A complaint in 12 messages: a sentence with the matter, its place and time; the category by button; a
  question in between (privacy); name; a wrong telephone number; the right one; confidentiality by button; a correction
  of the place at the read-back; the confirmation, which files a ticket; its status; thanks; good-bye. What is asked
  decides what is answered; a question that is asked once more takes the place of thanks or good-bye. Every reply is
  checked (slot asked next, ticket's number, the same number in the status); one wrong reply ends the run without
  figures.
- **Texts.** Every second conversation is Chinese, the others are English, Japanese, Korean and Russian in turn. Places
  and numbers differ from conversation to conversation, so that caches help as little as with real citizens.
- **Load.** Each conversation sends its next message as soon as it has the reply, and a finished one is followed by a
  new one; the gateway's limits for one address are lifted. Messages whose replies came within the measured time count,
  after a warm-up.
- **CPU time a message** is user and system time of all processes, from `/proc`, with the opening of conversations
  in it. The measuring client runs on the same machine and takes its share of it; it is listed apart. "Other programs"
  is how much of the machine was busy with something else meanwhile: the figures are good when it is near zero.
- **Sentence vector.** Its CPU time is measured alone, on the texts of the dialogue; its share counts only texts that
  were not said before.
- **Start** is measured with trained models, from the command to the first answer of the page and of `/readyz`.
- **`hotline parse`** is measured on held-out sentences after its worker processes are loaded.
- **Stock Rasa** has the components and policies of `rasa init` (DIET, response selector, memoization, rules and
  TED), `rasa run` with the REST channel and its tracker store in memory, `rasa run actions`, and a
  form of nine slots with validation in English only: fewer words, no ticket store, no gateway.
"""


def save(name: str, report: Report, folder: Path = RESULTS) -> None:
    """Keeps a run's figures in `folder`, in place of the last ones of that name."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.to_json(), ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", "utf-8")


def saved(folder: Path = RESULTS) -> list[Report]:
    """Gives the kept figures, the hotline's own first."""
    files = (folder / f"{name}.json" for name in _ORDER)
    return [Report.from_json(json.loads(file.read_text("utf-8"))) for file in files if file.exists()]


def last(name: str, folder: Path = RESULTS) -> Report | None:
    """Gives the kept figures of one name."""
    file = folder / f"{name}.json"
    return Report.from_json(json.loads(file.read_text("utf-8"))) if file.exists() else None


def document(reports: Sequence[Report], desk: DeskFigures | None = None) -> str:
    """Gives the whole page."""
    parts = [_INTRODUCTION, "## Speed\n\n", load_table(reports), "\n## Single figures\n\n", single_table(reports)]
    for report in reports:
        parts += [f"\n## Processes of {report.subject}\n\n", process_table(report)]
    if desk is not None:
        parts.append(desk_figures.section(desk))
    parts.append("\n## Machines\n\n")
    for report in reports:
        where = ", ".join(f"{name}: {value}" for name, value in report.machine.items())
        notes = "".join(f" {note}" for note in report.notes)
        parts.append(f"- {report.subject}, {report.date}: {where}. Command: `{report.command}`.{notes}\n")
    return "".join([*parts, _METHOD])


def write(reports: Sequence[Report], file: Path = DOCUMENT) -> str:
    """Writes the page, with the kept figures of people under load, and gives its text."""
    text = document(reports, desk_figures.saved())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return text
