"""Messages out of TCP streams, AudioSocket frames, transfers' news: any cut of the bytes, any junk."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sip_messages import request, sdp
from voice.protocol.audiosocket import Frame, Kind, Reader, build, caller_in, identifier_of, key_in
from voice.protocol.framing import Broken, Framer
from voice.protocol.refer import key_of, news_of


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in zip(edges, edges[1:], strict=False)]


class TestStreams:
    @given(st.lists(st.integers(0, 10_000), max_size=20))
    def test_messages_come_out_whole_however_the_stream_is_cut(self, places: list[int]) -> None:
        messages = [request("INVITE", body=sdp(), branch="z9hG4bK1"), request("OPTIONS", branch="z9hG4bK2")]
        framer, found = Framer(), []
        for piece in cut(b"\r\n\r\n" + messages[0] + b"\r\n\r\n\r\n\r\n" + messages[1], places):
            found += framer.feed(piece)
        assert [message.lstrip() for message in found] == messages
        assert not framer.partial

    def test_a_ping_wants_an_answer(self) -> None:
        framer = Framer()
        assert framer.feed(b"\r\n\r\n\r\n\r\n") == [] and framer.take_pings() == 2 and framer.take_pings() == 0

    @pytest.mark.parametrize(
        "data",
        [b"x" * 40_000, request("INVITE").replace(b"Content-Length: 0", b"Content-Length: 99999999"),
         request("INVITE").replace(b"Content-Length: 0", b"Content-Length: many"),
         request("INVITE").replace(b"Content-Length: 0", b"Content-Length: 1\r\nContent-Length: 2")],
    )  # fmt: skip
    def test_a_stream_that_cannot_be_cut_is_broken(self, data: bytes) -> None:
        with pytest.raises(Broken):
            Framer().feed(data)

    @given(st.lists(st.binary(max_size=300), max_size=20))
    def test_no_stream_holds_more_than_one_message(self, pieces: list[bytes]) -> None:
        framer = Framer()
        try:
            for piece in pieces:
                framer.feed(piece)
        except Broken:
            return
        assert framer.take_pings() >= 0


class TestAudioSocket:
    @given(
        st.lists(st.builds(Frame, st.integers(0, 255), st.binary(max_size=400)), max_size=10),
        st.lists(st.integers(0, 5_000), max_size=20),
    )
    def test_frames_come_out_whole_however_the_stream_is_cut(self, frames: list[Frame], places: list[int]) -> None:
        reader, found = Reader(), []
        for piece in cut(b"".join(build(frame) for frame in frames), places):
            found += reader.feed(piece)
        assert found == frames

    def test_sound_is_written_as_asterisk_reads_it(self) -> None:
        assert build(Frame(Kind.SOUND, b"\x01\x02")) == b"\x10\x00\x02\x01\x02"
        assert build(Frame(Kind.HANG_UP)) == b"\x00\x00\x00"

    def test_an_identifier_is_read_as_bytes_and_as_text(self) -> None:
        identifier = UUID("12345678-1234-4234-a234-123456789012")
        assert identifier_of(identifier.bytes) == identifier_of(str(identifier).encode()) == identifier
        assert identifier_of(b"no") is None

    @pytest.mark.parametrize(
        ("text", "caller"),
        [("00112233-1234-8567-afff-f13800138000", "13800138000"),
         ("00112233-1234-8567-a861-391234567890", "861391234567890"),
         ("00112233-1234-8567-afff-ffffffffffff", ""), ("00112233-1234-4567-afff-f13800138000", "")],
    )  # fmt: skip
    def test_a_callers_number_can_stand_in_an_identifier_for_own_use(self, text: str, caller: str) -> None:
        assert caller_in(UUID(text)) == caller

    def test_a_key_is_one_character(self) -> None:
        assert [key_in(payload) for payload in (b"5", b"#", b"a", b"55", b"\xff", b"")] == [
            "5",
            "#",
            "A",
            None,
            None,
            None,
        ]


class TestNewsAndKeysInMessages:
    def test_the_status_of_a_transfer_is_read(self) -> None:
        assert news_of("SIP/2.0 200 OK\r\n") == (200, "OK")
        assert news_of("SIP/2.0 503\r\n") == (503, "")
        assert news_of("hello") is None

    @pytest.mark.parametrize(
        ("kind", "body", "key"),
        [("application/dtmf-relay", "Signal=5\r\nDuration=160", "5"), ("application/dtmf-relay", "Signal = *", "*"),
         ("application/dtmf-relay;x=1", "signal=11", "#"), ("application/dtmf", "7", "7"),
         ("application/dtmf", "77", None), ("text/plain", "7", None), ("application/dtmf-relay", "Duration=1", None)],
    )  # fmt: skip
    def test_a_key_is_read_from_its_message(self, kind: str, body: str, key: str | None) -> None:
        assert key_of(kind, body) == key

    @given(st.text(max_size=200))
    def test_no_text_is_misread_with_an_error(self, body: str) -> None:
        news_of(body)
        key_of("application/dtmf-relay", body)
        key_of("application/dtmf", body)
