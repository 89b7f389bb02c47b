"""What the desk accepts, refuses and answers, on the store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.unit.tickets.ticket_samples import (
    AGENT,
    NOON,
    PHONE,
    RULES,
    SUPERVISOR,
    UNIT,
    Clock,
    advance_command,
    catalogue,
    desk,
    file_command,
    local,
    shown,
)
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.clocks import ClockKind
from tickets.domain.people import Contact
from tickets.domain.place import Place
from tickets.errors import (
    IdempotencyKeyReused,
    InvalidTicket,
    LookupBlocked,
    StoreUnavailable,
    TicketNotFound,
    TransitionNotAllowed,
)
from tickets.service.commands import DisputeTicket, RateTicket, SupplementTicket, UrgeTicket, WithdrawTicket
from tickets.service.desk import TicketDesk
from tickets.service.outbox import relay


def events(tickets: TicketDesk) -> list[str]:
    """Kinds of all events that wait, in order."""
    kinds: list[str] = []
    while not relay(tickets.outbox, lambda event: kinds.append(str(event.kind)), lambda: NOON + timedelta(days=9)).idle:
        pass
    return kinds


def test_a_filed_ticket_answers_with_number_unit_and_deadlines() -> None:
    receipt = desk().file(file_command())
    assert (receipt.number, receipt.unit, receipt.status) == ("20261125000001", "urban_management", "received")
    assert (shown(receipt.accept_by), shown(receipt.due_at)) == ("2026-11-26 18:00", "2026-12-04 18:00")
    assert (receipt.created, receipt.duplicate_of, receipt.respond_by) == (True, None, None)


def test_the_same_key_files_once_whatever_else_is_said() -> None:
    tickets = desk()
    first = tickets.file(file_command())
    second = tickets.file(file_command(description="something else"))
    assert (second.number, second.created) == (first.number, False)
    assert len(tickets.list()) == 1 and events(tickets) == ["TicketFiled"]


def test_without_a_category_the_hotline_dispatches_by_hand() -> None:
    assert desk().file(file_command(category=None)).unit == "hotline"


def test_an_emergency_is_told_before_everything_else_and_has_its_own_clock() -> None:
    tickets = desk()
    receipt = tickets.file(file_command(category="gas_supply", emergency=True, emergency_kind="gas"))
    assert receipt.respond_by == NOON + timedelta(minutes=30)
    assert receipt.accept_by == NOON + timedelta(minutes=15)
    assert events(tickets) == ["EmergencyRaised", "TicketFiled"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"description": " \n\x00 "}, "description_missing", "description"),
        ({"description": "字" * 4001}, "description_too_long", "description"),
        ({"nature": "wish"}, "nature_unknown", "nature"),
        ({"category": "ufo"}, "category_unknown", "category"),
        ({"language": "fr"}, "language_unknown", "language"),
        ({"channel": "Web!"}, "channel_invalid", "channel"),
        ({"confidentiality": "secret"}, "confidentiality_unknown", "confidentiality"),
        ({"category_sure": 1.5}, "category_sure_out_of_range", "category_sure"),
        ({"idempotency_key": "  "}, "idempotency_key_missing", "idempotency_key"),
        ({"idempotency_key": "k" * 201}, "idempotency_key_too_long", "idempotency_key"),
        ({"place": Place("here", latitude=30.0)}, "location_incomplete", "location"),
        ({"place": Place("here", latitude=91.0, longitude=0.0)}, "location_out_of_range", "location"),
        ({"place": Place("here", latitude=float("nan"), longitude=0.0)}, "location_out_of_range", "location"),
        ({"place": Place("字" * 501)}, "location_too_long", "location"),
        ({"occurred_at": NOON.replace(tzinfo=None)}, "occurred_at_without_zone", "occurred_at"),
        ({"occurred_at": datetime.min.replace(tzinfo=NOON.tzinfo)}, "occurred_at_out_of_range", "occurred_at"),
        ({"contact": Contact("x", "call me")}, "contact_phone_invalid", "contact_phone"),
        ({"contact": Contact("x" * 101)}, "contact_name_too_long", "contact_name"),
        ({"contact": Contact("x"), "callback": True}, "callback_without_phone", "contact_phone"),
        ({"emergency_kind": "Gas leak"}, "emergency_kind_invalid", "emergency_kind"),
    ],
)
def test_what_cannot_be_used_is_refused_with_code_and_field(changes: dict[str, Any], code: str, field: str) -> None:
    tickets = desk()
    with pytest.raises(InvalidTicket) as caught:
        tickets.file(replace(file_command(), **changes))
    assert (caught.value.code, caught.value.field) == (code, field)
    assert tickets.list() == [] and events(tickets) == []


def test_four_thousand_characters_are_accepted() -> None:
    tickets = desk()
    receipt = tickets.file(file_command(description=" " + "字" * 4000 + "\n"))
    assert len(tickets.get(receipt.number).description) == 4000


def test_of_an_anonymous_citizen_nothing_is_stored() -> None:
    tickets = desk()
    receipt = tickets.file(file_command(confidentiality="anonymous"))
    assert tickets.get(receipt.number).contact.empty


def test_a_taken_number_is_drawn_again_and_without_any_free_one_nothing_is_claimed() -> None:
    numbers = iter([5, 5, 5, 6, *[6] * 50])
    tickets = TicketDesk(MemoryTicketStore(), catalogue(), RULES, Clock(), lambda: next(numbers))
    assert tickets.file(file_command("a")).number == "20261125000005"
    assert tickets.file(file_command("b")).number == "20261125000006"
    with pytest.raises(StoreUnavailable):
        tickets.file(file_command("c"))
    assert len(tickets.list()) == 2


def test_urging_is_counted_once_a_key_and_changes_no_status() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    tickets.urge(UrgeTicket(idempotency_key="u1", number=number))
    again = tickets.urge(UrgeTicket(idempotency_key="u1", number=number))
    second = tickets.urge(UrgeTicket(idempotency_key="u2", number=f"{number[:8]} {number[8:]}", text="快一点"))
    assert (again.urged, again.created, second.urged, second.status) == (1, False, 2, "received")
    assert events(tickets) == ["TicketFiled", "TicketUrged", "TicketUrged"]


def test_a_withdrawn_ticket_can_be_neither_urged_nor_supplemented_nor_withdrawn_again() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    assert tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number)).status == "withdrawn"
    with pytest.raises(TransitionNotAllowed):
        tickets.urge(UrgeTicket(idempotency_key="u", number=number))
    with pytest.raises(TransitionNotAllowed):
        tickets.supplement(SupplementTicket(idempotency_key="s", number=number, text="more"))
    with pytest.raises(TransitionNotAllowed):
        tickets.withdraw(WithdrawTicket(idempotency_key="w2", number=number))
    assert tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number)).created is False


def test_a_refused_command_leaves_no_trace_and_its_key_may_be_used_again() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    with pytest.raises(TransitionNotAllowed):
        tickets.dispute(DisputeTicket(idempotency_key="d", number=number))
    assert len(tickets.get(number).history) == 1
    tickets.advance(advance_command(number, "reply"))
    assert tickets.dispute(DisputeTicket(idempotency_key="d", number=number)).created


def test_a_dispute_reopens_counts_and_starts_all_clocks_anew() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "replied"))
    clock.at = local("2026-12-10 09:00")
    receipt = tickets.dispute(DisputeTicket(idempotency_key="d", number=number, text="没解决"))
    assert (receipt.status, receipt.disputed) == ("reopened", 1)
    assert (shown(receipt.accept_by), shown(receipt.due_at)) == ("2026-12-11 18:00", "2026-12-21 18:00")
    clocks = tickets.get(number).clocks
    assert [str(each.kind) for each in clocks] == ["accept", "handle", "revisit", "accept", "handle"]
    assert [each.met_at for each in clocks] == [NOON, NOON, None, None, None]
    assert [each.running for each in clocks] == [False, False, False, True, True]


def test_another_unit_has_to_take_the_matter_up_anew_but_the_answer_stays_due() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    filed = tickets.file(file_command())
    tickets.advance(advance_command(filed.number, "dispatch"))
    clock.at = local("2026-11-26 09:00")
    tickets.advance(advance_command(filed.number, "return", by=UNIT, code="not_competent"))
    tickets.advance(advance_command(filed.number, "approve_return", by=AGENT))
    tickets.advance(advance_command(filed.number, "confirm_return"))
    clock.at = local("2026-11-27 09:00")
    moved = tickets.advance(advance_command(filed.number, "dispatch", "second", unit="water_company"))
    assert (moved.unit, shown(moved.accept_by), moved.due_at) == ("water_company", "2026-11-30 18:00", filed.due_at)
    owners = [(each.kind, each.unit) for each in tickets.get(filed.number).clocks if each.running]
    assert sorted(owners) == [(ClockKind.ACCEPT, "water_company"), (ClockKind.HANDLE, "water_company")]


def test_a_granted_extension_counts_from_the_old_deadline() -> None:
    tickets = desk()
    number = tickets.file(file_command(nature="help")).number
    for step in ("accept", "ask_extension", "grant_extension"):
        receipt = tickets.advance(advance_command(number, step))
    assert (receipt.status, shown(receipt.due_at)) == ("in_progress", "2026-12-03 18:00")


def test_solved_and_satisfied_are_kept_apart_and_something_must_be_said() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    tickets.advance(advance_command(number, "reply"))
    tickets.rate(RateTicket(idempotency_key="r", number=number, solved=True, satisfied=False))
    assert dict(tickets.get(number).history[-1].details) == {"solved": True, "satisfied": False}
    for nothing in (
        RateTicket(idempotency_key="r2", number=number),
        RateTicket(idempotency_key="r3", number=number, score=6),
    ):
        with pytest.raises(InvalidTicket):
            tickets.rate(nothing)


def test_staff_must_give_a_reason_and_a_unit_that_exists_and_only_when_dispatching() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    for changes, code in (
        ({"reason": " "}, "reason_missing"),
        ({"unit": "nobody"}, "unit_unknown"),
    ):
        with pytest.raises(InvalidTicket) as caught:
            tickets.advance(advance_command(number, "dispatch", **changes))
        assert caught.value.code == code
    with pytest.raises(InvalidTicket, match="dispatched"):
        tickets.advance(advance_command(number, "accept", unit="water_company"))


def test_a_key_of_another_ticket_is_refused() -> None:
    tickets = desk()
    first, second = (tickets.file(file_command(key)).number for key in "ab")
    tickets.urge(UrgeTicket(idempotency_key="u", number=first))
    with pytest.raises(IdempotencyKeyReused):
        tickets.urge(UrgeTicket(idempotency_key="u", number=second))


@pytest.mark.parametrize("number", ["", "abc", "20261125999999", "2026112599999999", "'; --"])
def test_a_number_nobody_has_is_not_found_by_any_command(number: str) -> None:
    tickets = desk()
    with pytest.raises(TicketNotFound):
        tickets.urge(UrgeTicket(idempotency_key="u", number=number))
    with pytest.raises(TicketNotFound):
        tickets.get(number)
    with pytest.raises(TicketNotFound):
        tickets.reveal(number, SUPERVISOR, "a call")
    with pytest.raises(TicketNotFound):
        tickets.find_for_citizen(number, "5678")


def test_number_and_last_four_digits_find_the_ticket() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    assert tickets.find_for_citizen(f" {number} ", "56 78").number == number


def test_a_ticket_without_telephone_is_found_by_no_ending() -> None:
    tickets = desk()
    number = tickets.file(file_command(contact=Contact())).number
    for ending in ("", "xxxx", "0000", "____"):
        with pytest.raises(TicketNotFound):
            tickets.find_for_citizen(number, ending)


def test_unknown_number_and_wrong_pair_answer_alike_and_close_after_ten_for_an_hour() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    messages = set()
    for tried in (number, "20261125999999"):
        for _ in range(10):
            with pytest.raises(TicketNotFound) as caught:
                tickets.find_for_citizen(tried, "0000")
            messages.add(str(caught.value))
        with pytest.raises(LookupBlocked):
            tickets.find_for_citizen(tried, PHONE[-4:])
    assert len(messages) == 1
    clock.at += timedelta(minutes=61)
    assert tickets.find_for_citizen(number, PHONE[-4:]).number == number


def test_revealing_needs_a_reason_and_stays_in_the_history() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    with pytest.raises(InvalidTicket):
        tickets.reveal(number, SUPERVISOR, " ")
    assert tickets.reveal(number, SUPERVISOR, "call back").contact.phone == PHONE
    last = tickets.get(number).history[-1]
    assert (last.command, last.actor, last.reason) == ("reveal", SUPERVISOR, "call back")


def test_an_export_is_masked_unless_a_named_person_gives_a_reason() -> None:
    tickets = desk()
    number = tickets.file(file_command(description=f"打{PHONE}找我")).number
    masked = next(tickets.export())
    assert (masked["contact_name"], masked["contact_phone"]) == ("王**", "138****5678")
    assert PHONE not in str(masked)
    with pytest.raises(InvalidTicket):
        tickets.export(reason="audit")
    with pytest.raises(InvalidTicket):
        tickets.export(by=SUPERVISOR, reason="")
    assert next(tickets.export(by=SUPERVISOR, reason="audit"))["contact_phone"] == PHONE
    assert tickets.get(number).history[-1].reason == "audit"


def test_an_export_goes_through_all_pages_once() -> None:
    tickets = desk()
    numbers = [tickets.file(file_command(f"k{at}")).number for at in range(450)]
    assert [row["number"] for row in tickets.export()] == sorted(numbers, reverse=True)


def test_the_end_of_a_ticket_is_when_it_ended_not_when_it_was_looked_at() -> None:
    clock = Clock()
    tickets = desk(now=clock)
    number = tickets.file(file_command()).number
    assert tickets.get(number).closed_at is None
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number))
    clock.at += timedelta(days=1)
    tickets.reveal(number, SUPERVISOR, "audit")
    assert tickets.get(number).closed_at == NOON
