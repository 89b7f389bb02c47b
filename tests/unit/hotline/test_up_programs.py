"""What `hotline up` runs: which programs, with which addresses."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from hotline import up
from hotline.settings import load

PORTS = (20001, 20002, 20003, 20004)
ENVIRON = {"HOTLINE_HTTP_PORT": "8080", "PATH": "/bin"}
OWN = ("actions", "gateway", "worker")


def test_programs_find_each_other_and_share_one_secret() -> None:
    programs = up.programs_of(load({}), ENVIRON, OWN, PORTS)
    environs = [program.environ for program in programs]
    assert [program.name for program in programs] == list(OWN)
    assert all(environ == environs[0] for environ in environs)
    assert environs[0]["HOTLINE_BOT_URL"] == "http://127.0.0.1:20001"
    assert environs[0]["HOTLINE_ACTIONS_PORT"] == "20002"
    assert environs[0]["HOTLINE_GATEWAY_URL"] == "http://127.0.0.1:8080"
    assert len(environs[0]["HOTLINE_INTERNAL_TOKEN"]) >= 32
    load(environs[0])  # nothing in it is unknown


def test_the_telephone_line_runs_by_itself_only_where_it_has_engines(tmp_path: Path) -> None:
    settings = load({"HOTLINE_SPEECH_DIR": str(tmp_path)})
    assert "voice" not in up._usual(settings)
    (tmp_path / "vosk").mkdir()
    assert up._usual(settings) == up.PROCESSES
    programs = up.programs_of(settings, ENVIRON, ("gateway", "voice"), PORTS)
    assert [program.needed for program in programs] == [True, False]


def test_each_program_is_asked_at_its_own_address() -> None:
    health = {program.name: program.health_url for program in up.programs_of(load({}), ENVIRON, OWN, PORTS)}
    assert health == {
        "actions": "http://127.0.0.1:20002/healthz",
        "gateway": "http://127.0.0.1:8080/healthz",
        "worker": "http://127.0.0.1:20003/healthz",
    }


def test_an_address_from_outside_counts_for_what_runs_elsewhere_only() -> None:
    environ = {**ENVIRON, "HOTLINE_BOT_URL": "http://bot:5005", "HOTLINE_ACTIONS_URL": "http://actions:5055"}
    [program] = up.programs_of(load({}), environ, ("actions",), PORTS)
    assert program.environ["HOTLINE_BOT_URL"] == "http://bot:5005"
    assert program.environ["HOTLINE_ACTIONS_URL"] == "http://127.0.0.1:20002"


def test_a_given_secret_is_kept() -> None:
    [program] = up.programs_of(load({}), {**ENVIRON, "HOTLINE_INTERNAL_TOKEN": "given"}, ("worker",), PORTS)
    assert program.environ["HOTLINE_INTERNAL_TOKEN"] == "given"


def test_folders_are_absolute_for_programs_that_run_elsewhere() -> None:
    [program] = up.programs_of(load({"HOTLINE_DATA_DIR": "somewhere"}), ENVIRON, ("worker",), PORTS)
    assert program.environ["HOTLINE_DATA_DIR"].startswith("/")
    assert program.environ["HOTLINE_DATA_DIR"].endswith("/somewhere")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("fd00::1", "http://[fd00::1]:80"),
        ("hotline.example", "http://hotline.example:80"),
    ],
)
def test_the_address_shown_can_be_opened_on_this_machine(host: str, url: str) -> None:
    assert up.public_url(host, 80) == url


def test_only_takes_known_names_in_any_order() -> None:
    assert up._processes("gateway, bot") == ("bot", "gateway")
    with pytest.raises(argparse.ArgumentTypeError, match="the processes are bot, actions"):
        up._processes("gateway,tv")
