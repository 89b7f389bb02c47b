"""`hotline desk ...`: accounts of the desk at a terminal, with or without a running gateway.

Passwords come from the terminal or from standard input, never from the command line. Errors are one sentence on
standard error and exit status 2.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from channels.desk.errors import AgentNotFound
from channels.desk.people import ROLES, DeskAgent
from channels.errors import ChannelsError
from channels.languages import LANGUAGES
from channels.miniprogram import cli as flagged_cli
from channels.staff import cli as staff_cli
from hotline import settings

if TYPE_CHECKING:
    from channels.desk.bootstrap import OfficeTools

FAILED = 2
_LISTED = ("username", "name", "role", "unit", "languages", "capacity", "state")
Work = Callable[["OfficeTools", argparse.Namespace], Awaitable[None]]


def mount(subparsers: Any) -> None:
    """Adds `desk` to the command."""
    desk = subparsers.add_parser("desk", help="accounts of the people at the desk")
    actions = desk.add_subparsers(dest="desk_command", required=True, metavar="COMMAND")
    agent = actions.add_parser("agent", help="add, list and change people").add_subparsers(
        dest="agent_command", required=True, metavar="COMMAND"
    )

    adding = _action(agent, "add", _add, "add somebody; the password is asked for")
    adding.add_argument("username")
    _fields(adding)
    adding.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    adding.add_argument("--generate", action="store_true", help="make a password and print it once")
    adding.add_argument("--no-password", action="store_true", help="single sign-on only")

    listing = _action(agent, "list", _list, "list everybody")
    listing.add_argument("--json", action="store_true", help="JSON instead of lines to read")

    changing = _action(agent, "change", _change, "change role, name, unit, languages or capacity")
    changing.add_argument("username")
    _fields(changing)

    password = _action(agent, "password", _password, "set a new password; ends all sessions")
    password.add_argument("username")
    password.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    password.add_argument("--generate", action="store_true", help="make a password and print it once")

    for name, text in (("disable", "lock somebody out at once"), ("enable", "let somebody in again")):
        _action(agent, name, _able, text).add_argument("username")
    _action(agent, "totp-off", _totp_off, "take the second factor off, after a lost phone").add_argument("username")
    _action(actions, "unlock", _unlock, "let somebody try again after too many wrong passwords").add_argument(
        "username"
    )
    staff_cli.mount(actions)
    flagged_cli.mount(actions)
    log = _action(actions, "log", _log, "who did what: sign-ins, reveals, take-overs, changes")
    log.add_argument("--days", type=int, default=7)
    log.add_argument("--json", action="store_true", help="JSON instead of lines to read")


def _action(actions: Any, name: str, work: Work, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    parser.set_defaults(run=lambda arguments: _run(work, arguments))
    return parser


def _fields(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--name", help="the name that citizens and colleagues see")
    parser.add_argument("--role", choices=ROLES)
    parser.add_argument("--unit", help="an id of units.csv (default: hotline)")
    parser.add_argument("--languages", type=_listed, help=f"by comma: {','.join(LANGUAGES)}")
    parser.add_argument("--topics", type=_listed, help="groups of categories.csv, by comma")
    parser.add_argument("--capacity", type=int, help="conversations at once by automatic assignment")


def _run(work: Work, arguments: argparse.Namespace) -> int:
    try:
        asyncio.run(_opened(work, arguments))
    except (ChannelsError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return FAILED
    return 0


async def _opened(work: Work, arguments: argparse.Namespace) -> None:
    async with _tools() as tools:
        await work(tools, arguments)


@asynccontextmanager
async def _tools() -> AsyncIterator[OfficeTools]:
    # The other commands need none of this, so it is not imported with the parser.
    from channels.adapters.database import open_store
    from channels.desk.bootstrap import open_office
    from tickets.config import TicketsConfig

    known = settings.load()
    store = await asyncio.to_thread(open_store, known.database_url)
    tools = open_office(store, TicketsConfig.from_settings(known))
    try:
        yield tools
    finally:
        tools.passwords.close()
        await store.close()


async def _add(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    password = None if arguments.no_password else _new_password(arguments)
    body = {"username": arguments.username, **_given(arguments)}
    if password is not None:
        body["password"] = password
    agent = await tools.office.add(None, body)
    print(f"{agent.username} ({agent.role}) can sign in at /desk")


async def _list(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    people = [{**agent.wire(), "state": _state(agent)} for agent in await tools.accounts.agents()]
    if arguments.json:
        for person in people:
            print(json.dumps(person, ensure_ascii=False))
        return
    rows = [tuple(_shown(person[name]) for name in _LISTED) for person in people]
    widths = [max(len(row[at]) for row in [_LISTED, *rows]) for at in range(len(_LISTED))]
    for row in [_LISTED, *rows]:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


async def _change(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    agent = await _named(tools, arguments.username)
    after = await tools.office.change(None, agent.id, _given(arguments))
    print(f"{after.username}: {after.role}, {after.unit}, {','.join(after.languages)}, {after.capacity} at once")


async def _password(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    agent = await _named(tools, arguments.username)
    await tools.office.change(None, agent.id, {"password": _new_password(arguments)})
    await tools.accounts.clear_failures(agent.username)
    print(f"{agent.username} has a new password; all sessions have ended")


async def _able(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    agent, active = await _named(tools, arguments.username), arguments.agent_command == "enable"
    await tools.office.change(None, agent.id, {"active": active})
    print(f"{agent.username} is {'enabled' if active else 'disabled; all sessions have ended'}")


async def _totp_off(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    agent = await _named(tools, arguments.username)
    await tools.office.change(None, agent.id, {"totp": False})
    print(f"{agent.username} signs in without a second factor")


async def _unlock(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    name = arguments.username.strip().lower()
    await tools.accounts.clear_failures(name)
    print(f"{name} can try again")


async def _log(tools: OfficeTools, arguments: argparse.Namespace) -> None:
    people = {agent.id: agent.username for agent in await tools.accounts.agents()}
    for deed in await tools.deeds(arguments.days):
        who = people.get(deed["agent_id"] or "", "-")
        shown = {**deed, "at": deed["at"].isoformat(timespec="seconds"), "agent": who}
        if arguments.json:
            print(json.dumps(shown, ensure_ascii=False))
        else:
            print(f"{shown['at']}  {who}  {deed['deed']}  {deed['subject']}  {deed['detail']}".rstrip())


async def _named(tools: OfficeTools, username: str) -> DeskAgent:
    found = await tools.accounts.by_username(username.strip().lower())
    if found is None:
        raise AgentNotFound(f"there is nobody called {username!r} at the desk: hotline desk agent list")
    return found[0]


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    names = ("name", "role", "unit", "languages", "topics", "capacity")
    return {name: value for name in names if (value := getattr(arguments, name)) is not None}


def _new_password(arguments: argparse.Namespace) -> str:
    from channels.desk.passwords import random_password

    if arguments.generate:
        password = random_password()
        print(f"password: {password}")
        return password
    if arguments.password_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("new password: ")
    if getpass.getpass("again: ") != first:
        raise OSError("the two passwords differ")
    return first


def _listed(text: str) -> list[str]:
    return [item.strip() for item in text.split(",") if item.strip()]


def _state(agent: DeskAgent) -> str:
    if agent.disabled:
        return "disabled"
    return "second factor" if agent.totp else "active"


def _shown(value: object) -> str:
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)
