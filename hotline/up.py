"""`hotline up`: checks, then runs all processes of the system on this machine until Ctrl-C.

It says which programs there are and what each is told by its environment; keeping them running is `supervise`'s.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from hotline import settings as known_settings
from hotline.children import Program
from hotline.console import Console
from hotline.datafolder import claimed
from hotline.environments import bot_python, child_environ, ensure_bot_model
from hotline.ports import check_free, free_ports
from hotline.settings import ROOT, Settings
from hotline.supervise import supervise

PROCESSES = ("bot", "actions", "gateway", "worker", "voice")
OPTIONAL = ("voice",)
"""Runs by itself only where `make voice` has fetched engines, and the others go on without it."""
_ALL_INTERFACES = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}
# The first start on a machine trains the category model.
_START_SECONDS = {"bot": 300.0, "actions": 900.0, "gateway": 60.0, "worker": 60.0, "voice": 180.0}


def mount(subparsers: Any) -> None:
    """Adds `up` to the command."""
    parser = subparsers.add_parser("up", help="run everything on this machine until Ctrl-C")
    parser.add_argument("--only", type=_processes, default=None, metavar="NAMES", help=f"some of {','.join(PROCESSES)}")
    parser.add_argument("--json", action="store_true", help="log lines as JSON")
    parser.set_defaults(run=_run)


def _processes(text: str) -> tuple[str, ...]:
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    unknown = sorted(set(wanted) - set(PROCESSES))
    if unknown or not wanted:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown) or text!r}: the processes are {', '.join(PROCESSES)}")
    return tuple(name for name in PROCESSES if name in wanted)


def _run(arguments: argparse.Namespace) -> int:
    settings = known_settings.load()
    arguments.only = arguments.only or _usual(settings)
    console = Console(arguments.json or settings.boolean("LOG_JSON"))
    with claimed(settings.path("DATA_DIR").resolve()):
        host, port = settings.text("HTTP_HOST"), settings.integer("HTTP_PORT")
        if "gateway" in arguments.only:
            port = port or free_ports(1)[0]
            check_free(host, port)
        if "bot" in arguments.only:
            ensure_bot_model(settings)
        environ = {**os.environ, "HOTLINE_HTTP_PORT": str(port)}
        if arguments.json:
            environ["HOTLINE_LOG_JSON"] = "true"
        programs = programs_of(settings, environ, arguments.only, free_ports(len(PROCESSES)))

        def announce() -> None:
            if "gateway" in arguments.only:
                print(f"12345 hotline: {public_url(host, port)}/ (Ctrl-C ends it)", flush=True)
            else:
                print(f"12345 hotline: {', '.join(arguments.only)} running (Ctrl-C ends it)", flush=True)

        asyncio.run(supervise(programs, console, announce))
    return 0


def _usual(settings: Settings) -> tuple[str, ...]:
    """All processes, the telephone line where it has something to hear and speak with."""
    speech = settings.path("SPEECH_DIR")
    engines = speech.is_dir() and any(entry.is_dir() for entry in speech.iterdir())
    return tuple(name for name in PROCESSES if name not in OPTIONAL or engines)


def programs_of(
    settings: Settings, environ: Mapping[str, str], only: Sequence[str], ports: Sequence[int]
) -> list[Program]:
    """Gives the programs named in `only`; they find each other by addresses in their environment.

    Args:
        environ: what the programs inherit; addresses and the token given there are kept.
        ports: free ports for bot, actions, worker and voice; a restarted process keeps its own.
    """
    bot, actions, worker, voice = ports[:4]
    gateway = public_url(environ.get("HOTLINE_HTTP_HOST") or "127.0.0.1", int(environ["HOTLINE_HTTP_PORT"]))
    internal = {
        "HOTLINE_BOT_URL": f"http://127.0.0.1:{bot}",
        "HOTLINE_ACTIONS_URL": f"http://127.0.0.1:{actions}",
        "HOTLINE_GATEWAY_URL": gateway,
        **({"HOTLINE_VOICE_URL": f"http://127.0.0.1:{voice}"} if "voice" in only else {}),
    }
    owners = dict(zip(internal, ("bot", "actions", "gateway", "voice"), strict=False))
    # An address given from outside counts for what runs elsewhere; what runs here has the address it gets here.
    addresses = {name: url if owners[name] in only else environ.get(name) or url for name, url in internal.items()}
    shared = {
        **child_environ(settings, environ),
        **addresses,
        "HOTLINE_BOT_PORT": str(bot),
        "HOTLINE_ACTIONS_PORT": str(actions),
        "HOTLINE_WORKER_PORT": str(worker),
        "HOTLINE_VOICE_PORT": str(voice),
        "HOTLINE_INTERNAL_TOKEN": environ.get("HOTLINE_INTERNAL_TOKEN") or secrets.token_urlsafe(32),
    }
    health = {
        "bot": addresses["HOTLINE_BOT_URL"],
        "actions": addresses["HOTLINE_ACTIONS_URL"],
        "gateway": gateway,
        "worker": f"http://127.0.0.1:{worker}",
        "voice": f"http://127.0.0.1:{voice}",
    }
    commands: dict[str, tuple[str, ...]] = {
        "actions": (sys.executable, "-m", "actions.server"),
        "gateway": (sys.executable, "-m", "channels.gateway"),
        "worker": (sys.executable, "-m", "hotline.worker"),
        "voice": (sys.executable, "-m", "voice.gateway"),
    }
    if "bot" in only:
        commands["bot"] = (bot_python(), "-W", "ignore", "-m", "bot.server")
    return [
        Program(
            name,
            commands[name],
            shared,
            f"{health[name]}/healthz",
            _START_SECONDS[name],
            str(ROOT),
            needed=name not in OPTIONAL,
        )
        for name in only
    ]


def public_url(host: str, port: int) -> str:
    """Gives the address at which this machine reaches a server that listens on `host`."""
    name = _ALL_INTERFACES.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"
