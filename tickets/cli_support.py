"""What the ticket commands at a terminal share: parsers, who acts, printing, and errors as one sentence.

Exit status 1 is for a ticket that is not there, 2 for everything else that fails. No traceback is shown for what a
caller can cause.
"""

from __future__ import annotations

import argparse
import csv
import getpass
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO

from hotline import settings
from tickets.domain.people import Actor
from tickets.domain.text import safe_cell
from tickets.domain.vocabulary import Role
from tickets.errors import TicketError, TicketNotFound

NOT_FOUND, FAILED = 1, 2


def action(actions: Any, name: str, run: Callable[[argparse.Namespace], None], text: str) -> argparse.ArgumentParser:
    """A parser whose `run` gives the exit status."""
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.set_defaults(run=lambda arguments: report_errors(lambda: run(arguments)))
    return parser


def report_errors(run: Callable[[], None]) -> int:
    """Runs a command and turns its error into one sentence and an exit status."""
    try:
        run()
    except TicketNotFound as error:
        print(f"hotline: {error}", file=sys.stderr)
        return NOT_FOUND
    except (TicketError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return FAILED
    return 0


def who(text: str | None) -> Actor:
    """Who acts: as written, else an agent by the name of the machine's user."""
    if text:
        return Actor.parse(text)
    try:
        return Actor(Role.AGENT, getpass.getuser())
    except (KeyError, OSError):  # a container's user without a name
        return Actor(Role.AGENT, "terminal")


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_lines(values: Mapping[str, object]) -> None:
    """One `name: value` a line; what is empty is left out."""
    for name, value in values.items():
        if value is not None and value != "":
            print(f"{name + ':':<18}{str(value).lower() if isinstance(value, bool) else value}")


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Aligned columns with a heading."""
    table = [list(columns), *([str(row[name] if row[name] is not None else "-") for name in columns] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(columns))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def write_csv(rows: Iterable[Mapping[str, object]], out: TextIO) -> None:
    """Comma-separated values with a heading; no cell is a formula for a spreadsheet."""
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(out, list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({name: safe_cell(value) for name, value in row.items()})
