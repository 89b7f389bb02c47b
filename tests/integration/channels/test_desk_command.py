"""`hotline desk` at a terminal, beside a gateway that runs or not."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path

import pytest

from hotline.cli import main
from tests.integration.channels.desks import staffed


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Runs a command on the data folder; gives status, output and errors."""
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("HOTLINE_DATABASE_URL", raising=False)

    def command(*words: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        status = main(["desk", *words])
        out, err = capsys.readouterr()
        return status, out, err

    return command


def test_the_first_administrator_of_a_database_of_ones_own(run) -> None:  # type: ignore[no-untyped-def]
    status, out, _ = run("agent", "add", "chen", "--role", "administrator", "--generate")
    assert status == 0 and "password: " in out
    status, out, _ = run("agent", "list", "--json")
    [person] = [json.loads(line) for line in out.splitlines()]
    assert (person["username"], person["role"], person["state"]) == ("chen", "administrator", "active")
    assert "hash" not in out
    status, _, err = run("agent", "disable", "chen")
    assert (status, err) == (2, "hotline: The last administrator cannot be disabled or lose the role.\n")


def test_mistakes_are_one_sentence(run) -> None:  # type: ignore[no-untyped-def]
    assert run("agent", "add", "wang", typed="short\n")[2] == "hotline: A password has 10 to 200 characters.\n"
    assert run("agent", "add", "Wang Fang!", "--no-password")[0] == 2
    assert run("agent", "add", "wang", "--languages", "fr", "--no-password")[0] == 2
    assert run("agent", "add", "wang", "--no-password")[0] == 0
    assert run("agent", "add", "wang", "--no-password")[2] == "hotline: This name is in use.\n"
    status, _, err = run("agent", "password", "nobody", "--generate")
    assert status == 2 and err.startswith("hotline: there is nobody called 'nobody'")


def test_people_are_changed_and_the_log_says_so(run) -> None:  # type: ignore[no-untyped-def]
    run("agent", "add", "wang", "--name", "王芳", "--languages", "zh,ko", typed="lamp-post-2026\n")
    status, out, _ = run("agent", "change", "wang", "--role", "shift_leader", "--capacity", "5")
    assert (status, out) == (0, "wang: shift_leader, hotline, zh,ko, 5 at once\n")
    assert run("agent", "disable", "wang")[0] == run("agent", "enable", "wang")[0] == 0
    assert run("unlock", "wang")[1] == "wang can try again\n"
    assert run("agent", "totp-off", "wang")[0] == 0
    assert "王芳" in run("agent", "list")[1]
    deeds = [json.loads(line)["deed"] for line in run("log", "--json")[1].splitlines()]
    assert deeds.count("agent_changed") == 4 and deeds[-1] == "agent_added"


def test_who_is_disabled_at_the_terminal_is_out_of_a_running_desk(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    async def scene() -> None:
        async with staffed(tmp_path) as desk:
            wang = await desk.hired("wang")
            status, _, _ = await asyncio.to_thread(run, "agent", "disable", "wang")
            assert status == 0
            assert (await wang.call("GET", "/state"))[0] == 401

    asyncio.run(scene())
