"""The arithmetic of the category model, on a stand-in for the sentence encoder."""

from __future__ import annotations

import numpy as np
import pytest

from language.encoder import HashEncoder
from tickets.adapters.category_model import CategoryModel, Example
from tickets.adapters.category_training import cross_validated, examples_key, threshold_of, train
from tickets.errors import ClassifierUnavailable

EXAMPLES = [
    Example(category, f"{word}{tail}", "zh")
    for category, word in (("street_light", "路灯不亮"), ("water_supply", "停水没水"), ("gas_supply", "燃气漏气"))
    for tail in ("了", "三天了", "没人管", "请处理", "怎么办", "在小区里")
]
TEXTS = [example.text for example in EXAMPLES]
VECTORS = HashEncoder().encode(TEXTS)


@pytest.fixture(scope="module")
def model() -> CategoryModel:
    return train(EXAMPLES, VECTORS)


def test_scores_are_probabilities_and_find_the_right_category(model: CategoryModel) -> None:
    scores = model.scores(["楼下路灯不亮"], ["zh"], HashEncoder().encode(["楼下路灯不亮"]))
    assert scores.sum() == pytest.approx(1, abs=1e-5)
    assert model.categories[int(scores.argmax())] == "street_light"


def test_training_twice_gives_the_same_model(model: CategoryModel) -> None:
    again = train(EXAMPLES, VECTORS)
    assert np.array_equal(model.text.weights, again.text.weights) and model.measured == again.measured


def test_cross_validation_tells_each_language() -> None:
    assert set(cross_validated(EXAMPLES, VECTORS)) == {"all", "zh"}


def test_two_categories_are_enough_and_one_is_not() -> None:
    two = train(EXAMPLES[:12], VECTORS[:12])
    assert two.categories[int(two.scores(["停水"], ["zh"], HashEncoder().encode(["停水"])).argmax())] == "water_supply"
    with pytest.raises(ClassifierUnavailable):
        train(EXAMPLES[:6], VECTORS[:6])


def test_other_examples_weights_or_encoders_need_another_model() -> None:
    first = EXAMPLES[0]
    keys = {
        examples_key(EXAMPLES, "a"),
        examples_key(EXAMPLES, "b"),
        examples_key(EXAMPLES[1:], "a"),
        examples_key([Example(first.category, "路灯不亮了！", "zh"), *EXAMPLES[1:]], "a"),
        examples_key([Example(first.category, first.text, "zh", 2.0), *EXAMPLES[1:]], "a"),
    }
    assert len(keys) == 5


def test_the_words_that_spoke_for_a_category_are_named(model: CategoryModel) -> None:
    text = "昨天开始路灯不亮"
    words = model.words(text, "zh", HashEncoder().encode([text])[0], "street_light")
    start, end, weight = words[0]
    assert "路灯" in text[start:end] and weight > 0
    assert all("昨天" not in text[start:end] for start, end, _ in words)


def test_words_of_a_text_without_words_are_none(model: CategoryModel) -> None:
    assert model.words("?!", "zh", HashEncoder().encode(["?!"])[0], "street_light") == []


def test_the_nearest_examples_come_with_their_category(model: CategoryModel) -> None:
    nearest = model.nearest("zh", HashEncoder().encode(["路灯不亮三天了"])[0], 2)
    assert [example.text for example, _ in nearest][0] == "路灯不亮三天了"
    assert nearest[0][1] == pytest.approx(1, abs=0.01) and nearest[0][1] >= nearest[1][1]
    assert nearest[0][0].category == "street_light"


def test_the_threshold_is_the_lowest_at_which_enough_were_right() -> None:
    sure = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    right = np.array([True, True, True, False, False])
    measured = threshold_of(sure, right, precision=0.75)
    assert (measured.threshold, measured.precision, measured.coverage, measured.texts) == (0.6, 0.75, 0.8, 5)


def test_a_model_that_is_never_right_often_enough_chooses_nothing_by_itself() -> None:
    measured = threshold_of(np.array([0.9, 0.8]), np.array([False, False]))
    assert measured.threshold > 1 and measured.coverage == 0


def test_equal_probabilities_stand_or_fall_together() -> None:
    measured = threshold_of(np.array([0.9, 0.9, 0.9]), np.array([True, True, False]), precision=0.9)
    assert measured.coverage == 0
