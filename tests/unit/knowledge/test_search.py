"""Finding topics: by a ranker learned on a small set, and following edits without learning anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from knowledge import gaps
from knowledge.consultant import Consultant, without_phones
from knowledge.library import Library, entry_of
from knowledge.ranker import Ranker
from knowledge.searching import Search
from knowledge.segment import Segment
from knowledge.training import train
from language.encoder import HashEncoder
from tests.unit.knowledge.item_texts import item

TOPICS = {
    "dog": ["register my dog", "dog licence for a puppy", "big dog allowed in town"],
    "water": ["no water from the tap", "water is cut off", "when does the water come back"],
    "passport": ["new passport please", "passport for my child", "passport photo rules"],
    "school": ["school place for my son", "first grade school enrolment", "which school district am i in"],
}
ENDINGS = ("", " today", " in this city", " as a foreigner")
ENCODER = HashEncoder()
SILENCE = [(text, "en") for text in ("tell me a joke", "what a lovely day", "you are stupid", "order me a pizza") * 3]


def library(**changed: Sequence[str]) -> Library:
    asked = {
        topic: [f"{question}{end}" for question in questions for end in ENDINGS] for topic, questions in TOPICS.items()
    }
    return Library.of(item(topic, questions=questions) for topic, questions in {**asked, **changed}.items())


def encoded(texts: Sequence[str]) -> np.ndarray:
    return ENCODER.encode(list(texts))


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    entries = [entry_of(each) for each in library().items.values()]
    vectors = encoded([question for entry in entries for question in entry.questions])
    return train(entries, vectors, SILENCE, encoded([text for text, _ in SILENCE]), lambda _: None)


@pytest.fixture
def search(ranker: Ranker) -> Search:
    found = Search(ranker, ENCODER, encoded)
    found.update(entry_of(each) for each in library().items.values())
    return found


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("licence for our dog", "dog"),
        ("there is no water", "water"),
        ("child passport", "passport"),
        ("school for a girl", "school"),
    ],
)
def test_the_right_topic_is_first(search: Search, question: str, topic: str) -> None:
    assert search.rank(question, "en").candidates[0].topic == topic


def test_small_talk_is_less_certain_than_a_question(search: Search) -> None:
    assert search.rank("you are a joke", "en").certainty < search.rank("dog licence", "en").certainty


def test_a_saved_ranker_and_segment_find_the_same(search: Search, ranker: Ranker, tmp_path: Path) -> None:
    ranker.save(tmp_path / "ranker.npz")
    search.segments[0].save(tmp_path / "index")
    again = Search(Ranker.load(tmp_path / "ranker.npz"), ENCODER, encoded)
    again.start(Segment.load(tmp_path / "index"), {})
    before, after = search.rank("a dog licence", "en"), again.rank("a dog licence", "en")
    assert [each.topic for each in before.candidates] == [each.topic for each in after.candidates]
    assert after.certainty == pytest.approx(before.certainty, abs=1e-3)


def test_half_a_ranker_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ranker.npz").write_bytes(b"PK\x03\x04 half")
    with pytest.raises(ValueError):
        Ranker.load(tmp_path / "ranker.npz")


class ChangingShelf:
    def __init__(self) -> None:
        self.version, self.items = 0, library()

    def stamp(self) -> object:
        return self.version

    def library(self) -> Library:
        return self.items


def test_an_edit_is_found_at_once_and_only_what_changed_is_read_again(search: Search) -> None:
    shelf = ChangingShelf()
    read: list[int] = []
    search._vectors = lambda texts: (read.append(len(texts)), encoded(texts))[1]
    consultant = Consultant(shelf, search, {}, lambda: datetime(2026, 5, 1, tzinfo=UTC))
    assert not consultant.refresh()
    shelf.items = library(dog=[f"beehive on the roof number {number}" for number in range(12)])
    shelf.version = 1
    assert consultant.refresh()
    assert consultant.rank("a beehive on a roof", "en").candidates[0].topic == "dog"
    assert read == [13]
    assert consultant.rank("dog licence for a puppy", "en").certainty < 0.9


def test_a_topic_that_is_gone_is_found_no_more(search: Search) -> None:
    left = [entry_of(each) for each in library().items.values() if each.id != "dog"]
    search.update(left)
    assert "dog" not in [each.topic for each in search.rank("dog licence", "en").candidates]


def test_questions_of_one_meaning_are_one_gap() -> None:
    first, second = encoded(["where is the night bus", "where is the night bus?"])
    stored = np.stack([encoded(["may I keep a beehive on my balcony"])[0], first])
    assert gaps.nearest_group(second, [3, 7], stored) == 7
    assert gaps.nearest_group(encoded(["dog licence"])[0], [3, 7], stored) is None
    assert gaps.nearest_group(first, [], stored[:0]) is None


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("夜班车几点停，打我13812345678", "zh", "夜班车几点停，打我***"),
        ("call 12345 about bees", "en", "call 12345 about bees"),
    ],
)
def test_a_gap_keeps_no_telephone_number(text: str, language: str, kept: str) -> None:
    assert without_phones(text, language) == kept
