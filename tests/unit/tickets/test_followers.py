"""Several complainants on one ticket: joining counts a person once, everybody hears once, whoever wants may go."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.unit.tickets.parts_samples import (
    AGENT,
    CHIEF,
    answered,
    city_desk,
    filed,
    heard,
    joined,
    merge,
    step,
    told,
    with_parts,
)
from tickets.domain.people import Contact
from tickets.domain.vocabulary import Status
from tickets.errors import InvalidTicket, RuleForbids, TicketNotFound, TransitionNotAllowed
from tickets.service.commands import AdvanceTicket, DisputeTicket, SupplementTicket, UrgeTicket, WithdrawTicket
from tickets.service.parts_commands import LeaveTicket


def test_who_joins_is_counted_once_whatever_key_conversation_or_telephone_is_used_again() -> None:
    tickets = city_desk()
    number = filed(tickets)
    first = joined(tickets, number, "b", text="我家也是")
    again = joined(tickets, number, "b")
    same_talk = joined(tickets, number, "b", idempotency_key="other")
    same_phone = joined(tickets, number, "c", conversation_id="talk-z", contact=tickets.followers_of(number)[0].contact)
    assert [first.outcome, again.outcome, same_talk.outcome, same_phone.outcome] == ["joined", *["already"] * 3]
    assert tickets.get(number).followers == 1 and len(tickets.followers_of(number)) == 1
    assert tickets.followers_of(number)[0].text == "我家也是"


def test_the_first_complainant_cannot_follow_himself_but_his_words_are_kept() -> None:
    tickets = city_desk()
    number = filed(tickets, "a")
    outcome = joined(tickets, number, "a", text="还没人来").outcome
    assert outcome == "own" and tickets.get(number).followers == 0
    assert (tickets.get(number).history[-1].command, tickets.get(number).history[-1].reason) == (
        "supplement",
        "还没人来",
    )


def test_of_an_anonymous_follower_no_contact_is_stored() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b", confidentiality="anonymous")
    assert tickets.followers_of(number)[0].contact == Contact()


@pytest.mark.parametrize(
    ("changes", "field"), [({"language": "fr"}, "language"), ({"contact": Contact("x", "call me")}, "contact_phone")]
)
def test_a_join_that_cannot_be_used_is_refused_and_stores_nothing(changes: dict[str, object], field: str) -> None:
    tickets = city_desk()
    number = filed(tickets)
    with pytest.raises(InvalidTicket) as caught:
        joined(tickets, number, "b", **changes)
    assert caught.value.field == field and tickets.followers_of(number) == []


def test_a_finished_ticket_and_a_part_take_nobody_in() -> None:
    tickets = city_desk()
    number = filed(tickets)
    [part] = with_parts(tickets, number, "gas_company")
    with pytest.raises(RuleForbids) as caught:
        joined(tickets, part, "b")
    assert caught.value.code == "not_for_a_part"
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number))
    with pytest.raises(TransitionNotAllowed):
        joined(tickets, number, "b")


def test_every_complainant_hears_each_public_step_once_in_his_own_language() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b", language="ko", channel="phone")
    joined(tickets, number, "c", language="ru")
    told(tickets)
    step(tickets, number, "pre_check")
    step(tickets, number, "dispatch")
    step(tickets, number, "accept")
    step(tickets, number, "reply", reason="修好了")
    events = told(tickets)
    for who in ("b", "c"):
        assert heard(events, f"talk-{who}") == ["dispatch", "accept", "reply"]  # the pre-check is the office's own
    assert len({event.event_id for event in events}) == len(events)
    copies = {event.payload["language"]: event for event in events if event.payload.get("follower")}
    assert set(copies) == {"ko", "ru"} and copies["ko"].payload["channel"] == "phone"
    assert all("138" not in str(event.payload) and "139" not in str(event.payload) for event in events)


def test_a_repeated_command_tells_nobody_twice() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    told(tickets)
    command = AdvanceTicket(idempotency_key="d", number=number, command="dispatch", by=CHIEF, reason="去办")
    assert [tickets.advance(command).created for _ in range(2)] == [True, False]
    assert heard(told(tickets), "talk-b") == ["dispatch"]


def test_a_followers_urging_counts_on_the_ticket() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    assert tickets.urge(UrgeTicket(idempotency_key="u", number=number)).urged == 1
    assert [ticket.number for ticket in tickets.of_conversation("talk-b")] == [number]


def test_a_followers_dispute_is_news_to_the_first_complainant_and_not_to_himself() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    joined(tickets, number, "c")
    for command in ("dispatch", "accept", "reply"):
        step(tickets, number, command)
    told(tickets)
    tickets.dispute(DisputeTicket(idempotency_key="d", number=number, text="没修好", conversation_id="talk-b"))
    own = {event.conversation_id: event.payload["own"] for event in told(tickets)}
    assert own == {"talk-a": False, "talk-b": True, "talk-c": False}


def test_who_leaves_hears_nothing_more_and_the_ticket_goes_on() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    receipt = tickets.leave(LeaveTicket(idempotency_key="l", number=number, conversation_id="talk-b"))
    told(tickets)
    step(tickets, number, "dispatch")
    assert receipt.status == "received" and tickets.get(number).followers == 0
    assert heard(told(tickets), "talk-b") == [] and tickets.of_conversation("talk-b") == []
    with pytest.raises(TicketNotFound):
        tickets.leave(LeaveTicket(idempotency_key="l2", number=number, conversation_id="talk-b"))


def test_who_left_may_join_again() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    tickets.leave(LeaveTicket(idempotency_key="l", number=number, conversation_id="talk-b"))
    assert joined(tickets, number, "b", idempotency_key="again").outcome == "joined"
    assert tickets.get(number).followers == 1 and len(tickets.followers_of(number)) == 1


@pytest.mark.parametrize("proof", [{"conversation_id": "talk-b"}, {"phone_last4": None}])
def test_a_followers_withdrawal_takes_nothing_from_the_others(proof: dict[str, str | None]) -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    ending = (tickets.followers_of(number)[0].contact.phone or "")[-4:]
    given = {name: value or ending for name, value in proof.items()}
    receipt = tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number, **given))
    assert receipt.status == "received" and tickets.get(number).followers == 0


def test_when_the_first_complainant_withdraws_who_follows_longest_takes_the_place() -> None:
    tickets = city_desk()
    number = filed(tickets)
    for name in ("b", "c"):
        joined(tickets, number, name)
    told(tickets)
    receipt = tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number, conversation_id="talk-a"))
    ticket = tickets.get(number)
    assert (receipt.status, ticket.conversation_id, ticket.language, ticket.followers) == (
        "received",
        "talk-b",
        "en",
        1,
    )
    step(tickets, number, "dispatch")
    assert Counter(event.conversation_id for event in told(tickets) if event.payload["command"] == "dispatch") == {
        "talk-b": 1,
        "talk-c": 1,
    }
    assert tickets.of_conversation("talk-a") == []


def test_units_of_parts_call_whoever_is_the_tickets_citizen_now() -> None:
    tickets = city_desk()
    number = filed(tickets, contact=Contact("a", None))
    joined(tickets, number, "b", contact=Contact("b", "13900009999"), confidentiality="unit_hidden")
    [part, done] = with_parts(tickets, number, "gas_company", "water_company")
    tickets.withdraw(WithdrawTicket(idempotency_key="p", number=done, by=AGENT))
    given = SupplementTicket(idempotency_key="s", number=number, text="请回电", contact_phone="13911112222")
    tickets.supplement(given)
    assert tickets.get(part).contact == Contact("a", "13911112222")
    tickets.withdraw(WithdrawTicket(idempotency_key="w", number=number, conversation_id="talk-a"))
    heir = tickets.get(part)
    assert (heir.contact, heir.confidentiality) == (Contact("b", "13900009999"), "unit_hidden")
    assert heir.conversation_id is None
    assert tickets.get(done).contact == Contact("a", None)


def test_when_the_last_complainant_withdraws_the_ticket_ends() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    for name in ("a", "b"):
        tickets.withdraw(WithdrawTicket(idempotency_key=f"w{name}", number=number, conversation_id=f"talk-{name}"))
    assert tickets.get(number).status is Status.WITHDRAWN


def test_a_follower_finds_the_ticket_by_its_number_and_his_own_digits() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b", contact=Contact("b", "13900009999"))
    assert tickets.find_for_citizen(number, "9999").number == number
    tickets.leave(LeaveTicket(idempotency_key="l", number=number, conversation_id="talk-b"))
    with pytest.raises(TicketNotFound):
        tickets.find_for_citizen(number, "9999")


def test_with_many_followers_their_endings_open_nothing() -> None:
    tickets = city_desk()
    number = filed(tickets)
    for each in range(11):
        joined(tickets, number, f"n{each}", contact=Contact("n", f"1390000{each:04d}"))
    with pytest.raises(TicketNotFound):
        tickets.find_for_citizen(number, "0003")


def test_a_join_of_a_merged_ticket_goes_to_the_live_one() -> None:
    tickets = city_desk()
    one, other = filed(tickets, "a"), filed(tickets, "b")
    merge(tickets, other, one)
    receipt = joined(tickets, other, "c").receipt
    assert receipt.number == one and tickets.get(one).followers == 2


def test_a_telephone_follower_without_conversation_hears_too() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b", conversation_id=None, channel="phone")
    told(tickets)
    step(tickets, number, "dispatch")
    [copy] = [event for event in told(tickets) if event.payload.get("follower")]
    assert copy.conversation_id is None and copy.payload["recipient"] == tickets.followers_of(number)[0].key


def test_parts_tell_no_citizen_anything() -> None:
    tickets = city_desk()
    number = filed(tickets)
    joined(tickets, number, "b")
    [part] = with_parts(tickets, number, "gas_company")
    told(tickets)
    answered(tickets, part)
    assert {event.conversation_id for event in told(tickets)} == {None}
