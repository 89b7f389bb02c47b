"""Processes that die at every step of filing, and processes that file the same thing at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.settings import ROOT
from tests.integration.tickets.databases import DATABASES, database
from tickets.adapters.sql_store import STEPS
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig

CHILD = (sys.executable, "-m", "tests.integration.tickets.filing_child")
PROCESSES = 8


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with database(request.param, tmp_path) as address:
        yield address


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*CHILD, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def finish(child: subprocess.Popen[str]) -> tuple[int, list[str]]:
    out, _ = child.communicate(timeout=120)
    return child.returncode, out.split()


def test_processes_that_die_at_every_step_and_are_repeated_leave_one_ticket_and_one_event_each(url: str) -> None:
    tickets = open_tickets(TicketsConfig(url))
    dying = [start(url, f"crash-at-{step}", step) for step in STEPS]
    assert [finish(child) for child in dying] == [(9, [])] * len(STEPS)
    # Only a crash after the commit leaves a ticket ...
    (survivor,) = tickets.list()
    repeated = [start(url, f"crash-at-{step}") for step in STEPS]
    answers = {step: finish(child) for step, child in zip(STEPS, repeated, strict=True)}
    assert {status for status, _ in answers.values()} == {0}
    # ... and the repeat finds that very one.
    assert {step for step, (_, out) in answers.items() if out[1] == "False"} == {"committed"}
    assert answers["committed"][1][0] == survivor.number
    stored = tickets.list()
    assert sorted(out[0] for _, out in answers.values()) == sorted(ticket.number for ticket in stored)
    assert tickets.outbox.waiting_events() == len(STEPS) == len(stored)
    assert all(len(ticket.history) == 1 and ticket.contact.phone and ticket.clocks for ticket in stored)
    tickets.close()


def test_processes_with_the_same_key_on_an_empty_database_make_one_ticket(url: str) -> None:
    children = [start(url, "same") for _ in range(PROCESSES)]
    answers = [finish(child) for child in children]
    assert {status for status, _ in answers} == {0}
    assert len({number for _, (number, _) in answers}) == 1
    assert sorted(created for _, (_, created) in answers) == ["False"] * (PROCESSES - 1) + ["True"]
    tickets = open_tickets(TicketsConfig(url))
    assert len(tickets.list()) == 1 and tickets.outbox.waiting_events() == 1
    tickets.close()
