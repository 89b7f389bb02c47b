"""A car in the way: its owner first, then the traffic police; and nobody's number is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.tickets.ticket_samples import AGENT, NOON, RULES, Clock, catalogue
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.cars import Owner, plate_in
from tickets.domain.city import Catalogue, Category, Unit
from tickets.domain.clocks import AcceptClass, ClockKind
from tickets.domain.deadlines import due
from tickets.domain.events import EventKind, TicketEvent
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Status
from tickets.errors import InvalidTicket, RuleForbids
from tickets.service.cars import AnswerCar
from tickets.service.commands import FileTicket
from tickets.service.desk import TicketDesk

OWNER = Owner("皖A12345", "13900009999", "en")


class Registry:
    """Knows one car."""

    def owner_of(self, plate: str) -> Owner | None:
        return OWNER if plate == OWNER.plate else None


def _city() -> Catalogue:
    known = catalogue()
    category = Category("move_car", "transport", {"zh": "挪车"}, "traffic_police", (), "urgent", AcceptClass.NORMAL, 30)
    police = Unit("traffic_police", {"zh": "交警"}, "city")
    return replace(
        known, categories={**known.categories, "move_car": category}, units={**known.units, "traffic_police": police}
    )


@pytest.fixture
def desk() -> TicketDesk:
    return TicketDesk(MemoryTicketStore(), _city(), RULES, Clock(), iter(range(999)).__next__, vehicles=Registry())


def _file(desk: TicketDesk, text: str = "皖A12345挡住车库了", place: str = "") -> Ticket:
    command = FileTicket(
        idempotency_key=text,
        channel="web",
        language="zh",
        nature="help",
        category="move_car",
        description=text,
        place=Place(place),
        conversation_id="c",
        contact=Contact("王芳", "13812345678"),
    )
    return desk.get(desk.file(command).number)


def _events(desk: TicketDesk) -> list[TicketEvent]:
    found: list[TicketEvent] = []
    for _ in range(9):  # one of each ticket at a time
        for waiting in desk.outbox.claim_events(NOON + timedelta(days=1), 99, timedelta(minutes=1)):
            desk.outbox.mark_sent(waiting, NOON)
            found.append(waiting.event)
    return found


def test_a_known_owner_has_ten_minutes_before_anybody_else_has_the_matter(desk: TicketDesk) -> None:
    ticket = _file(desk)
    car = next(clock for clock in ticket.clocks if clock.kind is ClockKind.CAR)
    assert ticket.unit == "hotline" and car.due_at - car.started_at == timedelta(minutes=10)
    decided = due(ticket, ticket.clocks.index(car), car.due_at)
    assert decided.command == "dispatch" and decided.unit == "traffic_police"


def test_the_event_names_the_car_and_nobodys_number(desk: TicketDesk) -> None:
    _file(desk, place="解放路88号车库门口，来了打我13812345678")
    asked = next(event for event in _events(desk) if event.kind is EventKind.CAR_OWNER_ASKED)
    assert (asked.payload["plate"], asked.payload["owner_language"]) == ("皖A12345", "en")
    told = " ".join(str(value) for value in asked.payload.values())
    assert "解放路88号车库门口" in told
    assert not [secret for secret in ("13900009999", "13812345678", "王芳") if secret in told]


@pytest.mark.parametrize("text", ["皖B99999挡住车库了", "有辆车挡住车库了"])
def test_without_a_known_owner_the_police_have_it_at_once(desk: TicketDesk, text: str) -> None:
    ticket = _file(desk, text)
    assert ticket.unit == "traffic_police"
    assert ClockKind.CAR not in {clock.kind for clock in ticket.clocks}
    assert EventKind.CAR_OWNER_ASKED not in {event.kind for event in _events(desk)}


def test_coming_stops_the_clock_and_declining_brings_the_police(desk: TicketDesk) -> None:
    coming, declining = _file(desk), _file(desk, "皖A12345还挡着")
    desk.answer_car(AnswerCar(idempotency_key="1", number=coming.number, answer="coming", by=AGENT))
    after = desk.get(coming.number)
    assert after.status is Status.RECEIVED and not [
        clock for clock in after.clocks if clock.kind is ClockKind.CAR and clock.running
    ]
    desk.answer_car(AnswerCar(idempotency_key="2", number=declining.number, answer="declined"))
    gone = desk.get(declining.number)
    assert (gone.unit, gone.status) == ("traffic_police", Status.DISPATCHED)
    assert {clock.unit for clock in gone.clocks if clock.running} == {"traffic_police"}
    told = {event.ticket_number: event.payload.get("car") for event in _events(desk) if event.payload.get("car")}
    assert told == {coming.number: "coming", declining.number: "declined"}


def test_an_answer_counts_once_and_only_while_it_is_waited_for(desk: TicketDesk) -> None:
    ticket = _file(desk)
    command = AnswerCar(idempotency_key="1", number=ticket.number, answer="coming")
    assert desk.answer_car(command).created and not desk.answer_car(command).created
    with pytest.raises(RuleForbids) as refused:
        desk.answer_car(replace(command, idempotency_key="2", answer="declined"))
    assert refused.value.code == "no_owner_asked" and desk.get(ticket.number).unit == "hotline"
    with pytest.raises(InvalidTicket, match="coming, declined, unreachable"):
        desk.answer_car(replace(command, idempotency_key="3", answer="maybe"))


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("车牌是皖A·12345", "皖A12345"),
        ("plate 皖A 12345 please", "皖A12345"),
        ("没看清车牌", None),
        ("13812345678", None),
    ],
)
def test_plates_are_found_in_words(text: str, plate: str | None) -> None:
    assert plate_in(text) == plate
