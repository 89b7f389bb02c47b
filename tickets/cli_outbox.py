"""`hotline tickets outbox list|retry`: what citizens and the desk were not told yet, and trying it again.

It shows numbers and errors, never a text; it needs no running server.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from typing import Any

from hotline import settings
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.views import local_iso
from tickets.errors import TicketError
from tickets.service.ports import OutboxEntry

_STATES = ("waiting", "dead", "sent")


def mount(actions: Any) -> None:
    """Adds `outbox` to `hotline tickets`."""
    outbox = actions.add_parser("outbox", help="events that are not told yet: list them, try again what was given up")
    commands = outbox.add_subparsers(dest="outbox_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="what waits and what was given up, the oldest first")
    listing.add_argument("--state", choices=_STATES, help="only these (default: waiting and dead)")
    listing.add_argument("--limit", type=int, default=50, help="at most this many (default: 50)")
    listing.add_argument("--json", action="store_true", help="JSON instead of lines to read")
    listing.set_defaults(run=lambda arguments: _reported(_list, arguments))
    retry = commands.add_parser("retry", help="try again what was given up")
    retry.add_argument("ids", nargs="*", type=int, metavar="ID", help="as `list` shows them")
    retry.add_argument("--all", action="store_true", help="all that was given up")
    retry.set_defaults(run=lambda arguments: _reported(_retry, arguments))


def _reported(run: Any, arguments: argparse.Namespace) -> int:
    try:
        return int(run(arguments))
    except (TicketError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return 2


def _list(arguments: argparse.Namespace) -> int:
    desk = open_tickets(TicketsConfig.from_settings(settings.load()))
    try:
        entries = desk.outbox.outbox_entries(arguments.state, max(1, arguments.limit))
    finally:
        desk.close()
    for entry in entries:
        shown = _shown(entry)
        if arguments.json:
            print(json.dumps(shown, ensure_ascii=False))
        else:
            print("  ".join(str(value) for value in shown.values() if value is not None))
    if not entries and not arguments.json:
        print("nothing")
    return 0


def _retry(arguments: argparse.Namespace) -> int:
    if bool(arguments.ids) == arguments.all:
        print("hotline: name the ids to try again, or --all", file=sys.stderr)
        return 2
    desk = open_tickets(TicketsConfig.from_settings(settings.load()))
    try:
        count = desk.outbox.retry_events(datetime.now(UTC), arguments.ids or None)
    finally:
        desk.close()
    print(f"{count} will be tried again")
    return 0 if count else 1


def _shown(entry: OutboxEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "state": entry.state,
        "kind": str(entry.event.kind),
        "ticket": entry.event.ticket_number,
        "since": local_iso(entry.event.at),
        "attempts": entry.attempts,
        "next_attempt_at": local_iso(entry.next_attempt_at),
        "error": entry.last_error,
    }
