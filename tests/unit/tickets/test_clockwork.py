"""The clockwork on a store in memory: each step once, whatever happens in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.tickets.ticket_samples import Clock, advance_command, desk, file_command, local
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.deadlines import RevisitHours, Step
from tickets.domain.events import EventKind
from tickets.domain.vocabulary import Command, Role, Status
from tickets.errors import InvalidTicket, StoreUnavailable
from tickets.service.clockwork import LEASE, LEFT_ALONE, ScanReport, scan
from tickets.service.commands import AdvanceTicket, RateTicket
from tickets.service.ports import Settling

AT_ONCE = RevisitHours(after=timedelta(0))


class Office:
    """A desk, its store and its clock."""

    def __init__(self) -> None:
        self.now, self.store = Clock(), MemoryTicketStore()
        self.desk = desk(self.store, self.now)

    def scan(self) -> ScanReport:
        return scan(self.desk.clocks, self.desk, self.now, hours=AT_ONCE)

    def scan_all(self) -> list[Step]:
        steps: list[Step] = []
        while not (report := self.scan()).idle:
            steps += [step for step, count in report.steps.items() for _ in range(count)]
        return steps

    def file(self, **changes: Any) -> str:
        return self.desk.file(file_command(**changes)).number

    def commands(self, number: str) -> list[str]:
        return [entry.command for entry in self.desk.get(number).history]

    def notices(self, unit: str = "urban_management") -> list[str]:
        return [notice.reason for notice in self.desk.clocks.unit_notices(unit)]

    def told(self) -> list[EventKind]:
        return [entry.event.kind for entry in self.desk.outbox.outbox_entries()]


@pytest.fixture
def office() -> Office:
    return Office()


def test_nothing_is_done_before_anything_is_due(office: Office) -> None:
    number = office.file()
    assert office.scan_all() == []
    assert office.commands(number) == ["file"]


def test_a_unit_that_does_not_accept_is_urged_once_and_both_unit_and_hotline_are_told(office: Office) -> None:
    number = office.file()
    office.now.at = office.desk.get(number).accept_by
    assert Step.MISSED in office.scan_all()
    office.now.at += timedelta(minutes=5)
    office.scan_all()
    assert office.commands(number).count(Command.URGE) == 1
    assert office.notices().count("accept_overdue") == office.notices("hotline").count("accept_overdue") == 1


def test_a_unit_is_reminded_and_then_supervised(office: Office) -> None:
    number = office.file()
    office.desk.advance(advance_command(number, "accept"))
    ticket = office.desk.get(number)
    office.now.at = ticket.filed_at + (ticket.due_at - ticket.filed_at) * 0.85
    office.scan_all()
    office.now.at = ticket.due_at
    office.scan_all()
    assert [reason for reason in office.notices() if reason.startswith("handle")] == ["handle_overdue", "handle_near"]
    assert office.desk.get(number).status == Status.SUPERVISED
    assert office.commands(number).count(Command.SUPERVISE) == 1


def test_a_missed_response_to_an_emergency_is_an_alarm_at_once(office: Office) -> None:
    number = office.file(emergency=True, emergency_kind="gas", category="gas_supply")
    office.now.at = office.desk.get(number).respond_by or office.now.at
    office.scan_all()
    assert office.told().count(EventKind.DEADLINE_MISSED) == 2  # to be taken up, and to be answered at all


def test_an_answer_is_followed_by_a_question_and_the_citizens_silence_by_an_end(office: Office) -> None:
    number = office.file()
    for step in ("accept", "reply"):
        office.desk.advance(advance_command(number, step))
    assert office.scan_all() == [Step.ASK]
    assert office.desk.get(number).status == Status.REVISIT
    office.now.at += timedelta(days=10)
    assert Step.END in office.scan_all() or office.desk.get(number).status == Status.CLOSED
    ticket = office.desk.get(number)
    assert (ticket.status, ticket.solved, ticket.satisfied) == (Status.CLOSED, None, None)


def test_who_said_not_solved_and_no_more_gets_the_ticket_opened_again(office: Office) -> None:
    number = office.file()
    for step in ("accept", "reply"):
        office.desk.advance(advance_command(number, step))
    office.scan_all()
    office.desk.rate(RateTicket(idempotency_key="r", number=number, solved=False))
    office.now.at += timedelta(days=10)
    office.scan_all()
    assert Command.DISPUTE in office.commands(number)
    assert office.desk.get(number).status != Status.CLOSED


@pytest.mark.parametrize(("kind", "done"), [("accept", "urge"), ("handle", "supervise")])
def test_a_clock_whose_worker_dies_after_the_command_does_it_no_second_time(
    office: Office, kind: str, done: str
) -> None:
    number = office.file()
    if kind == "handle":
        office.desk.advance(advance_command(number, "accept"))
    ticket = office.desk.get(number)
    office.now.at = ticket.accept_by if kind == "accept" else ticket.due_at

    class Dies(Exception):
        pass

    settle = office.store.settle_clock

    def dies(*_: object) -> bool:
        raise Dies

    office.store.settle_clock = dies  # type: ignore[method-assign,assignment]
    with pytest.raises(Dies):
        office.scan()
    office.store.settle_clock = settle  # type: ignore[method-assign]
    assert office.scan_all() == []  # the claim still holds
    office.now.at += LEASE
    office.scan_all()
    by_the_clock = [entry.command for entry in office.desk.get(number).history if entry.actor.role is Role.SYSTEM]
    assert by_the_clock == [done]
    assert office.notices().count(f"{kind}_overdue") == 1


def test_a_claim_that_is_over_settles_nothing(office: Office) -> None:
    number = office.file()
    office.now.at = office.desk.get(number).accept_by
    [first] = [found for found in office.store.claim_clocks(office.now(), 10, LEASE) if found.position == 0]
    office.now.at += LEASE
    office.scan_all()
    assert office.store.settle_clock(first, Settling(None)) is False


class RefusingDesk:
    """A desk that refuses everything; `error` says how."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def _refuse(self, command: object) -> object:
        raise self.error

    advance = urge = dispute = _refuse


@pytest.mark.parametrize("error", [InvalidTicket("unit_unknown", "unit"), ValueError("a mistake in the program")])
def test_a_clock_that_cannot_be_dealt_with_rests_and_stops_no_other(office: Office, error: Exception) -> None:
    first, second = office.file(key="a"), office.file(key="b")
    office.now.at = office.desk.get(second).accept_by
    refusing = RefusingDesk(error)
    report = scan(office.desk.clocks, refusing, office.now)  # type: ignore[arg-type]
    assert report.failed == 2
    assert office.scan().idle
    office.now.at += LEFT_ALONE
    office.scan_all()
    assert all(Command.URGE in office.commands(number) for number in (first, second))


def test_a_store_that_goes_away_ends_the_scan_and_the_clocks_come_back(office: Office) -> None:
    number = office.file()
    office.now.at = office.desk.get(number).accept_by
    with pytest.raises(StoreUnavailable):
        scan(office.desk.clocks, RefusingDesk(StoreUnavailable()), office.now)  # type: ignore[arg-type]
    office.now.at += LEASE
    office.scan_all()
    assert office.commands(number).count(Command.URGE) == 1


def test_a_suspension_ends_by_itself(office: Office) -> None:
    number = office.file()
    office.desk.advance(advance_command(number, "accept"))
    until = local("2026-11-27 18:00")
    office.desk.advance(advance_command(number, "suspend", until=until))
    office.now.at = until
    office.scan_all()
    ticket = office.desk.get(number)
    assert ticket.status == Status.IN_PROGRESS and ticket.history[-1].actor.role == Role.SYSTEM


def test_work_by_people_is_not_refused_because_a_clock_was_looked_at(office: Office) -> None:
    number = office.file()
    office.desk.advance(advance_command(number, "accept"))
    ticket = office.desk.get(number)
    office.now.at = ticket.filed_at + (ticket.due_at - ticket.filed_at) * 0.85
    office.scan_all()
    command: AdvanceTicket = advance_command(number, "start", expected_version=ticket.version)
    assert office.desk.advance(command).status == Status.IN_PROGRESS
