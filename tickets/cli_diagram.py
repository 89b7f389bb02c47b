"""`hotline tickets diagram`: the course of a ticket, drawn from the table of transitions.

Reads no database and no setting.
"""

from __future__ import annotations

import argparse
from typing import Any

from tickets.domain.diagram import state_diagram, transition_table


def mount(actions: Any) -> None:
    """Adds `diagram` to the commands of `hotline tickets`."""
    text = "print the state diagram of a ticket (Mermaid), or the table of all transitions (Markdown)"
    parser: argparse.ArgumentParser = actions.add_parser("diagram", help=text, description=text)
    parser.add_argument("--table", action="store_true", help="the table of all transitions instead")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    print(transition_table() if arguments.table else state_diagram(), end="")
    return 0
