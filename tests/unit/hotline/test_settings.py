"""Settings: typed values, defaults, and a clear no to what is unknown or unusable."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline import settings
from hotline.settings import KNOWN, SettingsError, load


def test_every_default_can_be_parsed_and_every_name_is_known_once() -> None:
    values = load({}).values
    assert set(values) == {row.name for row in settings.TABLE}
    assert len(KNOWN) == len(settings.TABLE)


def test_names_of_other_programs_are_left_alone() -> None:
    assert load({"PATH": "/bin", "HOT": "x"}).integer("HTTP_PORT") == 8080


def test_an_unknown_name_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="unknown setting HOTLINE_HTP_PORT"):
        load({"HOTLINE_HTP_PORT": "1"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "70000"),
        ("HTTP_PORT", "eighty"),
        ("LOG_JSON", "maybe"),
        ("RATE_PER_SECOND", "many"),
        ("OFFICE_CLOSES_AT", "25:00"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"HOTLINE_{name}='{value}' cannot be used"):
        load({f"HOTLINE_{name}": value})


def test_an_empty_value_means_unset() -> None:
    assert load({"HOTLINE_REDIS_URL": ""}).get("REDIS_URL") is None


def test_an_unset_value_that_is_needed_says_what_it_is_for() -> None:
    with pytest.raises(SettingsError, match="HOTLINE_BOT_URL is not set: Where the gateway"):
        load({}).text("BOT_URL")


@pytest.mark.parametrize(("word", "meaning"), [("1", True), ("Yes", True), ("off", False), ("0", False)])
def test_booleans_are_words(word: str, meaning: bool) -> None:
    assert load({"HOTLINE_LOG_JSON": word}).boolean("LOG_JSON") is meaning


def test_the_database_is_a_file_in_the_data_folder_unless_given() -> None:
    assert load({"HOTLINE_DATA_DIR": "/srv/hotline"}).database_url == "sqlite:////srv/hotline/hotline.db"
    assert load({"HOTLINE_DATABASE_URL": "postgresql://x/y"}).database_url == "postgresql://x/y"


def test_models_stay_in_the_checkout_whatever_the_data_folder_is() -> None:
    assert load({"HOTLINE_DATA_DIR": "/srv/hotline"}).path("MODELS_DIR") == settings.ROOT / "var" / "models"
    assert load({"HOTLINE_MODELS_DIR": "~/m"}).path("MODELS_DIR") == Path("~/m").expanduser()
