"""How often a matter came back unsolved or unsatisfying, and what the system does by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.tickets.ticket_samples import NOON, UNIT, advance_command, catalogue, desk, file_command
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.clocks import ClockKind
from tickets.domain.counters import EscalationStep
from tickets.domain.events import TicketEvent
from tickets.domain.people import SYSTEM, Actor
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import Role, Status
from tickets.errors import InvalidTicket, RuleForbids
from tickets.service.commands import DisputeTicket, RateTicket
from tickets.service.desk import TicketDesk
from tickets.service.outbox import relay


class Matter:
    """One matter on its way, round after round."""

    def __init__(self, tickets: TicketDesk | None = None) -> None:
        self.tickets = tickets or desk()
        self.number = self.tickets.file(file_command()).number
        self.round = 0

    @property
    def ticket(self) -> Ticket:
        return self.tickets.get(self.number)

    def answer(self) -> None:
        """The unit takes it up, replies, and the citizen is asked."""
        self.round += 1
        if self.ticket.status in (Status.SUPERVISED, Status.ESCALATED):
            self.step("start")
        else:
            self.step("accept")
        self.step("reply")
        self.step("start_revisit")

    def step(self, command: str, **changes: object) -> None:
        key = f"{command}-{len(self.ticket.history)}"
        self.tickets.advance(advance_command(self.number, command, key, **changes))

    def say(self, *, solved: bool | None = None, satisfied: bool | None = None) -> None:
        key = f"rate-{len(self.ticket.history)}"
        self.tickets.rate(RateTicket(idempotency_key=key, number=self.number, solved=solved, satisfied=satisfied))

    def dispute(self, by: Actor | None = None) -> None:
        key = f"dispute-{len(self.ticket.history)}"
        command = DisputeTicket(idempotency_key=key, number=self.number, text="还是坏的")
        self.tickets.dispute(replace(command, by=by) if by else command)

    def failed_round(self) -> None:
        self.answer()
        self.say(solved=False)
        self.dispute()


def commands(ticket: Ticket, count: int) -> list[str]:
    return [str(entry.command) for entry in ticket.history[-count:]]


def test_a_no_to_either_question_counts_and_a_yes_to_both_does_not() -> None:
    for answers, unmet in (
        ({"solved": True, "satisfied": True}, 0),
        ({"solved": False}, 1),
        ({"satisfied": False}, 1),
        ({"solved": True, "satisfied": False}, 1),
        ({"solved": True}, 0),
    ):
        matter = Matter()
        matter.answer()
        matter.say(**answers)
        ticket = matter.ticket
        assert (ticket.unmet, ticket.status) == (unmet, "revisit")
        assert (ticket.solved, ticket.satisfied) == (answers.get("solved"), answers.get("satisfied"))


def test_a_round_counts_once_however_often_the_citizen_clicks() -> None:
    matter = Matter()
    matter.answer()
    for _ in range(3):
        matter.say(solved=False)
        matter.say(satisfied=False)
    matter.dispute()
    assert matter.ticket.unmet == 1


def test_the_two_questions_are_answered_apart_and_both_answers_are_kept_until_the_next_reply() -> None:
    matter = Matter()
    matter.answer()
    matter.say(solved=False)
    matter.say(satisfied=True)
    assert (matter.ticket.solved, matter.ticket.satisfied) == (False, True)
    matter.dispute()
    assert (matter.ticket.solved, matter.ticket.status) == (False, "reopened")
    matter.answer()
    assert (matter.ticket.solved, matter.ticket.satisfied) == (None, None)


def test_the_second_unsolved_round_urges_the_unit_in_the_systems_name() -> None:
    matter = Matter()
    matter.failed_round()
    assert "urge" not in commands(matter.ticket, 9)
    matter.answer()
    matter.say(solved=False)
    last = matter.ticket.history[-1]
    assert (last.command, last.actor, dict(last.details)) == ("urge", SYSTEM, {"unmet": 2, "step": "urge"})
    assert (matter.ticket.urged, matter.ticket.status) == (1, "revisit")


def test_the_fourth_supervises_and_further_ones_go_on_the_external_list_step_by_step() -> None:
    matter = Matter()
    for _ in range(3):
        matter.failed_round()
    assert matter.ticket.status == "reopened"
    matter.answer()
    matter.say(solved=False)
    assert commands(matter.ticket, 3) == ["rate", "reopen", "supervise"]
    assert (matter.ticket.status, matter.ticket.unmet) == ("supervised", 4)
    matter.dispute()  # the words are added; nothing is counted or reopened twice
    assert (matter.ticket.status, matter.ticket.unmet) == ("supervised", 4)
    assert matter.ticket.disputed == 3
    for step in ("media", "oversight_platform", "delegates"):
        matter.failed_round()
        assert (matter.ticket.status, matter.ticket.external[-1]) == ("escalated", step)
    matter.failed_round()
    assert matter.ticket.external == ("media", "oversight_platform", "delegates")
    assert (matter.ticket.status, matter.ticket.unmet) == ("reopened", 8)
    assert commands(matter.ticket, 9).count("supervise") == 0


def test_a_matter_that_counts_start_again_has_running_clocks_of_its_unit() -> None:
    matter = Matter()
    for _ in range(4):
        matter.failed_round()
    running = {(clock.kind, clock.unit) for clock in matter.ticket.clocks if clock.running}
    assert running == {(ClockKind.ACCEPT, "urban_management"), (ClockKind.HANDLE, "urban_management")}


def test_every_step_of_the_system_is_told_as_an_event_of_its_own() -> None:
    matter = Matter()
    for _ in range(4):
        matter.failed_round()
    told: list[tuple[str, str, str]] = []

    def deliver(event: TicketEvent) -> None:
        told.append((str(event.kind), str(event.payload["command"]), str(event.payload["role"])))

    while not relay(matter.tickets.outbox, deliver, lambda: NOON).idle:
        pass
    assert [each[1] for each in told] == [str(entry.command) for entry in matter.ticket.history]
    assert told.count(("TicketAdvanced", "supervise", "system")) == 1
    assert told.count(("TicketUrged", "urge", "system")) == 1


def test_who_never_says_what_is_missing_is_reopened_by_the_system() -> None:
    matter = Matter()
    matter.answer()
    matter.say(solved=False)
    matter.dispute(SYSTEM)
    assert (matter.ticket.status, matter.ticket.unmet, matter.ticket.disputed) == ("reopened", 1, 1)


def test_a_matter_called_unsolved_is_closed_by_a_supervisor_only() -> None:
    matter = Matter()
    matter.answer()
    matter.say(solved=False)
    for by in (SYSTEM, Actor(Role.AGENT, "chen")):
        with pytest.raises(RuleForbids) as caught:
            matter.step("close", by=by)
        assert caught.value.code == "called_unsolved"
    matter.step("close")
    assert (matter.ticket.status, matter.ticket.solved) == ("closed", False)


def test_a_late_no_to_a_closed_matter_counts_and_reopens_it_where_the_list_asks_for_more() -> None:
    city = replace(catalogue(), ladder=(EscalationStep(1, "urge"),))
    tickets = TicketDesk(MemoryTicketStore(), city, desk()._rules, lambda: NOON, lambda: 1)
    matter = Matter(tickets)
    matter.answer()
    matter.step("close")
    matter.say(solved=False)
    assert commands(matter.ticket, 3) == ["rate", "reopen", "urge"]
    assert matter.ticket.status == "reopened"


def test_a_supervisor_escalates_along_the_list_and_not_beyond_it() -> None:
    matter = Matter()
    matter.step("dispatch")
    matter.step("supervise")
    matter.step("escalate")
    matter.step("escalate", external="delegates")
    assert list(matter.ticket.external) == ["media", "delegates"]
    for external in ("media", "moon"):
        with pytest.raises(InvalidTicket) as caught:
            matter.step("escalate", external=external)
        assert caught.value.code == "external_unknown"
    matter.step("escalate")
    with pytest.raises(InvalidTicket) as caught:
        matter.step("escalate")
    assert caught.value.code == "external_done"
    assert list(matter.ticket.external) == ["media", "delegates", "oversight_platform"]


def test_a_reopened_matter_that_was_never_supervised_does_not_leave_the_house() -> None:
    matter = Matter()
    matter.answer()
    matter.dispute()
    with pytest.raises(RuleForbids) as caught:
        matter.step("escalate")
    assert caught.value.code == "not_supervised_yet"


def test_the_revisit_clock_is_the_hotlines_and_ends_with_the_matter() -> None:
    matter = Matter()
    matter.step("accept", by=UNIT)
    matter.step("reply", by=UNIT)
    (revisit,) = (clock for clock in matter.ticket.clocks if clock.running)
    assert (revisit.kind, revisit.unit, revisit.wake_at) == (ClockKind.REVISIT, "hotline", NOON)
    matter.step("close")
    assert not [clock for clock in matter.ticket.clocks if clock.running]
    assert matter.ticket.clocks[-1].met_at == NOON
