"""The classifier of texts: its blocks solve what one matrix would, and what it stores it gives back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from language import text_model
from language.encoder import HashEncoder
from language.text_model import TextModel, fit

SAID = {
    "light": ["the street lamp is dark", "lamp broken", "no light in the street", "the light does not work"],
    "noise": ["it is so loud at night", "drilling all day", "loud music upstairs", "noise from the bar"],
    "water": ["no water at home", "the pipe leaks", "brown water from the tap", "water is off"],
}
TEXTS = [f"{text} {number}" for number in range(5) for texts in SAID.values() for text in texts]
LABELS = [label for _ in range(5) for label, texts in SAID.items() for _ in texts]


def vectors(texts: list[str]) -> np.ndarray:
    return HashEncoder().encode(texts)


@pytest.mark.parametrize("block", [7, 20, 1000])
def test_blocks_of_any_size_solve_the_same_equations(block: int) -> None:
    points = text_model.centred(vectors(TEXTS), ["en"] * len(TEXTS), {"": vectors(TEXTS).mean(axis=0)})
    counts = text_model._counts(TEXTS)
    ngrams = text_model._weighted(counts, text_model._idf(counts))
    counted = np.linspace(1, 4, len(TEXTS))
    targets = (np.array(LABELS)[:, None] == np.array(sorted(SAID))[None, :]).astype(np.float32)
    kernel = text_model._kernel(points, ngrams, points, ngrams) + np.diag(text_model.RIDGE / counted)
    weights = text_model._solve(points, ngrams, targets, counted, block)
    assert np.allclose(weights, np.linalg.solve(kernel, targets), atol=1e-3)


def test_a_fitted_model_knows_its_classes_and_survives_the_disk(tmp_path: Path) -> None:
    urgent = {"urgent": np.array([label == "water" for label in LABELS], dtype=np.float32)}
    model = fit(TEXTS, ["en"] * len(TEXTS), vectors(TEXTS), LABELS, urgent)
    model.save(tmp_path / "model.npz")
    again = TextModel.load(tmp_path / "model.npz")
    asked = ["the lamp is broken", "loud drilling", "no water from the tap"]
    scores = again.scores(asked, ["en"] * 3, vectors(asked))
    chances = again.probabilities(scores)
    assert [again.labels[best] for best in chances.argmax(axis=1)] == ["light", "noise", "water"]
    assert np.allclose(chances.sum(axis=1), 1, atol=1e-5)
    assert scores[2, -1] > max(scores[0, -1], scores[1, -1])
    assert np.allclose(scores, model.scores(asked, ["en"] * 3, vectors(asked)), atol=0.02)
