"""The documents: every command, setting, state and family of keys is in them, and every link leads somewhere."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from pathlib import Path

import pytest

from channels import errors as channel_errors
from channels import problems
from channels.gateway import make_app
from hotline import cli, settings, settings_table, up
from hotline.settings import ROOT
from tests.unit.docs.test_responses import responses
from tickets.domain.vocabulary import Nature, Status

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|<img src=\"([^\"]+)\"")


def read(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def commands() -> list[str]:
    [subparsers] = (action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    return sorted(subparsers.choices)


def targets() -> list[str]:
    return [
        target for target in re.findall(r"^([a-z]+):", read("Makefile"), re.M) if target not in ("environments", "help")
    ]


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"`hotline {command}`" in read("README.md")


def test_every_command_in_the_readme_exists() -> None:
    assert set(re.findall(r"`hotline ([a-z]+)", read("README.md"))) <= set(commands())


@pytest.mark.parametrize("target", targets())
def test_every_word_of_make_is_in_the_readme(target: str) -> None:
    assert f"`make {target}`" in read("README.md")


def test_the_table_of_settings_is_the_real_one() -> None:
    assert settings_table.markdown() in read("docs/howto/settings.md"), "write it anew: hotline settings --markdown"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_in_a_document_exists(document: Path) -> None:
    assert set(re.findall(r"\bHOTLINE_[A-Z0-9_]*[A-Z0-9]", document.read_text("utf-8"))) <= set(settings.KNOWN)


@pytest.mark.parametrize("name", [*Status, *Nature])
def test_every_state_and_nature_is_in_the_glossary(name: str) -> None:
    glossary = read("docs/glossary.md")
    assert f"| `{name}` |" in glossary or f"| {name} |" in glossary


def test_every_family_of_keys_is_in_the_glossary() -> None:
    families = Counter(key.split("_")[1] for key in responses("zh"))
    named = set(re.findall(r"`utter_([a-z]+)_\*`", read("docs/glossary.md")))
    assert {family for family, keys in families.items() if keys >= 3} == named


@pytest.mark.parametrize("process", up.PROCESSES)
def test_every_process_is_documented(process: str) -> None:
    assert f"| {process} |" in read("docs/architecture.md")
    assert f"| {process} |" in read("docs/howto/operate.md")


def test_every_error_of_the_interface_is_documented_under_its_status() -> None:
    rows = re.findall(r"^\| ([0-9, ]+) \| (.+) \|$", read("docs/api.md"), re.M)
    documented = {code: statuses for statuses, codes in rows for code in re.findall(r"`([a-z_0-9]+)`", codes)}
    for error, status in problems.STATUS.items():
        assert str(status) in documented[error.code], error
    assert channel_errors.InvalidField.code in documented


def test_every_route_is_documented() -> None:
    source = Path(make_app.__code__.co_filename).read_text("utf-8")
    documented = re.sub(r"\{[a-z_]+\}", "{}", read("docs/api.md"))
    routes = re.findall(r"add_(get|post)\(\s*f?\"([^\"]+)\"", source)
    assert routes
    for method, path in routes:
        plain = path.replace("{_CONVERSATION}", "/api/v1/conversations/{id}").replace("{{", "{").replace("}}", "}")
        plain = re.sub(r"\{[a-z_]+(:[^/]*\})?\}?", "{}", plain)
        if plain != "/":
            assert f"{method.upper()} {plain}" in documented, path


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    for match in _LINK.finditer(document.read_text("utf-8")):
        target = match[1] or match[2]
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("file", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.name)
def test_a_decision_has_its_parts_and_fits_a_page(file: Path) -> None:
    text = file.read_text("utf-8")
    assert re.match(rf"# {file.name[:4]} ", text)
    assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: \w+", text, re.M)
    for heading in ("Context", "Decision", "Consequences"):
        assert f"\n## {heading}\n" in text
    assert len(text.splitlines()) <= 60
    assert file.name in read("docs/architecture.md")


def test_code_names_only_documents_that_exist() -> None:
    for folder in ("actions", "bot", "channels", "hotline", "language", "tickets"):
        for source in (ROOT / folder).rglob("*.py"):
            if ".venv" not in source.parts:
                for named in re.findall(r"docs/[a-z0-9/-]+\.md", source.read_text("utf-8")):
                    assert (ROOT / named).exists(), f"{source} names {named}"
