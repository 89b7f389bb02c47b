"""The worker between a real ticket store and a real gateway: a citizen hears what staff did, once."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.conversation import Conversation, Message
from hotline.settings import load
from tests.system import System
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Actor, Contact
from tickets.domain.place import Place
from tickets.domain.vocabulary import Role
from tickets.service.commands import AdvanceTicket, FileTicket
from tickets.service.desk import TicketDesk


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = System(tmp_path_factory.mktemp("worker"), "--only", "gateway,worker")
    try:
        yield system.wait_until_up(60)
    finally:
        system.stop()


@pytest.fixture
def desk(parts: System) -> Iterator[TicketDesk]:
    opened = open_tickets(TicketsConfig.from_settings(load({"HOTLINE_DATA_DIR": str(parts.data_dir)})))
    yield opened
    opened.close()


def filed(desk: TicketDesk, conversation: Conversation) -> str:
    command = FileTicket(
        idempotency_key=str(uuid.uuid4()),
        conversation_id=conversation.id,
        channel="web",
        language=conversation.language,
        nature="complaint",
        category="street_light",
        description=f"路灯坏了三天没人修 {uuid.uuid4().hex}",
        place=Place(uuid.uuid4().hex),
        contact=Contact(None, None),
    )
    return desk.file(command).number


def advance(desk: TicketDesk, number: str, step: str, role: Role, reason: str = "ok") -> None:
    key, by = str(uuid.uuid4()), Actor(role, "test", "urban_management" if role is Role.UNIT else "")
    desk.advance(AdvanceTicket(idempotency_key=key, number=number, command=step, by=by, reason=reason))


def heard(conversation: Conversation, seconds: float = 10.0) -> list[Message]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        news = [message for message in conversation.news() if message["data"].get("ticket")]
        if news:
            return news
        time.sleep(0.1)
    return []


@pytest.mark.parametrize(("language", "word"), [("zh", "受理"), ("en", "taken up"), ("ru", "принято")])
def test_a_citizen_hears_of_a_ticket_in_the_language_of_the_conversation(
    parts: System, desk: TicketDesk, language: str, word: str
) -> None:
    conversation = parts.open(language)
    number = filed(desk, conversation)
    advance(desk, number, "accept", Role.UNIT)
    [news] = heard(conversation)
    assert number in news["text"]
    assert word in news["text"]
    assert news["sender"] == "system"
    assert news["data"]["ticket"]["status"] == "accepted"


def test_news_come_in_order_with_the_units_own_reply(parts: System, desk: TicketDesk) -> None:
    conversation = parts.open("zh")
    number = filed(desk, conversation)
    advance(desk, number, "accept", Role.UNIT)
    advance(desk, number, "start", Role.UNIT)
    advance(desk, number, "reply", Role.UNIT, "路灯已于今日修好。")
    told: list[Message] = []
    while len(told) < 3 and (news := heard(conversation)):
        told += news
    assert [message["data"]["ticket"]["status"] for message in told] == ["accepted", "in_progress", "replied"]
    assert "路灯已于今日修好。" in told[-1]["text"]


def test_nothing_waits_and_nothing_personal_stands_in_the_log(parts: System, desk: TicketDesk) -> None:
    deadline = time.monotonic() + 10
    while desk.outbox.waiting_events():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert any("told utter_news_accepted" in line for line in parts.errors)
    assert not any("路灯" in line for line in parts.errors)


def test_an_event_that_is_delivered_again_is_told_once(parts: System, desk: TicketDesk) -> None:
    conversation = parts.open("zh")
    number = filed(desk, conversation)
    advance(desk, number, "accept", Role.UNIT)
    assert len(heard(conversation)) == 1
    with sqlite3.connect(Path(parts.data_dir) / "hotline.db") as database:
        database.execute(
            "UPDATE outbox SET sent_at = NULL, next_attempt_at = created_at WHERE ticket_number = ?",
            (number,),
        )
    deadline = time.monotonic() + 10
    while desk.outbox.waiting_events():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert heard(conversation, 1.0) == []
