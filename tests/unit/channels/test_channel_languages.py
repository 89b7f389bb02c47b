"""The language a conversation opens in and keeps."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from channels.languages import opening_language, preferred, spoken


@dataclass(frozen=True)
class Found:
    language: str
    other: str | None = None
    sure: bool = True


@pytest.mark.parametrize(
    ("asked", "header", "language"),
    [
        ("ko", "ru", "ko"),
        (None, "ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        (None, "fr-FR, en;q=0.4, ja;q=0.6", "ja"),
        (None, "zh-TW", "zh"),
        (None, "fr, de;q=0.5", "zh"),
        (None, "en;q=0, ja;q=0.1", "ja"),
        (None, ";;;,q=,en;q=x", "zh"),
        (None, "", "zh"),
        (None, None, "zh"),
    ],
)
def test_a_conversation_opens_in_the_language_asked_for_or_the_browsers_best(
    asked: str | None, header: str | None, language: str
) -> None:
    assert opening_language(asked, header) == language


def test_a_very_long_header_costs_nothing() -> None:
    assert preferred("fr," * 100_000 + "ru") is None


def test_a_conversation_switches_only_when_the_text_is_surely_in_another_language() -> None:
    assert spoken(lambda text, current: Found("en"), "hello", "zh").language == "en"
    assert spoken(lambda text, current: Found("en", sure=False), "WiFi", "zh").language == "zh"


def test_a_sixth_language_is_handed_on_and_never_becomes_the_conversations() -> None:
    found = spoken(lambda text, current: Found("en", other="fr"), "bonjour à tous", "zh")
    assert (found.language, found.other) == ("en", "fr")
    assert spoken(lambda text, current: Found("fr"), "bonjour", "zh").language == "zh"
