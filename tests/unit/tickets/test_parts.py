"""Several units on one ticket: their parts, their clocks, the one answer, and what a parent's move does to parts."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.unit.tickets.parts_samples import (
    AGENT,
    CHIEF,
    answered,
    city_desk,
    filed,
    joined,
    step,
    told,
    unit,
    with_parts,
)
from tests.unit.tickets.ticket_samples import NOON, RULES, Clock, local, shown
from tickets.domain.clocks import ClockKind
from tickets.domain.parts import DONE, NOT_FOR_PARTS, check, part_due
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Command, Part, Role, Status
from tickets.errors import InvalidTicket, RuleForbids, TicketChanged, TransitionNotAllowed
from tickets.service.commands import DisputeTicket, WithdrawTicket
from tickets.service.desk import TicketDesk
from tickets.service.parts_commands import AddParts, BlowWhistle, ReportArrival, ReworkPart


def rework(tickets: TicketDesk, number: str, by: Actor, key: str = "rework") -> str:
    command = ReworkPart(idempotency_key=f"{key}-{number}", number=number, by=by, reason="没说清楚")
    return str(tickets.rework_part(command).status)


def street_ticket(tickets: TicketDesk, **changes: object) -> str:
    number = filed(tickets, **changes)
    step(tickets, number, "dispatch", unit="street_jade")
    return number


def whistle(tickets: TicketDesk, number: str, *units: str, by: Actor | None = None, key: str = "w") -> list[str]:
    command = BlowWhistle(
        idempotency_key=key, number=number, units=units, by=by or unit("street_jade"), reason="现场会商"
    )
    tickets.blow_whistle(command)
    return [part.number for part in tickets.parts_of(number)]


def test_each_unit_gets_a_part_of_its_own_with_its_own_clocks_before_the_parents() -> None:
    tickets = city_desk()
    number = filed(tickets)
    with_parts(tickets, number, "gas_company", "water_company")
    parent, parts = tickets.get(number), tickets.parts_of(number)
    assert [(part.unit, part.parent, part.part, part.status) for part in parts] == [
        ("gas_company", number, Part.ASSIST, Status.DISPATCHED),
        ("water_company", number, Part.ASSIST, Status.DISPATCHED),
    ]
    assert parent.part is Part.LEAD
    for part in parts:
        assert {clock.kind for clock in part.clocks if clock.running} == {ClockKind.ACCEPT, ClockKind.HANDLE}
        assert all(clock.unit == part.unit for clock in part.clocks)
        assert part.due_at < parent.due_at and part.conversation_id is None
    assert (shown(parts[0].due_at), shown(parent.due_at)) == ("2026-12-03 18:00", "2026-12-04 18:00")


@pytest.mark.parametrize(
    ("now", "due", "expected"),
    [
        ("2026-11-25 12:00", "2026-12-04 18:00", "2026-12-03 18:00"),  # a working day for the lead
        ("2026-11-25 12:00", "2026-11-30 18:00", "2026-11-28 03:00"),  # from Friday's close only half of it: half
        ("2026-12-03 12:00", "2026-12-04 18:00", "2026-12-04 03:00"),  # a day is left: half of it
        ("2026-12-05 12:00", "2026-12-04 18:00", "2026-12-07 18:00"),  # late already: one working day
        ("2026-12-31 12:00", "2027-01-08 18:00", "2027-01-07 18:00"),
    ],
)
def test_a_part_is_due_so_that_the_lead_can_still_answer(now: str, due: str, expected: str) -> None:
    at, _ = part_due(local(due), "gas_company", local(now), RULES)
    assert shown(at) == expected


def test_a_part_never_is_due_before_it_began_nor_after_a_parent_that_is_in_time() -> None:
    due = local("2026-12-04 18:00")
    for hours in range(0, 24 * 9, 5):
        now = NOON + timedelta(hours=hours)
        at, _ = part_due(due, "gas_company", now, RULES)
        assert at > now and (now >= due or at < due), (now, at)


def test_dispatching_with_assisting_units_makes_their_parts_in_the_same_step() -> None:
    tickets = city_desk()
    number = filed(tickets)
    step(tickets, number, "dispatch", assist_units=("gas_company",))
    assert [part.unit for part in tickets.parts_of(number)] == ["gas_company"]


@pytest.mark.parametrize(
    ("units", "code"),
    [
        ((), "units_missing"),
        (("urban_management",), "unit_leads"),
        (("gas_company",), "unit_has_part"),
        (("nobody",), "unit_unknown"),
    ],
)
def test_units_that_cannot_help_are_refused_and_nothing_is_stored(units: tuple[str, ...], code: str) -> None:
    tickets = city_desk()
    number = filed(tickets)
    with_parts(tickets, number, "gas_company")
    with pytest.raises(InvalidTicket) as caught:
        tickets.add_parts(AddParts(idempotency_key="x", number=number, units=units, by=AGENT, reason="x"))
    assert caught.value.code == code and len(tickets.parts_of(number)) == 1


def test_only_the_leading_unit_or_the_hotline_asks_others() -> None:
    tickets = city_desk()
    number = filed(tickets)
    step(tickets, number, "dispatch")
    command = {"number": number, "units": ("gas_company",), "reason": "x"}
    with pytest.raises(RuleForbids) as caught:
        tickets.add_parts(AddParts(idempotency_key="x", by=unit("water_company"), **command))  # type: ignore[arg-type]
    assert caught.value.code == "not_your_ticket"
    tickets.add_parts(AddParts(idempotency_key="y", by=unit("urban_management"), **command))  # type: ignore[arg-type]


@pytest.mark.parametrize("command", ["reply", "close"])
def test_a_parent_is_neither_replied_nor_closed_over_open_parts(command: str) -> None:
    tickets = city_desk()
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    if command == "close":  # a reply there was before the part was asked for
        answered(tickets, part)
        step(tickets, number, "reply")
        tickets.dispute(DisputeTicket(idempotency_key="d", number=number))
        step(tickets, number, "accept")
        command = "reply"
    with pytest.raises(RuleForbids, match=part) as caught:
        step(tickets, number, command)
    assert caught.value.code == "parts_open"
    assert tickets.get(number).status not in DONE


def test_the_leads_answer_quotes_every_part_and_ends_it() -> None:
    tickets = city_desk()
    number = filed(tickets)
    parts = with_parts(tickets, number, "gas_company", "water_company")
    answered(tickets, parts[0], "阀门已更换")
    answered(tickets, parts[1], "内部：水管旧")
    told(tickets)
    step(tickets, number, "reply", unit("urban_management"), "都处理好了", quotes={parts[1]: "水管已修"})
    entry = tickets.get(number).history[-1]
    assert entry.reason == "都处理好了\n\ngas_company: 阀门已更换\n\nwater_company: 水管已修"
    assert entry.details["own"] == "都处理好了"
    assert [part.status for part in tickets.parts_of(number)] == [Status.CLOSED, Status.CLOSED]
    reply = next(event for event in told(tickets) if event.payload["command"] == "reply")
    assert reply.payload["reply"] == entry.reason and "内部" not in str(reply.payload)


def test_a_quote_of_what_is_no_part_is_refused() -> None:
    tickets = city_desk()
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    answered(tickets, part)
    with pytest.raises(InvalidTicket) as caught:
        step(tickets, number, "reply", quotes={"20261125999999": "x"})
    assert caught.value.field == "quotes" and tickets.get(part).status is Status.REPLIED


def test_a_withdrawn_part_keeps_no_answer_waiting_and_is_not_quoted() -> None:
    tickets = city_desk()
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=part, by=AGENT))
    step(tickets, number, "reply", reason="好了")
    assert tickets.get(number).history[-1].reason == "好了"


def test_withdrawing_the_parent_takes_its_open_parts_back() -> None:
    tickets = city_desk()
    number = filed(tickets)
    parts = with_parts(tickets, number, "gas_company", "water_company")
    answered(tickets, parts[0])
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number))
    assert {tickets.get(part).status for part in parts} == {Status.WITHDRAWN}
    assert not [clock for part in parts for clock in tickets.get(part).clocks if clock.running]


def test_a_rejected_answer_opens_the_parts_it_had_quoted_with_new_clocks_and_no_others() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    number = filed(tickets)
    parts = with_parts(tickets, number, "gas_company", "water_company")
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=parts[1], by=AGENT))
    answered(tickets, parts[0])
    step(tickets, number, "reply")
    clock.at = local("2026-12-10 09:00")
    tickets.dispute(DisputeTicket(idempotency_key="d", number=number, text="没好"))
    again = tickets.get(parts[0])
    assert (again.status, tickets.get(parts[1]).status) == (Status.REOPENED, Status.WITHDRAWN)
    assert clock.at < again.due_at < tickets.get(number).due_at
    assert [each.unit for each in again.clocks if each.running] == ["gas_company", "gas_company"]
    step(tickets, number, "accept")
    with pytest.raises(RuleForbids):
        step(tickets, number, "reply")


def test_the_lead_sends_an_insufficient_part_back_and_nobody_else_does() -> None:
    tickets = city_desk()
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    answered(tickets, part)
    for stranger in ("gas_company", "water_company"):
        with pytest.raises(RuleForbids):
            rework(tickets, part, unit(stranger))
    assert rework(tickets, part, unit("urban_management")) == "reopened"
    with pytest.raises(RuleForbids):
        step(tickets, number, "reply")


def test_a_part_does_not_open_again_under_an_answered_parent() -> None:
    tickets = city_desk()
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    answered(tickets, part)
    step(tickets, number, "reply")
    with pytest.raises(RuleForbids) as caught:
        rework(tickets, part, CHIEF)
    assert caught.value.code == "parent_answered" and tickets.get(part).status is Status.CLOSED


@pytest.mark.parametrize("command", sorted(NOT_FOR_PARTS))
def test_what_belongs_to_the_parent_cannot_be_asked_of_a_part(command: Command) -> None:
    tickets = city_desk()
    [part] = with_parts(tickets, filed(tickets), "gas_company")
    with pytest.raises(RuleForbids) as caught:
        check(tickets.get(part), command, Role.SUPERVISOR, [])
    assert caught.value.code == "not_for_a_part"


def test_an_extended_part_stays_within_its_parents_time() -> None:
    tickets = city_desk()
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    step(tickets, part, "accept")
    step(tickets, part, "ask_extension", days=5)
    with pytest.raises(RuleForbids) as caught:
        step(tickets, part, "grant_extension")
    assert caught.value.code == "part_after_parent"


def test_a_version_that_somebody_else_changed_is_refused_by_name() -> None:
    tickets = city_desk()
    number = filed(tickets)
    seen = tickets.get(number).version
    step(tickets, number, "dispatch")
    with pytest.raises(TicketChanged, match="li"):
        tickets.add_parts(
            AddParts(
                idempotency_key="x",
                number=number,
                units=("gas_company",),
                by=AGENT,
                reason="x",
                expected_version=seen,
            )
        )


def test_parts_carry_the_contact_only_as_secret_as_their_parent() -> None:
    tickets = city_desk()
    number = filed(tickets, confidentiality="unit_hidden")
    [part] = with_parts(tickets, number, "gas_company")
    assert tickets.get(part).confidentiality == "unit_hidden"


def test_a_street_calls_departments_which_have_to_come() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    number = street_ticket(tickets, category="gas_supply")
    [part] = whistle(tickets, number, "gas_company")
    arrive = next(each for each in tickets.get(part).clocks if each.kind is ClockKind.ARRIVE)
    assert arrive.due_at == NOON + timedelta(minutes=30)
    with pytest.raises(RuleForbids) as caught:
        step(tickets, part, "return", unit("gas_company"), code="not_competent")
    assert caught.value.code == "arrival_owed"
    clock.at = NOON + timedelta(minutes=20)
    report = ReportArrival(idempotency_key="r", number=part, by=unit("gas_company"), reason="已到现场")
    assert tickets.report_arrival(report).status == "accepted"
    assert [each.kind for each in tickets.get(part).clocks if each.running] == [ClockKind.HANDLE]
    again = ReportArrival(idempotency_key="r2", number=part, by=unit("gas_company"), reason="又到")
    with pytest.raises(RuleForbids):
        tickets.report_arrival(again)


@pytest.mark.parametrize(
    ("category", "due"),
    [("gas_supply", "2026-11-25 12:30"), ("water_supply", "2026-11-25 14:00"), ("noise", "2026-11-26 18:00")],
)
def test_how_fast_a_called_department_comes_depends_on_the_matter(category: str, due: str) -> None:
    tickets = city_desk()
    number = street_ticket(tickets, category=category)
    [part] = whistle(tickets, number, "market_regulation")
    arrive: list[datetime] = [each.due_at for each in tickets.get(part).clocks if each.kind is ClockKind.ARRIVE]
    assert [shown(at) for at in arrive] == [due]


def test_the_whistle_is_the_streets_and_calls_no_other_street() -> None:
    tickets = city_desk()
    number = filed(tickets)
    step(tickets, number, "dispatch")
    with pytest.raises(RuleForbids) as caught:
        whistle(tickets, number, "gas_company", by=CHIEF)
    assert caught.value.code == "whistle_of_streets"
    other = street_ticket(tickets, idempotency_key="second")
    with pytest.raises(InvalidTicket) as refused:
        whistle(tickets, other, "street_lotus", key="w2")
    assert refused.value.code == "units_no_department"


def test_supervision_and_suspension_of_the_parent_leave_the_parts_working() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    [part] = with_parts(tickets, number, "gas_company")
    step(tickets, number, "suspend", until=NOON + timedelta(days=5))
    answered(tickets, part)
    assert tickets.get(part).status is Status.REPLIED
    with pytest.raises(TransitionNotAllowed):
        step(tickets, number, "reply")
