"""The document of a ticket's way shows the table of transitions as it is, and every rule file and clock."""

from __future__ import annotations

import pytest

from hotline.settings import ROOT
from tickets.domain.clocks import ClockKind
from tickets.domain.diagram import state_diagram, transition_table
from tickets.domain.transitions import TABLE
from tickets.domain.vocabulary import Status

DOCUMENT = (ROOT / "docs" / "tickets.md").read_text("utf-8")


def test_the_diagram_in_the_document_is_the_tables() -> None:
    assert f"```mermaid\n{state_diagram()}```\n" in DOCUMENT, "write it anew: hotline tickets diagram"


def test_the_table_in_the_document_is_the_tables() -> None:
    assert transition_table() in DOCUMENT, "write it anew: hotline tickets diagram --table"


@pytest.mark.parametrize("kind", list(ClockKind))
def test_every_clock_is_in_the_document(kind: ClockKind) -> None:
    assert f"`{kind}`" in DOCUMENT


def test_the_diagram_draws_every_change_of_status_and_every_status() -> None:
    drawn = {
        (source.strip(), target.split(":")[0].strip(), command.strip())
        for line in state_diagram().splitlines()
        if "-->" in line
        for source, target in [line.split("-->")]
        for command in target.split(":")[1].split(",")
    }
    assert {status for source, target, _ in drawn for status in (source, target)} >= set(Status)
    for row in TABLE:
        if row.target:
            for source in row.sources:
                assert {(source, row.target, row.command), ("open", row.target, row.command)} & drawn
