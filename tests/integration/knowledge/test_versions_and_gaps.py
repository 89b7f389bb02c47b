"""Edited items and the gap list in SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from knowledge.adapters.sql import SqlGaps, SqlVersions, open_database
from knowledge.adapters.tables import metadata
from knowledge.errors import ItemNotFound, KnowledgeUnavailable, StepNotAllowed
from knowledge.gaps import Gap
from knowledge.versions import Version
from language.encoder import HashEncoder
from tests.integration.tickets.databases import DATABASES, database
from tests.unit.knowledge.item_texts import item_text

NOW = datetime(2026, 5, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with database(request.param, tmp_path) as url:
        opened = open_database(url)
        yield opened
        opened.dispose()


def draft(author: str = "Li", **fields: str) -> Version:
    return Version("id_card", "en", item_text(**fields), author, NOW)


def test_the_migrations_make_what_the_tables_say(engine: Engine) -> None:
    found = inspect(engine)
    for table in metadata.sorted_tables:
        assert {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())


def test_a_version_runs_from_draft_to_published_and_back_to_the_one_before(engine: Engine) -> None:
    store = SqlVersions(engine)
    first, second = store.add(draft()), store.add(draft(title="New title"))
    assert (first.number, second.number) == (1, 2)
    for number in (1, 2):
        store.step("id_card", "en", number, "review", "Wang", NOW)
        store.step("id_card", "en", number, "publish", "Wang", NOW)
    assert [(each.number, each.reviewer) for each in store.published()] == [(2, "Wang")]
    store.step("id_card", "en", 1, "restore", "Wang", NOW)
    assert [(each.number, each.state) for each in store.versions("id_card", "en")] == [
        (1, "published"),
        (2, "replaced"),
    ]


def test_a_step_that_is_not_allowed_changes_nothing(engine: Engine) -> None:
    store = SqlVersions(engine)
    store.add(draft())
    before = store.stamp()
    with pytest.raises(StepNotAllowed):
        store.step("id_card", "en", 1, "publish", "Wang", NOW)
    with pytest.raises(StepNotAllowed, match="another person"):
        store.step("id_card", "en", 1, "review", "Li", NOW)
    with pytest.raises(ItemNotFound):
        store.step("id_card", "en", 9, "review", "Wang", NOW)
    assert store.stamp() == before and store.versions("id_card")[0].state == "draft"


def test_editors_that_store_at_once_get_numbers_of_their_own(engine: Engine) -> None:
    store = SqlVersions(engine)
    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(each.number for each in pool.map(lambda _: store.add(draft()), range(8)))
    assert numbers == list(range(1, 9))


def test_alike_questions_are_counted_as_one_gap_and_a_repeat_once(engine: Engine) -> None:
    store, encoder = SqlGaps(engine), HashEncoder()

    def gap(text: str, conversation: str = "a") -> Gap:
        return Gap(text, "en", "not_covered", NOW, conversation, encoder.encode([text])[0])

    for conversation in ("a", "b", "b"):
        store.record(gap("where does the night bus stop", conversation))
    store.record(gap("may I keep bees"))
    assert [(each.text, each.count) for each in store.groups()] == [
        ("where does the night bus stop", 2),
        ("may I keep bees", 1),
    ]
    group = store.groups()[0].id
    store.assign(group, "transport", date(2026, 5, 11))
    assert (store.groups()[0].owner, store.groups()[0].due) == ("transport", date(2026, 5, 11))
    store.close(group, "Wang", NOW)
    assert [each.text for each in store.groups()] == ["may I keep bees"]
    assert len(store.groups(open_only=False)) == 2
    with pytest.raises(ItemNotFound):
        store.close(999, "Wang", NOW)


def test_a_database_that_does_not_answer_is_said_so() -> None:
    with pytest.raises(KnowledgeUnavailable):
        open_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(KnowledgeUnavailable, match="not supported"):
        open_database("mysql://x/y")
