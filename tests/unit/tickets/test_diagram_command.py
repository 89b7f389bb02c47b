"""`hotline tickets diagram` prints the diagram and the table, without a database."""

from __future__ import annotations

import argparse

import pytest

from tickets import cli_diagram
from tickets.domain.diagram import state_diagram, transition_table


@pytest.mark.parametrize(("words", "printed"), [([], state_diagram()), (["--table"], transition_table())])
def test_the_command_prints_what_the_document_shows(
    words: list[str], printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    cli_diagram.mount(parser.add_subparsers())
    arguments = parser.parse_args(["diagram", *words])
    assert arguments.run(arguments) == 0
    assert capsys.readouterr().out == printed
    assert "received" in printed and "withdraw" in printed
