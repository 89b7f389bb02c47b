"""RTP packets, keys as events, and whom to listen to."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.protocol.latching import Latch
from voice.protocol.rtp import NotRtp, RtpPacket, build, distance, is_rtcp, parse
from voice.protocol.telephone_events import DIGITS, EventReceiver, EventSender

packets = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence_number=st.integers(0, 65_535),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    payload=st.binary(max_size=200),
    marker=st.booleans(),
)


class TestPackets:
    @given(packets)
    def test_a_packet_comes_back_as_it_was(self, packet: RtpPacket) -> None:
        assert parse(build(packet)) == packet

    @given(st.binary(max_size=64))
    def test_no_bytes_do_more_than_not_be_rtp(self, data: bytes) -> None:
        with contextlib.suppress(NotRtp):
            parse(data)

    def test_sources_extension_and_padding_are_left_out(self) -> None:
        head = bytes([0x80 | 0x20 | 0x10 | 2, 8]) + bytes(10)
        data = head + bytes(8) + b"\xbe\xde\x00\x01" + bytes(4) + b"sound" + b"\x00\x00\x03"
        assert parse(data).payload == b"sound"

    def test_reports_are_told_from_sound(self) -> None:
        assert is_rtcp(bytes([0x80, 200, 0, 1])) and not is_rtcp(build(RtpPacket(8, 1, 1, 1, b"")))

    @given(st.integers(0, 2**32 - 1), st.integers(-(2**31), 2**31 - 1))
    def test_a_distance_survives_wrap_around(self, older: int, steps: int) -> None:
        assert distance((older + steps) % 2**32, older, 32) == steps


class TestKeys:
    def paced(self, digits: str) -> list[list[tuple[bytes, int]]]:
        """What goes out, frame by frame, with the timestamp each packet carries."""
        sender = EventSender()
        sender.send(digits)
        frames, started = [], 0
        for frame in range(20 * len(digits)):
            sent = []
            for event in sender.tick():
                started = frame * 160 if event.begins else started
                sent.append((event.payload, started))
            frames.append(sent)
        assert not sender.busy
        return frames

    def test_a_digit_is_paced_and_its_end_is_sent_three_times(self) -> None:
        frames = self.paced("5")
        assert [len(sent) for sent in frames[:9]] == [1, 1, 1, 1, 3, 0, 0, 0, 0]
        assert [payload[0] for payload, _ in frames[0]] == [5]
        assert len({timestamp for sent in frames for _, timestamp in sent}) == 1
        durations = [int.from_bytes(payload[2:], "big") for sent in frames for payload, _ in sent]
        assert durations == [160, 320, 480, 640, 800, 800, 800]
        assert [payload[1] >> 7 for payload, _ in frames[4]] == [1, 1, 1]

    @given(st.text(alphabet=DIGITS, min_size=1, max_size=12), st.floats(0, 0.5), st.integers(0, 1_000))
    def test_each_digit_arrives_once_however_many_packets_are_lost_or_repeated(
        self, digits: str, loss: float, seed: int
    ) -> None:
        rnd = random.Random(seed)
        receiver = EventReceiver()
        arrived = ""
        for sent in self.paced(digits):
            pieces = [piece for piece in sent for _ in range(rnd.choice((1, 2)))]
            for payload, timestamp in pieces:
                if rnd.random() >= loss or payload[1] & 0x80:
                    arrived += receiver.receive(payload, timestamp) or ""
        assert arrived == digits

    @pytest.mark.parametrize("payload", [b"", b"\x01", b"\x10\x0a\x00\xa0", b"\xff\xff\xff\xff"])
    def test_what_is_no_digit_is_no_digit(self, payload: bytes) -> None:
        assert EventReceiver().receive(payload, 1) is None

    def test_what_cannot_be_sent_is_refused(self) -> None:
        sender = EventSender()
        for wrong in ("x", "1" * 65):
            with pytest.raises(ValueError):
                sender.send(wrong)
        assert not sender.busy and sender.tick() == []


class TestWhomToListenTo:
    def test_sending_starts_at_the_described_address_and_follows_the_first_sender(self) -> None:
        latch = Latch(("10.0.0.1", 4000))
        assert latch.target == ("10.0.0.1", 4000)
        assert latch.accepts(("192.0.2.1", 31_000), 0.0)
        assert latch.target == ("192.0.2.1", 31_000)

    def test_a_stranger_cannot_take_a_call_over_that_is_alive(self) -> None:
        latch = Latch()
        for beat in range(100):
            assert latch.accepts(("10.0.0.1", 4000), beat * 0.02)
            assert not latch.accepts(("192.0.2.66", 6_666), beat * 0.02 + 0.01)
        assert latch.target == ("10.0.0.1", 4000)

    def test_after_silence_or_a_new_description_another_sender_is_followed(self) -> None:
        latch = Latch(("10.0.0.1", 4000))
        assert latch.accepts(("10.0.0.1", 4000), 0.0)
        assert latch.accepts(("10.0.0.2", 4000), 1.5)
        latch.describe(("10.0.0.3", 4000))
        assert latch.target == ("10.0.0.3", 4000)
        assert latch.accepts(("10.0.0.3", 4000), 1.6)
