"""A caller and a person at two real telephones (baresip): connected, unanswered, declined; codecs that do not fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from conftest import Opened, next_leg

from tests.calls import CALLER_WORDS, TURN_WORDS, Loudness, ToneMouth, WrittenEars
from tests.phones import BARESIP, Baresip, piecewise, voice_like
from voice.audio.tones import playable
from voice.call import Call, Equipment
from voice.ports_dialogue import Transfer, TransferOutcome
from voice.transports.sip_line import SipLine

pytestmark = [pytest.mark.asyncio, pytest.mark.skipif(BARESIP is None, reason="baresip is not installed")]
CALLER, PERSON = voice_like(8, seed=11), voice_like(8, seed=12)


@asynccontextmanager
async def caller_on(line: SipLine, folder: Path) -> AsyncIterator[tuple[Call, Baresip, ToneMouth]]:
    mouth = ToneMouth()
    equipment = Equipment(WrittenEars(), mouth, Loudness, TURN_WORDS, CALLER_WORDS)
    async with Baresip(folder, CALLER) as phone:
        await phone.dial(line.port)
        async with Call(await next_leg(line), equipment) as call:
            yield call, phone, mouth


def wish(phone: Baresip, **more: object) -> Transfer:
    return Transfer(f"sip:tester@127.0.0.1:{phone.sip_port}", **{"whisper": "投诉路灯", **more})  # type: ignore[arg-type]


async def test_a_person_who_presses_the_key_hears_the_caller_and_is_heard(open_line: Opened, tmp_path: Path) -> None:
    line = await open_line()
    async with Baresip(tmp_path / "desk", PERSON) as desk, caller_on(line, tmp_path / "caller") as (call, phone, mouth):
        transfer = asyncio.create_task(call.transfer(wish(desk)))
        await desk.saw("CALL_ESTABLISHED")
        await asyncio.sleep(1.0)
        assert mouth.said == ["投诉路灯"] and not transfer.done()
        desk.command("sndcode", "1")
        await asyncio.sleep(2.5)
        desk.command("hangup")
        result = await asyncio.wait_for(transfer, 5)
        assert result.outcome is TransferOutcome.TALKED and result.talked_seconds > 1.5
        assert not call.has_ended and len(line.legs) == 1
        await call.hang_up()
        await phone.saw("CALL_CLOSED")
        assert max(piecewise(await desk.recorded(), CALLER[: 8_000 * 6])) > 0.9
        assert max(piecewise(await phone.recorded(), PERSON[: 8_000 * 6])) > 0.9


async def test_a_person_who_does_not_answer_leaves_the_caller_with_the_assistant(
    open_line: Opened, tmp_path: Path
) -> None:
    line = await open_line()
    async with Baresip(tmp_path / "desk", PERSON, answers="manual") as desk:
        async with caller_on(line, tmp_path / "caller") as (call, phone, _):
            result = await asyncio.wait_for(call.transfer(wish(desk, ring_seconds=1.5)), 8)
            assert result.outcome is TransferOutcome.SILENT and not result.reached
            await desk.saw("CALL_CLOSED")  # it does not ring on
            back = voice_like(1.0, seed=13)
            assert (await call.leg.play(playable(back))).finished
            await call.hang_up()
            await phone.saw("CALL_CLOSED")
            assert float(np.median(piecewise(await phone.recorded(), back))) > 0.9


async def test_a_person_who_hangs_up_instead_of_accepting_has_declined(open_line: Opened, tmp_path: Path) -> None:
    line = await open_line()
    async with Baresip(tmp_path / "desk", PERSON) as desk, caller_on(line, tmp_path / "caller") as (call, _, _):
        transfer = asyncio.create_task(call.transfer(wish(desk)))
        await desk.saw("CALL_ESTABLISHED")
        desk.command("hangup")
        assert (await asyncio.wait_for(transfer, 5)).outcome is TransferOutcome.DECLINED
        assert not call.has_ended


async def test_a_caller_who_hangs_up_meanwhile_frees_the_person(open_line: Opened, tmp_path: Path) -> None:
    line = await open_line()
    async with Baresip(tmp_path / "desk", PERSON) as desk, caller_on(line, tmp_path / "caller") as (call, phone, _):
        transfer = asyncio.create_task(call.transfer(wish(desk)))
        await desk.saw("CALL_ESTABLISHED")
        phone.command("hangup")
        assert (await asyncio.wait_for(transfer, 5)).outcome is TransferOutcome.CALLER_LEFT
        await desk.saw("CALL_CLOSED")
        assert len(line.legs) == 0


async def test_a_telephone_without_our_codecs_is_refused_and_the_next_call_works(
    open_line: Opened, tmp_path: Path
) -> None:
    line = await open_line()
    async with Baresip(tmp_path / "strange", CALLER, codecs="L16/16000/1") as strange:
        strange.command("dial", f"sip:bot@127.0.0.1:{line.port}")
        await strange.saw("CALL_CLOSED", 5)
        assert "CALL_ESTABLISHED" not in strange.events and len(line.legs) == 0
        assert "488" in (strange.folder / "log").read_text(errors="replace")
    async with Baresip(tmp_path / "plain", CALLER) as phone:
        await phone.dial(line.port)
        assert await next_leg(line)
