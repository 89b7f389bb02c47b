"""A machine that plays citizens, agents, units, supervisors and the clock on one desk, at random.

It only knows the promises: what is refused leaves no trace, what is done adds to the history and to the outbox, every
open ticket is owed by somebody, and the history follows the table.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.tickets.ticket_samples import Clock, desk, file_command
from tickets.domain.people import CITIZEN, SYSTEM, Actor
from tickets.domain.ticket import FILED, HistoryEntry, Ticket
from tickets.domain.transitions import STAFF_COMMANDS, row_of
from tickets.domain.vocabulary import FINISHED, OPEN, Command, Role, Status
from tickets.errors import IdempotencyKeyReused, InvalidTicket, TicketChanged, TransitionNotAllowed
from tickets.service.commands import (
    AdvanceTicket,
    DisputeTicket,
    RateTicket,
    SupplementTicket,
    UrgeTicket,
    WithdrawTicket,
)
from tickets.service.desk import TicketDesk
from tickets.service.outbox import LEASE
from tickets.service.ports import TicketStore

MOST_TICKETS = 3
UNITS = ("urban_management", "gas_company", "water_company")
PEOPLE = (
    CITIZEN,
    SYSTEM,
    Actor(Role.AGENT, "chen"),
    Actor(Role.AGENT, "wu"),
    Actor(Role.SUPERVISOR, "li"),
    Actor(Role.SUPERVISOR, "zhao"),
    *(Actor(Role.UNIT, f"{unit}-officer", unit) for unit in UNITS),
)
REFUSALS = (TransitionNotAllowed, InvalidTicket, TicketChanged, IdempotencyKeyReused)


class TicketMachine(RuleBasedStateMachine):
    """Random commands on a few tickets; subclasses say which store."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.numbers: list[str] = []
        self.seen: dict[str, Ticket] = {}
        self.keys = 0
        self.events: list[tuple[str, str]] = []
        self.tickets = self.open()

    def open(self) -> TicketDesk:
        """A desk on an empty store."""
        return desk(self.store(), self.clock)

    def store(self) -> TicketStore:
        """An empty store."""
        raise NotImplementedError

    @initialize(category=st.sampled_from(["street_light", "gas_supply", None]), emergency=st.booleans())
    def begin(self, category: str | None, *, emergency: bool) -> None:
        self.file(category, "complaint", emergency=emergency)

    @precondition(lambda self: len(self.numbers) < MOST_TICKETS)
    @rule(
        category=st.sampled_from(["street_light", "gas_supply", "water_supply", None]),
        nature=st.sampled_from(["complaint", "help", "praise", "report"]),
        emergency=st.booleans(),
    )
    def file(self, category: str | None, nature: str, *, emergency: bool) -> None:
        command = file_command(self.key(), category=category, nature=nature, emergency=emergency)
        number = self.tickets.file(command).number
        assert not self.tickets.file(command).created
        self.numbers.append(number)
        self.seen[number] = self.tickets.get(number)
        self.expect_events(["file"], extra=["file"] if emergency else [])

    @rule(
        at=st.integers(0, MOST_TICKETS - 1),
        step=st.sampled_from(sorted(STAFF_COMMANDS)),
        by=st.sampled_from(PEOPLE),
        unit=st.sampled_from([None, None, *UNITS]),
        code=st.sampled_from([None, "not_competent"]),
        days=st.sampled_from([None, 2]),
        hours=st.sampled_from([None, 3, 100]),
        stale=st.booleans(),
    )
    def advance(
        self,
        at: int,
        step: str,
        by: Actor,
        unit: str | None,
        code: str | None,
        days: int | None,
        hours: int | None,
        *,
        stale: bool,
    ) -> None:
        number = self.number(at)
        fields: dict[str, Any] = {}
        if step == Command.DISPATCH:
            fields["unit"] = unit
        if step == Command.RETURN:
            fields["code"] = code
        if step == Command.ASK_EXTENSION:
            fields["days"] = days
        if step == Command.SUSPEND and hours:
            fields["until"] = self.clock.at + timedelta(hours=hours)
        if stale and len(self.seen[number].history) > 2:
            fields["expected_version"] = self.seen[number].version - 1
        command = AdvanceTicket(
            idempotency_key=self.key(), number=number, command=step, by=by, reason="as it is", **fields
        )
        self.attempt(number, lambda: self.tickets.advance(command))

    @rule(at=st.integers(0, MOST_TICKETS - 1), picks=st.lists(st.integers(0, 1000), min_size=1, max_size=6))
    def go_where_the_table_leads(self, at: int, picks: list[int]) -> None:
        """Several steps that the table allows: pure chance would hardly ever come this far."""
        number = self.number(at)
        for pick in picks:
            status = self.seen[number].status
            possible = [
                (step, role)
                for step in sorted(STAFF_COMMANDS)
                for role in Role
                if (row := row_of(status, Command(step))) and role in row.roles
            ]
            if not possible:
                return
            step, role = possible[pick % len(possible)]
            self.attempt_step(number, Command(step), role, pick)

    @rule(at=st.integers(0, MOST_TICKETS - 1), solved=st.booleans(), disputes=st.booleans())
    def a_round(self, at: int, *, solved: bool, disputes: bool) -> None:
        """Taken up, answered, asked, judged."""
        number = self.number(at)
        for step, role in (
            (Command.ACCEPT, Role.SUPERVISOR),
            (Command.START, Role.SUPERVISOR),
            (Command.REPLY, Role.SUPERVISOR),
            (Command.START_REVISIT, Role.SYSTEM),
        ):
            self.attempt_step(number, step, role, 0)
        rating = RateTicket(idempotency_key=self.key(), number=number, solved=solved)
        self.attempt(number, lambda: self.tickets.rate(rating))
        if disputes:
            self.dispute(at, CITIZEN)
        else:
            self.attempt_step(number, Command.CLOSE, Role.AGENT, 0)

    @rule(at=st.integers(0, MOST_TICKETS - 1), hours=st.sampled_from([1, 29, 31]))
    def a_pause(self, at: int, hours: int) -> None:
        """Taken up, put off, gone on with by a person or by time."""
        number = self.number(at)
        self.attempt_step(number, Command.ACCEPT, Role.SUPERVISOR, 0)
        self.attempt_step(number, Command.SUSPEND, Role.SUPERVISOR, 0)
        check_ticket(self.seen[number], self.clock)
        self.clock.at += timedelta(hours=hours)
        self.attempt_step(number, Command.RESUME, Role.SYSTEM, 0)
        self.attempt_step(number, Command.RESUME, Role.SUPERVISOR, 0)

    @rule(at=st.integers(0, MOST_TICKETS - 1), pick=st.integers(0, 3), agreed=st.booleans())
    def a_return(self, at: int, pick: int, *, agreed: bool) -> None:
        """Sent to a unit, given back, reviewed twice, sometimes by the same person."""
        number = self.number(at)
        self.attempt_step(number, Command.DISPATCH, Role.AGENT, pick)
        self.attempt_step(number, Command.RETURN, Role.UNIT, pick)
        check_ticket(self.seen[number], self.clock)
        self.attempt_step(number, Command.APPROVE_RETURN, Role.SUPERVISOR, pick)
        last = Command.CONFIRM_RETURN if agreed else Command.REFUSE_RETURN
        self.attempt_step(number, last, Role.SUPERVISOR, pick)
        self.attempt_step(number, last, Role.SUPERVISOR, pick + 1)

    def attempt_step(self, number: str, step: Command, role: Role, pick: int) -> None:
        """One step by somebody of that role; of a unit mostly the ticket's own."""
        people = [person for person in PEOPLE if person.role is role]
        own = [person for person in people if person.unit == self.seen[number].unit]
        fields: dict[str, Any] = {}
        if step is Command.DISPATCH:
            fields["unit"] = UNITS[pick % len(UNITS)]
        if step is Command.RETURN:
            fields["code"] = "duplicate"
        if step is Command.SUSPEND:
            fields["until"] = self.clock.at + timedelta(hours=30)
        by = (own or people)[pick % len(own or people)]
        command = AdvanceTicket(idempotency_key=self.key(), number=number, command=step, by=by, reason="so", **fields)
        self.attempt(number, lambda: self.tickets.advance(command))

    @rule(at=st.integers(0, MOST_TICKETS - 1), solved=st.none() | st.booleans(), satisfied=st.none() | st.booleans())
    def rate(self, at: int, solved: bool | None, satisfied: bool | None) -> None:
        number = self.number(at)
        command = RateTicket(idempotency_key=self.key(), number=number, solved=solved, satisfied=satisfied)
        self.attempt(number, lambda: self.tickets.rate(command))

    @rule(at=st.integers(0, MOST_TICKETS - 1), by=st.sampled_from(PEOPLE))
    def dispute(self, at: int, by: Actor) -> None:
        number = self.number(at)
        command = DisputeTicket(idempotency_key=self.key(), number=number, by=by)
        self.attempt(number, lambda: self.tickets.dispute(command))

    @rule(at=st.integers(0, MOST_TICKETS - 1), by=st.sampled_from(PEOPLE), what=st.sampled_from(["urge", "supplement"]))
    def add(self, at: int, by: Actor, what: str) -> None:
        number = self.number(at)
        if what == "urge":
            urging = UrgeTicket(idempotency_key=self.key(), number=number, by=by)
            self.attempt(number, lambda: self.tickets.urge(urging))
        else:
            adding = SupplementTicket(idempotency_key=self.key(), number=number, text="more", by=by)
            self.attempt(number, lambda: self.tickets.supplement(adding))

    @precondition(lambda self: len(self.numbers) == MOST_TICKETS)
    @rule(at=st.just(0))
    def withdraw(self, at: int) -> None:
        number = self.number(at)
        command = WithdrawTicket(idempotency_key=self.key(), number=number)
        self.attempt(number, lambda: self.tickets.withdraw(command))

    @rule(hours=st.sampled_from([1, 5, 30, 200]))
    def time_passes(self, hours: int) -> None:
        self.clock.at += timedelta(hours=hours)

    @invariant()
    def every_ticket_keeps_its_promises(self) -> None:
        for ticket in self.seen.values():
            check_ticket(ticket, self.clock)

    def attempt(self, number: str, act: Callable[[], Any]) -> None:
        """Does it: either it happens wholly, once, or nothing has happened."""
        before = self.seen[number]
        try:
            receipt = act()
        except REFUSALS:
            assert self.tickets.get(number) == before
            self.expect_events([])
            return
        assert receipt.created and not act().created
        after = self.tickets.get(number)
        assert after.history[: len(before.history)] == before.history
        added = after.history[len(before.history) :]
        assert added and after.version == before.version + 1
        guards_held(before, added[0])
        self.seen[number] = after
        self.expect_events([str(entry.command) for entry in added])

    def expect_events(self, commands: list[str], extra: list[str] | None = None) -> None:
        """What waits in the outbox is exactly what happened: nothing lost, nothing twice."""
        told: list[str] = []
        later = self.clock.at + timedelta(days=400)
        while claimed := self.tickets.outbox.claim_events(later, 50, LEASE):
            for waiting in claimed:
                told.append(str(waiting.event.payload["command"]))
                self.events.append((str(waiting.event.event_id), told[-1]))
                self.tickets.outbox.mark_sent(waiting, later)
        assert told == [*(extra or []), *commands]
        identifiers = [event_id for event_id, _ in self.events]
        assert len(identifiers) == len(set(identifiers))

    def number(self, at: int) -> str:
        return self.numbers[at % len(self.numbers)]

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"


def check_ticket(ticket: Ticket, clock: Clock) -> None:
    """The promises of one ticket."""
    follows_the_table(ticket)
    running = [each for each in ticket.clocks if each.running]
    if ticket.status in FINISHED:
        assert not running and not [each for each in ticket.clocks if each.wake_at]
    else:
        assert running, f"nobody owes {ticket.status} anything"
    assert all(each.unit for each in ticket.clocks)
    if ticket.status in OPEN - {Status.REPLIED, Status.REVISIT}:
        assert [each.unit for each in running if each.kind == "handle"] == [ticket.unit]
    kinds = [each.kind for each in running]
    assert len(kinds) == len(set(kinds))
    assert all(each.wake_at is None or not each.paused for each in ticket.clocks)
    assert all(each.paused == (ticket.status is Status.SUSPENDED) for each in running if each.kind == "handle")
    assert (ticket.suspended_until is not None) == (ticket.status is Status.SUSPENDED)
    assert [entry.at for entry in ticket.history] == sorted(entry.at for entry in ticket.history)
    assert ticket.history[-1].at <= clock.at
    replies = sum(entry.command == Command.REPLY for entry in ticket.history)
    assert ticket.unmet <= replies and ticket.disputed <= replies
    reviewers = [entry.actor.name for entry in ticket.history if entry.command == Command.CONFIRM_RETURN]
    assert len(reviewers) <= sum(entry.command == Command.APPROVE_RETURN for entry in ticket.history)
    if len(ticket.external) > 0:
        assert any(entry.command == Command.SUPERVISE for entry in ticket.history)


def guards_held(before: Ticket, entry: HistoryEntry) -> None:
    """What a step that was let pass must have had, said again in other words."""
    command, by = entry.command, entry.actor
    if by.role is Role.UNIT:
        assert by.acting_unit == before.unit
    if command == Command.RETURN:
        assert entry.details["code"] in ("not_competent", "duplicate")
    if command in (Command.CONFIRM_RETURN, Command.APPROVE_RETURN):
        latest = {each.command: each for each in before.history}
        assert latest[Command.RETURN].actor != by
        if command == Command.CONFIRM_RETURN:
            assert latest[Command.APPROVE_RETURN].actor.name != by.name
            assert latest[Command.APPROVE_RETURN].at >= latest[Command.RETURN].at
    if command == Command.CLOSE and before.solved is False:
        assert by.role is Role.SUPERVISOR
    if command == Command.ASK_EXTENSION:
        assert entry.at <= before.due_at
    if command == Command.RESUME and by.role is Role.SYSTEM:
        assert before.suspended_until is not None and before.suspended_until <= entry.at


def follows_the_table(ticket: Ticket) -> None:
    """Replays the history along the table."""
    status: Status | None = None
    for entry in ticket.history:
        assert entry.before == status
        if entry.command != FILED:
            row = row_of(entry.before or Status.RECEIVED, Command(entry.command))
            assert row is not None and entry.actor.role in row.roles
            assert entry.after == (row.target or entry.before)
        status = entry.after
    assert status == ticket.status
