"""What the doctor of the telephone line says of a voice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from types import SimpleNamespace
from typing import Any

import pytest

from tests.dialogues import PROMPTS
from voice.doctor import SENTENCES, UNDERSTOOD, examine
from voice.ports_speech import Heard, Sound

TEXTS = [PROMPTS.text(name, "en") for name in SENTENCES]


def engines(hears: Iterator[str]) -> tuple[Any, Any]:
    """A recogniser that writes what is given, and a voice that says what is asked."""
    stream = SimpleNamespace(feed=lambda frame: None, finish=lambda: Heard(next(hears), "en", 1.0, True, "written"))
    hearing = SimpleNamespace(engines={"en": "written"}, recognizer=SimpleNamespace(open=lambda language: stream))
    voice = SimpleNamespace(
        name="voice",
        voice=lambda language: "one",
        warm=lambda language: None,
        speak=lambda text, language: Sound(bytes(16_000), 8_000),
    )
    voices = SimpleNamespace(
        chain=SimpleNamespace(voices={"en": (voice,)}),
        prompts=PROMPTS,
        rendered=SimpleNamespace(count=lambda language: 1),
    )
    return hearing, voices


@pytest.mark.parametrize(
    ("heard", "usable"),
    [
        (TEXTS, True),
        (["Sorry.", *TEXTS], True),  # a bad moment
        (["Sorry.", "Sorry.", *TEXTS[1:]], False),
        (["Sorry."], False),
    ],
)
def test_a_sentence_that_is_heard_badly_is_spoken_once_more(heard: list[str], usable: bool) -> None:
    [check] = examine(*engines(cycle(heard)), languages=["en"])
    assert check.usable is usable
    error = check.voices[0].error
    assert error is not None and (error <= UNDERSTOOD) is usable
