"""Categories of held-out texts, per language, from the trained model; skipped by name while it is not trained."""

from __future__ import annotations

import pytest

from benchmarks.categories import HELD_OUT, Asked, ask, figures, read_held_out
from hotline.settings import load
from tickets.adapters.city_files import LANGUAGES
from tickets.bootstrap import open_classifier
from tickets.config import TicketsConfig

TOP1, TOP3, RIGHT_WHEN_SURE = 0.85, 0.95, 0.95


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    classifier = open_classifier(TicketsConfig.from_settings(load()))
    if not classifier.trained():
        pytest.skip("the category model is not trained (make model)")
    return ask(classifier, read_held_out(HELD_OUT))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_held_out_texts_get_the_right_category(asked: list[Asked], language: str) -> None:
    found = figures([each for each in asked if each.language == language])
    assert found.top1 >= TOP1 and found.top3 >= TOP3, found


def test_what_is_chosen_without_a_person_is_right(asked: list[Asked]) -> None:
    found = figures(asked)
    assert found.sure >= 0.3 and found.sure_right >= RIGHT_WHEN_SURE, found


def test_no_held_out_text_is_trained_on() -> None:
    classifier = open_classifier(TicketsConfig.from_settings(load()))
    known = {example.text for example in classifier.examples()}
    assert not [text for _, _, text in read_held_out(HELD_OUT) if text in known]
