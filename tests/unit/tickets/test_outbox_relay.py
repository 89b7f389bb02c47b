"""The relay: order, repetition, back-off, giving up."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.tickets.ticket_samples import Clock, desk, file_command
from tickets.domain.events import TicketEvent
from tickets.service.commands import UrgeTicket
from tickets.service.outbox import LEASE, MAXIMUM_ATTEMPTS, RelayReport, back_off, relay


class Mailbox:
    """Takes events, or fails while `broken`."""

    def __init__(self) -> None:
        self.events: list[TicketEvent] = []
        self.broken = False

    def __call__(self, event: TicketEvent) -> None:
        if self.broken:
            raise ConnectionError("nobody\x00 there")
        self.events.append(event)


def test_an_event_is_delivered_once_and_then_the_outbox_is_empty() -> None:
    clock, mailbox = Clock(), Mailbox()
    tickets = desk(now=clock)
    tickets.file(file_command())
    assert relay(tickets.outbox, mailbox, clock) == RelayReport(sent=1)
    assert relay(tickets.outbox, mailbox, clock).idle
    assert tickets.outbox.waiting_events() == 0
    assert mailbox.events[0].conversation_id == "conversation-1"


def test_an_event_carries_no_personal_data() -> None:
    clock, mailbox = Clock(), Mailbox()
    tickets = desk(now=clock)
    tickets.file(file_command())
    relay(tickets.outbox, mailbox, clock)
    told = str(dict(mailbox.events[0].payload))
    assert "王小明" not in told and "13812345678" not in told and "路灯" not in told


def test_the_events_of_one_ticket_arrive_in_order_even_when_the_first_fails() -> None:
    clock, mailbox = Clock(), Mailbox()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    tickets.urge(UrgeTicket(idempotency_key="u", number=number))
    other = tickets.file(file_command("other")).number
    mailbox.broken = True
    assert relay(tickets.outbox, mailbox, clock, limit=10) == RelayReport(failed=2)
    mailbox.broken = False
    assert relay(tickets.outbox, mailbox, clock).idle  # not before the retry is due
    clock.at += back_off(1)
    while not relay(tickets.outbox, mailbox, clock).idle:
        pass
    assert [(event.ticket_number, str(event.kind)) for event in mailbox.events if event.ticket_number == number] == [
        (number, "TicketFiled"),
        (number, "TicketUrged"),
    ]
    assert other in {event.ticket_number for event in mailbox.events}


def test_a_claimed_event_comes_back_when_its_worker_dies() -> None:
    clock, mailbox = Clock(), Mailbox()
    tickets = desk(now=clock)
    tickets.file(file_command())
    assert len(tickets.outbox.claim_events(clock(), 10, LEASE)) == 1  # ... and the worker dies here
    assert relay(tickets.outbox, mailbox, clock).idle
    clock.at += LEASE
    assert relay(tickets.outbox, mailbox, clock).sent == 1


def test_an_event_nobody_takes_is_given_up_and_the_next_goes_on() -> None:
    clock, mailbox = Clock(), Mailbox()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    tickets.urge(UrgeTicket(idempotency_key="u", number=number))
    mailbox.broken = True
    reports = []
    for _ in range(MAXIMUM_ATTEMPTS):
        reports.append(relay(tickets.outbox, mailbox, clock))
        clock.at += timedelta(hours=2)
    assert reports[-1].dead == 1 and set(reports[:-1]) == {RelayReport(failed=1)}
    mailbox.broken = False
    relay(tickets.outbox, mailbox, clock)
    assert [str(event.kind) for event in mailbox.events] == ["TicketUrged"]


def test_the_back_off_doubles_up_to_an_hour() -> None:
    seconds = [back_off(attempt).total_seconds() for attempt in (1, 2, 3, 10, 11, 1000)]
    assert seconds == [5, 10, 20, 2560, 3600, 3600]
