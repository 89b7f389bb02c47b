"""The user agent under whatever may come: mutilated messages, any order of events, the messages of RFC 4475."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.sip_messages import PHONE, agent, dialled, request, response, sdp, sent, status_of, statuses
from voice.protocol.calls import Call, InviteReceived, Reoffered
from voice.protocol.messages import Junk, Refusal, read
from voice.protocol.transactions import GIVE_UP_SECONDS, Outgoing
from voice.protocol.useragent import Output

TORTURE = Path(__file__).resolve().parents[4] / "shared" / "data" / "sip_torture"
METHODS = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "NOTIFY", "REFER", "PRACK", "REGISTER", "X"]
BASES = [
    request("INVITE", body=sdp()),
    request("INVITE", headers=("Record-Route: <sip:127.0.0.1;lr>", "Supported: timer, 100rel"), body=sdp()),
    request("BYE", to_tag="x"),
    request("INFO", to_tag="x", headers=("Content-Type: application/dtmf-relay",), body="Signal=1"),
    response(request("INVITE"), 200, body=sdp()),
    response(request("REGISTER"), 401, headers=('WWW-Authenticate: Digest realm="a", nonce="b"',)),
]
mutilations = st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 40), st.binary(max_size=12)), max_size=6)


def mutilated(data: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at, removed, put in changes:
        at %= len(data) + 1
        data = data[:at] + put + data[at + removed :]
    return data


@given(st.sampled_from(BASES), mutilations)
def test_no_mutilated_message_is_more_than_junk_or_refused(base: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    line = agent()
    data = mutilated(base, changes)
    outputs = line.receive(data, PHONE, 0.0)
    for call in line.calls:
        outputs += line.answer(call, "v=0", 0.0)
    assert all(status_of(one) or one.startswith((b"ACK", b"BYE")) for one in sent(outputs))
    assert statuses(line.receive(request("OPTIONS", call_id="after"), PHONE, 1.0)) == [200]


@given(st.binary(max_size=600))
def test_no_bytes_can_be_read_with_an_unexpected_error(data: bytes) -> None:
    for candidate in (data, b"INVITE sip:a@b SIP/2.0\r\n" + data, b"SIP/2.0 200 OK\r\n" + data):
        try:
            read(candidate)
        except Junk:
            continue


steps = st.lists(
    st.tuples(
        st.sampled_from([*METHODS, "answer", "refuse", "hang up", "time", "yes", "no", "ringing", "dial"]),
        st.integers(0, 3),
        st.integers(0, 6),
    ),
    max_size=40,
)


@settings(max_examples=150)
@given(steps)
@example([("INVITE", 0, 0), ("BYE", 0, 0), ("answer", 0, 0), ("time", 0, 4)])  # a BYE with the INVITE's number
def test_any_order_of_events_leaves_the_line_in_order(events: list[tuple[str, int, int]]) -> None:
    line, now = agent(), 0.0
    calls: list[Call] = []
    offers: list[Reoffered] = []
    invites: list[bytes] = []

    def take(outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, InviteReceived):
                calls.append(output.call)
            elif isinstance(output, Reoffered):
                offers.append(output)
            elif isinstance(output, Outgoing) and output.data.startswith(b"INVITE"):
                invites.append(output.data)

    for what, which, number in events:
        now += 0.3
        call = calls[which % len(calls)] if calls else None
        tag = call.dialog.local_tag if call and number % 2 else ""
        if what == "time":
            take(line.due(now := now + 7 * number))
        elif what == "dial":
            call, invite = dialled(line)
            calls.append(call)
            invites.append(invite)
        elif what in ("yes", "no", "ringing"):
            status = {"yes": 200, "no": 486, "ringing": 180}[what]
            if invites:
                take(
                    line.receive(
                        response(invites[which % len(invites)], status, tag=f"t{number}", body=sdp()), PHONE, now
                    )
                )
        elif what in ("answer", "refuse", "hang up"):
            if call is not None:
                offer = next((one.request for one in offers if one.call is call), None)
                if what == "answer":
                    take(line.answer(call, "v=0", now, offer))
                elif what == "refuse":
                    take(line.refuse(call, Refusal(488), now, offer))
                else:
                    take(line.hang_up(call, now))
        else:
            data = request(what, call_id=f"c{which}", number=number + 1, to_tag=tag, branch=f"z9hG4bK{which}{number}",
                           body=sdp() if what == "INVITE" else "")  # fmt: skip
            take(line.receive(data, PHONE, now))
    for call in calls:
        take(line.hang_up(call, now))
    for _ in range(12):
        now += GIVE_UP_SECONDS
        take(line.due(now))
    assert line.calls == [] and not line.waiting and line.next_due() is None


@pytest.mark.skipif(not TORTURE.is_dir(), reason="the messages of RFC 4475 are not here")
class TestTorture:
    """The set of RFC 4475, with Via and so the way back rewritten to loopback."""

    WELL_FORMED = (
        "wsinv",
        "intmeth",
        "esc01",
        "escnull",
        "esc02",
        "lwsdisp",
        "longreq",
        "dblreq",
        "semiuri",
        "transports",
        "mpart01",
        "noreason",
        "unreason",
    )
    MALFORMED = (
        "ncl",
        "clerr",
        "scalar02",
        "multi01",
        "mismatch01",
        "quotbal",
        "ltgtruri",
        "lwsruri",
        "lwsstart",
        "trws",
    )

    @staticmethod
    def message(path: Path) -> bytes:
        return re.sub(rb"(?i)(SIP *\n? */ *2.0 */ *)(UDP|TCP|TLS|SCTP)[ \t\r\n]+[a-z0-9.:-]+", rb"\1\2 127.0.0.1:5090",
                      path.read_bytes())  # fmt: skip

    def test_the_line_answers_after_each_of_them(self) -> None:
        line, files = agent(), sorted(TORTURE.glob("*.dat"))
        assert len(files) > 40
        for number, path in enumerate(files):
            line.receive(self.message(path), PHONE, float(number))
            line.receive(path.read_bytes(), PHONE, float(number))
            assert statuses(line.receive(request("OPTIONS", call_id=f"o{number}"), PHONE, number + 0.5)) == [200]

    @pytest.mark.parametrize("name", WELL_FORMED)
    def test_what_is_well_formed_is_not_called_malformed(self, name: str) -> None:
        path = TORTURE / f"{name}.dat"
        if not path.exists():
            pytest.skip(f"{name} is not in this set")
        assert 400 not in statuses(agent().receive(self.message(path), PHONE, 0.0))

    @pytest.mark.parametrize("name", MALFORMED)
    def test_what_is_malformed_makes_no_call(self, name: str) -> None:
        path = TORTURE / f"{name}.dat"
        if not path.exists():
            pytest.skip(f"{name} is not in this set")
        line = agent()
        line.receive(self.message(path), PHONE, 0.0)
        assert line.calls == []
