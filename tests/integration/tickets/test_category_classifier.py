"""The classifier with its files: trained when missing, kept, found again; and what it says when it cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from hotline.settings import ROOT
from language.encoder import HashEncoder
from tickets.adapters.category_classifier import TrainedCategoryClassifier
from tickets.bootstrap import open_classifier
from tickets.config import TicketsConfig
from tickets.domain.corrections import Correction
from tickets.errors import CityDataInvalid, ClassifierUnavailable

ROWS = "".join(
    f"{category},{word}{tail}\n"
    for category, word in (("street_light", "路灯不亮"), ("water_supply", "停水没水"), ("gas_supply", "燃气漏气"))
    for tail in ("了", "三天了", "没人管", "请处理", "怎么办", "在小区里")
)


@pytest.fixture
def config(tmp_path: Path) -> TicketsConfig:
    examples = tmp_path / "examples"
    examples.mkdir()
    (examples / "zh.csv").write_text("category,text\n" + ROWS, "utf-8")
    return TicketsConfig("", city_dir=ROOT / "data" / "city", examples_dir=examples, models_dir=tmp_path / "models")


def test_a_model_is_trained_once_kept_and_gives_the_same_answers_when_loaded(
    config: TicketsConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    first = open_classifier(config, HashEncoder()).suggest("路灯不亮好几天")
    assert "training the category model" in capsys.readouterr().err
    second = open_classifier(config, HashEncoder()).suggest("路灯不亮好几天")
    assert capsys.readouterr().err == ""
    assert [each.category for each in first] == [each.category for each in second]
    assert first[0].category == "street_light" and first[0].unit == "urban_management"
    assert first[0].score == pytest.approx(second[0].score, abs=0.01)
    assert sum(each.score for each in first) <= 1.0001
    assert not any(path.name.endswith(".partial") for path in config.models_dir.iterdir())


def test_many_texts_are_answered_in_order_and_never_without_candidates(config: TicketsConfig) -> None:
    texts = ["燃气漏气", "", "停水了", "\ud800", "路灯不亮", "x" * 5000]
    answers = open_classifier(config, HashEncoder()).suggest_many(texts, limit=2)
    assert [len(answer) for answer in answers] == [2] * len(texts)
    assert [answers[at][0].category for at in (0, 2, 4)] == ["gas_supply", "water_supply", "street_light"]
    assert open_classifier(config, HashEncoder()).suggest_many([]) == []


def test_a_vector_that_is_known_already_is_used(config: TicketsConfig) -> None:
    class Forbidden(HashEncoder):
        def encode(self, texts: object) -> np.ndarray:
            raise AssertionError("the text was encoded again")

    open_classifier(config, HashEncoder()).prepare()
    vector = HashEncoder().encode(["停水没水"])[0]
    assert open_classifier(config, Forbidden()).suggest("停水没水", vector)[0].category == "water_supply"


@pytest.mark.parametrize("part", ["model.npz", "examples.json"])
def test_a_damaged_model_is_made_again(config: TicketsConfig, part: str) -> None:
    open_classifier(config, HashEncoder()).prepare()
    (model,) = config.models_dir.glob("categories-*")
    file = model / part
    file.write_bytes(file.read_bytes()[:100])
    assert open_classifier(config, HashEncoder()).suggest("燃气漏气")[0].category == "gas_supply"


def test_who_only_files_does_not_train_a_model_that_is_missing(config: TicketsConfig) -> None:
    waiting = open_classifier(config, HashEncoder(), trains=False)
    with pytest.raises(ClassifierUnavailable):
        waiting.suggest_with_evidence("燃气漏气")
    open_classifier(config, HashEncoder()).prepare()
    assert waiting.suggest_with_evidence("燃气漏气").candidates[0].category == "gas_supply"


def test_a_suggestion_says_why_and_whether_it_is_sure(config: TicketsConfig) -> None:
    found = open_classifier(config, HashEncoder()).suggest_with_evidence("小区里燃气漏气，请处理", limit=2)
    assert found.candidates[0].category == "gas_supply" and len(found.candidates) == len(found.nearest) == 2
    assert any("燃气" in word.text for word in found.words)
    assert found.nearest[0].category == "gas_supply" and 0 < found.nearest[0].score <= 1.001
    assert found.sure == (found.candidates[0].score >= found.threshold)


def test_what_people_corrected_is_learnt_by_whoever_starts_later(config: TicketsConfig) -> None:
    text = "玉兰花开得真好"
    at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    wrong = Correction("20261125000001", at, "agent", "gas_supply", "street_light", "zh", text)
    right = Correction("20261125000001", at, "agent", "street_light", "water_supply", "zh", text)
    classifier = open_classifier(config, HashEncoder())
    assert classifier.learn([wrong, right]) == 1
    assert classifier.suggest(text)[0].category == "water_supply"
    assert open_classifier(config, HashEncoder()).suggest(text)[0].category == "water_supply"
    assert TrainedCategoryClassifier.corrected([wrong, right, wrong])[0] == (("gas_supply", "street_light"), 2)


def test_a_correction_to_a_category_that_is_gone_teaches_nothing(config: TicketsConfig) -> None:
    at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    gone = Correction("20261125000001", at, "agent", None, "no_such_category", "zh", "玉兰花")
    classifier = open_classifier(config, HashEncoder())
    assert classifier.learn([gone]) == 0
    assert classifier.suggest("停水没水")[0].category == "water_supply"


def test_without_any_examples_it_is_said_so(config: TicketsConfig) -> None:
    (config.examples_dir / "zh.csv").unlink()
    with pytest.raises(ClassifierUnavailable, match="no examples of categories"):
        open_classifier(config, HashEncoder()).suggest("路灯")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("category,text\nufo,hello\n", r"zh\.csv:2: the category 'ufo' is unknown"),
        ("category,text\nstreet_light, \n", r"zh\.csv:2: the text is empty"),
        ("label,text\nstreet_light,a\n", "columns category and text"),
    ],
)
def test_a_bad_example_is_named_by_file_and_line(config: TicketsConfig, content: str, message: str) -> None:
    (config.examples_dir / "zh.csv").write_text(content, "utf-8")
    with pytest.raises(CityDataInvalid, match=message):
        open_classifier(config, HashEncoder()).prepare()
