"""Figures and the picture of a classification that was measured."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from sklearn.metrics import f1_score

from tickets.adapters.confusion import Outcome

TRUE = ["a", "a", "a", "b", "b", "c", "水"]
SAID = ["a", "a", "b", "b", "a", "a", "水"]


def test_figures_are_those_of_scikit_learn() -> None:
    outcome = Outcome.of(TRUE, SAID)
    assert outcome.texts == 7 and outcome.accuracy == pytest.approx(4 / 7)
    assert outcome.macro_f1 == pytest.approx(f1_score(TRUE, SAID, average="macro", zero_division=0))
    label, precision, recall, f1, texts = outcome.by_label()[0]
    assert (label, precision, recall, texts) == ("a", 0.5, pytest.approx(2 / 3), 3) and f1 == pytest.approx(4 / 7)


def test_what_was_taken_for_what_is_told_the_most_frequent_first() -> None:
    assert Outcome.of(["a", "a", "b"], ["b", "b", "a"]).confused() == [("a", "b", 2), ("b", "a", 1)]
    assert Outcome.of(["a"], ["a"]).confused() == []


def test_a_label_that_only_was_said_counts_as_a_fault() -> None:
    assert Outcome.of(["a", "a"], ["a", "x"]).macro_f1 == pytest.approx((2 / 3 + 0) / 2)


def test_the_picture_is_well_formed_and_holds_every_label_and_count() -> None:
    picture = Outcome.of(["环境 <保护>", "b"], ["b", "b"]).svg("title & more")
    texts = [element.text for element in ElementTree.fromstring(picture).iter() if element.text]
    assert texts.count("环境 <保护>") == 2 and "title & more" in texts and texts.count("1") == 2
