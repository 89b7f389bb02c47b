"""Offer and answer: what is taken, what is declined, and hold."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sip_messages import sdp
from voice.audio.g711 import A_LAW, MU_LAW
from voice.protocol.offers import LARGEST_BYTES, Direction, NotAcceptable, OurSide, agreed_by, answer, offer

OURS = OurSide("127.0.0.1", 12_000, session=7)


def lines(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.split("\r\n")


def test_a_phones_offer_is_answered_with_its_codec_and_its_keys() -> None:
    text, agreed = answer(sdp(port=4444), OURS)
    assert "m=audio 12000 RTP/AVP 8 101" in lines(text) and "a=sendrecv" in lines(text)
    assert (agreed.law, agreed.payload_type, agreed.events) == (A_LAW, 8, 101)
    assert agreed.address == ("127.0.0.1", 4444) and not agreed.on_hold


def test_the_order_of_the_offer_decides() -> None:
    _, agreed = answer(sdp(formats="0 8"), OURS)
    assert agreed.law == MU_LAW and agreed.events is None


def test_keys_keep_the_payload_type_that_was_offered() -> None:
    text, agreed = answer(sdp(formats="8 96").replace("101", "96"), OURS)
    assert agreed.events == 96 and "a=rtpmap:96 telephone-event/8000" in lines(text)


def test_a_dynamic_payload_type_may_carry_g711() -> None:
    text, agreed = answer(sdp(formats="110").replace("rtpmap:8 PCMA", "rtpmap:110 pcma"), OURS)
    assert (agreed.payload_type, agreed.law) == (110, A_LAW) and "a=rtpmap:110 PCMA/8000" in lines(text)


@pytest.mark.parametrize(
    ("theirs", "ours", "on_hold"),
    [("sendrecv", "sendrecv", False), ("sendonly", "recvonly", True), ("inactive", "inactive", True),
     ("recvonly", "sendonly", False)],
)  # fmt: skip
def test_hold_is_heard_from_the_direction(theirs: str, ours: str, on_hold: bool) -> None:
    text, agreed = answer(sdp(direction=theirs), OURS)
    assert f"a={ours}" in lines(text) and agreed.direction == ours and agreed.on_hold is on_hold


def test_hold_the_old_way_is_an_address_of_zeros() -> None:
    _, agreed = answer(sdp(host="0.0.0.0"), OURS)
    assert agreed.on_hold and agreed.address is None


def test_a_direction_for_the_whole_session_counts() -> None:
    text = sdp().replace("a=sendrecv", "").replace("t=0 0\r\n", "t=0 0\r\na=sendonly\r\n")
    assert answer(text, OURS)[1].direction is Direction.RECEIVE


def test_other_streams_are_declined_in_their_place() -> None:
    video = "m=video 5000 RTP/AVP 31\r\n"
    text, _ = answer(sdp().replace("m=audio", video + "m=audio"), OURS)
    media = [line for line in lines(text) if line.startswith("m=")]
    assert media == ["m=video 0 RTP/AVP 31", "m=audio 12000 RTP/AVP 8 101"]


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", sdp(formats="18 101"), sdp(profile="RTP/SAVP"), sdp(port=0), sdp(port=70_000),
     sdp().replace("m=audio 4000", "m=audio xyz"), sdp().replace("m=audio", "m=video"), "v=0\r\n" * LARGEST_BYTES],
)  # fmt: skip
def test_what_cannot_be_used_is_not_acceptable(text: str) -> None:
    with pytest.raises(NotAcceptable):
        answer(text, OURS)


def test_an_answer_to_our_offer_settles_the_sound() -> None:
    assert "m=audio 12000 RTP/AVP 8 0 101" in lines(offer(OURS))
    agreed = agreed_by(sdp(formats="0 101", port=4000))
    assert (agreed.law, agreed.events, agreed.address) == (MU_LAW, 101, ("127.0.0.1", 4000))


def test_an_unusable_address_leaves_it_to_the_sender() -> None:
    assert answer(sdp(host="phone.example.org"), OURS)[1].address is None


@given(st.text(max_size=400))
def test_no_text_does_more_than_not_be_acceptable(text: str) -> None:
    for candidate in (text, sdp() + text, sdp().replace("4000", text[:20])):
        with contextlib.suppress(NotAcceptable):
            answer(candidate, OURS)
