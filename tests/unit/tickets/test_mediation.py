"""Mediation: offered for disputes only, handed over with both consents only, and the answer is owed all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from tests.unit.tickets.parts_samples import AGENT, answered, city, city_desk, filed, heard, joined, step, told, unit
from tests.unit.tickets.ticket_samples import NOON, RULES, Clock, local, shown
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.clocks import ClockKind
from tickets.domain.mediation import Result, mediations, open_mediation
from tickets.domain.people import CITIZEN, SYSTEM, Actor
from tickets.domain.periods import Measure, Period, Periods
from tickets.domain.vocabulary import Status
from tickets.errors import InvalidTicket, RuleForbids, TransitionNotAllowed
from tickets.service.desk import TicketDesk
from tickets.service.parts_commands import OfferMediation, RecordConsent, RecordMediation, TransferMediation


def accepted(tickets: TicketDesk, name: str = "a", **changes: Any) -> str:
    number = filed(tickets, name, **{"category": "noise", **changes})
    step(tickets, number, "dispatch")
    step(tickets, number, "accept")
    return number


def offer(tickets: TicketDesk, number: str, key: str = "offer") -> Any:
    return tickets.offer_mediation(
        OfferMediation(idempotency_key=f"{key}-{number}", number=number, by=AGENT, reason="楼上楼下噪音纠纷")
    )


def consent(tickets: TicketDesk, number: str, party: str, given: bool = True, by: Actor = AGENT, **changes: Any) -> Any:
    fields = {"person": "张三", "means": "phone", **changes}
    key = f"{party}-{given}-{number}-{tickets.get(number).version}"
    return tickets.record_consent(
        RecordConsent(idempotency_key=key, number=number, party=party, given=given, by=by, **fields)
    )


def transfer(tickets: TicketDesk, number: str) -> Any:
    key = f"transfer-{number}-{tickets.get(number).version}"
    return tickets.transfer_mediation(TransferMediation(idempotency_key=key, number=number, by=AGENT, reason="请调解"))


def result(tickets: TicketDesk, number: str, outcome: str, by: Actor | None = None) -> Any:
    command = RecordMediation(
        idempotency_key=f"{outcome}-{number}",
        number=number,
        result=outcome,
        by=by or unit("mediation"),
        reason="双方达成协议",
    )
    return tickets.record_mediation(command)


def transferred(tickets: TicketDesk) -> str:
    number = accepted(tickets)
    offer(tickets, number)
    consent(tickets, number, "complainant")
    consent(tickets, number, "respondent", means="written", person="李四")
    transfer(tickets, number)
    return number


@pytest.mark.parametrize(
    "changes",
    [
        {"category": "street_light"},
        {"nature": "report"},
        {"nature": "suggestion"},
        {"emergency": True, "emergency_kind": "noise"},
        {"category": None},
    ],
)
def test_what_is_no_dispute_between_two_sides_is_not_offered_mediation(changes: dict[str, Any]) -> None:
    tickets = city_desk()
    number = accepted(tickets, **changes)
    with pytest.raises(RuleForbids) as caught:
        offer(tickets, number)
    assert caught.value.code == "not_for_mediation"


def test_an_offer_stands_once_and_is_told_to_the_citizen_alone() -> None:
    tickets = city_desk()
    number = accepted(tickets)
    joined(tickets, number, "b")
    told(tickets)
    offer(tickets, number)
    events = told(tickets)
    assert heard(events, "talk-a") == ["offer_mediation"] and heard(events, "talk-b") == []
    with pytest.raises(RuleForbids) as caught:
        offer(tickets, number, "again")
    assert caught.value.code == "mediation_open"


@pytest.mark.parametrize("given", [(), ("complainant",), ("respondent",), ("complainant", "complainant")])
def test_without_both_consents_nothing_is_handed_over(given: tuple[str, ...]) -> None:
    tickets = city_desk()
    number = accepted(tickets)
    offer(tickets, number)
    for party in given:
        consent(tickets, number, party)
    with pytest.raises(RuleForbids) as caught:
        transfer(tickets, number)
    missing = {"complainant", "respondent"} - set(given)
    assert caught.value.code == "consent_missing" and all(party in str(caught.value) for party in missing)
    assert tickets.get(number).status is Status.ACCEPTED and tickets.parts_of(number) == []


def test_a_refusal_ends_the_offer_and_another_may_be_made_later() -> None:
    tickets = city_desk()
    number = accepted(tickets)
    offer(tickets, number)
    consent(tickets, number, "complainant")
    consent(tickets, number, "respondent", given=False)
    assert open_mediation(tickets.get(number)) is None
    with pytest.raises(RuleForbids):
        transfer(tickets, number)
    with pytest.raises(RuleForbids):
        consent(tickets, number, "respondent")
    offer(tickets, number, "later")
    with pytest.raises(RuleForbids):
        transfer(tickets, number)  # consents of the first offer do not count for the second


def test_who_consented_how_and_when_is_on_record_and_the_name_stays_out_of_events_and_reprs() -> None:
    tickets = city_desk()
    number = transferred(tickets)
    [mediation] = mediations(tickets.get(number))
    record = {str(party): (one.person, str(one.means), one.at) for party, one in mediation.consents.items()}
    assert record == {"complainant": ("张三", "phone", NOON), "respondent": ("李四", "written", NOON)}
    assert not [event for event in told(tickets) if "张三" in str(event.payload) or "李四" in str(event.payload)]
    assert "李四" not in repr(mediation) and "李四" not in repr(tickets.get(number))


def test_a_citizen_consents_for_himself_only() -> None:
    tickets = city_desk()
    number = accepted(tickets)
    offer(tickets, number)
    consent(tickets, number, "complainant", by=CITIZEN, means="chat")
    with pytest.raises(RuleForbids) as caught:
        consent(tickets, number, "respondent", by=CITIZEN, means="chat")
    assert caught.value.code == "not_your_side"


@pytest.mark.parametrize(
    ("changes", "field"), [({"party": "judge"}, "party"), ({"means": "dream"}, "means"), ({"person": " "}, "person")]
)
def test_a_consent_that_cannot_be_used_names_the_field(changes: dict[str, str], field: str) -> None:
    tickets = city_desk()
    number = accepted(tickets)
    offer(tickets, number)
    party = changes.pop("party", "complainant")
    with pytest.raises(InvalidTicket) as caught:
        consent(tickets, number, party, **changes)
    assert caught.value.field == field


def test_while_it_is_mediated_the_clock_stands_and_the_body_has_a_part_with_its_own() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    number = transferred(tickets)
    ticket, [part] = tickets.get(number), tickets.parts_of(number)
    assert (ticket.status, part.unit, part.due_at) == (Status.SUSPENDED, "mediation", NOON + timedelta(days=30))
    assert ticket.suspended_until == NOON + timedelta(days=30)
    clock.at = local("2026-11-30 12:00")
    assert result(tickets, number, "settled").status == "in_progress"
    after = tickets.get(number)
    assert (shown(ticket.due_at), shown(after.due_at)) == ("2026-12-04 18:00", "2026-12-09 18:00")
    assert tickets.get(part.number).status is Status.REPLIED
    assert mediations(after)[-1].result is Result.SETTLED


@pytest.mark.parametrize("outcome", ["settled", "failed", "ended"])
def test_whatever_comes_of_it_the_lead_still_answers_the_citizen(outcome: str) -> None:
    tickets = city_desk()
    number = transferred(tickets)
    result(tickets, number, outcome)
    assert step(tickets, number, "reply", reason="调解结果如下").status == "replied"
    assert "双方达成协议" in tickets.get(number).history[-1].reason


def test_nobody_answers_or_mediates_twice_while_it_is_mediated() -> None:
    tickets = city_desk()
    number = transferred(tickets)
    for act in (lambda: step(tickets, number, "reply"), lambda: offer(tickets, number, "x")):
        with pytest.raises(TransitionNotAllowed):
            act()
    result(tickets, number, "failed")
    with pytest.raises(TransitionNotAllowed):
        tickets.record_mediation(
            RecordMediation(idempotency_key="r2", number=number, result="settled", by=AGENT, reason="x")
        )


def test_only_the_body_the_leading_unit_or_the_hotline_brings_the_result() -> None:
    tickets = city_desk()
    number = transferred(tickets)
    with pytest.raises(RuleForbids) as caught:
        result(tickets, number, "settled", unit("gas_company"))
    assert caught.value.code == "not_your_ticket"


def test_a_mediation_without_result_lapses_and_the_work_goes_on() -> None:
    clock = Clock()
    tickets = city_desk(now=clock)
    number = transferred(tickets)
    [part] = tickets.parts_of(number)
    clock.at = NOON + timedelta(days=30)
    assert step(tickets, number, "resume", SYSTEM).status == "in_progress"
    assert tickets.get(part.number).status is Status.WITHDRAWN
    assert mediations(tickets.get(number))[-1].result is Result.LAPSED
    with pytest.raises(RuleForbids):
        transfer(tickets, number)
    assert step(tickets, number, "reply").status == "replied"


def test_a_body_that_reports_by_its_part_does_not_have_to_report_twice() -> None:
    tickets = city_desk()
    number = transferred(tickets)
    [part] = tickets.parts_of(number)
    answered(tickets, part.number, "调解书已签")
    result(tickets, number, "settled")
    assert tickets.get(part.number).history[-1].reason == "调解书已签"


@pytest.mark.parametrize("outcome", ["lapsed", "won"])
def test_a_result_that_nobody_can_bring_is_refused(outcome: str) -> None:
    tickets = city_desk()
    number = transferred(tickets)
    with pytest.raises(InvalidTicket) as caught:
        result(tickets, number, outcome)
    assert caught.value.field == "result" and tickets.get(number).status is Status.SUSPENDED


def test_an_ordinary_suspension_is_no_mediation() -> None:
    tickets = city_desk()
    number = accepted(tickets)
    offer(tickets, number)
    step(tickets, number, "suspend", until=NOON + timedelta(days=3))
    with pytest.raises(RuleForbids) as caught:
        result(tickets, number, "settled")
    assert caught.value.code == "no_mediation"
    step(tickets, number, "resume")
    assert open_mediation(tickets.get(number)) is not None
    assert [each.kind for each in tickets.get(number).clocks if each.running] == [ClockKind.HANDLE]


@pytest.mark.parametrize("stands", ["returned", "pre_checked", "suspended"])
def test_a_result_is_recorded_also_where_the_body_never_took_its_part_up(stands: str) -> None:
    tickets = city_desk()
    number = transferred(tickets)
    [part] = tickets.parts_of(number)
    if stands == "suspended":
        step(tickets, part.number, "accept")
        step(tickets, part.number, "suspend", until=NOON + timedelta(days=3))
    else:
        step(tickets, part.number, "return", unit("mediation"), code="not_competent")
    if stands == "pre_checked":
        step(tickets, part.number, "approve_return", AGENT)
        step(tickets, part.number, "confirm_return")
    assert tickets.get(part.number).status == stands
    assert result(tickets, number, "failed", AGENT).status == "in_progress"
    assert tickets.get(part.number).status is Status.WITHDRAWN
    assert step(tickets, number, "reply").status == "replied"


def test_a_city_may_count_the_time_of_mediation_in_working_days() -> None:
    periods = Periods({"mediation": Period(20, Measure.WORKING_DAYS)})
    tickets = TicketDesk(MemoryTicketStore(), city(), replace(RULES, periods=periods), Clock(), count(1).__next__)
    ticket = tickets.get(transferred(tickets))
    assert ticket.suspended_until is not None and shown(ticket.suspended_until) == "2026-12-23 18:00"
