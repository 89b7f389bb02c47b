"""Which events a citizen hears of, with which words, and what happens when nobody can be told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from bot.catalog import Catalog
from hotline.delivery import Delivery, DeliveryFailed
from hotline.news import TOLD, news_of
from tickets.domain.events import EventKind, TicketEvent
from tickets.domain.vocabulary import Command, Role, Status

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
SILENT = {Status.RECEIVED, Status.PRE_CHECKED, Status.RETURNED, Status.EXTENSION_ASKED, Status.WITHDRAWN}


def event(status: str = "accepted", command: str = "accept", role: str = "unit", **more: object) -> TicketEvent:
    payload = {
        "number": "20261103004512",
        "status": status,
        "command": command,
        "role": role,
        "due_at": "2026-11-12T18:00:00+08:00",
        **more,
    }
    return TicketEvent(
        UUID(int=7), EventKind.TICKET_ADVANCED, "20261103004512", "c-1", datetime(2026, 11, 3, tzinfo=UTC), payload
    )


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return Catalog.load()


class FakeGateway:
    """Notes what it is posted and answers with `status`."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.posted: list[tuple[str, Mapping[str, object]]] = []

    def __call__(self, path: str, body: Mapping[str, object]) -> int:
        self.posted.append((path, body))
        return self.status


def test_every_status_is_told_or_silent_on_purpose() -> None:
    assert set(TOLD) | SILENT == set(Status)
    assert not set(TOLD) & SILENT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", TOLD)
def test_what_is_told_has_words_in_every_language(status: Status, language: str, texts: Catalog) -> None:
    news = news_of(event(status))
    assert news is not None
    text = texts.text(news.key, language, **news.values)
    assert "20261103004512" in text
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_and_an_extension_are_told_with_their_contents(language: str, texts: Catalog) -> None:
    replied = news_of(event("replied", Command.REPLY, reply="路灯已修好。"))
    extended = news_of(event("in_progress", Command.GRANT_EXTENSION, role=Role.SUPERVISOR))
    assert replied is not None
    assert extended is not None
    assert "路灯已修好。" in texts.text(replied.key, language, **replied.values)
    assert "2026-11-12 18:00" in texts.text(extended.key, language, **extended.values)


@pytest.mark.parametrize("status", sorted(SILENT))
def test_steps_inside_the_offices_are_not_told(status: Status) -> None:
    assert news_of(event(status)) is None


def test_what_the_citizen_did_just_now_is_not_told_again() -> None:
    assert news_of(event("reopened", Command.DISPUTE, role=Role.CITIZEN)) is None
    assert news_of(replace(event("withdrawn"), kind=EventKind.TICKET_WITHDRAWN)) is None
    assert news_of(replace(event(), kind=EventKind.TICKET_FILED)) is None


def test_a_ticket_without_a_conversation_has_nobody_to_tell() -> None:
    gateway = FakeGateway()
    Delivery(gateway)(replace(event(), conversation_id=None))
    assert gateway.posted == []


def test_news_go_to_the_conversation_with_the_event_id_and_the_ticket() -> None:
    gateway = FakeGateway()
    Delivery(gateway)(event())
    [(path, body)] = gateway.posted
    assert path == "/internal/v1/conversations/c-1/news"
    assert body["event_id"] == str(UUID(int=7))
    assert body["key"] == "utter_news_accepted"
    assert body["data"] == {"ticket": {**dict.fromkeys(("nature", "category", "unit", "accept_by")),
        "number": "20261103004512", "status": "accepted", "due_at": "2026-11-12T18:00:00+08:00"}}  # fmt: skip


@pytest.mark.parametrize("status", [401, 422, 500, 503])
def test_a_gateway_that_refuses_is_asked_again_later(status: int) -> None:
    with pytest.raises(DeliveryFailed):
        Delivery(FakeGateway(status))(event())


def test_a_conversation_that_is_gone_is_not_asked_for_again() -> None:
    Delivery(FakeGateway(404))(event())


def test_an_emergency_reaches_the_desk_without_the_citizens_words(caplog: pytest.LogCaptureFixture) -> None:
    gateway = FakeGateway()
    with caplog.at_level(logging.INFO):
        raised = event(emergency_kind="gas", channel="web", language="zh", at="2026-11-03T08:00:00+08:00")
        Delivery(gateway)(replace(raised, kind=EventKind.EMERGENCY_RAISED))
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "emergency: ticket 20261103004512 of kind gas")
    ]
    [(path, body)] = gateway.posted
    assert path == "/internal/v1/desk/alerts"
    assert body == {
        "ticket_number": "20261103004512",
        "conversation_id": "c-1",
        "channel": "web",
        "language": "zh",
        "kind": "gas",
        "at": "2026-11-03T08:00:00+08:00",
    }


def test_an_emergency_is_told_again_until_the_gateway_takes_it() -> None:
    raised = replace(event(emergency_kind="gas"), kind=EventKind.EMERGENCY_RAISED)
    with pytest.raises(DeliveryFailed):
        Delivery(FakeGateway(503))(raised)
    Delivery(FakeGateway(404))(raised)  # no desk: the warning in the log is all there can be
