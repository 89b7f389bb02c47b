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
from hotline.news import OF_COMMAND, TOLD, news_of
from hotline.notifying import ANSWERS, GatewayInbox, Notifiers, PhoneNotifier
from hotline.worker import delivery_to
from tests.unit.tickets.parts_samples import city_desk, filed, with_parts
from tests.unit.tickets.parts_samples import step as advance
from tests.unit.tickets.ticket_samples import Clock, advance_command, desk, file_command
from tickets.domain.events import EventKind, TicketEvent
from tickets.domain.people import Contact
from tickets.domain.vocabulary import Command, Role, Status
from tickets.service.outbox import Later
from tickets.service.parts_commands import JoinTicket

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
SILENT = {Status.RECEIVED, Status.PRE_CHECKED, Status.RETURNED, Status.WITHDRAWN}


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
    news = news_of(event(status, "some_step"))
    assert news is not None
    text = texts.text(news.key, language, **news.values)
    assert "20261103004512" in text
    assert "{" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", sorted(OF_COMMAND))
def test_steps_told_by_what_they_are_have_words_in_every_language(command: str, language: str, texts: Catalog) -> None:
    news = news_of(event("in_progress", command, before="in_progress", recounted=["handle"]))
    assert news is not None and news.key == OF_COMMAND[command]
    text = texts.text(news.key, language, **news.values)
    assert "20261103004512" in text and "{" not in text


def test_a_step_that_leaves_the_status_says_nothing_unless_it_is_told_by_what_it_is() -> None:
    assert news_of(event("dispatched", "correct_category", before="dispatched")) is None


def test_a_holiday_notice_that_moves_no_answer_is_not_told() -> None:
    assert news_of(event("in_progress", "recompute", role=Role.SYSTEM, recounted=["accept"])) is None


def test_a_units_name_is_told_in_every_language() -> None:
    news = news_of(event(unit="water"), {"water": {"zh": "水务公司", "en": "Water Company"}}.__getitem__)
    assert news is not None and news.values["unit_name"] == {"zh": "水务公司", "en": "Water Company"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_suspension_is_told_with_its_public_reason_and_its_end(language: str, texts: Catalog) -> None:
    known = {"public_reason": "等待材料", "suspended_until": "2026-11-20T18:00:00+08:00", "reason": "internal"}
    news = news_of(event("suspended", Command.SUSPEND, role=Role.SUPERVISOR, **known))
    assert news is not None
    text = texts.text(news.key, language, **news.values)
    assert "等待材料" in text and "2026-11-20 18:00" in text and "internal" not in text


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ({}, "utter_news_closed_unanswered"),
        ({"solved": True}, "utter_news_closed"),
        ({"solved": True, "satisfied": True}, None),
        ({"solved": False, "satisfied": False}, None),
        ({"solved": True, "satisfied": True, "follower": True}, "utter_news_closed"),
    ],
)
def test_who_has_answered_and_was_thanked_is_not_told_again_that_it_is_closed(
    answers: dict[str, bool], key: str | None
) -> None:
    news = news_of(event("closed", Command.CLOSE, role=Role.SYSTEM, before="revisit", **answers))
    assert (news.key if news else None) == key


def test_what_the_system_does_in_a_citizens_stead_is_told() -> None:
    reopened = replace(event("reopened", Command.DISPUTE, role=Role.SYSTEM), kind=EventKind.TICKET_DISPUTED)
    urged = replace(event("dispatched", Command.URGE, role=Role.SYSTEM), kind=EventKind.TICKET_URGED)
    assert [news.key for one in (reopened, urged) if (news := news_of(one))] == [
        "utter_news_reopened",
        "utter_news_urged",
    ]
    assert news_of(replace(urged, payload={**urged.payload, "role": Role.AGENT})) is None


def test_a_follower_hears_what_the_first_complainant_did_and_is_not_asked() -> None:
    disputed = replace(event("reopened", Command.DISPUTE, role=Role.CITIZEN, follower=True))
    assert news_of(replace(disputed, kind=EventKind.TICKET_DISPUTED)) is not None
    assert news_of(event("revisit", Command.START_REVISIT, role=Role.SYSTEM, follower=True)) is None


def test_a_revisit_is_asked_by_the_bot_and_waits_while_the_citizen_is_busy() -> None:
    begun = event("revisit", Command.START_REVISIT, role=Role.SYSTEM, before="replied")
    gateway = FakeGateway()
    Delivery(gateway)(begun)
    [(path, body)] = gateway.posted
    assert path == "/internal/v1/conversations/c-1/revisit"
    assert (body["event_id"], body["ticket_number"]) == (str(UUID(int=7)), "20261103004512")
    with pytest.raises(Later):
        Delivery(FakeGateway(409))(begun)


NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
"""12:00 in the city."""


def notifiers(gateway: FakeGateway, phone: str | None) -> Notifiers:
    return Notifiers(GatewayInbox(gateway), {"phone": PhoneNotifier(gateway, lambda *_: phone)})


def test_who_came_by_telephone_is_told_by_the_gateway_when_there_is_an_answer() -> None:
    gateway = FakeGateway()
    replied = event("replied", Command.REPLY, reply="修好了", channel="phone", language="en")
    Delivery(gateway, notifiers(gateway, "13800138000"))(replied)
    [(path, body)] = gateway.posted
    about = body["notice"]
    assert path == "/internal/v1/notices" and body["event_id"] == str(UUID(int=7)) and isinstance(about, dict)
    assert about["phone"] == "13800138000" and about["importance"] == "answer" and about["language"] == "en"


@pytest.mark.parametrize("status", [404, 503])
def test_what_a_caller_is_to_hear_is_not_lost_at_a_gateway_that_does_not_take_it(status: int) -> None:
    gateway = FakeGateway(status)
    with pytest.raises(DeliveryFailed):  # 404: a wrong address, there is no conversation to be gone
        Delivery(gateway, notifiers(gateway, "13800138000"))(event("replied", Command.REPLY, channel="phone"))


def test_of_one_answer_each_caller_hears_once_by_his_or_her_own_telephone() -> None:
    gateway, office = FakeGateway(), desk(now=Clock(NOON))
    number = office.file(
        file_command(channel="phone", conversation_id=None, contact=Contact(None, "13800138000"))
    ).number
    for phone in ("13911112222", "13933334444"):
        who = {"channel": "phone", "conversation_id": None, "contact": Contact(None, phone)}
        office.join(JoinTicket(idempotency_key=phone, number=number, language="ru", text="тоже", **who))  # type: ignore[arg-type]
    for step in ("accept", "reply"):
        office.advance(advance_command(number, step))
    for entry in office.outbox.outbox_entries(limit=100):
        delivery_to(gateway, office)(entry.event)
    posted = [(str(body["key"]), body["event_id"], body["notice"]) for path, body in gateway.posted if "notice" in body]
    answers = [(event_id, about) for key, event_id, about in posted if key.startswith("utter_news_replied")]
    languages = {str(about["phone"]): about["language"] for _, about in answers}  # type: ignore[index]
    assert sorted(languages) == ["13800138000", "13911112222", "13933334444"] and len(answers) == 3
    assert languages["13911112222"] == "ru" and len({event_id for event_id, _ in answers}) == 3


def test_who_came_by_telephone_hears_nothing_of_the_parts_of_several_units() -> None:
    gateway, office = FakeGateway(), city_desk()
    number = filed(office, channel="phone", conversation_id=None)
    [part] = with_parts(office, number, "gas_company")
    advance(office, part, "accept")
    told = {entry.event.ticket_number for entry in office.outbox.outbox_entries(limit=100)}
    for entry in office.outbox.outbox_entries(limit=100):
        delivery_to(gateway, office)(entry.event)
    about = {str(body["notice"]["ticket_number"]) for _, body in gateway.posted if "notice" in body}  # type: ignore[index]
    assert told == {number, part} and about == {number}


def test_a_caller_is_asked_by_a_person_and_one_without_a_number_is_gone() -> None:
    gateway = FakeGateway()
    Delivery(gateway, notifiers(gateway, "13800138000"))(event("revisit", Command.START_REVISIT, channel="phone"))
    nowhere = replace(event("replied", Command.REPLY, reply="修好了", channel="phone"), conversation_id=None)
    Delivery(gateway, notifiers(gateway, None))(nowhere)
    assert gateway.posted == []


@pytest.mark.parametrize(
    ("status", "importance"),
    [("accepted", "step"), ("supervised", "step"), ("closed", "answer"), ("replied", "answer")],
)
def test_the_gateway_is_told_what_is_an_answer_and_what_only_a_step(status: str, importance: str) -> None:
    gateway = FakeGateway()
    Delivery(gateway)(event(status, "some_step"))
    about = gateway.posted[0][1]["notice"]
    assert isinstance(about, dict) and about["importance"] == importance and about["status"] == status


def test_every_key_that_counts_as_an_answer_exists(texts: Catalog) -> None:
    assert [key for key in ANSWERS if not texts.text(key, "zh")] == []


@pytest.mark.parametrize(("payload", "urgent"), [({}, False), ({"emergency": True}, True), ({"callback": True}, True)])
def test_emergencies_and_who_waits_for_a_call_are_urgent(payload: dict[str, bool], urgent: bool) -> None:
    news = news_of(event("accepted", **payload))
    assert news is not None and news.urgent is urgent


def missed(alarm: bool) -> TicketEvent:
    payload = {"reason": "respond_overdue", "unit": "gas", "alarm": alarm, "at": "2026-11-03T08:00:00+08:00"}
    return replace(event(), kind=EventKind.DEADLINE_MISSED, conversation_id=None, payload=payload)


def test_a_missed_deadline_that_cannot_wait_is_an_alarm_of_its_own_at_the_desk() -> None:
    gateway = FakeGateway()
    Delivery(gateway)(missed(alarm=True))
    [(path, body)] = gateway.posted
    assert path == "/internal/v1/desk/alerts"
    assert body["kind"] == "respond_overdue" and str(body["alert_id"]).startswith("deadline:")
    assert body["ticket_number"] == "20261103004512"


def test_a_missed_deadline_that_can_wait_rings_no_bell() -> None:
    gateway = FakeGateway()
    Delivery(gateway)(missed(alarm=False))
    assert gateway.posted == []


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
