"""Draws the table of transitions: a state diagram in Mermaid and a table in Markdown, for people.

Made from `TABLE` alone, so that a document can be checked against it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tickets.domain.transitions import TABLE, Transition
from tickets.domain.vocabulary import FINISHED, OPEN, Command, Role, Status


def state_diagram() -> str:
    """The course of a ticket as a Mermaid `stateDiagram-v2`; commands that leave the status are not drawn."""
    inside: dict[tuple[str, str], list[str]] = {}
    outside: dict[tuple[str, str], list[str]] = {}
    for row in TABLE:
        if row.target is None:
            continue
        sources = ["open"] if row.sources == OPEN else [str(status) for status in Status if status in row.sources]
        for source in sources:
            crosses = source == "open" or {source, str(row.target)} & set(map(str, FINISHED))
            arrows = outside if crosses else inside
            arrows.setdefault((source, str(row.target)), []).append(str(row.command))
    lines = ["stateDiagram-v2", "  [*] --> received: file", "  state open {"]
    lines += [f"    {line}" for line in _arrows(inside)]
    return "\n".join([*lines, "  }", *(f"  {line}" for line in _arrows(outside))]) + "\n"


def transition_table() -> str:
    """All rows as a Markdown table, in the order of the vocabulary."""
    order = {command: place for place, command in enumerate(Command)}
    lines = ["| command | from | to | who | needs | why |", "|---|---|---|---|---|---|"]
    for row in sorted(TABLE, key=lambda row: order[row.command]):
        cells = (
            f"`{row.command}`",
            _sources(row),
            f"`{row.target}`" if row.target else "stays",
            ", ".join(str(role) for role in Role if role in row.roles),
            ", ".join(name.replace("_", " ") for name in row.needs),
            row.why,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _arrows(arrows: dict[tuple[str, str], list[str]]) -> Iterable[str]:
    return (f"{source} --> {target}: {', '.join(commands)}" for (source, target), commands in arrows.items())


def _sources(row: Transition) -> str:
    if row.sources == frozenset(Status):
        return "all"
    if row.sources >= OPEN:
        return ", ".join(("all open", *(f"`{status}`" for status in Status if status in row.sources - OPEN)))
    return ", ".join(f"`{status}`" for status in Status if status in row.sources)
