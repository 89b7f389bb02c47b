"""The project's own items: every topic in every language, with the same figures, and questions of its own."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from knowledge.adapters.folder import ItemFolder, Read
from knowledge.adapters.names import read_topics, read_units
from knowledge.aspects import load
from knowledge.check import check, errors
from knowledge.items import SECTIONS
from knowledge.library import Library
from language.identify import LANGUAGES

ROOT = Path(__file__).resolve().parents[3]
ITEMS = ROOT / "data" / "knowledge"
TODAY = date(2026, 11, 26)


@pytest.fixture(scope="module")
def read() -> Read:
    return ItemFolder(ITEMS).read()


def test_all_files_can_be_read(read: Read) -> None:
    assert [str(fault) for fault in read.faults] == []


def test_each_of_the_seventy_topics_stands_in_five_languages_without_an_error(read: Read) -> None:
    topics = read_topics(ITEMS)
    found = check(Library(read.items), topics, read_units(ROOT / "data" / "city"), TODAY)
    assert len(topics) == 70 and len(read.items) == 70 * len(LANGUAGES)
    assert [f"{each.topic}/{each.language} {each.problem}" for each in errors(found)] == []


def test_what_nobody_has_reviewed_says_so(read: Read) -> None:
    for item in read.items.values():
        assert (item.status, item.reviewed_on, item.reviewers) == ("demo", None, ()), item.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_belongs_to_one_topic(read: Read, language: str) -> None:
    asked = Counter(q.casefold() for item in read.items.values() if item.language == language for q in item.questions)
    assert [question for question, count in asked.items() if count > 1] == []


def test_the_telephone_says_nothing_that_cannot_be_spoken(read: Read) -> None:
    for item in read.items.values():
        spoken = item.sections["speak"]
        assert not set("()（）[]【】*#|") & set(spoken) and "http" not in spoken, item.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_part_of_an_item_can_be_asked_for_in_words(language: str) -> None:
    aspects = load(ITEMS / "aspects")[language]
    assert set(aspects.patterns) == set(SECTIONS) - {"short", "speak", "note"}
