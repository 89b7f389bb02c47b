"""`hotline tickets` and `hotline classify` at a terminal."""

from __future__ import annotations

import argparse
import csv
import io
import json
from pathlib import Path

import pytest

from tickets import cli, cli_classify

PHONE = "13812345678"


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("HOTLINE_DATABASE_URL", raising=False)
    return tmp_path


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    cli.mount(parser.add_subparsers())
    parsed = parser.parse_args(arguments)
    status = parsed.run(parsed)
    assert isinstance(status, int)
    return status


def file_one(capsys: pytest.CaptureFixture[str], *more: str) -> str:
    status = run(
        *("tickets", "file", "--nature", "complaint", "--category", "street_light", "--description", f"=灯坏了{PHONE}"),
        *("--location", "解放路", "--phone", PHONE, "--name", "王小明", "--json", *more),
    )
    assert status == 0
    number = json.loads(capsys.readouterr().out)["number"]
    assert isinstance(number, str)
    return number


def test_a_ticket_is_filed_listed_moved_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    number = file_one(capsys)
    assert run("tickets", "list", "--json") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["number"], listed["status"], listed["unit"]) == (number, "received", "urban_management")
    assert run("tickets", "advance", number, "dispatched", "--by", "agent:wang", "--reason", "clear") == 0
    assert "dispatched" in capsys.readouterr().out
    assert run("tickets", "show", number, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert [step["to"] for step in shown["history"]] == ["received", "dispatched"]
    assert shown["history"][1]["actor"] == "agent:wang"


def test_filing_twice_with_one_key_files_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert file_one(capsys, "--key", "k") == file_one(capsys, "--key", "k")


def test_lists_for_people_have_a_line_a_ticket(capsys: pytest.CaptureFixture[str]) -> None:
    number = file_one(capsys)
    assert run("tickets", "list", "--status", "received", "--unit", "urban_management", "--limit", "5") == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.startswith("number") and line.startswith(number)
    assert run("tickets", "list", "--status", "closed") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_personal_data_is_masked_until_it_is_revealed_with_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    number = file_one(capsys)
    for arguments in (("show", number), ("show", number, "--json"), ("export",), ("export", "--format", "json")):
        assert run("tickets", *arguments) == 0
        out = capsys.readouterr().out
        assert PHONE not in out and "王小明" not in out and "138****5678" in out
    assert run("tickets", "show", number, "--reveal") == 2
    assert "reason" in capsys.readouterr().err
    assert run("tickets", "show", number, "--reveal", "--reason", "call back", "--by", "agent:wang") == 0
    out = capsys.readouterr().out
    assert PHONE in out and "reveal by agent:wang  call back" in out


def test_an_export_can_be_read_again_and_starts_no_formula(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    number = file_one(capsys)
    out = tmp_path / "tickets.csv"
    assert run("tickets", "export", "--out", str(out)) == 0
    (row,) = csv.DictReader(io.StringIO(out.read_text("utf-8")))
    assert row["number"] == number and row["description"].startswith("'=")
    assert run("tickets", "export", "--format", "json", "--reveal", "--reason", "audit") == 0
    (revealed,) = json.loads(capsys.readouterr().out)
    assert revealed["contact_phone"] == PHONE and revealed["description"].startswith("=")


def test_an_empty_export_is_still_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("tickets", "export", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_errors_are_one_sentence_with_status_one_for_not_found_and_two_for_the_rest(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = file_one(capsys)
    for status, arguments in (
        (1, ("show", "20200101000000")),
        (1, ("advance", "nonsense", "close", "--by", "li", "--reason", "x")),
        (2, ("advance", number, "closed", "--by", "li", "--reason", "x")),
        (2, ("advance", number, "nonsense", "--by", "li", "--reason", "x")),
        (2, ("advance", number, "dispatch", "--by", "li", "--reason", " ")),
        (2, ("file", "--nature", "help", "--description", " ")),
        (2, ("file", "--nature", "help", "--description", "x", "--category", "ufo")),
        (2, ("export", "--out", "/nowhere/at/all.csv")),
    ):
        assert run("tickets", *arguments) == status, arguments
        captured = capsys.readouterr()
        assert captured.out == "" and captured.err.startswith("hotline: ") and captured.err.count("\n") == 1
    monkeypatch.setenv("HOTLINE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert run("tickets", "list") == 2
    assert "does not answer" in capsys.readouterr().err


def test_classify_fails_with_one_sentence_on_bytes_that_are_no_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\n")))
    assert run("classify") == 2
    assert capsys.readouterr().err.startswith("hotline: ")
    assert cli_classify.BATCH > 1
