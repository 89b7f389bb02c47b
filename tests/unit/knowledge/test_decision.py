"""What one question gets: an answer, a part of the topic in hand, a choice, a question back, or "not covered"."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.aspects import load
from knowledge.decision import AskBack, Choice, Decision, NotCovered, Question, Served, decide
from knowledge.library import Library
from knowledge.ranker import Bar, Candidate, Ranking
from tests.unit.knowledge.item_texts import item

ASPECTS = load(Path(__file__).resolve().parents[3] / "data" / "knowledge" / "aspects")
FORK = (
    "fork:\n  question: Foreign?\n  branches:\n    - {title: No, section: how}\n    - {title: Yes, topic: passport}\n"
)
LIBRARY = Library.of([item("id_card", fork=FORK), item("passport"), item("visa", valid_to="2025-01-01")])
BARS = {"en": Bar(served=0.8, choice=0.3)}


def decided(text: str, candidates: list[tuple[str, float]], certainty: float, held: str | None = None) -> Decision:
    ranking = Ranking([Candidate(*each) for each in candidates], certainty)
    return decide(Question(text, "en", held), ranking, LIBRARY, ASPECTS["en"], BARS, date(2026, 5, 1))


def test_a_certain_question_is_answered_shortly() -> None:
    found = decided("my id card runs out", [("id_card", 0.9), ("passport", 0.05)], 0.95)
    assert isinstance(found, Served) and (found.item.id, found.section, found.asked) == ("id_card", "short", False)


def test_a_question_for_one_part_gets_that_part() -> None:
    found = decided("how much does a new id card cost", [("id_card", 0.9)], 0.95)
    assert isinstance(found, Served) and (found.section, found.asked) == ("cost", True)


def test_a_bare_further_question_is_about_the_topic_in_hand_whatever_ranks_first() -> None:
    found = decided("and how much does it cost?", [("passport", 0.9)], 0.95, held="id_card")
    assert isinstance(found, Served) and (found.item.id, found.section) == ("id_card", "cost")


def test_a_question_that_names_another_topic_leaves_the_topic_in_hand() -> None:
    found = decided("how much does an ordinary passport cost", [("passport", 0.9)], 0.95, held="id_card")
    assert isinstance(found, Served) and (found.item.id, found.section) == ("passport", "cost")


def test_an_uncertain_question_is_a_choice_of_the_likely() -> None:
    found = decided("my papers", [("passport", 0.5), ("id_card", 0.4), ("visa", 0.1)], 0.5)
    assert isinstance(found, Choice) and [each.id for each in found.items] == ["passport", "id_card"]


def test_topics_that_fork_into_each_other_are_asked_apart() -> None:
    found = decided("my papers", [("id_card", 0.5), ("passport", 0.4)], 0.5)
    assert isinstance(found, AskBack) and found.fork.question == "Foreign?"


def test_what_no_item_answers_is_not_covered_and_the_nearest_are_named() -> None:
    found = decided("who won the match", [("passport", 0.3)], 0.1)
    assert isinstance(found, NotCovered) and [each.id for each in found.nearest] == ["passport"]


def test_an_expired_item_is_never_served_and_the_next_is_not_taken_for_it() -> None:
    found = decided("extend my visa", [("visa", 0.95), ("passport", 0.03)], 0.99)
    assert not isinstance(found, Served)


@pytest.mark.parametrize(
    ("language", "text", "section"),
    [
        ("zh", "那要多少钱", "cost"),
        ("zh", "需要带什么材料", "bring"),
        ("zh", "外地户口可以吗", "elsewhere"),
        ("en", "what if I live elsewhere?", "elsewhere"),
        ("en", "how long does it take", "time"),
        ("ja", "費用はいくらですか", "cost"),
        ("ja", "どこで手続きできますか", "how"),
        ("ko", "비용이 얼마예요?", "cost"),
        ("ko", "서류는 뭐가 필요해요", "bring"),
        ("ru", "а сколько это будет стоить?", "cost"),
        ("ru", "а сколько это стоит?", "cost"),
        ("ru", "какие нужны документы", "bring"),
    ],
)
def test_the_part_that_is_asked_for_is_told_by_its_words(language: str, text: str, section: str) -> None:
    assert ASPECTS[language].of(text) == section


@pytest.mark.parametrize(
    ("language", "text", "bare"),
    [
        ("en", "and how much is it?", True),
        ("en", "how much is a dog licence in this city", False),
        ("zh", "那多少钱", True),
        ("zh", "办护照多少钱一本", False),
        ("ru", "а сколько стоит?", True),
        ("ko", "얼마예요?", True),
        ("ja", "費用は？", True),
    ],
)
def test_a_bare_question_names_no_topic(language: str, text: str, bare: bool) -> None:
    assert ASPECTS[language].is_bare(text, language) is bare
