"""`hotline tickets COMMAND` and `hotline report` at a terminal: the table of calls, without a server."""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path

import pytest

from tickets import cli
from tickets.service.call_shapes import word_of
from tickets.service.calls import CALLS

UNIT = "urban_management"


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("HOTLINE_DATABASE_URL", raising=False)
    return tmp_path


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    cli.mount(parser.add_subparsers())
    parsed = parser.parse_args(arguments)
    return int(parsed.run(parsed))


def file_one(capsys: pytest.CaptureFixture[str]) -> str:
    status = run(
        *("tickets", "file", "--nature", "complaint", "--category", "street_light", "--json"),
        *("--description", "解放路的路灯坏了。希望修好路灯。", "--phone", "13812345678", "--name", "王小明"),
    )
    assert status == 0
    return str(json.loads(capsys.readouterr().out)["number"])


def test_every_call_is_a_command_with_its_fields() -> None:
    parser = argparse.ArgumentParser()
    cli.mount(parser.add_subparsers())
    commands = parsers(parsers(parser)["tickets"])
    for call in CALLS:
        options = {option for action in commands[word_of(call)]._actions for option in action.option_strings}
        assert {f"--{field.name.replace('_', '-')}" for field in call.fields} <= options, call.name
        assert {"--by", "--key", "--expect-version", "--json"} <= options, call.name


def parsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands below a parser."""
    (below,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return dict(below.choices)


def test_a_ticket_goes_its_way_and_is_found_noted_and_reported(capsys: pytest.CaptureFixture[str]) -> None:
    number = file_one(capsys)
    assert run("tickets", "dispatch", number, "--by", "agent:li", "--reason", "按职责", "--expect-version", "1") == 0
    assert run("tickets", "accept", number, "--by", f"unit:{UNIT}/zhang", "--reason", "受理") == 0
    capsys.readouterr()
    assert run("tickets", "accept", number, "--by", "unit:water_company/x", "--reason", "受理") == 1
    assert "there is no ticket" in capsys.readouterr().err
    assert run("tickets", "start", number, "--by", "agent:li", "--reason", "x") == 2
    assert "not for the position agent" in capsys.readouterr().err
    assert run("tickets", "start", number, "--by", "supervisor:w", "--reason", "x", "--expect-version", "1") == 2
    assert "you saw 1" in capsys.readouterr().err
    assert run("tickets", "audit", number, "--reply", "请耐心等待。") == 0
    assert "block: The reply says nothing on the matter" in capsys.readouterr().out
    assert run("tickets", "reply", number, "--by", f"unit:{UNIT}/zhang", "--reason", "请耐心等待。") == 2
    assert "evasion" in capsys.readouterr().err
    assert (
        run("tickets", "reply", number, "--by", f"unit:{UNIT}/zhang", "--reason", "路灯已于11月24日修好。", "--json")
        == 0
    )
    assert json.loads(capsys.readouterr().out)["status"] == "replied"
    assert run("tickets", "note", number, "--text", "已电话告知", "--key", "n") == 0
    assert run("tickets", "note", number, "--text", "已电话告知", "--key", "n") == 0
    assert capsys.readouterr().out == "noted\nnoted before\n"
    assert run("tickets", "search", "--text", "路灯", "--phone", "13812345678", "--json") == 0
    assert [one["number"] for one in json.loads(capsys.readouterr().out)["tickets"]] == [number]
    assert run("tickets", "access-log", "--json") == 0
    assert [one["deed"] for one in json.loads(capsys.readouterr().out)] == ["phone_search"]
    assert run("report", "units", "--format", "csv") == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["unit"], row["filed"], row["answered_in_time"], row["honest_closing_rate"]) == (UNIT, "1", "1", "0.0")


def test_who_acts_must_be_somebody_of_the_city(capsys: pytest.CaptureFixture[str]) -> None:
    number = file_one(capsys)
    for by in ("citizen:x", "unit:nowhere"):
        assert run("tickets", "urge", number, "--by", by) == 2
        assert "--by" in capsys.readouterr().err
    assert run("report", "units", "--since", "yesterday") == 2
    assert "--since must be a day" in capsys.readouterr().err
