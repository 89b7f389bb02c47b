"""What the bot says: the same keys, placeholders, channels and buttons in all five languages, and no key missing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from hotline.settings import ROOT

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
OTHERS = LANGUAGES[1:]
_PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")
_KEY = re.compile(r"""(f?)["'](utter_[a-z0-9_]+(?:\{[^}]*\}[a-z0-9_]*)*)["']""")
Variation = dict[str, Any]


@cache
def responses(language: str) -> dict[str, list[Variation]]:
    """All responses of a language; a key in two files is an error."""
    found: dict[str, list[Variation]] = {}
    for file in sorted((ROOT / "bot" / "responses" / language).glob("*.yml")):
        for key, variations in (yaml.safe_load(file.read_text("utf-8")).get("responses") or {}).items():
            assert key not in found, f"{key} stands in two files of {language}"
            found[key] = variations
    return found


def shape(variations: list[Variation]) -> dict[str, tuple[set[str], list[str]]]:
    """Placeholders and payloads by channel (None is the one for all channels)."""
    shapes: dict[str, tuple[set[str], list[str]]] = {}
    for variation in variations:
        buttons = variation.get("buttons") or []
        texts = [variation.get("text") or "", *(button["title"] for button in buttons)]
        names = {name for text in texts for name in _PLACEHOLDER.findall(text)}
        payloads = [button["payload"] for button in buttons]
        shapes[str(variation.get("channel"))] = (names, payloads)
    return shapes


def used_keys() -> Iterator[tuple[str, str]]:
    """Each `utter_` word in rules, stories, domain and code, with the file it stands in; `{` marks a family."""
    for pattern in ("data/rules/*.yml", "data/stories/*.yml", "bot/domain/**/*.yml"):
        for file in sorted(ROOT.glob(pattern)):
            for key in re.findall(r"\butter_[a-z0-9_]+", file.read_text("utf-8")):
                yield key, str(file.relative_to(ROOT))
    for folder in ("actions", "channels", "hotline", "bot"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if ".venv" not in file.parts:
                for formatted, key in _KEY.findall(file.read_text("utf-8")):
                    if formatted or "{" not in key:
                        yield key, str(file.relative_to(ROOT))


USED = sorted(set(used_keys()))


@pytest.mark.parametrize("language", OTHERS)
def test_every_key_exists_in_every_language(language: str) -> None:
    assert set(responses(language)) == set(responses("zh"))


@pytest.mark.parametrize("key", sorted(responses("zh")))
def test_a_key_has_the_same_channels_placeholders_and_buttons_everywhere(key: str) -> None:
    expected = shape(responses("zh")[key])
    for language in OTHERS:
        assert shape(responses(language).get(key, [])) == expected, language


@pytest.mark.parametrize(("key", "file"), USED)
def test_every_key_that_is_used_exists(key: str, file: str) -> None:
    known = responses("zh")
    if "{" in key or key.endswith("_"):
        family = re.compile(re.sub(r"\{[^}]*\}", "[a-z0-9_]+", key) + ("[a-z0-9_]+" if key.endswith("_") else ""))
        assert any(family.fullmatch(name) for name in known), f"{file} uses the family {key}"
    else:
        assert key in known, f"{file} uses {key}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_says_something_and_every_payload_is_one(language: str) -> None:
    for key, variations in responses(language).items():
        for variation in variations:
            assert (variation.get("text") or "").strip(), key
            for button in variation.get("buttons") or []:
                assert button["title"].strip(), key
                assert re.fullmatch(r"/[a-z_]+(\{.*\})?", button["payload"]), key
