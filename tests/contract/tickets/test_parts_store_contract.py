"""What every ticket store promises about followers, parts, merges and rulings: in memory, in SQLite, in PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.integration.tickets.databases import database
from tests.unit.tickets.parts_samples import (
    AGENT,
    answered,
    city_desk,
    filed,
    joined,
    merge,
    split,
    step,
    told,
    with_parts,
)
from tests.unit.tickets.ticket_samples import NOON
from tickets.adapters.engine import make_engine
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.adapters.migrate import migrate_database
from tickets.adapters.sql_store import SqlTicketStore
from tickets.domain.competence import Ruling
from tickets.domain.events import TicketEvent
from tickets.domain.followers import Follower
from tickets.domain.people import Contact
from tickets.domain.vocabulary import Confidentiality, Status
from tickets.errors import RuleForbids, TicketError
from tickets.service.commands import UrgeTicket
from tickets.service.outbox import relay
from tickets.service.parts_commands import AddParts, ReworkPart
from tickets.service.ports import TicketStore


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


def follower(number: str, key: str, minutes: int = 0) -> Follower:
    return Follower(
        ticket=number,
        key=key,
        joined_at=NOON + timedelta(minutes=minutes),
        channel="phone",
        language="ru",
        conversation_id=f"talk-{key}",
        contact=Contact("Иван", "+7 999 123-45-67"),
        confidentiality=Confidentiality.UNIT_HIDDEN,
        text="у нас тоже 🙂",
    )


def test_a_follower_comes_back_as_he_went_in_and_changes_in_place(store: TicketStore) -> None:
    number = filed(city_desk(store))
    with store.transaction() as transaction:
        transaction.save_follower(follower(number, "late", 5))
        transaction.save_follower(follower(number, "early"))
    assert store.followers(number) == [follower(number, "early"), follower(number, "late", 5)]
    left = follower(number, "early").left(NOON + timedelta(hours=1))
    with store.transaction() as transaction:
        transaction.save_follower(left)
        assert transaction.followers(number)[0] == left
    assert store.followers(number) == [left, follower(number, "late", 5)]
    assert store.followed_by("talk-early") == [] and store.followed_by("talk-late") == [number]


def test_a_transaction_that_fails_leaves_neither_follower_nor_ruling(store: TicketStore) -> None:
    number = filed(city_desk(store))
    ruling = Ruling(
        "street_light", None, None, "gas_company", (), "法", date(2026, 1, 1), None, number, "supervisor:li", NOON
    )
    with pytest.raises(Broken), store.transaction() as transaction:
        transaction.save_follower(follower(number, "x"))
        transaction.add_ruling(ruling)
        raise Broken
    assert store.followers(number) == [] and store.rulings() == []


def test_rulings_come_back_as_they_went_in_by_category_and_in_order(store: TicketStore) -> None:
    number = filed(city_desk(store))
    first = Ruling(
        category="street_light",
        area="d_east",
        component_kind="lamp",
        lead_unit="gas_company",
        assist_units=("water_company", "mediation"),
        legal_basis="《法》第五条",
        valid_from=date(2026, 1, 1),
        valid_until=date(2027, 1, 1),
        ticket=number,
        ruled_by="supervisor:li",
        ruled_at=NOON,
        reason="三定",
    )
    second = replace(first, area=None, component_kind=None, valid_until=None, lead_unit="water_company")
    other = replace(first, category="noise")
    with store.transaction() as transaction:
        for ruling in (first, second, other):
            transaction.add_ruling(ruling)
        assert transaction.rulings("noise") == [other]
    assert store.rulings("street_light") == [first, second] and store.rulings() == [first, second, other]


def test_children_and_merged_tickets_are_found_by_number_and_no_others(store: TicketStore) -> None:
    tickets = city_desk(store)
    one, other, third = (filed(tickets, name) for name in "abc")
    parts = with_parts(tickets, one, "water_company", "gas_company")
    merge(tickets, other, one)
    assert [part.number for part in store.children(one)] == sorted(parts) and store.children(third) == []
    with store.transaction() as transaction:
        assert [part.number for part in transaction.children(one)] == sorted(parts)
        assert (transaction.merged_into(one), transaction.merged_into(third)) == ([other], [])
        assert (transaction.duplicate_of(other), transaction.duplicate_of(one)) == (one, None)
        assert [transaction.parent_of(each) for each in (*parts, one, "20261125999999")] == [one, one, None, None]


def test_people_of_merged_and_split_tickets_are_the_same_in_every_store(store: TicketStore) -> None:
    tickets = city_desk(store)
    a, b, c = (filed(tickets, name) for name in "abc")
    joined(tickets, b, "d")
    merge(tickets, b, a)
    merge(tickets, a, c)
    assert tickets.get(c).followers == 3 and tickets.get(b).duplicate_of == c
    assert {ticket.number for ticket in tickets.of_conversation("talk-b")} == {b, c}
    split(tickets, b)
    split(tickets, a)
    active = {number: [one.key for one in tickets.followers_of(number) if one.active] for number in (a, b, c)}
    assert active == {a: [], b: ["c:talk-d"], c: []}
    told(tickets)
    step(tickets, b, "dispatch")
    assert sorted(str(event.conversation_id) for event in told(tickets)) == ["talk-b", "talk-d"]


def test_the_same_person_joining_many_times_at_once_is_counted_once(store: TicketStore) -> None:
    tickets = city_desk(store)
    number = filed(tickets)
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda key: joined(tickets, number, "b", idempotency_key=f"k{key}"), range(8)))
    assert sorted(receipt.outcome for receipt in receipts) == [*["already"] * 7, "joined"]
    assert tickets.get(number).followers == 1


def test_many_people_joining_at_once_are_all_counted(store: TicketStore) -> None:
    tickets = city_desk(store)
    number = filed(tickets)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: joined(tickets, number, f"n{name}", contact=Contact()), range(16)))
    assert tickets.get(number).followers == 16 == len([one for one in tickets.followers_of(number) if one.active])
    assert len(tickets.get(number).history) == 1  # the rows of followers are their record


def test_a_complainant_who_cannot_be_reached_keeps_no_other_waiting_and_each_hears_in_order(store: TicketStore) -> None:
    tickets = city_desk(store)
    number = filed(tickets)
    joined(tickets, number, "b")
    told(tickets)
    for command in ("dispatch", "accept"):
        step(tickets, number, command)
    heard: list[tuple[str | None, str]] = []

    def deliver(event: TicketEvent) -> None:
        if event.conversation_id == "talk-a":
            raise ConnectionError
        heard.append((event.conversation_id, str(event.payload["command"])))

    for _ in range(3):
        relay(tickets.outbox, deliver, lambda: NOON + timedelta(minutes=1))
    assert heard == [("talk-b", "dispatch"), ("talk-b", "accept")]


def test_two_merges_against_each_other_at_once_end_with_one_of_them(store: TicketStore) -> None:
    tickets = city_desk(store)
    for round_ in range(5):
        one, other = filed(tickets, f"a{round_}"), filed(tickets, f"b{round_}")
        start = threading.Barrier(2)

        def attempt(pair: tuple[str, str], start: threading.Barrier = start) -> str:
            start.wait(5)
            try:
                return str(merge(tickets, *pair).status)
            except RuleForbids as error:
                return error.code

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(attempt, [(one, other), (other, one)]))
        assert outcomes == ["merge_with_itself", "merged"]
        statuses = sorted(str(tickets.get(number).status) for number in (one, other))
        assert statuses == ["merged", "received"]


def test_a_parent_is_never_answered_over_a_part_that_opens_at_the_same_moment(store: TicketStore) -> None:
    tickets = city_desk(store)
    for round_ in range(5):
        number = filed(tickets, f"a{round_}")
        [part] = with_parts(tickets, number, "gas_company")
        answered(tickets, part)
        start = threading.Barrier(3)

        def attempt(act: int, number: str = number, part: str = part, start: threading.Barrier = start) -> str:
            start.wait(5)
            try:
                if act == 0:
                    return str(step(tickets, number, "reply").status)
                if act == 1:
                    rework = ReworkPart(idempotency_key=f"r{part}", number=part, by=AGENT, reason="再看")
                    return str(tickets.rework_part(rework).status)
                add = AddParts(
                    idempotency_key=f"p{number}", number=number, units=("water_company",), by=AGENT, reason="看看"
                )
                return str(tickets.add_parts(add).status)
            except TicketError as error:
                return error.code

        with ThreadPoolExecutor(3) as pool:
            outcomes = list(pool.map(attempt, range(3)))
        assert "store_unavailable" not in outcomes  # nobody waits for each other in a circle
        open_ = [each for each in tickets.parts_of(number) if each.status not in ("replied", "closed")]
        answered_ = tickets.get(number).status is Status.REPLIED
        assert answered_ != bool(open_), outcomes


def test_merging_and_working_on_parts_at_once_loses_nothing(store: TicketStore) -> None:
    tickets = city_desk(store)
    for round_ in range(3):
        one, other = filed(tickets, f"a{round_}"), filed(tickets, f"b{round_}")
        [part] = with_parts(tickets, other, "gas_company")
        start = threading.Barrier(2)

        def act(
            which: int,
            numbers: tuple[str, str, str] = (one, other, part),
            start: threading.Barrier = start,
        ) -> None:
            start.wait(5)
            if which:
                answered(tickets, numbers[2])
            else:
                merge(tickets, numbers[1], numbers[0])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(act, range(2)))
        after = tickets.get(part)
        assert after.status is Status.REPLIED and after.parent in (one, other)
        assert (tickets.get(other).status, tickets.get(one).followers) == (Status.MERGED, 1)


def test_an_urging_by_the_old_number_and_a_split_at_the_same_moment_never_wait_in_a_circle(store: TicketStore) -> None:
    tickets = city_desk(store)
    for round_ in range(5):
        one, other = filed(tickets, f"a{round_}"), filed(tickets, f"b{round_}")
        merge(tickets, other, one)
        start = threading.Barrier(2)

        def attempt(act: int, other: str = other, start: threading.Barrier = start) -> str:
            start.wait(5)
            if act:
                return str(split(tickets, other).status)
            return tickets.urge(UrgeTicket(idempotency_key=f"u{other}", number=other)).number

        with ThreadPoolExecutor(2) as pool:
            urged, status = pool.map(attempt, range(2))
        assert status == "received" and urged in (one, other)
        assert [tickets.get(number).urged for number in (one, other)] == [int(urged == one), int(urged == other)]
