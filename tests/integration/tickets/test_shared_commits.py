"""Threads that write to SQLite at the same moment: one commit for all, and each one's failure his own."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from tickets.adapters.engine import make_engine
from tickets.adapters.shared_commits import MOST, SharedCommits
from tickets.errors import StoreUnavailable, TicketNotFound

PATIENCE_SECONDS = 60
Work = Callable[[Connection], None]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path / 'shared.db'}")
    with made.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(text("CREATE TABLE written (name TEXT PRIMARY KEY)"))
    yield made
    made.dispose()


@pytest.fixture
def commits(engine: Engine) -> list[Connection]:
    counted: list[Connection] = []
    event.listen(engine, "commit", counted.append)
    return counted


def writing(name: str) -> Work:
    def work(connection: Connection) -> None:
        connection.execute(text("INSERT INTO written VALUES (:name)"), {"name": name})

    return work


def failing(name: str) -> Work:
    def work(connection: Connection) -> None:
        writing(name)(connection)
        raise TicketNotFound

    return work


def written(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text("SELECT name FROM written")).scalars())


def together(shared: SharedCommits, *works: Work) -> list[Future[None]]:
    """Lets all works wait for the first, which begins once they do; then they come in any order."""
    begun, go = threading.Event(), threading.Event()

    def first() -> None:
        with shared.transaction() as connection:
            begun.set()
            assert go.wait(PATIENCE_SECONDS)
            works[0](connection)

    def other(work: Work) -> None:
        with shared.transaction() as connection:
            work(connection)

    with ThreadPoolExecutor(len(works)) as pool:
        started = [pool.submit(first)]
        assert begun.wait(PATIENCE_SECONDS)
        started += [pool.submit(other, work) for work in works[1:]]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while shared.waiting < len(works) - 1 and time.monotonic() < deadline:
            time.sleep(0.005)
        go.set()
    return started


def test_those_who_wait_go_into_the_same_commit(engine: Engine, commits: list[Connection]) -> None:
    names = [f"name-{at}" for at in range(6)]
    done = together(SharedCommits(engine), *map(writing, names))
    assert [one.exception() for one in done] == [None] * 6
    assert written(engine) == set(names) and len(commits) == 1


def test_a_commit_is_not_put_off_for_ever(engine: Engine, commits: list[Connection]) -> None:
    names = [f"name-{at}" for at in range(MOST + 2)]
    together(SharedCommits(engine), *map(writing, names))
    assert written(engine) == set(names) and len(commits) == 2


@pytest.mark.parametrize("works", [(failing("a"), writing("b")), (writing("b"), failing("a"), writing("c"))])
def test_a_failure_takes_back_ones_own_work_only(engine: Engine, works: tuple[Work, ...]) -> None:
    done = together(SharedCommits(engine), *works)
    failed = [one.exception() for one in done if one.exception() is not None]
    assert [type(error) for error in failed] == [TicketNotFound]
    assert written(engine) == {"b", "c"} & {"b", *("c" for _ in works[2:])}


def test_a_commit_that_fails_is_told_to_everybody_in_it(engine: Engine) -> None:
    def full(_: Connection) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    event.listen(engine, "commit", full)
    done = together(SharedCommits(engine), writing("a"), writing("b"), writing("c"))
    event.remove(engine, "commit", full)
    assert {type(one.exception()) for one in done} == {StoreUnavailable}
    assert written(engine) == set()
    with SharedCommits(engine).transaction() as connection:  # and the file is free again
        writing("d")(connection)
    assert written(engine) == {"d"}


def test_a_transaction_that_sqlite_gave_up_confirms_nothing_of_it(engine: Engine) -> None:
    def given_up(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    done = together(SharedCommits(engine), writing("a"), given_up)
    assert {type(one.exception()) for one in done} == {StoreUnavailable}
    assert written(engine) == set()


def test_an_error_nobody_foresaw_at_the_commit_is_told_to_everybody_in_it(engine: Engine) -> None:
    def broken(_: Connection) -> None:
        raise MemoryError

    shared = SharedCommits(engine)
    event.listen(engine, "commit", broken)
    done = together(shared, writing("a"), writing("b"), writing("c"))
    event.remove(engine, "commit", broken)
    failures = [type(one.exception()) for one in done]
    assert sorted(failures, key=str) == sorted([MemoryError, StoreUnavailable, StoreUnavailable], key=str)
    assert written(engine) == set()
    with shared.transaction() as connection:  # and the turn is free again
        writing("d")(connection)
    assert written(engine) == {"d"}


def test_nobody_waits_for_one_who_gives_up_before_his_turn(engine: Engine) -> None:
    shared = SharedCommits(engine)
    shared._waiting = 1

    def write() -> None:
        with shared.transaction() as connection:
            writing("a")(connection)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(write)
        try:
            with pytest.raises(TimeoutError):
                done.result(0.3)
        finally:
            with shared._count:
                shared._waiting -= 1
        done.result(PATIENCE_SECONDS)
    assert written(engine) == {"a"}
