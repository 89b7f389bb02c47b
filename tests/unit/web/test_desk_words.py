"""The desk's words in five languages say the same things; every code the desk can refuse with has its sentence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DESK = ROOT / "channels" / "desk" / "static"
LANGUAGES = ("zh", "en", "ja", "ko", "ru")
PLACEHOLDER = re.compile(r"\{\w+\}")
SCRIPT = {"zh": "[一-鿿]", "ja": "[ぁ-ヿ一-鿿]", "ko": "[가-힣]", "ru": "[А-Яа-я]"}
SCRIPTLESS = {"comma", "from_to"}
"""Words that are signs in some language."""


def words(language: str) -> dict[str, str]:
    return dict(json.loads((DESK / "i18n" / f"{language}.json").read_text(encoding="utf-8")))


def sources() -> dict[str, str]:
    files = [*DESK.glob("*.js"), *DESK.glob("components/*.js")]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    chinese, other = words("zh"), words(language)
    assert set(other) == set(chinese)
    for key, text in chinese.items():
        assert other[key].strip() or key == "comma", f"{language}: {key} is empty"
        assert set(PLACEHOLDER.findall(other[key])) == set(PLACEHOLDER.findall(text)), f"{language}: {key}"


@pytest.mark.parametrize("language", SCRIPT)
def test_every_word_is_in_the_script_of_its_language(language: str) -> None:
    script = re.compile(SCRIPT[language])
    assert [key for key, text in words(language).items() if key not in SCRIPTLESS and not script.search(text)] == []


def test_every_key_the_desk_asks_for_exists() -> None:
    known = set(words("zh"))
    for name, source in sources().items():
        asked = set(re.findall(r"\b(?:t|cell)\('([a-z_0-9]+)'", source))
        for heads in re.findall(r"\bheads\(([^)]*)\)", source):
            asked |= set(re.findall(r"'([a-z_0-9]+)'", heads))
        assert asked <= known, f"{name}: {sorted(asked - known)}"


def test_every_word_of_the_hand_over_contract_can_be_said() -> None:
    contract = (ROOT / "channels" / "handoff" / "contract.py").read_text(encoding="utf-8")
    known = set(words("zh"))
    for prefix, name in (("reason", "Reason"), ("end", "EndReason"), ("end", "CloseReason")):
        line = re.search(rf"^{name} = Literal\[([^\]]*)\]", contract, re.MULTILINE)
        assert line, name
        assert {f"{prefix}_{value}" for value in re.findall(r'"(\w+)"', line[1])} <= known


def test_every_event_of_the_desk_can_be_said() -> None:
    events: set[str] = set()
    for file in (ROOT / "channels" / "desk").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        events |= set(re.findall(r'(?:\.note|\.noted|_over)\([^{}()]*\{"type": "(\w+)"', text))
        events |= set(re.findall(r'\bevent(?:: [^=\n]+)? = \{"type": "(\w+)"', text))
    assert "accepted" in events
    assert {f"event_{event}" for event in events} <= set(words("zh"))


def test_the_desk_has_no_inline_script_or_style_and_asks_no_other_host() -> None:
    page = (DESK / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    for name, source in sources().items():
        assert not re.search(r"\sstyle=|<style|unsafeHTML|innerHTML", source), name
        assert "://" not in source, name
    assert "://" not in page
