"""Transactions: what is repeated, replayed, absorbed and given up, in made-up time."""

from __future__ import annotations

import pytest
from aiosipua.message import SipRequest, SipResponse

from tests.sip_messages import PHONE, method_of, request, response, sdp, status_of
from voice.protocol.messages import read, reply
from voice.protocol.transactions import GIVE_UP_SECONDS, NoAck, NoAnswer, Outgoing, Peer, Transactions

TCP = Peer("tcp", "127.0.0.1", 5090)


def parsed(data: bytes) -> SipRequest:
    message = read(data).message
    assert isinstance(message, SipRequest)
    return message


def answered(data: bytes) -> SipResponse:
    message = read(data).message
    assert isinstance(message, SipResponse)
    return message


def run(transactions: Transactions, until: float, step: float = 0.05) -> list[tuple[float, object]]:
    """Everything that time alone brings, with its moment."""
    happened: list[tuple[float, object]] = []
    now = 0.0
    while now <= until:
        happened += [(round(now, 2), one) for one in transactions.due(now)]
        now += step
    return happened


def test_a_repeated_request_is_answered_with_the_same_bytes_and_is_not_new() -> None:
    transactions = Transactions()
    invite = parsed(request("INVITE", branch="z9hG4bKsame"))
    assert transactions.receive_request(invite, PHONE, 0.0) == (True, [])
    assert transactions.receive_request(invite, PHONE, 0.1) == (False, [])
    [sent] = transactions.respond(invite, reply(invite, 180, tag="us"), PHONE, 0.2)
    assert transactions.receive_request(invite, PHONE, 0.3) == (False, [sent])
    [final] = transactions.respond(invite, reply(invite, 200, tag="us"), PHONE, 0.4)
    assert transactions.receive_request(invite, PHONE, 20.0) == (False, [final])


def test_a_request_older_than_the_branch_rule_is_recognised_as_well() -> None:
    transactions = Transactions()
    options = parsed(request("OPTIONS", branch="1"))
    assert transactions.receive_request(options, PHONE, 0.0)[0]
    assert not transactions.receive_request(options, PHONE, 0.1)[0]
    assert transactions.receive_request(parsed(request("OPTIONS", branch="1", number=2)), PHONE, 0.2)[0]


def test_an_unacknowledged_200_is_repeated_and_then_given_up() -> None:
    transactions = Transactions()
    invite = parsed(request("INVITE", body=sdp()))
    transactions.receive_request(invite, PHONE, 0.0)
    transactions.respond(invite, reply(invite, 200, tag="us"), PHONE, 0.0)
    happened = run(transactions, GIVE_UP_SECONDS + 1)
    repeats = [at for at, one in happened if isinstance(one, Outgoing)]
    assert repeats[:5] == pytest.approx([0.5, 1.5, 3.5, 7.5, 11.5], abs=0.3)
    assert [one for _, one in happened if isinstance(one, NoAck)] == [NoAck(invite)]
    assert len(transactions) == 0


def test_an_acknowledged_200_is_not_repeated() -> None:
    transactions = Transactions()
    invite = parsed(request("INVITE", body=sdp()))
    transactions.receive_request(invite, PHONE, 0.0)
    transactions.respond(invite, reply(invite, 200, tag="us"), PHONE, 0.0)
    ack = parsed(request("ACK", to_tag="us"))
    assert transactions.receive_request(ack, PHONE, 0.1) == (True, [])
    assert transactions.receive_request(ack, PHONE, 0.2) == (False, [])
    assert run(transactions, GIVE_UP_SECONDS + 1) == []


def test_the_acknowledgement_of_a_refusal_ends_in_the_transaction() -> None:
    transactions = Transactions()
    invite = parsed(request("INVITE", branch="z9hG4bKx"))
    transactions.receive_request(invite, PHONE, 0.0)
    transactions.respond(invite, reply(invite, 486, tag="us"), PHONE, 0.0)
    assert [status_of(one.data) for one in transactions.due(0.6) if isinstance(one, Outgoing)] == [486]
    ack = parsed(request("ACK", branch="z9hG4bKx", to_tag="us"))
    assert transactions.receive_request(ack, PHONE, 0.7) == (False, [])
    assert run(transactions, GIVE_UP_SECONDS + 2) == []


def test_over_tcp_only_a_200_is_repeated() -> None:
    transactions = Transactions()
    for number, status in enumerate((486, 200)):
        invite = parsed(request("INVITE", call_id=f"c{number}"))
        transactions.receive_request(invite, TCP, 0.0)
        transactions.respond(invite, reply(invite, status, tag="us"), TCP, 0.0)
    repeated = {status_of(one.data) for _, one in run(transactions, 5) if isinstance(one, Outgoing)}
    assert repeated == {200}


def test_an_unanswered_request_of_ours_is_repeated_and_given_up() -> None:
    transactions = Transactions()
    bye = parsed(request("BYE"))
    transactions.ask(bye, PHONE, 0.0)
    happened = run(transactions, GIVE_UP_SECONDS + 1)
    assert [at for at, one in happened if isinstance(one, Outgoing)][:6] == pytest.approx(
        [0.5, 1.5, 3.5, 7.5, 11.5, 15.5], abs=0.4
    )
    assert [one for _, one in happened if isinstance(one, NoAnswer)] == [NoAnswer(bye)]


def test_a_request_over_tcp_is_sent_once() -> None:
    transactions = Transactions()
    transactions.ask(parsed(request("BYE")), TCP, 0.0)
    assert [one for _, one in run(transactions, 20)] == []


def test_a_ringing_invite_is_not_repeated_but_may_ring() -> None:
    transactions = Transactions()
    data = request("INVITE")
    invite = parsed(data)
    transactions.ask(invite, PHONE, 0.0)
    assert not transactions.is_proceeding(invite)
    found, sent = transactions.receive_response(answered(response(data, 180)), 0.2)
    assert found is invite and sent == []
    assert transactions.is_proceeding(invite)
    assert run(transactions, 60) == []


def test_a_refused_invite_is_acknowledged_each_time_and_told_once() -> None:
    transactions = Transactions()
    data = request("INVITE", branch="z9hG4bKrefused")
    invite = parsed(data)
    transactions.ask(invite, PHONE, 0.0)
    refusal = answered(response(data, 486, tag="busy"))
    found, [ack] = transactions.receive_response(refusal, 0.1)
    assert found is invite and method_of(ack.data) == "ACK"
    assert b"branch=z9hG4bKrefused" in ack.data and b"tag=busy" in ack.data
    again, [second] = transactions.receive_response(refusal, 0.2)
    assert again is None and second.data == ack.data


def test_a_repeated_200_comes_through_so_that_it_can_be_acknowledged_again() -> None:
    transactions = Transactions()
    data = request("INVITE")
    invite = parsed(data)
    transactions.ask(invite, PHONE, 0.0)
    yes = answered(response(data, 200))
    assert transactions.receive_response(yes, 0.1) == (invite, [])
    assert transactions.receive_response(yes, 0.6) == (invite, [])


def test_an_answer_nobody_asked_for_is_dropped() -> None:
    assert Transactions().receive_response(answered(response(request("BYE"), 200)), 0.0) == (None, [])


def test_what_is_remembered_is_bounded() -> None:
    transactions = Transactions(most=100)
    for number in range(1_000):
        transactions.receive_request(parsed(request("OPTIONS", call_id=f"c{number}")), PHONE, 0.0)
    assert len(transactions) == 100
