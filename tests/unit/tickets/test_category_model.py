"""The arithmetic of the category model, on a stand-in for the sentence encoder."""

from __future__ import annotations

import numpy as np
import pytest

from language.encoder import HashEncoder
from tickets.adapters.category_training import Example, cross_validated, examples_key, train
from tickets.errors import ClassifierUnavailable

EXAMPLES = [
    Example(category, f"{word}{tail}", "zh")
    for category, word in (("street_light", "路灯不亮"), ("water_supply", "停水没水"), ("gas_supply", "燃气漏气"))
    for tail in ("了", "三天了", "没人管", "请处理", "怎么办", "在小区里")
]
TEXTS = [example.text for example in EXAMPLES]
VECTORS = HashEncoder().encode(TEXTS)


def test_scores_are_probabilities_and_find_the_right_category() -> None:
    model = train(EXAMPLES, VECTORS)
    scores = model.scores(HashEncoder().encode(["楼下路灯不亮"]))
    assert scores.sum() == pytest.approx(1, abs=1e-5)
    assert model.categories[int(scores.argmax())] == "street_light"


def test_training_twice_gives_the_same_model() -> None:
    first, second = train(EXAMPLES, VECTORS), train(EXAMPLES, VECTORS)
    assert np.array_equal(first.weights, second.weights) and first.temperature == second.temperature


def test_cross_validation_tells_each_language() -> None:
    assert set(cross_validated(EXAMPLES, VECTORS)) == {"all", "zh"}


def test_two_categories_are_enough_and_one_is_not() -> None:
    model = train(EXAMPLES[:12], VECTORS[:12])
    assert model.categories[int(model.scores(HashEncoder().encode(["停水"])).argmax())] == "water_supply"
    with pytest.raises(ClassifierUnavailable):
        train(EXAMPLES[:6], VECTORS[:6])


def test_other_examples_or_another_encoder_need_another_model() -> None:
    keys = {
        examples_key(EXAMPLES, "a"),
        examples_key(EXAMPLES, "b"),
        examples_key(EXAMPLES[1:], "a"),
        examples_key([Example("street_light", "路灯不亮了！", "zh"), *EXAMPLES[1:]], "a"),
    }
    assert len(keys) == 4
