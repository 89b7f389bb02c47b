"""A third citizen finds a ticket by the words of the second, who joined it, and only as long as these belong to it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.integration.tickets.test_duplicate_finder import AGENT, ENCODER, config, desk, file, finder, found
from tickets.adapters.engine import make_engine
from tickets.adapters.sql_duplicates import SqlDuplicateStore
from tickets.adapters.tables_places import follower_vectors
from tickets.bootstrap import open_duplicates
from tickets.config import TicketsConfig
from tickets.domain.duplicates import Verdict
from tickets.domain.place import Place
from tickets.errors import StoreUnavailable
from tickets.service.desk import TicketDesk
from tickets.service.duplicates import DuplicateFinder, NewMatter
from tickets.service.followers_words import FollowersWords
from tickets.service.parts_commands import JoinTicket, LeaveTicket, MergeTicket, SplitTicket

__all__ = ["config", "desk", "finder"]
FIRST = "请派人来看看"
SECOND = "路灯坏了，一到晚上黑漆漆的"
THIRD = "路灯不亮，晚上黑漆漆的"


def join(desk: TicketDesk, number: str, text: str = SECOND, who: str = "second") -> None:
    key = f"{who}: {text}"
    desk.join(
        JoinTicket(idempotency_key=key, number=number, channel="web", language="zh", conversation_id=who, text=text)
    )


def leave(desk: TicketDesk, number: str) -> None:
    desk.leave(LeaveTicket(idempotency_key="leave", number=number, conversation_id="second"))


def looked_for(finder: DuplicateFinder, text: str = THIRD) -> list[str]:
    return found(finder, text, "解放路15号")


def test_who_describes_it_as_the_second_did_finds_the_ticket_of_the_first(
    desk: TicketDesk, finder: DuplicateFinder
) -> None:
    number = file(desk, FIRST)
    assert looked_for(finder) == []
    join(desk, number)
    assert looked_for(finder) == [number]
    assert found(finder, THIRD, "翠竹路30号") == []


def test_the_same_words_as_a_followers_are_asked_about_and_never_joined_at_once(
    desk: TicketDesk, finder: DuplicateFinder
) -> None:
    number = file(desk, FIRST)
    join(desk, number)
    [match] = finder.find(NewMatter(SECOND, "street_light", Place("解放路15号"), "c3"))
    assert match.ticket.description == FIRST and match.likeness.verdict is Verdict.LIKELY
    own = file(desk, SECOND, idempotency_key="own words")
    [certain, likely] = finder.find(NewMatter(SECOND, "street_light", Place("解放路15号"), "c3"))
    assert {certain.ticket.number, likely.ticket.number} == {own, number}
    verdicts = {each.ticket.number: each.likeness.verdict for each in (certain, likely)}
    assert verdicts == {own: Verdict.CERTAIN, number: Verdict.LIKELY}


def test_who_leaves_takes_the_words_along_and_brings_others_back(desk: TicketDesk, finder: DuplicateFinder) -> None:
    number = file(desk, FIRST)
    join(desk, number)
    assert looked_for(finder) == [number]
    leave(desk, number)
    assert looked_for(finder) == []
    join(desk, number, "孩子放学回家害怕")
    assert looked_for(finder) == [] and looked_for(finder, "孩子放学不敢回家，很害怕") == [number]


def test_a_merged_tickets_words_lead_to_the_live_one_and_back_when_it_is_split(
    config: TicketsConfig, desk: TicketDesk, finder: DuplicateFinder
) -> None:
    head, other = file(desk, FIRST), file(desk, SECOND, conversation_id="second")
    desk.merge(MergeTicket(idempotency_key="m", number=other, into=head, by=AGENT, reason="同一件事"))
    assert looked_for(finder) == [head]
    late = open_duplicates(config, desk, ENCODER)  # it has never seen them apart
    assert looked_for(late) == [head]
    desk.split(SplitTicket(idempotency_key="s", number=other, by=AGENT, reason="不是一件事"))
    assert looked_for(finder) == looked_for(late) == [other]
    late.close()


def test_each_vector_is_made_once_for_all_processes(
    config: TicketsConfig, desk: TicketDesk, finder: DuplicateFinder
) -> None:
    number = file(desk, FIRST)
    join(desk, number)
    assert looked_for(finder) == [number]
    late = open_duplicates(config, desk, ENCODER)
    assert late.catch_up(0) == 0
    join(desk, number, "", who="third")  # who said nothing needs none
    assert late.catch_up(0) == 0
    late.close()
    engine = make_engine(config.database_url)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(follower_vectors)).scalar_one() == 1
    engine.dispose()


def test_many_words_are_made_up_for_step_by_step(desk: TicketDesk, finder: DuplicateFinder) -> None:
    number = file(desk, FIRST)
    for at in range(4):
        join(desk, number, f"{SECOND}，第{at}盏", who=f"c-{at}")
    assert [finder.catch_up(3), finder.catch_up(1), finder.catch_up(1)] == [2, 1, 0]


def test_a_store_that_is_away_for_a_moment_loses_no_words(
    desk: TicketDesk, finder: DuplicateFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = file(desk, FIRST)
    join(desk, number)
    away = [True]
    read = SqlDuplicateStore.words

    def words(store: SqlDuplicateStore, said: Any) -> Any:
        if said and away and away.pop():
            raise StoreUnavailable
        return read(store, said)

    monkeypatch.setattr(SqlDuplicateStore, "words", words)
    with pytest.raises(StoreUnavailable):
        finder.catch_up(100)
    assert looked_for(finder) == [number]


def test_of_a_ticket_that_many_joined_the_first_few_words_are_in_the_index(
    config: TicketsConfig, desk: TicketDesk
) -> None:
    crowd, other = file(desk, FIRST), file(desk, SECOND, idempotency_key="other")
    for each in range(12):
        join(desk, crowd, THIRD, who=f"neighbour {each}")
    join(desk, other, THIRD)
    entered: list[str] = []
    store = SqlDuplicateStore(make_engine(config.database_url), ENCODER.name)
    words = FollowersWords(
        store, lambda number, *_: entered.append(number), lambda text: ENCODER.encode([text])[0], lambda ticket: None
    )
    words.read_new(datetime.now(UTC) - timedelta(days=400), timedelta(0))
    assert words.make(100) == 0
    heard = [one.ticket.number for one in words.apart(entered)[1]]
    assert Counter(heard) == {crowd: 8, other: 1}
    store.close()


def test_words_are_read_by_their_tickets_and_not_by_the_whole_table(config: TicketsConfig, desk: TicketDesk) -> None:
    join(desk, file(desk, FIRST))
    engine = make_engine(config.database_url)
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    store = SqlDuplicateStore(engine, "hash-1")
    [row] = store.words_page(None, datetime.now(UTC) - timedelta(days=400), 10)
    assert len(store.words([row.said])) == 1
    statement, values = asked[-1]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert not any("SCAN ticket_followers" in step for step in plan), plan
    store.close()
