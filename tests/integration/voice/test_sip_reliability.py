"""The SIP line against a telephone whose every message is written by hand: losses, repetitions, rudeness, floods."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import re
from pathlib import Path

import pytest
from conftest import Opened, next_leg

from tests.phones import HandMade, is_status
from tests.sip_messages import header_of, method_of, request, response, sdp, status_of, tag_in
from voice.errors import LineUnavailable
from voice.protocol.admission import Limits

pytestmark = pytest.mark.asyncio
TORTURE = Path(__file__).resolve().parents[4] / "shared" / "data" / "sip_torture"


async def answers_options(phone: HandMade) -> bool:
    data = phone.request("OPTIONS", call_id=f"o{random.random()}", to_tag="")
    phone.send(data)
    answer = await phone.got(lambda one: header_of(one, "Call-ID") == header_of(data, "Call-ID"))
    return status_of(answer) == 200


async def test_an_invite_three_times_in_a_burst_is_one_call(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        invite = phone.request("INVITE", body=phone.offer())
        for _ in range(3):
            phone.send(invite)
        came = [data for data in await phone.all_within(0.4) if status_of(data) == 200]
        assert len({tag_in(header_of(data, "To")) for data in came}) == 1 and len(line.legs) == 1
        phone.send(invite)
        assert await phone.got(is_status(200)) == came[0]
        phone.note(came[0])
        phone.send(phone.request("ACK"))
        bye = phone.request("BYE")
        for _ in range(2):
            phone.send(bye)
            assert status_of(await phone.got(is_status(200, "BYE"))) == 200
        assert len(line.legs) == 0


async def test_a_200_without_ack_is_repeated_and_our_bye_too(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        phone.send(phone.request("INVITE", body=phone.offer()))
        came = [data for data in await phone.all_within(0.7) if status_of(data) == 200]
        assert len(came) == 2 and len(set(came)) == 1
        phone.note(came[0])
        phone.send(phone.request("ACK"))
        assert await phone.all_within(1.0) == []
        leg = await next_leg(line)
        await leg.hang_up()
        byes = [data for data in await phone.all_within(0.7) if method_of(data) == "BYE"]
        assert len(byes) == 2 and len(set(byes)) == 1
        phone.send(response(byes[0], 200))
        assert await phone.all_within(1.0) == []


async def test_what_belongs_to_no_call_gets_481_and_wrong_tags_end_nothing(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        await phone.call()
        for method in ("BYE", "INVITE", "INFO"):
            phone.send(phone.request(method, to_tag="nope", body=phone.offer() if method == "INVITE" else ""))
            await phone.got(is_status(481))
        phone.send(phone.request("ACK", to_tag="nope"))
        phone.send(phone.request("CANCEL", branch="z9hG4bKnothing"))
        await phone.got(is_status(481))
        assert len(line.legs) == 1
        await phone.hang_up()


async def test_an_invite_without_an_offer_is_offered_ours(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        phone.send(phone.request("INVITE"))
        yes = await phone.got(is_status(200))
        assert b"m=audio" in yes and b"PCMA/8000" in yes
        phone.note(yes)
        phone.send(phone.request("ACK", body=phone.offer()))
        leg = await next_leg(line)
        await asyncio.sleep(0.2)
        assert len(list(phone.packets())) >= 5 and not leg.ended.is_set()
        await phone.hang_up()


async def test_common_ground_is_needed_for_the_sound(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        offers = (phone.offer(formats="18 101"), phone.offer(profile="RTP/SAVP"), "v=0\r\nnonsense")
        for number, offer in enumerate(offers):
            invite = phone.request("INVITE", body=offer, call_id=f"n{number}", branch=f"z9hG4bKn{number}")
            phone.send(invite)
            refusal = await phone.got(is_status(488))
            assert "399" in header_of(refusal, "Warning")
            ack = phone.request(
                "ACK", call_id=f"n{number}", branch=f"z9hG4bKn{number}", to_tag=tag_in(header_of(refusal, "To"))
            )
            phone.send(ack)
        yes = await phone.call(phone.offer(formats="8 96").replace("101", "96"))
        assert b"a=rtpmap:96 telephone-event/8000" in yes
        await phone.hang_up()
        assert await answers_options(phone) and len(line.legs) == 0


async def test_cancel_before_the_answer_and_the_race_with_it(open_line: Opened) -> None:
    """The line answers at once, so the CANCEL always comes too late: then the call stands until it is hung up."""
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        phone.send(phone.request("INVITE", body=phone.offer(), branch="z9hG4bKc"))
        phone.send(phone.request("CANCEL", branch="z9hG4bKc"))
        came = await phone.all_within(0.3)
        finals = {(status_of(data), header_of(data, "CSeq").split()[1]) for data in came if status_of(data) >= 200}
        assert (200, "CANCEL") in finals
        [final] = [data for data in came if status_of(data) >= 200 and header_of(data, "CSeq").endswith("INVITE")][:1]
        if status_of(final) == 200:
            phone.note(final)
            phone.send(phone.request("ACK"))
            await phone.hang_up()
        assert len(line.legs) == 0


async def test_strangers_are_refused_and_the_neighbours_are_not(open_line: Opened) -> None:
    line = await open_line(host="0.0.0.0", allowed=(ipaddress.ip_network("127.0.0.1/32"),))
    async with HandMade.opened(line.port, host="127.0.0.2") as stranger, HandMade.opened(line.port) as neighbour:
        for method in ("INVITE", "OPTIONS", "REGISTER"):
            stranger.send(stranger.request(method))
            await stranger.got(is_status(403))
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port, local_addr=("127.0.0.2", 0))
        writer.write(request("OPTIONS", via="TCP 127.0.0.2:9"))
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 2)
        await neighbour.call()
        await neighbour.hang_up()


async def test_limits_hold_and_room_comes_back(open_line: Opened) -> None:
    line = await open_line(limits=Limits(calls_most=3, calls_per_caller=2, invites_per_second=100))
    async with HandMade.opened(line.port) as phone:
        for number in range(2):
            await phone.call(call_id=f"a{number}")
        phone.send(phone.request("INVITE", call_id="a2", to_tag="", body=phone.offer()))
        await phone.got(is_status(486))
        await phone.call(call_id="b0", caller="bob")
        phone.send(phone.request("INVITE", call_id="c0", to_tag="", caller="carl", body=phone.offer()))
        assert header_of(await phone.got(is_status(503)), "Retry-After") == "30"
        phone.send(phone.request("BYE", call_id="b0", caller="bob"))
        await phone.got(is_status(200, "BYE"))
        phone.send(phone.request("INVITE", call_id="c1", to_tag="", caller="carl", body=phone.offer()))
        await phone.got(is_status(200))


async def test_a_busy_line_tells_whom_it_turned_away_and_may_take_a_few_to_say_so(open_line: Opened) -> None:
    line = await open_line(limits=Limits(calls_most=1, calls_per_caller=9, invites_per_second=100))
    turned_away: list[tuple[str, str]] = []
    line.admission.turned_away = lambda name, caller: turned_away.append((name, caller))
    async with HandMade.opened(line.port) as phone:
        await phone.call(call_id="a0")
        phone.send(phone.request("INVITE", call_id="b0", to_tag="", caller="bob", body=phone.offer()))
        await phone.got(is_status(503))
        assert turned_away == [("b0", "bob")]
        line.admission.announced_most = 1
        await phone.call(call_id="c0", caller="carl")
        assert [line.admission.is_announced(name) for name in ("a0", "b0", "c0")] == [False, False, True]
        phone.send(phone.request("INVITE", call_id="d0", to_tag="", caller="dora", body=phone.offer()))
        await phone.got(is_status(503))
        assert [caller for _, caller in turned_away] == ["bob", "carl", "dora"]
        phone.send(phone.request("BYE", call_id="c0", caller="carl"))
        await phone.got(is_status(200, "BYE"))
        assert not line.admission.is_announced("c0")


async def test_junk_floods_and_half_messages_leave_the_line_answering(open_line: Opened) -> None:
    line = await open_line()
    rnd = random.Random(5)
    async with HandMade.opened(line.port) as phone:
        bases = [phone.request("INVITE", body=phone.offer()), phone.request("OPTIONS"), b"\x00" * 900, b"\r\n\r\n"]
        for number in range(3_000):
            data = bytearray(rnd.choice(bases))
            for _ in range(rnd.randrange(8)):
                data[rnd.randrange(len(data))] = rnd.randrange(256)
            phone.send(bytes(data) if number % 3 else rnd.randbytes(rnd.randrange(1, 1_200)))
            if not number % 100:
                await asyncio.sleep(0)
        for _ in range(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
            writer.write(rnd.randbytes(40_000))
            writer.close()
        await asyncio.sleep(0.3)
        await phone.all_within(0.1)
        assert await answers_options(phone)
        for leg in line.legs:
            await leg.hang_up()


async def test_a_flood_of_calls_is_slowed_and_the_line_stays_open(open_line: Opened) -> None:
    line = await open_line(limits=Limits(calls_most=10, calls_per_caller=50, invites_per_second=20))
    async with HandMade.opened(line.port) as phone:
        for number in range(300):
            phone.send(phone.request("INVITE", call_id=f"flood{number}", caller=f"u{number}", body=phone.offer()))
            if not number % 10:
                await asyncio.sleep(0.01)
        came = [status_of(data) for data in await phone.all_within(0.5)]
        assert len(line.legs) == 10 and came.count(503) >= 280
        assert await answers_options(phone)


@pytest.mark.skipif(not TORTURE.is_dir(), reason="the messages of RFC 4475 are not here")
async def test_the_torture_messages_leave_the_line_answering(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        way_back = rb"\1\2 127.0.0.1:%d" % phone.port
        for path in sorted(TORTURE.glob("*.dat")):
            data = path.read_bytes()
            phone.send(re.sub(rb"(?i)(SIP *\n? */ *2.0 */ *)(UDP|TCP|TLS|SCTP)[ \t\r\n]+[a-z0-9.:-]+", way_back, data))
            assert await answers_options(phone), path.name


class TestTcp:
    async def exchange(self, line_port: int, *messages: bytes) -> list[bytes]:
        """Sends all at once and gives what comes within half a second, cut at the starts of messages."""
        reader, writer = await asyncio.open_connection("127.0.0.1", line_port)
        writer.write(b"".join(messages))
        came = b""
        try:
            async with asyncio.timeout(0.5):
                while chunk := await reader.read(65_536):
                    came += chunk
        except TimeoutError:
            pass
        writer.close()
        return [part for part in re.split(rb"(?=SIP/2\.0 \d{3}|BYE sip)", came) if part.strip()]

    async def test_messages_in_one_stream_are_answered_each(self, open_line: Opened) -> None:
        line = await open_line()
        via = "TCP 127.0.0.1:9"  # a port nobody listens on: answers must come back on the connection
        messages = [request("OPTIONS", call_id=f"t{number}", via=via) for number in range(5)]
        came = await self.exchange(line.port, b"\r\n\r\n", *messages)
        assert [status_of(data.strip()) for data in came if data.strip().startswith(b"SIP")] == [200] * 5

    async def test_a_whole_call_goes_over_one_connection(self, open_line: Opened) -> None:
        line = await open_line(transports=("tcp",))
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)

        async def got() -> bytes:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 2)
            return head + await reader.readexactly(int(header_of(head, "Content-Length")))

        writer.write(request("INVITE", call_id="tcp", via="TCP 127.0.0.1:9", body=sdp()))
        yes = await got()
        while status_of(yes) < 200:
            yes = await got()
        assert ";transport=tcp" in header_of(yes, "Contact")
        writer.write(request("ACK", call_id="tcp", via="TCP 127.0.0.1:9", to_tag=tag_in(header_of(yes, "To"))))
        leg = await next_leg(line)
        await asyncio.sleep(0.05)
        await leg.hang_up()
        bye = await got()
        assert method_of(bye) == "BYE" and "SIP/2.0/TCP" in header_of(bye, "Via")
        writer.write(response(bye, 200))
        writer.close()

    async def test_a_stream_without_messages_is_closed(self, open_line: Opened) -> None:
        line = await open_line()
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"x" * 50_000)
        assert await asyncio.wait_for(reader.read(), 2) == b""
        writer.close()


async def test_a_line_that_closes_hangs_up_its_calls(open_line: Opened) -> None:
    line = await open_line()
    async with HandMade.opened(line.port) as phone:
        await phone.call()
        leg = await next_leg(line)
        stopping = asyncio.create_task(line.stop())
        await phone.accept_bye()
        await stopping
        assert leg.end_reason == "closing" and [one async for one in line.calls()] == []


async def test_a_taken_port_is_said_so(open_line: Opened) -> None:
    line = await open_line()
    with pytest.raises(LineUnavailable, match=str(line.port)):
        await open_line(port=line.port)


async def test_when_all_sound_ports_are_taken_calls_are_sent_elsewhere(open_line: Opened) -> None:
    line = await open_line(rtp_ports=(24_990, 24_993))
    async with HandMade.opened(line.port) as phone:
        statuses = []
        for number in range(3):
            phone.send(phone.request("INVITE", call_id=f"p{number}", to_tag="", body=phone.offer()))
            statuses.append(status_of(await phone.got(lambda data: status_of(data) >= 200)))
        assert statuses.count(503) >= 1
        assert await answers_options(phone)
