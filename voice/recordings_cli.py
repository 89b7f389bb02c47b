"""`hotline voice recordings list|path|export|log|clean`: the recordings of calls, and who listened to which."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hotline.errors import CommandFailed
from hotline.settings import load


def mount(commands: Any) -> None:
    """Adds `recordings` to `hotline voice`."""
    parser = commands.add_parser("recordings", help="recordings of calls; every access is written down")
    actions = parser.add_subparsers(dest="recordings_command", required=True, metavar="COMMAND")
    listing = actions.add_parser("list", help="which calls are kept")
    listing.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="only of this day")
    listing.set_defaults(run=_list)
    for name, text in (("path", "where the sound of a call is"), ("export", "copies a call's sound and timeline")):
        one = actions.add_parser(name, help=text)
        one.add_argument("call", metavar="CALL", help="its name, or the beginning of it")
        one.add_argument("--by", required=True, metavar="WHO", help="who listens")
        one.add_argument("--reason", required=True, metavar="WHY", help="what for, in words")
        if name == "export":
            one.add_argument("--to", required=True, type=Path, metavar="FOLDER")
        one.set_defaults(run=_path if name == "path" else _export)
    log = actions.add_parser("log", help="who has got at which recording")
    log.set_defaults(run=_log)
    clean = actions.add_parser("clean", help="delete what was kept for HOTLINE_CALL_KEPT_DAYS; the line does so hourly")
    clean.set_defaults(run=_clean)


def _list(arguments: argparse.Namespace) -> int:
    from voice.recordings import kept

    for one in kept(_calls(), arguments.day):
        print(json.dumps(one.row(), ensure_ascii=False))
    return 0


def _path(arguments: argparse.Namespace) -> int:
    recording = _opened(arguments, "path")
    if recording.sound is None:
        raise CommandFailed("this call was not recorded; its timeline is kept: hotline voice timeline")
    print(recording.sound)
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from voice.recordings import RecordingNotFound, export

    try:
        for file in export(_opened(arguments, "export"), arguments.to):
            print(file)
    except (RecordingNotFound, OSError) as error:
        raise CommandFailed(str(error)) from error
    return 0


def _log(arguments: argparse.Namespace) -> int:
    from voice.recordings import accesses

    for row in accesses(_calls()):
        print(json.dumps(row, ensure_ascii=False))
    return 0


def _clean(arguments: argparse.Namespace) -> int:
    from voice.recordings import clean

    settings = load()
    oldest = datetime.now(UTC).date() - timedelta(days=settings.integer("CALL_KEPT_DAYS"))
    print(f"{clean(_calls(), oldest)} days deleted")
    return 0


def _opened(arguments: argparse.Namespace, how: str) -> Any:
    from voice.errors import VoiceError
    from voice.recordings import opened

    try:
        return opened(_calls(), arguments.call, arguments.by, arguments.reason, how, datetime.now(UTC))
    except VoiceError as error:
        raise CommandFailed(str(error)) from error
    except OSError as error:
        raise CommandFailed(f"the access cannot be written down, so nothing is handed out: {error}") from error


def _calls() -> Path:
    from voice.timeline import calls_folder

    return calls_folder(load())
