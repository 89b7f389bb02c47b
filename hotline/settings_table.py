"""`hotline settings`: the table of all settings, for a terminal or for the documentation."""

from __future__ import annotations

import argparse
from typing import Any

from hotline.settings import PREFIX, ROOT, TABLE


def mount(subparsers: Any) -> None:
    """Adds `settings` to the command."""
    parser = subparsers.add_parser("settings", help="list every HOTLINE_* setting with its default")
    parser.add_argument("--markdown", action="store_true", help="as the table of docs/howto/settings.md")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    print(markdown() if arguments.markdown else plain())
    return 0


def _rows() -> list[tuple[str, str, str]]:
    return [(PREFIX + row.name, _default(row.default), row.doc) for row in TABLE]


def _default(value: str | None) -> str:
    return "" if value is None else value.replace(str(ROOT), "<checkout>")


def plain() -> str:
    """One setting a line, in columns."""
    rows = _rows()
    names, defaults = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "\n".join(f"{name:<{names}}  {default or '-':<{defaults}}  {doc}" for name, default, doc in rows)


def markdown() -> str:
    """A table of Markdown."""
    lines = ["| name | default | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {f'`{default}`' if default else ''} | {doc} |" for name, default, doc in _rows()]
    return "\n".join(lines)
