"""The line's own texts: each is used somewhere, and each that the line asks for exists."""

from __future__ import annotations

import re

from hotline.settings import ROOT
from voice.prompts import LANGUAGES, Prompts

PROMPTS = Prompts.load(ROOT / "data" / "voice" / "prompts")
SOURCES = {path.name: path.read_text("utf-8") for path in (ROOT / "voice").glob("*.py")}
_ASKED = re.compile(
    r"(?:prompt|ask|decide|words_of|reach|_offered|in_other_languages|prompts\.text|\.text)\(\s*\"([a-z_]+)\""
)


def test_every_prompt_is_used() -> None:
    source = "\n".join(SOURCES.values())
    names = {name for name in PROMPTS.texts["zh"] if not name.startswith("name_")}
    assert sorted(name for name in names if f'"{name}"' not in source) == []
    assert 'f"name_{' in source and {f"name_{one}" for one in LANGUAGES} <= set(PROMPTS.texts["zh"])


def test_every_prompt_that_is_asked_for_exists() -> None:
    for name, source in SOURCES.items():
        missing = set(_ASKED.findall(source)) - set(PROMPTS.texts["zh"])
        assert missing == set(), name
