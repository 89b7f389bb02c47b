"""Calls talked through with a running gateway: drafts, people at the desk, reports; sound and bot are stand-ins."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.calls import CALLER_WORDS
from tests.dialogues import PROMPTS, WrittenCaller, heard
from tests.integration.channels.desks import HANDOFF, Staffed, eventually, staffed
from tests.integration.channels.gateways import INTERNAL_TOKEN, Running
from tests.integration.channels.test_phone_calls import FormBot, running
from voice.city_words import CityWords
from voice.dialogue import House, converse
from voice.endpointing import Expectation
from voice.gateway_client import TIMEOUT, GatewayAway, GatewayClient
from voice.office import Gateway, GatewayOffice
from voice.ports_dialogue import Answer, HasEnded, Silence
from voice.reporting import Reporting
from voice.spool import Spool
from voice.talk import Pace

pytestmark = pytest.mark.asyncio


class LiveCaller(WrittenCaller):
    """Says what the test lets him or her say, when it does; is silent otherwise."""

    def __init__(self, *answers: Answer, call_id: str = "live@10.0.0.1") -> None:
        super().__init__()
        self.call_id = call_id
        self.words: asyncio.Queue[Answer] = asyncio.Queue()
        for answer in answers:
            self.words.put_nowait(answer)

    async def listen(self, expect: Expectation) -> Answer:
        try:
            async with asyncio.timeout(0.05 if expect.silence_seconds < 5 else 5):
                return await self.words.get()
        except TimeoutError:
            return Silence(expect.silence_seconds)


@asynccontextmanager
async def line(base: str, folder: Path, token: str = INTERNAL_TOKEN) -> AsyncIterator[tuple[House, Reporting]]:
    """What all calls of a telephone line share, with this gateway behind it."""
    async with aiohttp.ClientSession(timeout=TIMEOUT) as http:
        gateway = Gateway(http, base, token)
        reporting = Reporting(Spool(folder / "reports"), gateway, every_seconds=0.1)
        sending = asyncio.ensure_future(reporting.run())
        house = House(
            PROMPTS, CALLER_WORDS, GatewayClient(http, base).open,
            office=lambda caller: GatewayOffice(gateway, caller.call_id, caller.number),
            reports=reporting.ended,
            pace=Pace(queue=20.0, known=3.0),
        )  # fmt: skip
        try:
            yield house, reporting
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await reporting.close()


async def test_a_call_lost_in_a_form_is_called_back_and_goes_on_when_the_caller_rings_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.channels.gateways.StubBot", FormBot)
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    async with running(tmp_path, url) as (gateway, bot), line(gateway.base, tmp_path) as (house, _):
        first = LiveCaller(heard("路灯坏了三天了"), HasEnded("lost"), call_id="one")
        assert await converse(first, house) == "lost"
        await eventually(lambda: _entries(gateway))
        [entry] = await _entries(gateway)
        assert (entry.reason, entry.phone) == ("dropped", "13800138000")
        second = LiveCaller(heard("是的"), heard("再见"), call_id="two")
        assert await converse(second, house) == "normal"
        assert second.heard_prompt("welcome_back") and bot.turns[-1]["payload"] == "/resume"
        assert bot.turns[-1]["conversation_id"] == entry.conversation_id
        await asyncio.sleep(0.3)
        assert len(await _entries(gateway)) == 1  # a goodbye is no missed call


async def test_a_person_at_the_desk_writes_and_the_caller_speaks(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk, line(desk.running.base, tmp_path) as (house, _):
        kim = await desk.hired("kim", languages="zh")
        async with kim.socket() as socket:
            await socket.until("hello")
            await kim.be()
            desk.bot.custom = HANDOFF
            caller = LiveCaller(heard("人工"))
            call = asyncio.ensure_future(converse(caller, house))
            conversation_id = await _waiting(desk)
            desk.bot.custom = None
            await kim.accept(conversation_id)
            await kim.say(conversation_id, "您好，我是小金。")
            await eventually(lambda: "您好，我是小金。" in caller.said)
            turns = len(desk.bot.turns)
            caller.words.put_nowait(heard("路灯坏了三天了"))
            told = await socket.until("message", lambda frame: frame["message"]["sender"] == "citizen")
            while told["message"]["text"] != "路灯坏了三天了":
                told = await socket.until("message", lambda frame: frame["message"]["sender"] == "citizen")
            await kim.say(conversation_id, "好的，马上处理。")
            await eventually(lambda: "好的，马上处理。" in caller.said)
            assert len(desk.bot.turns) == turns  # the bot is silent meanwhile
            await kim.do(f"/conversations/{conversation_id}/return", {"summary": "已记录"})
            await eventually(lambda: caller.heard_prompt("back_to_assistant"))
        caller.words.put_nowait(heard("再见"))
        assert await call == "normal"
        assert caller.said.count("您好，我是小金。") == 1 and caller.said.count("好的，马上处理。") == 1


async def test_who_hangs_up_while_waiting_leaves_the_queue_and_is_called_back(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk, line(desk.running.base, tmp_path) as (house, _):
        kim = await desk.hired("kim", languages="zh")
        async with kim.socket() as socket:
            await socket.until("hello")
            await kim.be()
            desk.bot.custom = HANDOFF
            caller = LiveCaller(heard("人工"))
            call = asyncio.ensure_future(converse(caller, house))
            conversation_id = await _waiting(desk)
            caller.words.put_nowait(HasEnded("caller"))
            assert await call == "caller"
            await eventually(lambda: _entries(desk.running))
        [callback] = (await kim.get("/callbacks"))["callbacks"]
        assert callback["reason"] == "abandoned" and callback["caller"]["phone"] == "138****8000"
        revealed = await kim.do(f"/callbacks/{callback['id']}/reveal")
        assert revealed == {"phone": "13800138000"}
        assert (await desk.running.gateway.store.conversation(conversation_id)).owner == "bot"
        done = await kim.do(f"/callbacks/{callback['id']}/done", {"result": "reached"})
        assert done["callback"]["state"] == "done"


async def test_what_ended_while_the_gateway_was_down_is_told_once_when_it_is_back(tmp_path: Path) -> None:
    async with line("http://127.0.0.1:9", tmp_path) as (house, _):
        caller = LiveCaller(heard("我要投诉"), heard("我要投诉"))
        assert await converse(caller, house) == "gateway_away"
        assert caller.heard_prompt("callback_filed")
    [kept] = (tmp_path / "reports").glob("*.json")
    assert json.loads(kept.read_text("utf-8"))["why"] == "failed"
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    async with running(tmp_path, url) as (gateway, _), line(gateway.base, tmp_path):
        await eventually(lambda: not list((tmp_path / "reports").glob("*.json")))
        assert [entry.reason for entry in await _entries(gateway)] == ["failed"]


async def test_the_names_of_the_city_come_from_the_gateway(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    async with running(tmp_path, url) as (gateway, _), aiohttp.ClientSession() as http:
        words = CityWords({})
        before = words.of("zh")
        await asyncio.wait_for(words.learn(Gateway(http, gateway.base, INTERNAL_TOKEN), 0.1), 120)
        assert words.of("zh") is not before


async def test_a_wrong_token_is_no_open_door_and_no_endless_wait(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    async with running(tmp_path, url) as (gateway, _), aiohttp.ClientSession() as http:
        office = GatewayOffice(Gateway(http, gateway.base, "guessed"), "one", "13800138000")
        with pytest.raises(GatewayAway) as refused:
            await office.known()
        assert refused.value.status == 403


async def _entries(gateway: Running) -> list[Any]:
    assert gateway.gateway.people is not None
    return await gateway.gateway.people.care.callbacks()


async def _waiting(desk: Staffed) -> str:
    """The conversation that waits at the desk, once there is one."""
    found: list[Any] = []

    async def look() -> bool:
        found[:] = await desk.desk.work.open_cases()
        return bool(found)

    await eventually(look)
    return str(found[0].conversation_id)
