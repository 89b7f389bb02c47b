"""`hotline tickets ...` and `hotline classify`: the tickets at a terminal, without a running server.

Personal data is masked unless revealed with a reason, which stays in the ticket's history. Errors are one sentence on
standard error: exit status 1 for a ticket that is not there, 2 for everything else.
"""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from hotline import settings
from tickets import cli_city, cli_classify, cli_diagram, cli_dispatch, cli_outbox, cli_report, cli_staff
from tickets.bootstrap import open_categories, open_tickets
from tickets.cli_support import action, positive, print_json, print_lines, print_table, who, write_csv
from tickets.config import TicketsConfig
from tickets.domain.masking import mask_numbers
from tickets.domain.people import Actor, Contact
from tickets.domain.place import Place
from tickets.domain.ticket import Ticket
from tickets.domain.views import local_iso
from tickets.domain.vocabulary import Confidentiality, Nature, Status
from tickets.errors import InvalidTicket
from tickets.service.commands import AdvanceTicket, FileTicket
from tickets.service.desk import TicketDesk
from tickets.service.ports import TicketFilter
from tickets.service.receipts import TicketReceipt
from tickets.service.records import record
from tickets.service.validation import LANGUAGES

_LISTED = ("number", "status", "nature", "category", "unit", "filed_at", "due_at", "urged")


def mount(subparsers: Any) -> None:
    """Adds `tickets`, `classify`, `report` and `dispatch`; each parser sets `run`, which takes the arguments and gives
    the exit status."""
    tickets = subparsers.add_parser("tickets", help="list, show, file, move and export tickets")
    actions = tickets.add_subparsers(dest="tickets_command", required=True, metavar="COMMAND")

    listing = action(actions, "list", _list, "list tickets, newest first")
    _filters(listing)
    listing.add_argument("--limit", type=positive, default=50, help="at most this many (default: 50)")
    _json(listing)

    show = action(actions, "show", _show, "show one ticket and its history")
    show.add_argument("number")
    _reveal(show)
    _json(show)

    filing = action(actions, "file", _file, "file a ticket")
    filing.add_argument("--nature", required=True, choices=list(Nature))
    filing.add_argument(
        "--category", help="an id of categories.csv; without one the text gives it, or the hotline dispatches by hand"
    )
    filing.add_argument("--description", required=True)
    filing.add_argument("--location", default="")
    filing.add_argument("--phone")
    filing.add_argument("--name")
    filing.add_argument("--language", default="zh", choices=LANGUAGES)
    filing.add_argument("--confidentiality", default="public", choices=list(Confidentiality))
    filing.add_argument("--emergency", action="store_true")
    filing.add_argument("--key", help="idempotency key: repeating it files nothing twice")
    _json(filing)

    advance = action(actions, "advance", _advance, "move a ticket on")
    advance.add_argument("number")
    advance.add_argument("step", metavar="STATUS|COMMAND")
    advance.add_argument("--by", required=True, metavar="WHO", help="ROLE:NAME, ROLE, or a supervisor's NAME")
    advance.add_argument("--reason", required=True, help="why; for a reply, the reply to the citizen")
    advance.add_argument("--unit", help="the unit to handle it (with dispatch)")
    advance.add_argument("--code", help="the reason of return_reasons.csv (with return)")
    advance.add_argument("--until", metavar="TIME", help="the end, such as 2027-01-15T18:00+08:00 (with suspend)")
    advance.add_argument("--days", type=int, help="working days (with ask_extension)")
    advance.add_argument("--external", metavar="STEP", help="a step of escalation.csv (with escalate)")
    advance.add_argument("--expect-version", type=positive, help="refuse when somebody was faster")
    advance.add_argument("--key", help="idempotency key: repeating it does nothing twice")
    _json(advance)

    export = action(actions, "export", _export, "write all tickets to a file")
    _filters(export)
    export.add_argument("--format", choices=("csv", "json"), default="csv")
    export.add_argument("--out", type=Path, help="file to write (default: standard output)")
    _reveal(export)

    cli_staff.mount(actions)
    cli_outbox.mount(actions)
    cli_city.mount(actions)
    cli_diagram.mount(actions)
    cli_classify.mount(subparsers)
    cli_report.mount(subparsers)
    cli_dispatch.mount(subparsers)


def _filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--status", choices=list(Status), metavar="STATUS")
    parser.add_argument("--unit", metavar="UNIT")


def _reveal(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reveal", action="store_true", help="show personal data; needs --reason and is logged")
    parser.add_argument("--reason", metavar="TEXT")
    parser.add_argument("--by", metavar="WHO", help="who asks (default: you)")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON instead of lines to read")


@contextmanager
def _desk(*, proposes: bool = False) -> Iterator[TicketDesk]:
    """The desk; `proposes`: what is filed without a category gets one that its text surely speaks for."""
    config = TicketsConfig.from_settings(settings.load())
    desk = open_tickets(config, suggester=open_categories(config, load=True) if proposes else None)
    try:
        yield desk
    finally:
        desk.close()


def _list(arguments: argparse.Namespace) -> None:
    filters = TicketFilter(status=arguments.status, unit=arguments.unit, limit=arguments.limit)
    with _desk() as desk:
        rows = [_short(ticket) for ticket in desk.list(filters)]
    if arguments.json:
        print_json(rows)
        return
    print_table(_LISTED, rows)


def _show(arguments: argparse.Namespace) -> None:
    with _desk() as desk:
        if arguments.reveal:
            ticket = desk.reveal(arguments.number, who(arguments.by), arguments.reason or "")
        else:
            ticket = desk.get(arguments.number)
        shown = record(ticket, desk.catalogue, masked=not arguments.reveal)
    steps = [
        {
            "at": local_iso(entry.at),
            "actor": str(entry.actor),
            "command": str(entry.command),
            "from": entry.before,
            "to": entry.after,
            # What citizen or staff wrote may hold names and numbers.
            "reason": entry.reason if arguments.reveal else mask_numbers(entry.reason),
        }
        for entry in ticket.history
    ]
    if arguments.json:
        print_json({**shown, "history": steps})
        return
    print_lines(shown)
    print("history:")
    for step in steps:
        print(f"  {step['at']}  {step['to']:<15}  {step['command']} by {step['actor']}  {step['reason']}".rstrip())


def _file(arguments: argparse.Namespace) -> None:
    command = FileTicket(
        idempotency_key=arguments.key or f"cli:{uuid.uuid4()}",
        channel="terminal",
        language=arguments.language,
        nature=arguments.nature,
        category=arguments.category,
        description=arguments.description,
        place=Place(arguments.location),
        contact=Contact(arguments.name, arguments.phone),
        confidentiality=arguments.confidentiality,
        emergency=arguments.emergency,
        by=who(None),
    )
    with _desk(proposes=not arguments.category) as desk:
        _print_receipt(desk.file(command), as_json=arguments.json)


def _advance(arguments: argparse.Namespace) -> None:
    command = AdvanceTicket(
        idempotency_key=arguments.key or f"cli:{uuid.uuid4()}",
        number=arguments.number,
        command=arguments.step,
        by=Actor.parse(arguments.by),
        reason=arguments.reason,
        unit=arguments.unit,
        code=arguments.code,
        until=_moment(arguments.until),
        days=arguments.days,
        external=arguments.external,
        expected_version=arguments.expect_version,
    )
    with _desk() as desk:
        _print_receipt(desk.advance(command), as_json=arguments.json)


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        message = f"--until: {text!r} is no time; write it as 2027-01-15T18:00+08:00"
        raise InvalidTicket("until_invalid", "until", message) from None


def _export(arguments: argparse.Namespace) -> None:
    filters = TicketFilter(status=arguments.status, unit=arguments.unit)
    by = who(arguments.by) if arguments.reveal else None
    with _desk() as desk:
        rows = desk.export(filters, by=by, reason=(arguments.reason or "") if arguments.reveal else None)
        if arguments.out is None:
            _write(rows, arguments.format, sys.stdout)
            return
        partial = arguments.out.with_name(arguments.out.name + ".partial")
        with partial.open("w", encoding="utf-8", newline="") as file:
            _write(rows, arguments.format, file)
        partial.replace(arguments.out)


def _write(rows: Iterator[dict[str, object]], form: str, out: TextIO) -> None:
    if form == "json":
        out.write("[")
        out.writelines(
            (",\n" if position else "\n") + json.dumps(row, ensure_ascii=False) for position, row in enumerate(rows)
        )
        out.write("\n]\n")
        return
    write_csv(rows, out)


def _short(ticket: Ticket) -> dict[str, object]:
    return {
        "number": ticket.number,
        "status": str(ticket.status),
        "nature": str(ticket.nature),
        "category": ticket.category,
        "unit": ticket.unit,
        "filed_at": local_iso(ticket.filed_at),
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "duplicate_of": ticket.duplicate_of,
        "urged": ticket.urged,
        "disputed": ticket.disputed,
    }


def _print_receipt(receipt: TicketReceipt, *, as_json: bool) -> None:
    shown = {
        "number": receipt.number,
        "nature": str(receipt.nature),
        "category": receipt.category,
        "unit": receipt.unit,
        "status": str(receipt.status),
        "accept_by": local_iso(receipt.accept_by),
        "due_at": local_iso(receipt.due_at),
        "respond_by": local_iso(receipt.respond_by),
        "provisional": receipt.provisional,
        "duplicate_of": receipt.duplicate_of,
        "created": receipt.created,
    }
    if as_json:
        print_json(shown)
    else:
        print_lines(shown)
