"""`hotline tickets outbox` at a terminal."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.tickets.ticket_samples import PHONE, file_command
from tickets import cli
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TicketsConfig:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_DATABASE_URL", raising=False)
    return TicketsConfig(f"sqlite:///{tmp_path / 'hotline.db'}")


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    cli.mount(parser.add_subparsers())
    parsed = parser.parse_args(("tickets", "outbox", *arguments))
    return int(parsed.run(parsed))


def given_up(config: TicketsConfig) -> str:
    """A ticket whose event was given up."""
    desk = open_tickets(config)
    number = desk.file(file_command()).number
    [event] = desk.outbox.claim_events(datetime.now(UTC), 10, timedelta(minutes=1))
    desk.outbox.mark_failed(event, "ConnectionError: nobody there", datetime.now(UTC), None)
    desk.close()
    return number


def test_what_was_given_up_is_listed_without_texts_and_tried_again(
    config: TicketsConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    number = given_up(config)
    assert run("list", "--json") == 0
    said = capsys.readouterr().out
    listed = json.loads(said)
    assert (listed["ticket"], listed["state"], listed["attempts"]) == (number, "dead", 1)
    assert "nobody there" in listed["error"] and PHONE not in said and "路灯" not in said
    assert run("retry", str(listed["id"])) == 0
    capsys.readouterr()
    assert run("list", "--state", "waiting") == 0
    assert number in capsys.readouterr().out
    assert run("list", "--state", "dead") == 0
    assert capsys.readouterr().out.strip() == "nothing"


@pytest.mark.parametrize("arguments", [("retry",), ("retry", "1", "--all")])
def test_what_to_try_again_must_be_named(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    assert "ids" in capsys.readouterr().err


def test_nothing_to_try_again_is_said_and_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("retry", "--all") == 1
    assert "0 will be tried again" in capsys.readouterr().out
