"""`hotline desk token ...`: tokens by which machines use the staff interface.

A token is printed once, when it is made; only its hash is kept. Errors are one sentence and exit status 2.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from channels.desk.people import ROLES
from channels.errors import ChannelsError, InvalidField
from hotline import settings

if TYPE_CHECKING:
    from channels.staff.tokens import StaffTokens

FAILED = 2
_LISTED = ("name", "role", "unit", "expires_at", "state")
Work = Callable[["StaffTokens", argparse.Namespace], Awaitable[None]]


def mount(actions: Any) -> None:
    """Adds `token` to `hotline desk`."""
    commands = actions.add_parser("token", help="tokens of machines for the staff interface").add_subparsers(
        dest="token_command", required=True, metavar="COMMAND"
    )
    making = _action(commands, "add", _add, "make a token and print it once")
    making.add_argument("name", help="of the machine; in the history of what it touches")
    making.add_argument("--role", choices=ROLES[:-1], default="agent")
    making.add_argument("--unit", default="hotline", help="an id of units.csv (default: hotline)")
    making.add_argument("--days", type=int, default=365, help="how long it lasts (default: 365)")
    listing = _action(commands, "list", _list, "list all tokens, without their secrets")
    listing.add_argument("--json", action="store_true", help="JSON instead of lines to read")
    _action(commands, "revoke", _revoke, "end a token at once").add_argument("name")


def _action(commands: Any, name: str, work: Work, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=lambda arguments: _run(work, arguments))
    return parser


def _run(work: Work, arguments: argparse.Namespace) -> int:
    try:
        asyncio.run(_opened(work, arguments))
    except (ChannelsError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return FAILED
    return 0


async def _opened(work: Work, arguments: argparse.Namespace) -> None:
    # The other commands need none of this, so it is not imported with the parser.
    from channels.adapters.database import open_store
    from channels.desk.bootstrap import StoreRunner
    from channels.staff.tokens import StaffTokens
    from tickets.adapters.city_files import load_catalogue

    known = settings.load()
    if "unit" in arguments and arguments.unit not in load_catalogue(known.path("CITY_DIR")).units:
        raise InvalidField("unit", f"{arguments.unit!r} is no unit of the city; see units.csv.")
    store = await asyncio.to_thread(open_store, known.database_url)
    try:
        await work(StaffTokens(StoreRunner(store), _now), arguments)
    finally:
        await store.close()


async def _add(tokens: StaffTokens, arguments: argparse.Namespace) -> None:
    print(await tokens.make(arguments.name, arguments.role, arguments.unit, arguments.days))


async def _list(tokens: StaffTokens, arguments: argparse.Namespace) -> None:
    rows = [
        {
            "name": one.name,
            "role": one.role,
            "unit": one.unit,
            "expires_at": one.expires_at.isoformat(timespec="minutes"),
            "state": "revoked" if one.revoked_at else "good" if one.is_good(_now()) else "expired",
        }
        for one in await tokens.all()
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in [dict(zip(_LISTED, _LISTED, strict=True)), *rows]:
        print("  ".join(f"{row[name]:<22}" for name in _LISTED).rstrip())


async def _revoke(tokens: StaffTokens, arguments: argparse.Namespace) -> None:
    if not await tokens.revoke(arguments.name):
        raise InvalidField("name", f"there is no token {arguments.name!r} that still counts.")
    print(f"{arguments.name} opens nothing any more")


def _now() -> datetime:
    return datetime.now(UTC)
