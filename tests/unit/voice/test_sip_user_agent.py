"""The user agent without sockets: what comes in, what goes out, what it makes of it."""

from __future__ import annotations

import pytest

from tests.sip_messages import (
    DESK,
    PHONE,
    agent,
    dialled,
    events,
    header_of,
    method_of,
    request,
    response,
    sdp,
    sent,
    status_of,
    statuses,
    tag_in,
)  # fmt: skip
from voice.protocol.admission import Limits
from voice.protocol.calls import (
    Acknowledged,
    Answered,
    Call,
    HungUp,
    InviteReceived,
    KeyReceived,
    Refused,
    Reoffered,
    Replied,
    Ringing,
    TransferNews,
)
from voice.protocol.digest import Credentials
from voice.protocol.messages import Refusal
from voice.protocol.transactions import Outgoing, Peer
from voice.protocol.useragent import Output, UserAgent

STRANGER = Peer("udp", "192.0.2.7", 5060)


def established(line: UserAgent, call_id: str = "call-1") -> tuple[Call, str]:
    """A call that came in, was answered and acknowledged; and our tag."""
    [event] = events(line.receive(request("INVITE", call_id=call_id, body=sdp()), PHONE, 0.0))
    assert isinstance(event, InviteReceived)
    [yes] = sent(line.answer(event.call, "v=0", 0.0))
    tag = tag_in(header_of(yes, "To"))
    line.receive(request("ACK", call_id=call_id, to_tag=tag), PHONE, 0.1)
    return event.call, tag


class TestCallsThatComeIn:
    def test_an_invite_is_told_once_however_often_it_is_sent(self) -> None:
        line = agent()
        invite = request("INVITE", body=sdp(), branch="z9hG4bKone")
        first = line.receive(invite, PHONE, 0.0)
        assert [type(one) for one in events(first)] == [InviteReceived]
        assert statuses(first) == [100]
        for _ in range(2):
            assert events(line.receive(invite, PHONE, 0.001)) == []
        assert len(line.calls) == 1

    def test_after_the_answer_a_repeated_invite_gets_the_same_answer(self) -> None:
        line = agent()
        invite = request("INVITE", body=sdp(), branch="z9hG4bKone")
        [event] = events(line.receive(invite, PHONE, 0.0))
        assert isinstance(event, InviteReceived)
        yes = sent(line.answer(event.call, "v=0", 0.1))
        assert sent(line.receive(invite, PHONE, 0.2)) == yes
        assert tag_in(header_of(yes[0], "To")) and header_of(yes[0], "Contact") == "<sip:bot@127.0.0.1:5060>"

    def test_bye_ends_the_call_and_its_repetition_is_answered_too(self) -> None:
        line = agent()
        call, tag = established(line)
        bye = request("BYE", number=2, to_tag=tag, branch="z9hG4bKbye")
        outputs = line.receive(bye, PHONE, 1.0)
        assert statuses(outputs) == [200] and events(outputs) == [HungUp(call)]
        repeated = line.receive(bye, PHONE, 1.5)
        assert statuses(repeated) == [200] and events(repeated) == []
        assert line.calls == []

    @pytest.mark.parametrize("method", ["INVITE", "BYE", "INFO", "UPDATE", "NOTIFY"])
    def test_a_request_inside_a_call_that_does_not_exist_gets_481(self, method: str) -> None:
        line = agent()
        established(line)
        assert statuses(line.receive(request(method, number=5, to_tag="nope"), PHONE, 1.0)) == [481]
        assert len(line.calls) == 1

    def test_another_phones_tag_cannot_end_the_call(self) -> None:
        line = agent()
        _, tag = established(line)
        assert statuses(line.receive(request("BYE", number=2, to_tag=tag, from_tag="other"), PHONE, 1.0)) == [481]
        assert len(line.calls) == 1

    def test_an_old_number_gets_500(self) -> None:
        line = agent()
        _, tag = established(line)
        assert statuses(line.receive(request("BYE", number=1, to_tag=tag), PHONE, 1.0)) == [500]

    def test_cancel_ends_a_call_that_was_not_answered(self) -> None:
        line = agent()
        [event] = events(line.receive(request("INVITE", branch="z9hG4bKc", body=sdp()), PHONE, 0.0))
        assert isinstance(event, InviteReceived)
        outputs = line.receive(request("CANCEL", branch="z9hG4bKc"), PHONE, 0.1)
        assert statuses(outputs) == [200, 487] and events(outputs) == [HungUp(event.call)]
        assert line.answer(event.call, "v=0", 0.2) == []

    def test_cancel_that_crosses_the_answer_changes_nothing(self) -> None:
        line = agent()
        [event] = events(line.receive(request("INVITE", branch="z9hG4bKc", body=sdp()), PHONE, 0.0))
        assert isinstance(event, InviteReceived)
        line.answer(event.call, "v=0", 0.05)
        outputs = line.receive(request("CANCEL", branch="z9hG4bKc"), PHONE, 0.1)
        assert statuses(outputs) == [200] and events(outputs) == []
        assert len(line.calls) == 1

    def test_cancel_of_nothing_gets_481(self) -> None:
        assert statuses(agent().receive(request("CANCEL"), PHONE, 0.0)) == [481]

    def test_an_offer_in_the_acknowledgement_comes_through(self) -> None:
        line = agent()
        [event] = events(line.receive(request("INVITE"), PHONE, 0.0))
        assert isinstance(event, InviteReceived) and event.offer is None
        [yes] = sent(line.answer(event.call, "v=0", 0.0))
        ack = request("ACK", to_tag=tag_in(header_of(yes, "To")), body=sdp())
        assert events(line.receive(ack, PHONE, 0.1)) == [Acknowledged(event.call, sdp())]

    def test_without_an_acknowledgement_the_call_ends_with_bye(self) -> None:
        line = agent()
        [event] = events(line.receive(request("INVITE", body=sdp()), PHONE, 0.0))
        assert isinstance(event, InviteReceived)
        line.answer(event.call, "v=0", 0.0)
        outputs: list[Output] = []
        for tenth in range(400):
            outputs += line.due(tenth / 10)
        assert HungUp(event.call, lost=True) in outputs
        assert "BYE" in [method_of(data) for data in sent(outputs)]
        assert line.calls == []

    def test_an_offer_that_comes_before_the_acknowledgement_changes_nothing_of_that(self) -> None:
        line = agent()
        [event] = events(line.receive(request("INVITE", body=sdp()), PHONE, 0.0))
        assert isinstance(event, InviteReceived)
        [yes] = sent(line.answer(event.call, "v=0", 0.0))
        tag = tag_in(header_of(yes, "To"))
        assert events(line.receive(request("INVITE", number=2, to_tag=tag, body=sdp()), PHONE, 0.1))
        outputs = [one for tenth in range(400) for one in line.due(tenth / 10)]
        assert HungUp(event.call, lost=True) in outputs and line.calls == []

    def test_a_call_of_ours_that_still_rings_cannot_be_answered_by_us(self) -> None:
        line = agent()
        call, _ = dialled(line)
        assert line.answer(call, "v=0", 0.1) == [] and line.refuse(call, Refusal(486), 0.1) == []
        assert line.calls == [call]

    def test_hanging_up_waits_for_the_acknowledgement_of_our_answer(self) -> None:
        line = agent()
        [event] = events(line.receive(request("INVITE", body=sdp()), PHONE, 0.0))
        assert isinstance(event, InviteReceived)
        [yes] = sent(line.answer(event.call, "v=0", 0.0))
        assert line.hang_up(event.call, 0.05) == []
        outputs = line.receive(request("ACK", to_tag=tag_in(header_of(yes, "To"))), PHONE, 0.1)
        assert [method_of(data) for data in sent(outputs)] == ["BYE"]

    def test_our_bye_is_repeated_until_it_is_answered(self) -> None:
        line = agent()
        call, _ = established(line)
        [bye] = sent(line.hang_up(call, 1.0))
        assert method_of(bye) == "BYE" and header_of(bye, "CSeq") == "1 BYE"
        assert sent(line.due(1.6)) == [bye]
        [replied] = events(line.receive(response(bye, 200), PHONE, 1.7))
        assert isinstance(replied, Replied)
        assert [one for tenth in range(18, 400) for one in line.due(tenth / 10)] == []

    def test_hold_is_an_offer_inside_the_call(self) -> None:
        line = agent()
        call, tag = established(line)
        offer = sdp(direction="sendonly")
        [event] = events(line.receive(request("INVITE", number=2, to_tag=tag, body=offer), PHONE, 1.0))
        assert isinstance(event, Reoffered) and event.call is call and event.offer == offer
        assert statuses(line.answer(call, "v=0", 1.0, event.request)) == [200]

    def test_a_second_offer_while_the_first_is_open_gets_491(self) -> None:
        line = agent()
        _, tag = established(line)
        line.receive(request("INVITE", number=2, to_tag=tag, body=sdp()), PHONE, 1.0)
        assert statuses(line.receive(request("INVITE", number=3, to_tag=tag, body=sdp()), PHONE, 1.1)) == [491]

    def test_a_refused_offer_leaves_the_call_as_it_is(self) -> None:
        line = agent()
        call, tag = established(line)
        [event] = events(line.receive(request("INVITE", number=2, to_tag=tag, body=sdp()), PHONE, 1.0))
        assert isinstance(event, Reoffered)
        assert statuses(line.refuse(call, Refusal(488), 1.0, event.request)) == [488]
        assert line.calls == [call]

    def test_a_key_in_a_message_is_told(self) -> None:
        line = agent()
        call, tag = established(line)
        info = request("INFO", number=2, to_tag=tag, body="Signal=#\r\nDuration=160\r\n",
                       headers=("Content-Type: application/dtmf-relay",))  # fmt: skip
        outputs = line.receive(info, PHONE, 1.0)
        assert statuses(outputs) == [200] and events(outputs) == [KeyReceived(call, "#")]

    def test_news_of_a_transfer_is_told(self) -> None:
        line = agent()
        call, tag = established(line)
        notify = request("NOTIFY", number=2, to_tag=tag, body="SIP/2.0 180 Ringing\r\n",
                         headers=("Event: refer", "Content-Type: message/sipfrag"))  # fmt: skip
        assert events(line.receive(notify, PHONE, 1.0)) == [TransferNews(call, 180, "Ringing")]

    def test_update_without_a_description_refreshes_the_call(self) -> None:
        line = agent()
        _, tag = established(line)
        assert statuses(line.receive(request("UPDATE", number=2, to_tag=tag), PHONE, 1.0)) == [200]

    def test_the_same_call_on_a_second_way_gets_482(self) -> None:
        line = agent()
        line.receive(request("INVITE", body=sdp()), PHONE, 0.0)
        assert statuses(line.receive(request("INVITE", body=sdp()), PHONE, 0.0)) == [482]

    def test_after_hanging_up_the_other_side_is_reached_through_its_proxy(self) -> None:
        line = agent()
        invite = request("INVITE", body=sdp(), headers=("Record-Route: <sip:127.0.0.9:5099;lr>",))
        [event] = events(line.receive(invite, PHONE, 0.0))
        assert isinstance(event, InviteReceived)
        [yes] = sent(line.answer(event.call, "v=0", 0.0))
        line.receive(request("ACK", to_tag=tag_in(header_of(yes, "To"))), PHONE, 0.1)
        [bye] = line.hang_up(event.call, 1.0)
        assert isinstance(bye, Outgoing) and bye.peer == Peer("udp", "127.0.0.9", 5099)
        assert header_of(bye.data, "Route") == "<sip:127.0.0.9:5099;lr>"


class TestScreening:
    @pytest.mark.parametrize(
        ("message", "status"),
        [
            (request("SUBSCRIBE"), 405),
            (request("FROBNICATE"), 501),
            (request("INVITE", headers=("Require: nothingSupportsThis",), body=sdp()), 420),
            (request("INVITE", headers=("Content-Type: text/plain",), body="hello"), 415),
            (request("INVITE", uri="http://example.org/"), 416),
            (request("INVITE").replace(b"SIP/2.0\r\nVia", b"SIP/7.0\r\nVia"), 505),
            (request("INVITE").replace(b"CSeq: 1 INVITE", b"CSeq: 1 BYE"), 400),
            (request("INVITE").replace(b"CSeq: 1 INVITE", b"CSeq: 4294967296 INVITE"), 400),
            (request("INVITE").replace(b"Call-ID: call-1\r\n", b""), 400),
            (request("INVITE").replace(b"Content-Length: 0", b"Content-Length: 99"), 400),
            (request("INVITE").replace(b"Content-Length: 0", b"Content-Length: -1"), 400),
            (request("NOTIFY", to_tag="x"), 481),
        ],
    )  # fmt: skip
    def test_a_wrong_request_gets_the_status_it_deserves(self, message: bytes, status: int) -> None:
        line = agent()
        assert statuses(line.receive(message, PHONE, 0.0)) == [status]
        assert line.calls == []

    def test_what_is_not_supported_is_named(self) -> None:
        [answer] = sent(agent().receive(request("INVITE", headers=("Require: 100rel, foo",), body=sdp()), PHONE, 0.0))
        assert header_of(answer, "Unsupported") == "foo"

    def test_options_says_what_is_understood(self) -> None:
        [answer] = sent(agent().receive(request("OPTIONS"), PHONE, 0.0))
        assert status_of(answer) == 200 and "INVITE" in header_of(answer, "Allow")

    def test_junk_is_counted_and_not_answered(self) -> None:
        line = agent()
        for data in (b"", b"\r\n\r\n", b"hello", b"\x00" * 500, b"INVITE\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n"):
            assert line.receive(data, PHONE, 0.0) == []
        assert line.junk == 6

    def test_a_session_description_among_several_parts_is_found(self) -> None:
        parts = ("application/isup", "\x01"), ("application/sdp", sdp())
        body = "".join(f"--x\r\nContent-Type: {kind}\r\n\r\n{part}\r\n" for kind, part in parts) + "--x--\r\n"
        invite = request("INVITE", body=body, headers=('Content-Type: multipart/mixed; boundary="x"',))
        [event] = events(agent().receive(invite, PHONE, 0.0))
        assert isinstance(event, InviteReceived) and event.offer is not None and "m=audio" in event.offer


class TestWhoMayCall:
    def test_a_strangers_call_is_refused_without_any_state(self) -> None:
        line = agent()
        outputs = line.receive(request("INVITE", body=sdp()), STRANGER, 0.0)
        assert statuses(outputs) == [403] and events(outputs) == []
        assert line.calls == [] and not line.waiting

    def test_strangers_soon_get_no_answer_at_all(self) -> None:
        line = agent()
        answers = [len(sent(line.receive(request("OPTIONS"), STRANGER, 0.0))) for _ in range(1_000)]
        assert sum(answers) == 20

    def test_an_answer_to_a_stranger_goes_to_where_the_request_came_from(self) -> None:
        [answer] = agent().receive(request("INVITE", via="UDP 10.9.9.9:6000"), STRANGER, 0.0)
        assert isinstance(answer, Outgoing) and answer.peer == STRANGER

    def test_whoever_we_called_may_speak_inside_that_call(self) -> None:
        line = agent()
        call, invite = dialled(line)
        line.receive(response(invite, 200, headers=("Contact: <sip:desk@192.0.2.7>",), body=sdp()), DESK, 0.5)
        bye = request("BYE", call_id=call.call_id, to_tag=call.dialog.local_tag, from_tag="them")
        assert events(line.receive(bye, STRANGER, 1.0)) == [HungUp(call)]

    def test_one_caller_has_only_so_many_calls(self) -> None:
        line = agent(Limits(calls_per_caller=2, invites_per_second=100))
        got = [line.receive(request("INVITE", call_id=f"c{n}", body=sdp()), PHONE, 0.0) for n in range(3)]
        assert [statuses(one) for one in got] == [[100], [100], [486]]
        other = line.receive(request("INVITE", call_id="c9", caller="bob", body=sdp()), PHONE, 0.0)
        assert statuses(other) == [100]

    def test_a_full_line_says_to_try_elsewhere_and_has_room_after_a_hang_up(self) -> None:
        line = agent(Limits(calls_most=2, calls_per_caller=9, invites_per_second=100))
        call, tag = established(line, "c1")
        established(line, "c2")
        [refused] = sent(line.receive(request("INVITE", call_id="c3", body=sdp()), PHONE, 1.0))
        assert status_of(refused) == 503 and header_of(refused, "Retry-After")
        line.receive(request("BYE", call_id="c1", number=2, to_tag=tag), PHONE, 2.0)
        assert statuses(line.receive(request("INVITE", call_id="c4", body=sdp()), PHONE, 3.0)) == [100]

    def test_withheld_numbers_share_half_of_the_line(self) -> None:
        line = agent(Limits(calls_most=6, calls_per_caller=1, invites_per_second=100))
        got = [
            statuses(line.receive(request("INVITE", call_id=f"c{n}", caller="anonymous", body=sdp()), PHONE, 0.0))
            for n in range(4)
        ]
        assert got == [[100], [100], [100], [486]]

    def test_a_flood_of_calls_from_one_address_is_slowed(self) -> None:
        line = agent(Limits(calls_most=10_000, calls_per_caller=10_000, invites_per_second=5))
        got = [statuses(line.receive(request("INVITE", call_id=f"c{n}", body=sdp()), PHONE, 0.0))[0] for n in range(50)]
        assert got.count(100) == 10 and got.count(503) == 40


class TestCallsThatGoOut:
    def test_an_answered_call_is_acknowledged(self) -> None:
        line = agent()
        call, invite = dialled(line)
        assert '"138" <sip:bot@127.0.0.1>' in header_of(invite, "From")
        assert events(line.receive(response(invite, 180), DESK, 0.2)) == [Ringing(call)]
        yes = response(invite, 200, headers=("Contact: <sip:desk@127.0.0.1:5081>",), body=sdp())
        outputs = line.receive(yes, DESK, 1.0)
        assert [method_of(data) for data in sent(outputs)] == ["ACK"]
        assert events(outputs) == [Answered(call, sdp())]
        assert header_of(sent(outputs)[0], "CSeq") == "1 ACK"
        assert sent(line.receive(yes, DESK, 1.5)) == sent(outputs)

    def test_requests_inside_it_go_to_its_contact(self) -> None:
        line = agent()
        call, invite = dialled(line)
        line.receive(response(invite, 200, headers=("Contact: <sip:desk@127.0.0.1:5081>",), body=sdp()), DESK, 1.0)
        [bye] = line.hang_up(call, 2.0)
        assert isinstance(bye, Outgoing) and bye.peer == Peer("udp", "127.0.0.1", 5081)
        assert bye.data.startswith(b"BYE sip:desk@127.0.0.1:5081 ") and header_of(bye.data, "CSeq") == "2 BYE"

    def test_a_busy_target_is_acknowledged_and_told(self) -> None:
        line = agent()
        call, invite = dialled(line)
        outputs = line.receive(response(invite, 486), DESK, 0.5)
        assert [method_of(data) for data in sent(outputs)] == ["ACK"]
        assert events(outputs) == [Refused(call, 486, "Something")]
        assert line.calls == []

    def test_a_target_that_says_nothing_is_given_up(self) -> None:
        line = agent()
        call, _ = dialled(line)
        outputs = [one for tenth in range(400) for one in line.due(tenth / 10)]
        assert Refused(call, 408, "Nothing came back") in outputs

    def test_a_ringing_call_is_cancelled(self) -> None:
        line = agent()
        call, invite = dialled(line)
        line.receive(response(invite, 180), DESK, 0.2)
        [cancel] = sent(line.hang_up(call, 5.0))
        assert method_of(cancel) == "CANCEL" and header_of(cancel, "Via") == header_of(invite, "Via")
        outputs = line.receive(response(invite, 487), DESK, 5.1)
        assert [method_of(data) for data in sent(outputs)] == ["ACK"] and events(outputs) == []
        assert line.calls == []

    def test_before_anything_came_back_the_cancel_waits(self) -> None:
        line = agent()
        call, invite = dialled(line)
        assert line.hang_up(call, 0.1) == []
        assert [method_of(data) for data in sent(line.receive(response(invite, 100), DESK, 0.3))] == ["CANCEL"]

    def test_a_call_answered_while_it_is_cancelled_is_hung_up(self) -> None:
        line = agent()
        call, invite = dialled(line)
        line.receive(response(invite, 180), DESK, 0.2)
        line.hang_up(call, 5.0)
        outputs = line.receive(response(invite, 200, body=sdp()), DESK, 5.05)
        assert [method_of(data) for data in sent(outputs)] == ["ACK", "BYE"] and events(outputs) == []

    def test_a_second_phone_that_answers_the_same_call_is_hung_up(self) -> None:
        line = agent()
        call, invite = dialled(line)
        line.receive(response(invite, 200, tag="first", body=sdp()), DESK, 1.0)
        outputs = line.receive(response(invite, 200, tag="second", body=sdp()), DESK, 1.1)
        assert [method_of(data) for data in sent(outputs)] == ["ACK", "BYE"]
        assert all("tag=second" in header_of(data, "To") for data in sent(outputs))
        assert line.calls == [call]

    def test_a_challenge_is_answered_once(self) -> None:
        line = agent(credentials=Credentials("bot", "secret"))
        call, invite = dialled(line)
        asks = ('Proxy-Authenticate: Digest realm="city", nonce="n1", qop="auth", algorithm=MD5',)
        outputs = line.receive(response(invite, 407, headers=asks), DESK, 0.2)
        ack, again = sent(outputs)
        assert method_of(ack) == "ACK" and header_of(again, "CSeq") == "2 INVITE"
        assert 'username="bot"' in header_of(again, "Proxy-Authorization")
        assert header_of(again, "From") == header_of(invite, "From") and b"m=audio" in again
        outputs = line.receive(response(again, 407, headers=asks), DESK, 0.4)
        assert events(outputs) == [Refused(call, 407, "Something")]

    def test_a_request_inside_a_call_answers_a_challenge_too(self) -> None:
        line = agent(credentials=Credentials("bot", "secret"))
        call, _ = established(line)
        _, outputs = line.ask(call, "REFER", 1.0, headers=[("Refer-To", "<sip:desk@127.0.0.1>")])
        [refer] = sent(outputs)
        asks = ('WWW-Authenticate: Digest realm="city", nonce="n1"',)
        [again] = sent(line.receive(response(refer, 401, headers=asks), PHONE, 1.1))
        assert header_of(again, "Authorization") and header_of(again, "Refer-To") == "<sip:desk@127.0.0.1>"
        [replied] = events(line.receive(response(again, 202), PHONE, 1.2))
        assert isinstance(replied, Replied) and (replied.status, replied.call) == (202, call)
