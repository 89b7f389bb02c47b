"""Two tickets on one matter: merged, chained, taken apart again; people, parts and clocks follow, all of them told."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.unit.tickets.parts_samples import (
    AGENT,
    answered,
    city_desk,
    filed,
    heard,
    joined,
    merge,
    split,
    step,
    told,
    with_parts,
)
from tests.unit.tickets.ticket_samples import Clock, local, shown
from tickets.domain.clocks import ClockKind
from tickets.domain.people import Contact
from tickets.domain.vocabulary import Status
from tickets.errors import RuleForbids, TicketChanged, TicketError, TicketNotFound, TransitionNotAllowed
from tickets.service import families
from tickets.service.commands import SupplementTicket, UrgeTicket, WithdrawTicket
from tickets.service.desk import TicketDesk
from tickets.service.parts_commands import LeaveTicket


def people(tickets: TicketDesk, number: str) -> set[str]:
    """Conversations that hear of a ticket."""
    following = {one.conversation_id or "" for one in tickets.followers_of(number) if one.active}
    return {tickets.get(number).conversation_id or "", *following}


def test_a_merged_tickets_people_follow_the_other_one_and_all_are_told_once() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    joined(tickets, other, "c")
    told(tickets)
    receipt = merge(tickets, other, one)
    events = told(tickets)
    assert (receipt.number, receipt.status, receipt.duplicate_of) == (other, "merged", one)
    assert people(tickets, one) == {"talk-a", "talk-b", "talk-c"} and tickets.get(one).followers == 2
    assert [heard(events, f"talk-{name}") for name in "bc"] == [["merge"], ["merge"]]
    assert {event.payload["duplicate_of"] for event in events if event.payload["command"] == "merge"} == {one}
    step(tickets, one, "dispatch")
    assert Counter(event.conversation_id for event in told(tickets)) == {"talk-a": 1, "talk-b": 1, "talk-c": 1}


def test_a_merge_into_a_merged_ticket_goes_to_its_head_and_chains_do_not_exist() -> None:
    tickets = city_desk()
    a, b, c, d = (filed(tickets, name) for name in "abcd")
    merge(tickets, b, a)
    merge(tickets, c, b)
    assert tickets.get(c).duplicate_of == a
    merge(tickets, a, d)
    assert {tickets.get(each).duplicate_of for each in (a, b, c)} == {d}
    assert people(tickets, d) == {"talk-a", "talk-b", "talk-c", "talk-d"} and tickets.get(d).followers == 3


def test_a_circle_cannot_be_made() -> None:
    tickets = city_desk()
    a, b = filed(tickets, "a"), filed(tickets, "b")
    merge(tickets, b, a)
    for number, into in ((a, b), (a, a)):
        with pytest.raises(RuleForbids) as caught:
            merge(tickets, number, into, key=f"circle-{into}")
        assert caught.value.code == "merge_with_itself"


def test_the_same_person_on_both_tickets_is_counted_and_told_once() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    joined(tickets, one, "c")
    joined(tickets, other, "c", idempotency_key="c2")
    third = filed(tickets, "a2", conversation_id="talk-a")
    merge(tickets, other, one)
    merge(tickets, third, one)
    told(tickets)
    assert tickets.get(one).followers == 2
    step(tickets, one, "dispatch")
    assert Counter(event.conversation_id for event in told(tickets)) == {"talk-a": 1, "talk-b": 1, "talk-c": 1}


@pytest.mark.parametrize("end", ["withdraw", "close"])
def test_a_finished_ticket_takes_no_other_in(end: str) -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    if end == "withdraw":
        tickets.withdraw(WithdrawTicket(idempotency_key="w", number=one))
    else:
        for command in ("dispatch", "accept", "reply", "close"):
            step(tickets, one, command)
    with pytest.raises(RuleForbids) as caught:
        merge(tickets, other, one)
    assert caught.value.code == "merge_into_finished" and tickets.get(other).status is Status.RECEIVED


def test_an_emergency_is_not_hidden_behind_an_ordinary_ticket() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b", emergency=True, emergency_kind="gas")
    with pytest.raises(RuleForbids) as caught:
        merge(tickets, other, one)
    assert caught.value.code == "merge_emergency"
    assert merge(tickets, one, other).status == "merged"


def test_unknown_and_impossible_tickets_are_refused_and_the_key_stays_free() -> None:
    tickets = city_desk()
    one = filed(tickets, "a")
    for into in ("20261125999999", "12"):
        with pytest.raises(TicketNotFound):
            merge(tickets, one, into, key="same")
    [part] = with_parts(tickets, one, "gas_company")
    other = filed(tickets, "b")
    with pytest.raises(RuleForbids) as caught:
        merge(tickets, other, part, key="same")
    assert caught.value.code == "merge_of_a_part"
    assert merge(tickets, other, one, key="same").created


def test_a_merge_repeated_does_nothing_twice() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    assert [merge(tickets, other, one, key="k").created for _ in range(2)] == [True, False]
    assert tickets.get(one).followers == 1


def test_who_saw_an_older_state_cannot_merge_it() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    tickets.urge(UrgeTicket(idempotency_key="u", number=other))
    with pytest.raises(TicketChanged):
        merge(tickets, other, one, expected_version=1)


def test_the_ticket_that_lives_on_answers_by_the_earlier_deadline() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    early = filed(tickets, "a")
    clock.at = local("2026-12-01 09:00")
    late = filed(tickets, "b")
    merge(tickets, early, late)
    assert shown(tickets.get(late).due_at) == "2026-12-04 18:00"


def test_a_split_ticket_is_taken_up_anew_and_its_time_while_merged_is_not_counted() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    one, other = filed(tickets, "a"), filed(tickets, "b")
    due = tickets.get(other).due_at
    clock.at = local("2026-11-26 12:00")
    merge(tickets, other, one)
    assert not [each for each in tickets.get(other).clocks if each.running]
    clock.at = local("2026-11-30 12:00")  # two working days later, over a weekend
    told(tickets)
    receipt = split(tickets, other)
    after = tickets.get(other)
    assert (receipt.status, receipt.duplicate_of) == ("received", None)
    assert (shown(due), shown(after.due_at)) == ("2026-12-04 18:00", "2026-12-08 18:00")
    assert shown(after.accept_by) == "2026-12-01 18:00"
    assert {each.kind for each in after.clocks if each.running} == {ClockKind.ACCEPT, ClockKind.HANDLE}
    assert heard(told(tickets), "talk-b") == ["split"]
    assert people(tickets, one) == {"talk-a"} and tickets.get(one).followers == 0


def test_a_ticket_merged_and_split_twice_loses_no_working_time() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    one, other = filed(tickets, "a"), filed(tickets, "b")
    for day, key in ((26, "m1"), (30, "m2")):
        clock.at = local(f"2026-11-{day} 12:00")
        merge(tickets, other, one, key=key)
        clock.at += timedelta(hours=3)
        split(tickets, other, key)
    assert shown(tickets.get(other).due_at) == "2026-12-07 15:00"  # six working hours after 4 December, 18:00


def test_a_split_brings_followers_back_and_leaves_who_joined_the_other_by_himself() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    joined(tickets, other, "c")
    joined(tickets, other, "d")
    joined(tickets, one, "c", idempotency_key="c-too")
    merge(tickets, other, one)
    tickets.leave(LeaveTicket(idempotency_key="l", number=one, conversation_id="talk-d"))
    told(tickets)
    split(tickets, other)
    assert Counter(event.conversation_id for event in told(tickets)) == {"talk-b": 1, "talk-c": 1}
    assert people(tickets, one) == {"talk-a", "talk-c"} and tickets.get(one).followers == 1
    assert people(tickets, other) == {"talk-b", "talk-c"} and tickets.get(other).followers == 1


def test_a_split_out_of_a_head_that_was_merged_itself_finds_its_people() -> None:
    tickets = city_desk()
    a, b, c = (filed(tickets, name) for name in "abc")
    joined(tickets, b, "d")
    merge(tickets, b, a)
    merge(tickets, a, c)
    split(tickets, b)
    assert people(tickets, b) == {"talk-b", "talk-d"} and people(tickets, c) == {"talk-c", "talk-a"}
    split(tickets, a)
    assert people(tickets, a) == {"talk-a"} and people(tickets, c) == {"talk-c"}
    assert [tickets.get(each).followers for each in (a, b, c)] == [0, 1, 0]


def test_a_split_head_takes_back_what_had_been_merged_into_it() -> None:
    tickets = city_desk()
    a, b, c = (filed(tickets, name) for name in "abc")
    merge(tickets, b, a)
    merge(tickets, a, c)
    split(tickets, a)
    assert tickets.get(b).duplicate_of == a and people(tickets, a) == {"talk-a", "talk-b"}
    assert tickets.get(a).followers == 1 and people(tickets, c) == {"talk-c"}


def test_what_is_not_merged_cannot_be_split() -> None:
    tickets = city_desk()
    with pytest.raises(TransitionNotAllowed):
        split(tickets, filed(tickets, "a"))


def test_open_parts_go_along_except_to_units_that_work_there_already() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    with_parts(tickets, one, "gas_company")
    with_parts(tickets, other, "gas_company", "water_company", "mediation")
    by_unit = {part.unit: part.number for part in tickets.parts_of(other)}
    answered(tickets, by_unit["mediation"])
    step(tickets, by_unit["mediation"], "close", AGENT)
    merge(tickets, other, one)
    status = {unit: tickets.get(number).status for unit, number in by_unit.items()}
    assert status == {"gas_company": "withdrawn", "water_company": "dispatched", "mediation": "closed"}
    assert tickets.get(by_unit["water_company"]).parent == one
    with pytest.raises(RuleForbids):
        step(tickets, one, "reply")
    split(tickets, other)
    assert tickets.get(by_unit["water_company"]).parent == other


def test_a_citizens_commands_on_a_merged_ticket_act_on_the_live_one() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    merge(tickets, other, one)
    receipt = tickets.urge(UrgeTicket(idempotency_key="u", number=other))
    assert (receipt.number, tickets.get(one).urged, tickets.get(other).urged) == (one, 1, 0)
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=other, conversation_id="talk-b"))
    assert tickets.get(one).status is Status.RECEIVED and people(tickets, one) == {"talk-a"}


def test_who_withdraws_by_the_old_number_without_saying_who_takes_nobody_elses_ticket_back() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    merge(tickets, other, one)
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=other, by=AGENT))
    assert people(tickets, one) == {"talk-a"} and tickets.get(one).followers == 0
    assert tickets.get(one).status is Status.RECEIVED
    with pytest.raises(TicketNotFound):  # gone already; the other citizen's ticket stays as it is
        tickets.withdraw(WithdrawTicket(idempotency_key="w2", number=other, by=AGENT))
    assert tickets.get(one).conversation_id == "talk-a"


def test_who_is_the_heads_own_citizen_withdraws_by_the_old_number_too() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "a2", conversation_id="talk-a")
    merge(tickets, other, one)
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=other, by=AGENT))
    assert tickets.get(one).status is Status.WITHDRAWN


def test_a_telephone_given_for_a_merged_ticket_is_its_own_citizens() -> None:
    tickets = city_desk()
    one = filed(tickets, "a", contact=Contact("a", None))
    other = filed(tickets, "b", contact=Contact("b", None))
    merge(tickets, other, one)
    given = SupplementTicket(idempotency_key="s", number=other, text="请回电", contact_phone="13900001111")
    tickets.supplement(given)
    assert tickets.get(one).contact.phone is None
    assert [each.contact.phone for each in tickets.followers_of(one)] == ["13900001111"]


def test_open_parts_are_not_brought_to_a_ticket_that_is_answered() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    with_parts(tickets, other, "water_company")
    for command in ("dispatch", "accept", "reply"):
        step(tickets, one, command)
    with pytest.raises(RuleForbids) as caught:
        merge(tickets, other, one)
    assert caught.value.code == "merge_over_parts" and "water_company" in str(caught.value)
    assert step(tickets, one, "close", AGENT).status == "closed"


def test_a_command_on_a_merged_number_locks_the_lower_number_first() -> None:
    tickets = city_desk()
    live, old = filed(tickets, "a"), filed(tickets, "b")
    merge(tickets, old, live)
    with tickets._store.transaction() as transaction:
        locked: list[str] = []
        reading = transaction.ticket
        transaction.ticket = lambda number: locked.append(number) or reading(number)  # type: ignore[method-assign,func-returns-value]
        assert [ticket.number for ticket in families.live(transaction, old)] == [old, live]
    assert locked == [live, old]  # as who splits them does: the other order would be a circle


def test_a_merge_whose_tickets_moved_meanwhile_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    reading, calls = families.all_locked, []

    def moved_once(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise families.PartMoved
        return reading(*given)

    monkeypatch.setattr(families, "all_locked", moved_once)
    assert merge(tickets, other, one).status == "merged"
    assert len(calls) == 2


def test_a_ticket_that_was_split_off_and_merged_again_stays_where_it_went() -> None:
    tickets = city_desk()
    a, b, d = (filed(tickets, name) for name in "abd")
    merge(tickets, b, d)
    merge(tickets, d, a)
    split(tickets, b)
    merge(tickets, b, a)
    split(tickets, d)
    assert tickets.get(b).duplicate_of == a and people(tickets, a) == {"talk-a", "talk-b"}
    assert people(tickets, d) == {"talk-d"}


class Merging(RuleBasedStateMachine):
    """Merges, splits, joins and leaves in any order: nobody is lost, nobody counted twice, no circle, no chain."""

    @initialize()
    def begin(self) -> None:
        self.tickets = city_desk()
        self.numbers = [filed(self.tickets, name) for name in "abcde"]
        self.count = 0
        self.left: set[str] = set()

    def key(self) -> str:
        self.count += 1
        return f"key-{self.count}"

    @rule(which=st.integers(0, 4), into=st.integers(0, 4))
    def merge(self, which: int, into: int) -> None:
        try:
            merge(self.tickets, self.numbers[which], self.numbers[into], key=self.key())
        except TicketError as error:
            assert error.code in ("merge_with_itself", "transition_not_allowed"), error

    @rule(which=st.integers(0, 4))
    def split(self, which: int) -> None:
        merged = self.tickets.get(self.numbers[which]).status is Status.MERGED
        try:
            split(self.tickets, self.numbers[which], self.key())
        except TransitionNotAllowed:
            assert not merged

    @rule(which=st.integers(0, 4), who=st.sampled_from("stuv"))
    def join(self, which: int, who: str) -> None:
        joined(self.tickets, self.numbers[which], who, idempotency_key=self.key(), contact=Contact())

    @rule(which=st.integers(0, 4), who=st.sampled_from("stuv"))
    def leave(self, which: int, who: str) -> None:
        command = LeaveTicket(idempotency_key=self.key(), number=self.numbers[which], conversation_id=f"talk-{who}")
        try:
            self.tickets.leave(command)
        except TicketNotFound:
            return

    @invariant()
    def every_merged_ticket_points_at_a_live_one(self) -> None:
        for ticket in map(self.tickets.get, self.numbers):
            if ticket.status is Status.MERGED:
                assert ticket.duplicate_of is not None
                assert self.tickets.get(ticket.duplicate_of).status is not Status.MERGED
            else:
                assert ticket.duplicate_of is None

    @invariant()
    def every_first_complainant_hears_of_a_live_ticket(self) -> None:
        for name, number in zip("abcde", self.numbers, strict=True):
            ticket = self.tickets.get(number)
            head = ticket.duplicate_of or number
            assert f"talk-{name}" in people(self.tickets, head)

    @invariant()
    def followers_are_counted_as_they_are(self) -> None:
        for number in self.numbers:
            ticket = self.tickets.get(number)
            active = [one for one in self.tickets.followers_of(number) if one.active]
            assert ticket.followers == len(active), number
            assert ticket.conversation_id not in {one.conversation_id for one in active}
            if ticket.status is Status.MERGED:
                assert not active

    @invariant()
    def every_open_ticket_has_clocks_and_no_merged_one_has(self) -> None:
        for ticket in map(self.tickets.get, self.numbers):
            running = {clock.kind for clock in ticket.clocks if clock.running}
            assert running == (set() if ticket.status is Status.MERGED else {ClockKind.ACCEPT, ClockKind.HANDLE})


TestMerging = Merging.TestCase
TestMerging.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
