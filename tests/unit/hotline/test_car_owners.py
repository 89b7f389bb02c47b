"""Telling the owner of a car: by text message, in his or her language, and what happens when that cannot be."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from hotline.cars import CarOwners
from hotline.delivery import Delivery
from hotline.news import news_of
from hotline.notifying import DeliveryFailed
from tickets.domain.cars import Owner
from tickets.domain.events import EventKind, TicketEvent

OWNER = Owner("皖A12345", "13900009999", "ru")
AT = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)


def event(kind: EventKind = EventKind.CAR_OWNER_ASKED, **payload: Any) -> TicketEvent:
    return TicketEvent(uuid.UUID(int=7), kind, "20261126000001", "c1", AT, {"plate": "皖A12345", **payload})


class World:
    """A gateway that answers `status`, a registry, and who could not be reached."""

    def __init__(self, status: int, owner: Owner | None = OWNER) -> None:
        self.status, self.owner = status, owner
        self.posted: list[tuple[str, Mapping[str, object]]] = []
        self.unreachable: list[tuple[str, str]] = []

    def deliver(self, said: TicketEvent) -> None:
        owners = CarOwners(self.post, lambda plate: self.owner, lambda *given: self.unreachable.append(given))
        Delivery(self.post, car_owners=owners)(said)

    def post(self, path: str, body: Mapping[str, object]) -> int:
        self.posted.append((path, body))
        return self.status


def test_the_owner_gets_one_message_in_the_owners_language() -> None:
    world = World(202)
    world.deliver(event(place="解放路15号"))
    [(path, body)] = world.posted
    assert (path, body["to"], body["language"], body["key"]) == (
        "/internal/v1/sms",
        "13900009999",
        "ru",
        "car_in_the_way",
    )
    assert body["id"] == f"car:{uuid.UUID(int=7)}" and not world.unreachable


@pytest.mark.parametrize(("status", "owner"), [(404, True), (422, True), (202, False)])
def test_who_cannot_be_told_counts_as_one_who_does_not_come(status: int, owner: bool) -> None:
    world = World(status) if owner else World(status, None)
    world.deliver(event())
    assert [number for number, _ in world.unreachable] == ["20261126000001"]
    assert bool(world.posted) is owner


def test_a_gateway_that_is_away_is_tried_again() -> None:
    world = World(503)
    with pytest.raises(DeliveryFailed):
        world.deliver(event())
    assert not world.unreachable


@pytest.mark.parametrize(
    ("command", "car", "key"),
    [
        ("answer_car", "coming", "utter_news_car_coming"),
        ("answer_car", "declined", None),
        ("dispatch", "declined", "utter_news_car_declined"),
        ("dispatch", "silent", "utter_news_car_silent"),
        ("dispatch", "unreachable", "utter_news_dispatched"),
    ],
)
def test_the_citizen_hears_how_it_ends_with_the_owner(command: str, car: str, key: str | None) -> None:
    told = event(
        EventKind.TICKET_ADVANCED, command=command, car=car, car_minutes=10, status="dispatched", role="system"
    )
    news = news_of(told)
    assert (news.key if news else None) == key
    assert news is None or news.values["minutes"] == "10"
