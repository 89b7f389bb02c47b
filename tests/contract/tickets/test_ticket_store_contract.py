"""What every ticket store promises: in memory, in SQLite, in PostgreSQL."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.integration.tickets.databases import database
from tests.unit.tickets.ticket_samples import NOON, SUPERVISOR, Clock, advance_command, desk, file_command, local
from tickets.adapters.engine import make_engine
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.domain.ticket import Ticket
from tickets.service.commands import RateTicket, SupplementTicket, UrgeTicket
from tickets.service.outbox import LEASE
from tickets.service.ports import TicketFilter, TicketStore


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


class Broken(Exception):
    """Ends a transaction in the middle."""


def filed(store: TicketStore, key: str = "key-1", **changes: object) -> Ticket:
    tickets = desk(store)
    return tickets.get(tickets.file(file_command(key, **changes)).number)


def test_a_ticket_comes_back_as_it_went_in(store: TicketStore) -> None:
    ticket = filed(
        store,
        description="路灯坏了 🙂 'quotes' \"double\" \\ %s {0}\nnext line",
        place=Place("解放路", True, 30.25, 120.125),
        occurred_at=local("2026-11-20 08:30"),
        occurred_text="上周五早上",
        contact=Contact("Иван", "+7 999 123-45-67"),
        emergency=True,
        emergency_kind="fire",
        callback=True,
        confidentiality="unit_hidden",
    )
    found = store.get(ticket.number)
    assert found == ticket and found.contact.phone == "+7 999 123-45-67"
    assert found.filed_at == NOON and found.filed_at.utcoffset() == timedelta(0)
    assert found.place == Place("解放路", True, 30.25, 120.125)


def test_every_change_is_kept_in_order_and_the_last_status_is_the_tickets(store: TicketStore) -> None:
    tickets = desk(store)
    number = tickets.file(file_command()).number
    tickets.urge(UrgeTicket(idempotency_key="u", number=number, text="快点"))
    tickets.supplement(SupplementTicket(idempotency_key="s", number=number, text="照片三张"))
    tickets.advance(advance_command(number, "dispatch", unit="water_company"))
    tickets.advance(advance_command(number, "accept"))
    tickets.advance(advance_command(number, "reply", reason="修好了"))
    tickets.rate(RateTicket(idempotency_key="r", number=number, solved=True, score=5))
    ticket = tickets.get(number)
    assert [str(entry.command) for entry in ticket.history] == [
        "file",
        "urge",
        "supplement",
        "dispatch",
        "accept",
        "reply",
        "rate",
    ]
    assert ticket.history[-1].after == ticket.status == "replied"
    assert dict(ticket.history[-1].details) == {"solved": True, "score": 5}
    assert (ticket.unit, ticket.urged, ticket.history[2].reason) == ("water_company", 1, "照片三张")
    assert [str(clock.kind) for clock in ticket.clocks if clock.running] == ["revisit"]


def test_a_telephone_number_is_added_to_a_ticket_that_has_none_and_never_replaced(store: TicketStore) -> None:
    tickets = desk(store)
    number = tickets.file(file_command(contact=Contact(name="张伟"))).number
    for key, phone in (("a", "13800138000"), ("b", "13912345678")):
        tickets.supplement(SupplementTicket(idempotency_key=key, number=number, text=phone, contact_phone=phone))
    assert tickets.get(number).contact == Contact(name="张伟", phone="13800138000")
    other = tickets.file(file_command(idempotency_key="other", contact=Contact())).number
    tickets.supplement(SupplementTicket(idempotency_key="c", number=other, text="x", contact_phone="13800138000"))
    assert tickets.get(other).contact.phone == "13800138000"


def test_a_transaction_that_fails_leaves_nothing_behind(store: TicketStore) -> None:
    ticket = filed(store)
    with pytest.raises(Broken), store.transaction() as transaction:
        transaction.claim_command("file", "other", NOON)
        transaction.add_ticket(replace(ticket, number="20261125777777"))
        transaction.complete_command("file", "other", "20261125777777")
        raise Broken
    assert store.get("20261125777777") is None
    with store.transaction() as transaction:
        assert transaction.claim_command("file", "other", NOON) is None


def test_a_key_is_known_by_its_kind(store: TicketStore) -> None:
    ticket = filed(store, "same")
    with store.transaction() as transaction:
        assert transaction.claim_command("file", "same", NOON) == ticket.number
        assert transaction.claim_command("urge", "same", NOON) is None


def test_a_taken_number_is_refused(store: TicketStore) -> None:
    ticket = filed(store)
    with store.transaction() as transaction:
        assert transaction.add_ticket(ticket) is False


def test_tickets_are_listed_newest_first_by_every_filter_and_page_by_page(store: TicketStore) -> None:
    clock = Clock()
    tickets = desk(store, clock)
    numbers = []
    for at, (nature, category, conversation) in enumerate(
        [("complaint", "street_light", "c1"), ("help", "water_supply", "c1"), ("help", None, "c2")]
    ):
        clock.at = NOON + timedelta(hours=at)
        command = file_command(f"k{at}", nature=nature, category=category, conversation_id=conversation)
        numbers.append(tickets.file(command).number)
    tickets.advance(advance_command(numbers[0], "dispatch"))

    def found(filters: TicketFilter) -> list[int]:
        return [numbers.index(ticket.number) for ticket in store.find(filters)]

    assert found(TicketFilter()) == [2, 1, 0]
    assert found(TicketFilter(nature="help")) == [2, 1]
    assert found(TicketFilter(category="street_light")) == [0]
    assert found(TicketFilter(status="dispatched")) == [0]
    assert found(TicketFilter(unit="hotline")) == [2]
    assert found(TicketFilter(conversation_id="c1")) == [1, 0]
    assert found(TicketFilter(filed_from=NOON + timedelta(hours=1))) == [2, 1]
    assert found(TicketFilter(filed_until=NOON + timedelta(hours=1))) == [0]
    assert found(TicketFilter(limit=1)) == [2]
    assert found(TicketFilter(before=(NOON + timedelta(hours=2), numbers[2]), limit=1)) == [1]
    assert [ticket.number for ticket in tickets.of_conversation("c1")] == [numbers[1], numbers[0]]


def test_tickets_of_the_same_moment_are_paged_without_loss(store: TicketStore) -> None:
    tickets = desk(store)
    numbers = [tickets.file(file_command(f"k{at}")).number for at in range(5)]
    page = store.find(TicketFilter(limit=3))
    rest = store.find(TicketFilter(before=(page[-1].filed_at, page[-1].number)))
    assert [ticket.number for ticket in (*page, *rest)] == numbers[::-1]


def test_threads_with_the_same_key_make_one_ticket(store: TicketStore) -> None:
    ready = threading.Barrier(8)

    def attempt(_: int) -> tuple[str, bool]:
        ready.wait(10)
        receipt = tickets.file(file_command("one"))
        return receipt.number, receipt.created

    tickets = desk(store)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(8)))
    assert len({number for number, _ in answers}) == 1
    assert sum(created for _, created in answers) == 1
    assert len(store.find(TicketFilter())) == 1 and store.waiting_events() == 1


def test_threads_that_urge_at_once_are_all_counted(store: TicketStore) -> None:
    number = filed(store).number
    tickets = desk(store)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda at: tickets.urge(UrgeTicket(idempotency_key=f"u{at}", number=number)), range(16)))
    ticket = tickets.get(number)
    assert ticket.urged == 16 and len(ticket.history) == 17


def test_workers_share_the_outbox_without_taking_an_event_twice(store: TicketStore) -> None:
    for at in range(12):
        desk(store, Clock(NOON + timedelta(seconds=at)), first_number=at).file(file_command(f"k{at}"))
    later = NOON + timedelta(minutes=1)
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda _: store.claim_events(later, 3, LEASE), range(8)))
    claimed = [event.event.event_id for part in parts for event in part]
    assert len(claimed) == len(set(claimed)) <= 12
    assert all(isinstance(event, uuid.UUID) for event in claimed)
    rest = [event.event.event_id for _ in range(4) for event in store.claim_events(later, 3, LEASE)]
    assert len({*claimed, *rest}) == 12 and store.claim_events(later, 3, LEASE) == []


def test_a_sent_event_is_gone_a_failed_one_returns_a_dead_one_does_not(store: TicketStore) -> None:
    filed(store)
    (event,) = store.claim_events(NOON, 10, LEASE)
    store.mark_failed(event, "nobody there", NOON, NOON + timedelta(seconds=5))
    assert store.claim_events(NOON, 10, LEASE) == []
    (again,) = store.claim_events(NOON + timedelta(seconds=5), 10, LEASE)
    assert (again.attempts, again.event) == (2, event.event)
    store.mark_failed(again, "still nobody", NOON, None)
    assert store.claim_events(NOON + timedelta(days=9), 10, LEASE) == [] and store.waiting_events() == 0
    tickets = desk(store)
    tickets.urge(UrgeTicket(idempotency_key="u", number=event.event.ticket_number))
    (urged,) = store.claim_events(NOON, 10, LEASE)
    store.mark_sent(urged, NOON)
    assert store.waiting_events() == 0


def test_wrong_lookups_are_counted_for_each_number_and_forgotten_in_time(store: TicketStore) -> None:
    long_ago = NOON - timedelta(hours=2)
    store.record_failed_lookup("20261125000001", long_ago, long_ago)
    store.record_failed_lookup("20261125000001", NOON, NOON - timedelta(hours=1))
    store.record_failed_lookup("20261125000002", NOON, NOON - timedelta(hours=1))
    assert store.failed_lookups("20261125000001", NOON - timedelta(hours=1)) == 1
    assert store.failed_lookups("20261125000001", long_ago - timedelta(hours=1)) == 1


def test_revealing_many_tickets_notes_each(store: TicketStore) -> None:
    tickets = desk(store)
    for at in range(3):
        tickets.file(file_command(f"k{at}"))
    assert len(list(tickets.export(by=SUPERVISOR, reason="audit"))) == 3
    assert {ticket.history[-1].command for ticket in tickets.list()} == {"reveal"}


def test_a_store_that_is_there_can_be_asked_so(store: TicketStore) -> None:
    store.ping()
