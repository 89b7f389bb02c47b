"""Staying registered, and answering challenges, in made-up time."""

from __future__ import annotations

from itertools import count

import pytest
from aiosipua.message import SipRequest, SipResponse

from tests.sip_messages import header_of, response
from voice.protocol.core import Identity
from voice.protocol.digest import Attempts, Credentials
from voice.protocol.messages import read
from voice.protocol.registering import Account, Registration, RegistrationState

ASKS = 'WWW-Authenticate: Digest realm="city", nonce="{}", qop="auth"'


def registration() -> Registration:
    ids = count(1)
    identity = Identity("bot", "city.example", {"udp": ("127.0.0.1", 5060)})
    account = Account("city.example", Credentials("bot", "secret"), expires_seconds=300)
    return Registration(identity, "udp", account, lambda: f"id{next(ids)}")


def answer(request: SipRequest, status: int, *headers: str) -> SipResponse:
    message = read(response(bytes(request), status, headers=headers)).message
    assert isinstance(message, SipResponse)
    return message


def registered(ours: Registration, now: float = 0.0, expires: int = 300) -> SipRequest:
    first = ours.start()
    again = ours.receive(401, answer(first, 401, ASKS.format("n1")), now)
    assert again is not None and "Digest" in header_of(bytes(again), "Authorization")
    contact = f"Contact: <sip:other@127.0.0.9:5060>;expires=9, <sip:bot@127.0.0.1:5060>;expires={expires}"
    assert ours.receive(200, answer(again, 200, contact), now) is None
    return again


def test_a_challenge_is_answered_and_the_registration_renewed_before_it_ends() -> None:
    ours = registration()
    first = registered(ours, expires=120)
    assert ours.state is RegistrationState.REGISTERED and ours.next_at == pytest.approx(108)
    assert ours.due(100) is None
    renewal = ours.due(109)
    assert renewal is not None and header_of(bytes(renewal), "Call-ID") == header_of(bytes(first), "Call-ID")
    assert header_of(bytes(renewal), "CSeq") == "3 REGISTER"
    assert ours.state is RegistrationState.REGISTERED


def test_a_wrong_password_is_tried_every_five_minutes_and_no_more() -> None:
    ours = registration()
    first = ours.start()
    again = ours.receive(401, answer(first, 401, ASKS.format("n1")), 0.0)
    assert again is not None
    assert ours.receive(401, answer(again, 401, ASKS.format("n2")), 0.0) is None
    assert ours.state is RegistrationState.REFUSED and ours.next_at == 300


def test_a_nonce_that_grew_old_is_answered_again() -> None:
    ours = registration()
    again = ours.receive(401, answer(ours.start(), 401, ASKS.format("n1")), 0.0)
    assert again is not None
    third = ours.receive(401, answer(again, 401, ASKS.format("n2") + ", stale=true"), 0.0)
    assert third is not None and 'nonce="n2"' in header_of(bytes(third), "Authorization")


def test_silence_is_followed_by_later_and_later_attempts() -> None:
    ours, now, waits = registration(), 0.0, []
    ours.start()
    for _ in range(8):
        ours.receive(408, None, now)
        assert ours.state is RegistrationState.SILENT and ours.next_at is not None
        waits.append(ours.next_at - now)
        now = ours.next_at
        assert ours.due(now) is not None
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]


def test_an_interval_that_is_too_short_is_made_longer() -> None:
    ours = registration()
    longer = ours.receive(423, answer(ours.start(), 423, "Min-Expires: 600"), 0.0)
    assert longer is not None and header_of(bytes(longer), "Expires") == "600"


def test_leaving_asks_to_be_forgotten() -> None:
    ours = registration()
    assert ours.leave() is None
    registered(ours)
    goodbye = ours.leave()
    assert goodbye is not None and header_of(bytes(goodbye), "Expires") == "0" and ours.next_at is None
    assert ours.receive(200, answer(goodbye, 200), 1.0) is None
    assert ours.state is RegistrationState.GONE


def test_the_arithmetic_is_that_of_the_standard() -> None:
    """The example of RFC 7616 3.9.1 (MD5), with its client nonce."""
    attempts = Attempts(Credentials("Mufasa", "Circle of Life"))
    value = (
        'WWW-Authenticate: Digest realm="http-auth@example.org", qop="auth", algorithm=MD5, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    asked = answer(registration().start(), 401, value)
    header = attempts.answer(asked, "GET", "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    assert header is not None and 'response="8ca523f5e9506fed4657c9700eebdbec"' in header[1]


def test_the_stronger_of_two_challenges_is_answered() -> None:
    asked = answer(registration().start(), 401, ASKS.format("weak"), ASKS.format("strong") + ", algorithm=SHA-256")
    header = Attempts(Credentials("a", "b")).answer(asked, "REGISTER", "sip:x", "c")
    assert header is not None and 'nonce="strong"' in header[1]


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(Account("x", Credentials("bot", "secret")))
