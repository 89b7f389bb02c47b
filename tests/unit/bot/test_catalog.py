"""The catalogue of citizens' texts: which variation is chosen, and that all languages have the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.catalog import Catalog, TextMissing

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
VALUE = re.compile(r"\{[a-z_0-9]+\}")


def written(folder: Path, language: str, text: str) -> None:
    (folder / language).mkdir()
    (folder / language / "some.yml").write_text(text, "utf-8")


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    written(
        tmp_path,
        "en",
        """
responses:
  utter_hello:
  - text: Hello, caller {name}
    channel: phone
  - text: Hello {name} of {town}
    buttons: [{title: Go on, payload: /resume}]
  utter_bye:
  - text: Bye
""",
    )
    written(tmp_path, "zh", "responses:\n  utter_hello:\n  - text: 您好\n")
    return Catalog.load(tmp_path)


def test_the_variation_of_the_channel_is_preferred(catalog: Catalog) -> None:
    assert catalog.text("utter_hello", "en", "phone", name="Ann") == "Hello, caller Ann"
    assert catalog.text("utter_bye", "en", "phone") == "Bye"


def test_values_are_filled_in_once_and_what_is_missing_stays(catalog: Catalog) -> None:
    assert catalog.text("utter_hello", "en", name="Ann") == "Hello Ann of {town}"
    assert catalog.text("utter_hello", "en", name=7, town="X") == "Hello 7 of X"


def test_buttons_belong_to_their_variation_and_may_be_changed_by_the_caller(catalog: Catalog) -> None:
    assert catalog.buttons("utter_hello", "en", "phone") == []
    buttons = catalog.buttons("utter_hello", "en")
    buttons[0]["title"] = "changed"
    assert catalog.buttons("utter_hello", "en") == [{"title": "Go on", "payload": "/resume"}]


@pytest.mark.parametrize(("key", "language"), [("utter_bye", "zh"), ("utter_hello", "fr"), ("utter_no", "en")])
def test_a_missing_text_is_an_error_and_never_another_language(catalog: Catalog, key: str, language: str) -> None:
    with pytest.raises(TextMissing, match=key):
        catalog.text(key, language)


@pytest.fixture(scope="module")
def ours() -> Catalog:
    return Catalog.load()


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_texts_as_chinese(ours: Catalog, language: str) -> None:
    assert set(ours.variations[language]) == set(ours.variations["zh"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_words_and_no_value_that_chinese_has_not(ours: Catalog, language: str) -> None:
    for key, variations in ours.variations[language].items():
        known = {value for one in ours.variations["zh"][key] for value in VALUE.findall(one["text"])}
        assert any("channel" not in one for one in variations), key
        for one in variations:
            assert one["text"].strip(), key
            assert set(VALUE.findall(one["text"])) <= known, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_do_the_same_in_every_language(ours: Catalog, language: str) -> None:
    for key in ours.variations["zh"]:
        wanted = [button["payload"] for button in ours.buttons(key, "zh")]
        assert [button["payload"] for button in ours.buttons(key, language)] == wanted, key
        assert all(button["title"] for button in ours.buttons(key, language))
