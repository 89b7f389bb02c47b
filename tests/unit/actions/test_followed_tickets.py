"""The ticket form for complainants beyond the first: what they follow is theirs, and their going takes nothing away."""

from __future__ import annotations

from tests.unit.actions.complaints import filed
from tests.unit.actions.driver import Conversation, Office
from tests.unit.tickets.ticket_samples import file_command
from tickets.domain.people import Actor, Contact
from tickets.domain.vocabulary import Role, Status
from tickets.service.parts_commands import JoinTicket, MergeTicket

PHONE = "13900009999"


def followed() -> tuple[Conversation, str, Office]:
    """A talk that follows somebody else's ticket."""
    talk, number = filed()
    command = JoinTicket(
        idempotency_key="j",
        number=number,
        channel="web",
        language="zh",
        conversation_id="conversation-2",
        contact=Contact("李", PHONE),
    )
    talk.office.desk.join(command)
    return Conversation(office=talk.office, name="conversation-2"), number, talk.office


def merged() -> tuple[Conversation, str, str, Office]:
    """A talk whose own ticket was merged into that of another one."""
    office = Office()
    _, head = filed(office)
    talk = Conversation(office=office, name="conversation-2")
    contact = Contact("李", "13911118000")
    own = office.desk.file(file_command("own", conversation_id="conversation-2", contact=contact)).number
    command = MergeTicket(idempotency_key="m", number=own, into=head, by=Actor(Role.AGENT, "wang"), reason="同一件事")
    office.desk.merge(command)
    return talk, own, head, office


def test_who_follows_a_ticket_asks_after_it_without_proof() -> None:
    talk, number, _ = followed()
    said = talk.say("我的工单怎么样了", "ticket_status")
    assert said.keys == ["utter_ticket_status"] and number in said[0].text


def test_a_followers_urging_counts() -> None:
    talk, number, office = followed()
    assert talk.say("快点处理", "urge_ticket").keys == ["utter_ticket_urge"]
    assert office.desk.get(number).urged == 1


def test_a_followers_withdrawal_leaves_the_ticket_to_the_others() -> None:
    talk, number, office = followed()
    talk.say("我不投诉了", "withdraw_ticket")
    assert talk.press("/affirm").keys == ["utter_ticket_withdraw"]
    ticket = office.desk.get(number)
    assert (ticket.status, ticket.followers) == (Status.RECEIVED, 0)


def test_a_follower_who_calls_again_withdraws_by_his_own_digits_only_himself() -> None:
    _, number, office = followed()
    later = Conversation(office=office, name="conversation-3")
    later.say(f"撤销{number}，尾号9999", "withdraw_ticket")
    assert later.press("/affirm").keys == ["utter_ticket_withdraw"]
    ticket = office.desk.get(number)
    assert (ticket.status, ticket.followers) == (Status.RECEIVED, 0)


def test_of_a_merged_ticket_the_one_that_lives_on_is_told_and_urged() -> None:
    talk, own, head, office = merged()
    said = talk.say("我的工单怎么样了", "ticket_status")
    assert said.keys == ["utter_ticket_status"] and said.custom("ticket")["number"] == head
    talk.say(f"催一下{own}", "urge_ticket")
    assert (office.desk.get(head).urged, office.desk.get(own).urged) == (1, 0)


def test_the_old_number_of_a_merged_ticket_still_answers() -> None:
    _, own, head, office = merged()
    said = Conversation(office=office, name="conversation-3").say(f"查一下{own}，尾号8000", "ticket_status")
    assert said.keys == ["utter_ticket_status"] and said.custom("ticket")["number"] == head
