"""The desk's addresses, frames, commands and times are in the documents."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from channels.desk import cli, live, teller
from channels.desk.config import DeskConfig
from channels.desk.people import ROLES
from channels.desk.web import routes, sockets
from hotline.settings import KNOWN, ROOT

API = (ROOT / "docs" / "api.md").read_text("utf-8")
HOWTO = (ROOT / "docs" / "howto" / "desk.md").read_text("utf-8")


def source(module: object) -> str:
    return Path(str(module.__file__)).read_text("utf-8")  # type: ignore[attr-defined]


def addresses() -> list[tuple[str, str]]:
    code = source(routes)
    conversation = "/api/v1/desk/conversations/{id}"
    found = re.findall(r"router\.add_(get|post|put|patch|delete)\((?:f?\"([^\"]+)\"|(_CONVERSATION))", code)
    paths = [(verb.upper(), path or named) for verb, path, named in found]
    return [(verb, re.sub(r"\{?_CONVERSATION\}?", conversation, path)) for verb, path in paths]


def test_there_are_addresses_to_look_for() -> None:
    assert len(addresses()) > 45


@pytest.mark.parametrize(("verb", "path"), addresses())
def test_every_address_of_the_desk_is_documented(verb: str, path: str) -> None:
    assert f"`{verb} {path.replace('{{', '{').replace('}}', '}')}`" in API


def test_every_frame_of_the_desk_is_documented() -> None:
    frames = set()
    for module in (teller, live, sockets):
        frames |= set(re.findall(r"\"type\": \"([a-z_]+)\"", source(module)))
    [line] = [line for line in API.splitlines() if line.startswith("The socket (cookie")]
    for frame in frames - {"viewing"}:  # a hint between gateways
        assert re.search(rf"\b{frame}\b", line), frame


def test_every_role_command_and_time_is_in_the_handbook() -> None:
    for role in ROLES:
        assert f"| {role} |" in HOWTO
    for name in [name for name in KNOWN if name.startswith(("HOTLINE_DESK_", "HOTLINE_OIDC_"))]:
        assert f"`{name}`" in HOWTO, name
    parser = argparse.ArgumentParser()
    cli.mount(parser.add_subparsers())
    spoken = "agent add,agent list,agent change,agent password,agent disable,agent totp-off,unlock,log"
    for words in spoken.split(","):
        assert f"hotline desk {words}" in HOWTO


def test_the_handbook_names_the_times_that_count_without_settings() -> None:
    times = DeskConfig().rules.times
    for seconds in (times.offer, times.tell, times.escalate, times.escalate * 2, times.warn, times.relieve, times.seen):
        assert re.search(rf"\b{seconds} (s|seconds)\b", HOWTO), seconds
