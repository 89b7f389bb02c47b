"""Sound and keys of SIP calls: both ways, on hold, over lossy ways, from elsewhere than described, and second legs."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from aiortp.packet import RtcpPacket, RtcpSrPacket
from conftest import Opened, next_leg

from tests.phones import HandMade, LossyWay, Samples, is_request, is_status, likeness, piecewise, voice_like
from tests.sip_messages import header_of, response
from voice.audio.frames import AudioFrame
from voice.audio.tones import key_tone, playable
from voice.errors import InvalidTarget, TargetBusy, TargetRefused, TargetSilent, TargetUnreachable
from voice.protocol.rtp import RtpPacket, build
from voice.transports.sip_leg import SipLeg
from voice.transports.sip_line import SipLine

pytestmark = pytest.mark.asyncio
NEWS = ("Event: refer", "Content-Type: message/sipfrag")


async def listening(leg: SipLeg, into: list[AudioFrame]) -> None:
    async for frame in leg.frames():
        into.append(frame)


def at_8k(frames: list[AudioFrame]) -> Samples:
    return np.concatenate([frame.as_array()[::2] for frame in frames] or [np.zeros(0, np.int16)])


async def keys_of(leg: SipLeg, count: int, seconds: float = 3.0) -> str:
    keys = ""
    async with asyncio.timeout(seconds):
        async for key in leg.digits():
            keys += key
            if len(keys) == count:
                break
    return keys


async def up(line: SipLine, phone: HandMade, **more: object) -> SipLeg:
    await phone.call(**more)  # type: ignore[arg-type]
    return await next_leg(line)


async def test_both_sides_hear_each_other(open_line: Opened) -> None:
    line, frames = await open_line(), list[AudioFrame]()
    caller, assistant = voice_like(1.5, seed=1), voice_like(1.5, seed=2)
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone)
        reading = asyncio.create_task(listening(leg, frames))
        result, _ = await asyncio.gather(leg.play(playable(assistant)), phone.say_all(caller))
        await asyncio.sleep(0.15)
        assert result.finished and result.played_seconds == pytest.approx(1.5, abs=0.03)
        assert likeness(phone.heard(), assistant) > 0.98
        await phone.hang_up()
        await reading
    assert float(np.median(piecewise(at_8k(frames), caller))) > 0.97
    assert [round(frame.at_seconds / 0.02) for frame in frames] == list(range(len(frames)))


async def test_stopping_is_silence_on_the_line_within_a_few_frames(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone)
        playing = asyncio.create_task(leg.play(playable(voice_like(5), repeat=True)))
        await asyncio.sleep(0.5)
        phone.heard()
        leg.stop_playing()
        assert not (await playing).finished
        await asyncio.sleep(0.2)
        loud = [
            at for at in range(0, 1_600, 160) if np.abs(phone.heard()[at : at + 160].astype(int)).max(initial=0) > 50
        ]
        assert loud == []
        await phone.hang_up()


async def test_keys_go_out_paced_and_come_in_once(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone)
        started = asyncio.get_running_loop().time()
        await leg.send_digits("19#")
        took = asyncio.get_running_loop().time() - started
        await asyncio.sleep(0.05)
        events = [packet for packet in phone.packets() if packet.payload_type == 101]
        assert 0.4 < took < 0.8 and [packet.payload[0] for packet in events if packet.marker] == [1, 9, 11]
        assert len(events) == 3 * 7 and len({packet.timestamp for packet in events}) == 3
        for at, event in enumerate(events):
            if event.payload[0] != 9 or at % 3:  # a few of the packets are lost
                phone.send_raw_sound(build(event))
        assert await keys_of(leg, 3) == "19#"
        phone.send(phone.request("INFO", body="Signal=5\r\n", headers=("Content-Type: application/dtmf-relay",)))
        assert await keys_of(leg, 1) == "5"
        await phone.hang_up()


async def test_keys_as_tones_where_the_phone_knows_no_events(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone, offer=phone.offer(formats="8"))
        gap = np.zeros(800, np.int16)
        await phone.say_all(np.concatenate([gap, key_tone("4"), gap, key_tone("2"), gap]))
        assert await keys_of(leg, 2) == "42"
        phone.heard()
        await leg.send_digits("7")
        await asyncio.sleep(0.1)
        assert likeness(phone.heard(), key_tone("7")) > 0.9
        await phone.hang_up()


async def test_hold_stops_the_sound_and_resume_goes_on_where_it_was(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone)
        playing = asyncio.create_task(leg.play(playable(voice_like(1.2))))
        await asyncio.sleep(0.4)
        for direction, answer in (("sendonly", b"a=recvonly"), ("sendrecv", b"a=sendrecv")):
            phone.send(phone.request("INVITE", body=phone.offer(direction=direction)))
            yes = await phone.got(is_status(200, "INVITE"))
            assert answer in yes and b"o=- " in yes
            phone.send(phone.request("ACK"))
            if direction == "sendonly":
                assert leg.on_hold
                await asyncio.sleep(0.1)
                phone.heard()
                await asyncio.sleep(0.5)
                assert len(phone.heard()) == 0 and not playing.done()
        assert not leg.on_hold
        assert (await asyncio.wait_for(playing, 2)).finished
        phone.send(phone.request("INVITE", body=phone.offer(formats="18")))
        await phone.got(is_status(488))
        assert not leg.ended.is_set()
        phone.send(phone.request("UPDATE"))
        await phone.got(is_status(200, "UPDATE"))
        await phone.hang_up()


async def test_sound_goes_to_where_sound_comes_from_and_a_stranger_cannot_take_it(open_line: Opened) -> None:
    line, frames = await open_line(), list[AudioFrame]()
    sound = voice_like(1)
    async with HandMade.opened(line.port) as phone, HandMade.opened(line.port) as stranger:
        leg = await up(line, phone, offer=phone.offer(port=9))  # as behind an address translator
        reading = asyncio.create_task(listening(leg, frames))
        noise = np.full(160, 8_000, np.int16)
        talking = asyncio.create_task(phone.say_all(sound))
        for _ in range(40):
            await asyncio.sleep(0.02)
            stranger.say(noise, to=phone.line_rtp)
        await talking
        await asyncio.sleep(0.1)
        assert len(phone.heard()) > 5_000 and len(stranger.heard()) == 0
        await phone.hang_up()
        await reading
    assert float(np.median(piecewise(at_8k(frames), sound))) > 0.97


async def test_junk_on_the_sound_ports_does_no_harm(open_line: Opened) -> None:
    line = await open_line()
    rng = np.random.default_rng(1)
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone)
        host, port = phone.line_rtp
        for number in range(1_500):
            data = rng.bytes(int(rng.integers(0, 300)))
            kinds = (
                data,
                b"\x80" + data,
                b"\x80\xc8" + data,
                build(RtpPacket(8, number, number * 7_777_777, number, data)),
            )
            phone.send_raw_sound(kinds[number % 4], (host, port + number % 2))
        await asyncio.sleep(0.3)
        assert not leg.ended.is_set()
        await phone.say_all(voice_like(0.3))
        await phone.hang_up()


async def test_a_caller_of_whom_nothing_comes_any_more_is_hung_up(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone)
        leg.rtp.silent_after_seconds = 0.4
        await phone.say_all(voice_like(0.6))
        assert not leg.ended.is_set()
        await phone.accept_bye()
        assert leg.end_reason == "lost"


async def test_five_percent_of_loss_and_sixty_milliseconds_of_jitter_are_understood(open_line: Opened) -> None:
    line, frames = await open_line(), list[AudioFrame]()
    sound = voice_like(3)
    async with LossyWay.opened(line.port, 0.05, 0.06) as way, HandMade.opened(way.port) as phone:
        leg = await up(line, phone)
        reading = asyncio.create_task(listening(leg, frames))
        await phone.say_all(sound)
        await asyncio.sleep(0.3)
        counts = leg.rtp.counts
        await phone.hang_up()
        await reading
    pieces = piecewise(at_8k(frames), sound)
    assert way.lost > 5 and counts["late"] <= 3
    assert counts["concealed"] <= way.lost + 5
    assert float(np.median(pieces)) > 0.9 and min(pieces) > 0.5


@pytest.mark.parametrize("pace", [0.97, 1.03])
async def test_a_phone_whose_clock_runs_wrong_is_heard_whole(open_line: Opened, pace: float) -> None:
    line, frames = await open_line(), list[AudioFrame]()
    sound = voice_like(2)
    async with HandMade.opened(line.port) as phone:
        leg = await up(line, phone)
        reading = asyncio.create_task(listening(leg, frames))
        await phone.say_all(sound, pace=pace)
        await asyncio.sleep(0.2)
        counts = leg.rtp.counts
        await phone.hang_up()
        await reading
    assert counts["late"] == 0 and counts["concealed"] <= 1
    pieces = piecewise(at_8k(frames), sound)
    assert float(np.median(pieces)) > 0.95 and min(pieces) > 0.5


class TestSecondLegs:
    async def answered(self, line: SipLine, desk: HandMade, target: str, ring_seconds: float = 3) -> SipLeg:
        """A leg of ours to a desk that rings and answers."""
        dialling = asyncio.create_task(line.dial(target, ring_seconds, "13800138000"))
        invite = await desk.got(is_request("INVITE"))
        desk.send(response(invite, 180))
        desk.send(response(invite, 200, headers=(f"Contact: <sip:desk@127.0.0.1:{desk.port}>",), body=desk.offer()))
        await desk.got(is_request("ACK"))
        desk.note_invite(invite)
        leg = await dialling
        assert isinstance(leg, SipLeg) and '"13800138000"' in header_of(invite, "From")
        return leg

    async def test_a_desk_that_answers_is_bridged_with_the_caller(self, open_line: Opened) -> None:
        line = await open_line()
        caller_says, desk_says = voice_like(1, seed=3), voice_like(1, seed=4)
        async with HandMade.opened(line.port) as phone, HandMade.opened(line.port) as desk:
            leg = await up(line, phone)
            other = await self.answered(line, desk, f"sip:desk@127.0.0.1:{desk.port}")
            desk.say(np.zeros(160, np.int16))
            bridge = asyncio.create_task(leg.bridge(other))
            await asyncio.gather(phone.say_all(caller_says), desk.say_all(desk_says))
            await asyncio.sleep(0.25)
            assert likeness(desk.heard(), caller_says) > 0.95 and likeness(phone.heard(), desk_says) > 0.95
            desk.send(desk.request("BYE", from_tag="them"))
            await desk.got(is_status(200, "BYE"))
            await asyncio.wait_for(bridge, 1)
            assert other.end_reason == "caller" and not leg.ended.is_set()
            await phone.hang_up()

    @pytest.mark.parametrize(("status", "error"), [(486, TargetBusy), (480, TargetSilent), (603, TargetRefused)])
    async def test_a_desk_that_refuses_says_why(self, open_line: Opened, status: int, error: type[Exception]) -> None:
        line = await open_line()
        async with HandMade.opened(line.port) as desk:
            dialling = asyncio.create_task(line.dial(f"sip:desk@127.0.0.1:{desk.port}", 3))
            desk.send(response(await desk.got(is_request("INVITE")), status))
            with pytest.raises(error):
                await dialling
            await desk.got(is_request("ACK"))
            assert len(line.legs) == 0

    async def test_a_desk_that_rings_too_long_is_given_up(self, open_line: Opened) -> None:
        line = await open_line()
        async with HandMade.opened(line.port) as desk:
            dialling = asyncio.create_task(line.dial(f"sip:desk@127.0.0.1:{desk.port}", 0.3))
            invite = await desk.got(is_request("INVITE"))
            desk.send(response(invite, 180))
            cancel = await desk.got(is_request("CANCEL"))
            with pytest.raises(TargetSilent):
                await dialling
            desk.send(response(cancel, 200))
            desk.send(response(invite, 487))
            await desk.got(is_request("ACK"))

    async def test_targets_that_are_none_are_told_apart_from_silent_ones(self, open_line: Opened) -> None:
        line = await open_line()
        with pytest.raises(InvalidTarget):
            await line.dial("8000", 1)
        with pytest.raises(TargetUnreachable):
            await line.dial("sip:desk@no-such-host.invalid", 6)

    async def test_a_blind_transfer_is_followed_to_its_end(self, open_line: Opened) -> None:
        line = await open_line()
        async with HandMade.opened(line.port) as phone:
            leg = await up(line, phone)
            transfer = asyncio.create_task(leg.transfer_blind("sip:desk@127.0.0.1:5999"))
            refer = await phone.got(is_request("REFER"))
            assert header_of(refer, "Refer-To") == "<sip:desk@127.0.0.1:5999>"
            phone.send(response(refer, 202))
            for body in ("SIP/2.0 100 Trying", "SIP/2.0 200 OK"):
                phone.send(
                    phone.request("NOTIFY", body=body, headers=("Event: refer", "Content-Type: message/sipfrag"))
                )
                await phone.got(is_status(200, "NOTIFY"))
            await phone.accept_bye()
            result = await transfer
            assert result.accepted and result.status == 200 and leg.end_reason == "transferred"

    async def test_a_transfer_that_fails_leaves_the_caller_with_us(self, open_line: Opened) -> None:
        line = await open_line()
        async with HandMade.opened(line.port) as phone:
            leg = await up(line, phone)
            transfer = asyncio.create_task(leg.transfer_blind("sip:desk@127.0.0.1:5999"))
            phone.send(response(await phone.got(is_request("REFER")), 603))
            assert not (await transfer).accepted and not leg.ended.is_set()
            transfer = asyncio.create_task(leg.transfer_blind("sip:desk@127.0.0.1:5999"))
            phone.send(response(await phone.got(is_request("REFER")), 202))
            news = phone.request(
                "NOTIFY", body="SIP/2.0 486 Busy", headers=("Event: refer", "Content-Type: message/sipfrag")
            )
            phone.send(news)
            result = await transfer
            assert (result.accepted, result.status) == (False, 486) and not leg.ended.is_set()
            await phone.hang_up()
            with pytest.raises(InvalidTarget):
                line.refer(leg.call, "nowhere")


async def test_reports_of_the_sound_go_out_and_are_readable(open_line: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voice.transports.rtp_session._RTCP_SECONDS", 0.1)
    line = await open_line()
    async with HandMade.opened(line.port) as phone, HandMade.opened(line.port) as reports:
        leg = await up(line, phone)
        leg.rtp._rtcp_latch.describe(("127.0.0.1", reports.sound_port))
        await phone.say_all(voice_like(0.5))
        [first, *_] = [data for data, _ in iter_inbox(reports)]
        [report, *_] = RtcpPacket.parse(first)
        assert isinstance(report, RtcpSrPacket) and report.reports[0].packets_lost == 0
        await phone.hang_up()


def iter_inbox(phone: HandMade) -> list[tuple[bytes, tuple[str, int]]]:
    came = []
    while not phone._sound.came.empty():
        came.append(phone._sound.came.get_nowait())
    return came
