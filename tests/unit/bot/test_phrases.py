"""Fixed sayings: matched whole, whatever the case and punctuation, and never inside a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.phrases import Phrases

FOLDER = Path(__file__).resolve().parents[3] / "data" / "phrases"


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases.load(FOLDER)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("继续", "resume"),
        ("继续。", "resume"),
        (" Go on! ", "resume"),
        ("GO ON", "resume"),
        ("続きをお願いします", "resume"),
        ("계속해 주세요", "resume"),
        ("Продолжить", "resume"),
        ("回电", "request_callback"),
        ("call me back", "request_callback"),
    ],
)
def test_a_saying_is_recognised_without_case_and_punctuation(phrases: Phrases, text: str, intent: str) -> None:
    assert phrases.intent_of(text) == intent


@pytest.mark.parametrize("text", ["", "？", "路灯继续坏着", "go on the road", "他们继续施工", "请回电给物业"])
def test_nothing_is_looked_for_inside_a_sentence(phrases: Phrases, text: str) -> None:
    assert phrases.intent_of(text) is None


def test_a_saying_means_one_thing_only() -> None:
    found: dict[str, str] = {}
    for file in FOLDER.glob("*.yml"):
        for sayings in yaml.safe_load(file.read_text("utf-8")).values():
            for saying in sayings:
                assert found.setdefault(saying, file.stem) == file.stem, saying
