"""Items as files: what is read, what is refused and how, what may be served."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.answer import pieces, spoken, written
from knowledge.errors import InvalidItem
from knowledge.markdown import parse_item, write_item
from tests.unit.knowledge.item_texts import item, item_text

TODAY = date(2026, 5, 1)


def test_an_item_written_and_read_again_is_the_same() -> None:
    branches = "    - {title: Here, section: how}\n    - {title: There, topic: other_topic}\n"
    fork = f"fork:\n  question: Where?\n  branches:\n{branches}"
    one = item(fork=fork)
    assert one.fork is not None and one.fork.branches[1].topic == "other_topic"
    assert parse_item(write_item(one), "again") == one


@pytest.mark.parametrize(
    ("wrong", "right", "named"),
    [
        ("---\nid: id_card\n", "id: id_card\n", "front matter"),
        ("language: en\n", "language: xx\n", "`language`"),
        ("valid_from: 2024-01-01", "valid_from: soon", "`valid_from`"),
        ("valid_to: null", "valid_to: 2020-01-01", "`valid_to`"),
        ("## cost\n20 yuan.\n\n", "", "## cost"),
        ("## cost", "## price", "## price"),
        ("section: cost", "section: prices", "`follow_ups`"),
        ("title: id card\n", "", "`title`"),
        ("region: national", "regoin: national", "`regoin`"),
        (
            "  - id_card question number 3\n  - id_card question number 4\n  - id_card question number 5\n",
            "",
            "`questions`",
        ),
    ],
)
def test_a_fault_is_refused_with_the_field_named(wrong: str, right: str, named: str) -> None:
    text = item_text()
    assert wrong in text
    with pytest.raises(InvalidItem, match=r"id_card/en\.md") as refused:
        parse_item(text.replace(wrong, right, 1), "id_card/en.md")
    assert named in refused.value.problem


@pytest.mark.parametrize(
    ("fields", "require", "served"),
    [
        ({}, False, True),
        ({}, True, False),
        ({"reviewed_on": "2026-01-01", "reviewers": "[Li]"}, True, True),
        ({"reviewed_on": "2026-01-01"}, True, False),
        ({"valid_to": "2026-04-30"}, False, False),
        ({"valid_to": "2026-05-01"}, False, True),
        ({"valid_from": "2026-05-02"}, False, False),
        ({"status": "withdrawn"}, False, False),
        ({"status": "draft"}, False, False),
    ],
)
def test_only_what_is_in_force_and_wanted_is_served(fields: dict[str, str], require: bool, served: bool) -> None:
    assert item(**fields).is_served(TODAY, require) is served


def test_the_telephone_hears_two_sentences_at_a_time_without_links_brackets_and_marks() -> None:
    one = item()
    assert spoken(one, "short") == ["Bring your card to any police station."]
    how = spoken(one, "how")
    assert all("http" not in piece for piece in how) and how[0].count(".") <= 2 and len(how) == 2
    assert spoken(one, "bring") == ["Your old card A photo"]


def test_chinese_sentences_are_counted_by_their_own_marks() -> None:
    assert pieces("先登记。再缴费。最后领证！") == ["先登记。再缴费。", "最后领证！"]


def test_the_whole_answer_holds_each_section_once_in_reading_order() -> None:
    assert [part.section for part in written(item(), "all")] == ["who", "bring", "how", "time", "cost", "phone"]
