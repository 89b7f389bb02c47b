"""The page's words in five languages say the same things; its vendored file is what its lock says."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path

import pytest

from channels.adapters.ticket_course import STEPS
from channels.web.shell import shell_files

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "channels" / "web" / "static"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
PLACEHOLDER = re.compile(r"\{\w+\}")


def words(language: str) -> dict[str, str]:
    """Those of the first look and those that come later."""
    first, more = (
        dict(json.loads((STATIC / "i18n" / folder / f"{language}.json").read_text(encoding="utf-8")))
        for folder in ("", "more")
    )
    assert not first.keys() & more.keys()
    return first | more


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    chinese, other = words("zh"), words(language)
    assert set(other) == set(chinese)
    for key, text in chinese.items():
        assert other[key].strip(), f"{language}: {key} is empty"
        assert set(PLACEHOLDER.findall(other[key])) == set(PLACEHOLDER.findall(text)), f"{language}: {key}"


@pytest.mark.parametrize("language", ["ja", "ko", "ru"])
def test_no_sentence_was_left_in_english(language: str) -> None:
    english, other = words("en"), words(language)
    assert [key for key in english if english[key] == other[key]] == []


def test_every_key_the_page_asks_for_exists() -> None:
    known = set(words("zh"))
    for file in [*STATIC.glob("*.js"), *STATIC.glob("components/*.js")]:
        source = file.read_text(encoding="utf-8")
        asked = set(re.findall(r"\bt\('([a-z_0-9]+)'", source))
        assert asked <= known, f"{file.name}: {sorted(asked - known)}"


def test_every_step_of_a_ticket_and_every_date_has_its_sentence() -> None:
    known = set(words("zh"))
    assert {f"step_{step}" for step in STEPS.values()} <= known
    assert {"next_accept", "next_answer", "next_resume"} <= known


def test_the_first_look_needs_no_word_that_comes_later() -> None:
    first = set(json.loads((STATIC / "i18n" / "zh.json").read_text(encoding="utf-8")))
    eager = [name for name in shell_files(STATIC) if name.endswith(".js") and "vendor" not in name]
    for name in eager:
        source = (STATIC.parent / name).read_text(encoding="utf-8")
        asked = set(re.findall(r"\bt\('([a-z_0-9]+)'", source))
        assert asked <= first, f"{name}: {sorted(asked - first)}"


def test_the_page_names_every_script_of_its_first_look() -> None:
    """Each import that is missing among the preloads would cost a further round trip."""
    named = {name.removeprefix("static/") for name in shell_files(STATIC)}
    for name in [name for name in named if name.endswith(".js")]:
        source = (STATIC / name).read_text(encoding="utf-8")
        for path in re.findall(r"^(?:import|export)[^;'\"]*?(?:from )?'(\.[^']+)'", source, re.MULTILINE):
            wanted = ((STATIC / name).parent / path).resolve().relative_to(STATIC).as_posix()
            assert wanted in named, f"{name} imports {wanted}"


@pytest.mark.parametrize("kind", ["categories", "units"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_categories_and_units_are_named_as_the_city_names_them(kind: str, language: str) -> None:
    names = json.loads((STATIC / "i18n" / "city" / f"{language}.json").read_text(encoding="utf-8"))
    with (ROOT / "data" / "city" / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        assert names[kind] == {row["id"]: row[f"name_{language}"] for row in csv.DictReader(file)}


def test_every_status_and_nature_of_a_ticket_has_a_word() -> None:
    vocabulary = (ROOT / "tickets" / "domain" / "vocabulary.py").read_text(encoding="utf-8")
    known = set(words("zh"))
    for kind, name in (("status", "Status"), ("nature", "Nature")):
        body = vocabulary.split(f"class {name}(StrEnum)")[1].split("\nclass ")[0]
        values = set(re.findall(r'^    [A-Z_]+ = "(\w+)"', body, re.MULTILINE))
        assert values and {f"{kind}_{value}" for value in values} <= known


def test_the_vendored_file_is_the_one_in_the_lock() -> None:
    lock = json.loads((STATIC / "vendor" / "vendor.lock.json").read_text(encoding="utf-8"))
    for name, entry in lock.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == entry["sha256"]
        assert (STATIC / "vendor" / entry["license_file"]).exists()
        assert entry["version"] and entry["license"] and entry["rebuild"]
    assert not any("://" in text for text in [json.dumps(lock)])


def test_the_page_has_no_inline_script_or_style() -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    for file in STATIC.glob("components/*.js"):
        assert not re.search(r"\sstyle=|<style", file.read_text(encoding="utf-8")), file.name
