"""`hotline desk flagged ...`: texts from the mini-program that a person is to look at.

A flag holds nothing back: the message was answered and stands in its conversation. Errors are one sentence and exit
status 2.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from channels.errors import ChannelsError
from hotline import settings

if TYPE_CHECKING:
    from channels.miniprogram.flags import FlagRows

FAILED = 2
_MOST = 1_000
Work = Callable[["FlagRows", argparse.Namespace], Awaitable[bool]]


def mount(actions: Any) -> None:
    """Adds `flagged` to `hotline desk`."""
    commands = actions.add_parser("flagged", help="texts from the mini-program to look at").add_subparsers(
        dest="flagged_command", required=True, metavar="COMMAND"
    )
    listing = _action(commands, "list", _list, "list what nobody has looked at yet, oldest first")
    listing.add_argument("--json", action="store_true", help="JSON instead of lines to read")
    settling = _action(commands, "done", _done, "take a text off the list")
    settling.add_argument("conversation_id")
    settling.add_argument("seq", type=int, help="the message's number")


def _action(commands: Any, name: str, work: Work, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(run=lambda arguments: _run(work, arguments))
    return parser


def _run(work: Work, arguments: argparse.Namespace) -> int:
    try:
        return 0 if asyncio.run(_opened(work, arguments)) else FAILED
    except (ChannelsError, settings.SettingsError, OSError) as error:
        print(f"hotline: {error}", file=sys.stderr)
        return FAILED


async def _opened(work: Work, arguments: argparse.Namespace) -> bool:
    # The other commands need none of this, so it is not imported with the parser.
    from channels.adapters.database import open_store
    from channels.miniprogram.flags import FlagRows

    store = await asyncio.to_thread(open_store, settings.load().database_url)
    try:
        return await work(FlagRows(store), arguments)
    finally:
        await store.close()


async def _list(rows: FlagRows, arguments: argparse.Namespace) -> bool:
    for flag in await rows.open(_MOST):
        if arguments.json:
            print(json.dumps({**flag, "at": flag["at"].isoformat(timespec="seconds")}, ensure_ascii=False))
        else:
            text = " ".join(flag["text"].split())
            print(f"{flag['at']:%Y-%m-%d %H:%M} {flag['reason']:9} {flag['conversation_id']} {flag['seq']} {text}")
    return True


async def _done(rows: FlagRows, arguments: argparse.Namespace) -> bool:
    if await rows.settle(arguments.conversation_id, arguments.seq, datetime.now(UTC)):
        return True
    print("hotline: no such text is on the list", file=sys.stderr)
    return False
