"""`hotline report units`: what units did, with the rates that cannot be dressed up.

Beside every closing rate stand the rate that counts closed but unsolved as open, and the number of closings, returns
and extensions that turned out unjustified. No personal data is in it.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from tickets.cli_staff import opened, viewer_of
from tickets.cli_support import action, print_json, print_table, who, write_csv
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.people import Actor
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Role
from tickets.errors import InvalidTicket

_USUAL_DAYS = 30
_COLUMNS = (
    "unit",
    "filed",
    "closed",
    "closing_rate",
    "honest_closing_rate",
    "unjustified_closings",
    "unjustified_returns",
    "unjustified_extensions",
    "on_time_rate",
    "solved_rate",
    "satisfied_rate",
    "overdue",
)


def mount(subparsers: Any) -> None:
    """Adds `report` to the command."""
    report = subparsers.add_parser("report", help="reports on tickets")
    actions = report.add_subparsers(dest="report_command", required=True, metavar="REPORT")
    units = action(actions, "units", _units, "closing, punctuality and satisfaction of units, with unjustified acts")
    units.add_argument("--since", metavar="DAY", help="first day of the period (default: 30 days ago)")
    units.add_argument("--until", metavar="DAY", help="last day of the period (default: today)")
    units.add_argument("--unit", help="only this unit")
    units.add_argument("--format", choices=("table", "csv", "json"), default="table")


def _units(arguments: argparse.Namespace) -> None:
    today = datetime.now(LOCAL_ZONE).date().isoformat()
    until = _day(arguments.until or today, "until") + timedelta(days=1)
    since = _day(arguments.since, "since") if arguments.since else until - timedelta(days=_USUAL_DAYS + 1)
    with opened() as office:
        viewer = viewer_of(Actor(Role.SUPERVISOR, who(None).name), office.desk.catalogue)
        counts = office.figures(viewer, since, until, arguments.unit)
    rows = [one.wire() for one in counts]
    if arguments.format == "json":
        print_json({"since": local_iso(since), "until": local_iso(until), "units": rows})
    elif arguments.format == "csv":
        write_csv(rows, sys.stdout)
    else:
        print_table(_COLUMNS, [{name: _short(row[name]) for name in _COLUMNS} for row in rows])


def _day(text: str, name: str) -> datetime:
    """The beginning of a local day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InvalidTicket(f"{name}_invalid", name, f"--{name} must be a day such as 2026-11-01") from None
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


def _short(value: object) -> object:
    return f"{value:.1%}" if isinstance(value, float) else value
