"""`hotline knowledge`: checks, lists, imports and reviews consultation items, and shows what citizens asked in vain.

Every failure is one sentence. Nothing a command refuses is half stored.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotline import settings
from hotline.batch import Progress
from knowledge import check as checks
from knowledge.adapters.folder import ItemFolder
from knowledge.adapters.missing import read_missing
from knowledge.adapters.names import read_topics, read_units
from knowledge.adapters.tables_of_files import rows_of
from knowledge.cli_ask import now
from knowledge.config import KnowledgeConfig
from knowledge.errors import KnowledgeError
from knowledge.importing import Refused, items_of
from knowledge.items import Item
from knowledge.library import Library
from knowledge.markdown import parse_item, write_item
from knowledge.versions import Step, Version
from language.identify import LANGUAGES

if TYPE_CHECKING:
    from knowledge.adapters.sql import SqlGaps, SqlVersions

Handler = Callable[[argparse.Namespace, KnowledgeConfig], int]
_GAP_DAYS = 10


def mount(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> Any:
    """Adds `knowledge` to the command; gives its own commands, for others to add theirs."""
    parser = subparsers.add_parser("knowledge", help="check, import and review the consultation items")
    commands = parser.add_subparsers(dest="knowledge_command", required=True, metavar="COMMAND")

    def command(name: str, text: str, handler: Handler) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=text)
        made.set_defaults(run=_guarded(handler))
        return made

    command("check", "missing languages, late reviews, broken links, figures that differ", _check)
    command("list", "all items with their state", _list)
    shown = command("show", "the text that is served", _show)
    _named(shown)
    imported = command("import", "take items from a .md, .csv or .xlsx file as drafts", _import)
    imported.add_argument("file", type=Path, nargs="+")
    imported.add_argument("--publish", action="store_true", help="publish at once, without review")
    _by(imported)
    _named(command("versions", "all versions of an item", _versions))
    steps: tuple[tuple[Step, str], ...] = (
        ("review", "confirm a draft; by another person than its author"),
        ("publish", "serve a reviewed version"),
        ("withdraw", "serve it no longer"),
        ("restore", "go back to an earlier published version"),
    )
    for step, text in steps:
        stepped = command(step, text, _step(step))
        _named(stepped)
        stepped.add_argument("number", type=int, help="number of the version")
        _by(stepped)
    gaps = command("gaps", "what citizens asked in vain, by meaning", _gaps)
    gaps.add_argument("--all", action="store_true", help="closed ones too")
    assigned = command("assign", "give a gap to somebody", _assign)
    assigned.add_argument("gap", type=int)
    assigned.add_argument("owner")
    assigned.add_argument("--due", type=date.fromisoformat, help="day, as 2026-01-31 (default: in ten days)")
    closed = command("close", "a gap is dealt with", _close)
    closed.add_argument("gap", type=int)
    _by(closed)
    return commands


def _named(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("topic")
    parser.add_argument("language", choices=LANGUAGES)


def _by(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--by", default=getpass.getuser(), help="who does it (default: the user's name)")


def _guarded(handler: Handler) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        try:
            return handler(arguments, KnowledgeConfig.from_settings(settings.load()))
        except KnowledgeError as error:
            print(f"hotline: {error}", file=sys.stderr)
            return 2

    return run


def _check(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    read = ItemFolder(config.items_dir).read()
    for fault in read.faults:
        print(f"error  {fault}")
    units = read_units(config.city_dir)
    found = checks.check(Library(read.items), read_topics(config.items_dir), units, now().date())
    for finding in found:
        print(f"{finding.level:5}  {finding.topic}/{finding.language}: {finding.problem}")
    wrong = len(checks.errors(found)) + len(read.faults)
    print(f"{len(read.items)} items, {wrong} errors, {len(found) - len(checks.errors(found))} notes", file=sys.stderr)
    return 1 if wrong else 0


def _list(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    today = now().date()
    for item in ItemFolder(config.items_dir).read().items.values():
        served = "served" if item.is_served(today, config.require_review) else "not served"
        reviewed = item.reviewed_on or "not reviewed"
        print(f"{item.id:28} {item.language}  {item.status:9} {served:10}  {reviewed}  {item.title}")
    return 0


def _show(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    published = [v for v in _store(config).versions(arguments.topic, arguments.language) if v.state == "published"]
    if published:
        print(published[-1].text, end="")
        return 0
    texts = ItemFolder(config.items_dir).read().texts
    text = texts.get((arguments.topic, arguments.language))
    if text is None:
        raise KnowledgeError(f"there is no item {arguments.topic} in {arguments.language}")
    print(text, end="")
    return 0


def _import(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    store, progress, refused, taken = _store(config), Progress("items"), [], 0
    for file in arguments.file:
        for found in _read(file):
            if isinstance(found, Refused):
                refused.append((file, found))
                continue
            stored = store.add(Version(found.id, found.language, write_item(found), arguments.by, now()))
            if arguments.publish:
                store.publish_at_once(stored, arguments.by, now())
            taken += 1
            progress.step()
    progress.end()
    for file, refusal in refused:
        print(f"{file.name}, row {refusal.row}: {refusal.problem}", file=sys.stderr)
    state = "published" if arguments.publish else "stored as drafts"
    print(f"{taken} items {state}, {len(refused)} rows refused")
    return 1 if refused else 0


def _read(file: Path) -> list[Item | Refused]:
    if file.suffix.lower() == ".md":
        try:
            return [parse_item(file.read_text("utf-8"), str(file))]
        except (KnowledgeError, OSError, UnicodeDecodeError) as error:
            return [Refused(1, str(error))]
    return [found for _, found in items_of(rows_of(file), now().date(), read_missing())]


def _versions(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    for version in _store(config).versions(arguments.topic, arguments.language):
        reviewer = f", reviewed by {version.reviewer}" if version.reviewer else ""
        print(f"{version.number:4}  {version.state:9}  {version.at:%Y-%m-%d %H:%M}  {version.author}{reviewer}")
    return 0


def _step(step: Step) -> Handler:
    def run(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
        store = _store(config)
        for version in store.versions(arguments.topic, arguments.language):
            if version.number == arguments.number and step != "withdraw":
                parse_item(version.text, f"version {version.number}")  # what cannot be served is not confirmed
        changed = store.step(
            arguments.topic,
            arguments.language,
            arguments.number,
            step,
            arguments.by,
            now(),
        )
        print(f"{changed.topic}/{changed.language} version {changed.number} is {changed.state}")
        return 0

    return run


def _gaps(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    for group in _gap_list(config).groups(open_only=not arguments.all):
        what = "not covered" if group.kind == "not_covered" else f"did not help: {group.topic}"
        owner = f"{group.owner}, by {group.due}" if group.owner else "nobody's"
        print(f"{group.id:4}  {group.count:4} times  {what:30}  {owner:24}  {group.language}  {group.text}")
    return 0


def _assign(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    due = arguments.due or now().date() + timedelta(days=_GAP_DAYS)
    _gap_list(config).assign(arguments.gap, arguments.owner, due)
    print(f"gap {arguments.gap} is {arguments.owner}'s until {due}")
    return 0


def _close(arguments: argparse.Namespace, config: KnowledgeConfig) -> int:
    _gap_list(config).close(arguments.gap, arguments.by, now())
    print(f"gap {arguments.gap} is closed")
    return 0


def _store(config: KnowledgeConfig) -> SqlVersions:
    from knowledge.adapters.sql import SqlVersions, open_database  # deferred: other commands need no database

    return SqlVersions(open_database(config.database_url))


def _gap_list(config: KnowledgeConfig) -> SqlGaps:
    from knowledge.adapters.sql import SqlGaps, open_database

    return SqlGaps(open_database(config.database_url))
