"""What every store promises of due clocks, notices and the outbox: in memory, in SQLite, in PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.tickets.databases import database
from tests.unit.tickets.ticket_samples import NOON, Clock, desk, file_command
from tickets.adapters.engine import make_engine
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.domain.events import EventKind, TicketEvent
from tickets.service.clockwork import LEASE, scan
from tickets.service.outbox import Later, relay
from tickets.service.ports import Settling, TicketStore, UnitNotice


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TicketStore]:
    if request.param == "memory":
        yield MemoryTicketStore()
        return
    with database(request.param, tmp_path) as url:
        engine = make_engine(url)
        migrate_database(engine)
        sql = SqlTicketStore(engine)
        yield sql
        sql.close()


def late(store: TicketStore, count: int = 1) -> tuple[list[str], Clock]:
    """Tickets whose clock to be taken up is over."""
    now = Clock()
    opened = desk(store, now)
    numbers = [opened.file(file_command(f"key-{at}")).number for at in range(count)]
    now.at = opened.get(numbers[0]).accept_by
    return numbers, now


def test_a_clock_is_claimed_once_and_comes_back_after_its_lease(store: TicketStore) -> None:
    [number], now = late(store)
    [claimed] = store.claim_clocks(now(), 10, LEASE)
    assert (claimed.number, claimed.position, claimed.held_until) == (number, 0, now() + LEASE)
    assert store.claim_clocks(now(), 10, LEASE) == []
    assert [one.number for one in store.claim_clocks(now() + LEASE, 10, LEASE)] == [number]


def test_what_waits_longest_is_claimed_first_and_no_more_than_wanted(store: TicketStore) -> None:
    now = Clock()
    opened = desk(store, now)
    numbers = []
    for minute in (2, 0, 1):
        now.at = NOON + timedelta(minutes=minute)
        numbers.append(opened.file(file_command(f"key-{minute}", category="gas_supply")).number)
    claimed = store.claim_clocks(NOON + timedelta(hours=1), 2, LEASE)
    assert [one.number for one in claimed] == [numbers[1], numbers[2]]


def test_settling_moves_the_clock_and_writes_what_is_told_together(store: TicketStore) -> None:
    [number], now = late(store)
    version = desk(store, now).get(number).version
    [claimed] = store.claim_clocks(now(), 10, LEASE)
    event = TicketEvent(uuid.uuid4(), EventKind.DEADLINE_MISSED, number, None, now(), {"alarm": True})
    notice = UnitNotice("urban_management", number, "accept_overdue", now(), now())
    before = store.waiting_events()
    assert store.settle_clock(claimed, Settling(now() + timedelta(days=1), (event,), (notice,)))
    assert store.waiting_events() == before + 1
    [kept] = store.unit_notices("urban_management")
    assert (kept.number, kept.reason, kept.due_at, kept.seen_at) == (number, "accept_overdue", now(), None)
    ticket = desk(store, now).get(number)
    assert ticket.version == version and ticket.clocks[0].wake_at == now() + timedelta(days=1)


def test_a_claim_that_is_over_changes_nothing(store: TicketStore) -> None:
    [number], now = late(store)
    [old] = store.claim_clocks(now(), 10, LEASE)
    [new] = store.claim_clocks(now() + LEASE, 10, LEASE)
    notice = UnitNotice("urban_management", number, "accept_overdue", now(), now())
    assert not store.settle_clock(old, Settling(None, (), (notice,)))
    assert store.unit_notices("urban_management") == []
    assert store.settle_clock(new, Settling(None))
    left = store.claim_clocks(now() + timedelta(days=30), 10, LEASE)
    assert left and all(one.position != 0 for one in left)


def test_notices_are_a_units_own_and_seen_once(store: TicketStore) -> None:
    [number], now = late(store)
    [claimed] = store.claim_clocks(now(), 10, LEASE)
    told = tuple(UnitNotice(unit, number, "accept_overdue", now(), now()) for unit in ("water_company", "hotline"))
    store.settle_clock(claimed, Settling(None, (), told))
    [notice] = store.unit_notices("water_company")
    assert store.mark_notices_seen("hotline", [notice.id], now(), "li") == 0  # not theirs
    assert store.mark_notices_seen("water_company", [notice.id], now(), "zhang") == 1
    assert store.mark_notices_seen("water_company", [notice.id], now(), "wang") == 0
    assert store.unit_notices("water_company") == []
    [seen] = store.unit_notices("water_company", unseen=False)
    assert (seen.seen_by, seen.seen_at) == ("zhang", now())


def test_workers_that_scan_at_once_do_each_step_once(store: TicketStore) -> None:
    numbers, now = late(store, 12)
    opened = desk(store, now, first_number=1000)

    def work(_: int) -> int:
        done = 0
        while not (report := scan(store, opened, now, limit=3)).idle:
            done += report.claimed
        return done

    with ThreadPoolExecutor(4) as threads:
        claimed = sum(threads.map(work, range(4)))
    assert claimed == len(numbers)
    histories = [[entry.command for entry in opened.get(number).history] for number in numbers]
    assert all(history.count("urge") == 1 for history in histories)
    assert len(store.unit_notices("urban_management", limit=100)) == len(numbers)


def test_an_event_put_off_is_tried_later_and_costs_no_attempt(store: TicketStore) -> None:
    now = Clock()
    desk(store, now).file(file_command())

    def busy(_: TicketEvent) -> None:
        raise Later(timedelta(seconds=30))

    for _ in range(40):
        assert relay(store, busy, now).later == 1
        assert relay(store, busy, now).idle
        now.at += timedelta(seconds=30)
    assert relay(store, lambda _: None, now).sent == 1


def test_an_event_that_is_claimed_again_and_again_without_an_outcome_is_given_up(store: TicketStore) -> None:
    now = Clock()
    desk(store, now).file(file_command())
    for _ in range(30):
        assert len(store.claim_events(now(), 10, LEASE)) == 1  # ... and the worker dies of it
        now.at += LEASE
    delivered: list[TicketEvent] = []
    assert relay(store, delivered.append, now).dead == 1
    assert delivered == []


def test_what_was_given_up_is_listed_counted_and_gets_a_new_life(store: TicketStore) -> None:
    now = Clock()
    desk(store, now).file(file_command())
    [claimed] = store.claim_events(now(), 1, LEASE)
    store.mark_failed(claimed, "nobody there", now(), None)
    health = store.outbox_health()
    assert (health.waiting, health.oldest_at, health.dead) == (0, None, 1)
    [entry] = store.outbox_entries("dead")
    assert (entry.state, entry.attempts, entry.last_error) == ("dead", 1, "nobody there")
    assert store.retry_events(now(), [entry.id + 1000]) == 0
    assert store.retry_events(now(), [entry.id]) == 1
    assert relay(store, lambda _: None, now).sent == 1
    assert store.outbox_health().dead == 0 and store.outbox_entries() == []
    assert [one.state for one in store.outbox_entries("sent")] == ["sent"]


def test_what_failed_and_waits_is_counted_from_the_first_and_what_was_put_off_is_not(store: TicketStore) -> None:
    now = Clock()
    opened = desk(store, now)
    for key in ("a", "b", "c"):
        opened.file(file_command(key))
        now.at += timedelta(minutes=20)
    first, second, third = store.claim_events(now(), 3, LEASE)
    store.mark_later(first, now() + timedelta(minutes=1))
    assert store.outbox_health().oldest_at is None
    for event in (third, second):
        store.mark_failed(event, "nobody there", now(), now() + timedelta(minutes=1))
    health = store.outbox_health()
    assert (health.waiting, health.oldest_at) == (3, NOON + timedelta(minutes=20))
