"""`hotline tickets COMMAND NUMBER`: every command of staff at a terminal, made from the table of calls; and search,
notes, audits and the access log.

Who acts is said with `--by`, and position and unit are held to as everywhere; the terminal itself is trusted.
"""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hotline import settings
from tickets.bootstrap import open_staff
from tickets.cli_support import action, positive, print_json, print_lines, print_table, who
from tickets.config import TicketsConfig
from tickets.domain.city import Catalogue
from tickets.domain.people import Actor
from tickets.domain.views import local_iso
from tickets.domain.visibility import Viewer, position_of
from tickets.domain.vocabulary import HOTLINE_UNIT, Role
from tickets.errors import InvalidTicket
from tickets.service import staff_doing
from tickets.service.call_shapes import Call, Field, Kind, word_of
from tickets.service.calls import CALLS
from tickets.service.staff_filters import FILTERS, filters_of, next_of
from tickets.service.staff_office import StaffOffice
from tickets.service.staff_ports import AccessFilter

_FOUND = ("number", "status", "nature", "category", "unit", "filed_at", "due_at", "urged", "unmet")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
_ACCOUNT = {Role.AGENT: "agent", Role.SUPERVISOR: "supervisor", Role.UNIT: "supervisor"}


def mount(actions: Any) -> None:
    """Adds the commands under `hotline tickets`."""
    for call in CALLS:
        _mount_call(actions, call)
    searching = action(actions, "search", _search, "find tickets as staff sees them, masked")
    for field in FILTERS:
        _option(searching, field, needed=False)
    searching.add_argument("--limit", type=positive, default=50, help="1 to 200 (default: 50)")
    searching.add_argument("--after", help="`next` of the page before")
    _by(searching)
    _json(searching)

    noting = action(actions, "note", _note, "write something for staff only")
    noting.add_argument("number")
    noting.add_argument("--text", required=True)
    noting.add_argument("--key", help="idempotency key: repeating it writes nothing twice")
    _by(noting)

    auditing = action(actions, "audit", _audit, "what is wrong with a reply, before it is sent")
    auditing.add_argument("number")
    auditing.add_argument("--reply", required=True)
    auditing.add_argument("--language", default="en", help="language of the findings (default: en)")
    _by(auditing)
    _json(auditing)

    action(actions, "rulings", _rulings, "rulings on whose matter something is, as lines of catalogue.csv")

    logged = action(actions, "access-log", _access_log, "who saw whose personal data and what for")
    for name in ("person", "unit", "ticket"):
        logged.add_argument(f"--{name}")
    logged.add_argument("--limit", type=positive, default=50, help="1 to 200 (default: 50)")
    _json(logged)


@contextmanager
def opened() -> Iterator[StaffOffice]:
    """The staff's office of this installation."""
    office = open_staff(TicketsConfig.from_settings(settings.load()))
    try:
        yield office
    finally:
        office.close()


def viewer_of(actor: Actor, catalogue: Catalogue) -> Viewer:
    """Somebody at the terminal as the tickets know him or her; a unit's people may answer for it there.

    Raises:
        InvalidTicket: citizens and the system give no commands here.
    """
    account = _ACCOUNT.get(actor.role)
    if account is None:
        raise InvalidTicket("by_invalid", "by", "--by must be agent:NAME, supervisor:NAME or unit:UNIT/NAME")
    unit = actor.acting_unit or HOTLINE_UNIT
    known = catalogue.units.get(unit)
    if known is None:
        raise InvalidTicket("unit_unknown", "by", f"--by: {unit!r} is no unit of the city; see data/city/units.csv")
    position = position_of(account, unit, known.level)
    name = actor.name or str(actor.role)
    return Viewer(name, name, position, unit, known.area, 0 if actor.role is Role.AGENT else 2)


def _mount_call(actions: Any, call: Call) -> None:
    parser = action(actions, word_of(call), lambda arguments: _call(call, arguments), call.says)
    parser.add_argument("number")
    for field in call.fields:
        _option(parser, field, needed=field.needed)
    if call.name == "reply":
        parser.add_argument("--override-reason", help="why a supervisor sends a reply that the audit blocks")
    _by(parser)
    parser.add_argument("--expect-version", type=positive, help="refuse when somebody was faster")
    parser.add_argument("--key", help="idempotency key: repeating it does nothing twice")
    _json(parser)


def _option(parser: argparse.ArgumentParser, field: Field, *, needed: bool) -> None:
    several = field.kind in (Kind.WORDS, Kind.TABLE)
    if field.kind is Kind.WORDS:
        metavar = "A,B"
    elif field.kind is Kind.TABLE:
        metavar = "NUMBER=TEXT"
    else:
        metavar = field.name.upper()
    parser.add_argument(
        f"--{field.name.replace('_', '-')}",
        dest=f"field_{field.name}",
        required=needed,
        help=field.says.replace("%", "%%"),
        metavar=metavar if not field.choices or several else None,
        choices=[str(one) for one in field.choices] if field.choices and not several else None,
        action="append" if field.kind is Kind.TABLE else "store",
    )


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", metavar="WHO", help="agent:NAME, supervisor:NAME or unit:UNIT/NAME (default: you)")


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON instead of lines to read")


def _call(call: Call, arguments: argparse.Namespace) -> None:
    given: dict[str, object] = {}
    for field in call.fields:
        text = getattr(arguments, f"field_{field.name}")
        if text is not None:
            given[field.name] = _typed(field, text)
    with opened() as office:
        done = staff_doing.do(
            office,
            viewer_of(who(arguments.by), office.desk.catalogue),
            call.name,
            arguments.number,
            given,
            key=arguments.key or f"cli:{uuid.uuid4()}",
            expected_version=arguments.expect_version,
            override_reason=getattr(arguments, "override_reason", None),
        )
        ticket = done.ticket
        shown: dict[str, object] = {
            "number": ticket.number,
            "version": ticket.version,
            "status": str(ticket.status),
            "unit": ticket.unit,
            "accept_by": local_iso(ticket.accept_by),
            "due_at": local_iso(ticket.due_at),
            "created": done.created,
        }
        if done.audited is not None:
            shown["findings"] = ", ".join(done.audited.kinds)
    if arguments.json:
        print_json(shown)
    else:
        print_lines(shown)


def _typed(field: Field, text: Any) -> object:
    """The text of an option as the table's kind; what does not fit is left to the check that all callers share."""
    if field.kind is Kind.BOOLEAN:
        return _TRUTH.get(str(text).lower(), text)
    if field.kind is Kind.INTEGER:
        return int(text) if str(text).lstrip("-").isascii() and str(text).lstrip("-").isdigit() else text
    if field.kind is Kind.WORDS:
        return [word.strip() for word in str(text).split(",") if word.strip()]
    if field.kind is Kind.TABLE:
        return dict(one.partition("=")[::2] for one in text)
    return text


def _search(arguments: argparse.Namespace) -> None:
    given = {field.name: getattr(arguments, f"field_{field.name}") for field in FILTERS}
    query = {name: text for name, text in given.items() if text is not None}
    query.update(limit=str(arguments.limit), **({"after": arguments.after} if arguments.after else {}))
    with opened() as office:
        rows, last = office.page(viewer_of(who(arguments.by), office.desk.catalogue), filters_of(query))
    following = next_of(last) if last is not None else None
    if arguments.json:
        print_json({"tickets": rows, "next": following})
        return
    print_table(_FOUND, rows)
    if following:
        print(f"more: --after {following}")


def _note(arguments: argparse.Namespace) -> None:
    with opened() as office:
        viewer = viewer_of(who(arguments.by), office.desk.catalogue)
        added = office.note(viewer, arguments.number, arguments.text, arguments.key or f"cli:{uuid.uuid4()}")
    print("noted" if added else "noted before")


def _audit(arguments: argparse.Namespace) -> None:
    with opened() as office:
        viewer = viewer_of(who(arguments.by), office.desk.catalogue)
        audited = office.audit(viewer, arguments.number, arguments.reply)
        findings = office.auditor.wire(audited, arguments.language)
    if arguments.json:
        print_json({"language": audited.language, "blocked": audited.blocked, "findings": findings})
        return
    for one in findings:
        print(f"{one['gravity']}: {one['title']}: {one['excerpt']}\n  {one['remedy']}")
    if not findings:
        print("nothing found")


def _rulings(arguments: argparse.Namespace) -> None:
    with opened() as office:
        print(office.desk.rulings_csv(), end="")


def _access_log(arguments: argparse.Namespace) -> None:
    filters = AccessFilter(arguments.person, arguments.unit, arguments.ticket, limit=arguments.limit)
    with opened() as office:
        viewer = viewer_of(Actor(Role.SUPERVISOR, who(None).name), office.desk.catalogue)
        found = office.access_log(viewer, filters)
    lines = [
        {
            "at": local_iso(one.at),
            "person": one.person,
            "position": one.position,
            "unit": one.unit,
            "deed": one.deed,
            "ticket": one.ticket,
            "purpose": one.purpose,
        }
        for _, one in found
    ]
    if arguments.json:
        print_json(lines)
    else:
        print_table(("at", "person", "position", "unit", "deed", "ticket", "purpose"), lines)
