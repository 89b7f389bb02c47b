"""What the telephone line asks of a gateway: drafts by number, call-backs once a call, hint words, text messages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web

from channels.delivery.errors import NoticeNotFound
from channels.delivery.undelivered_sms import UndeliveredSms
from channels.handoff.signing import check
from channels.sms.outbox import TRIES
from channels.sms.ports import Sms
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.gateways import (
    INTERNAL_TOKEN,
    WIDE,
    Running,
    StubBot,
    config_for,
    running_bot,
    running_gateway,
)

pytestmark = pytest.mark.asyncio
NUMBER = "13800138000"
FORM = {"name": "complaint_form", "requested_slot": "location", "filled": ["nature", "description"]}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    with fresh_database(request.param, tmp_path) as url:
        yield url


class FormBot(StubBot):
    """Asks for a place in a form, and tells what it knows."""

    form: dict[str, Any] | None = FORM
    slots: dict[str, str] | None = None

    async def handle(self, request: web.Request) -> web.Response:
        answered = orjson.loads((await super().handle(request)).body)
        if self.turns[-1]["payload"] == "/session_opened":
            return web.json_response(answered)
        return web.json_response({**answered, "form": self.form, "slots": self.slots})


@asynccontextmanager
async def running(folder: Path, database: str, **names: str) -> AsyncIterator[tuple[Running, StubBot]]:
    async with (
        running_bot() as bot,
        running_gateway(config_for(folder, bot.url, DATABASE_URL=database, **{**WIDE, **names})) as gateway,
    ):
        yield gateway, bot


async def ask(gateway: Running, method: str, path: str, status: int = 200, **body: Any) -> Any:
    """Calls an internal address as the telephone line does."""
    client = gateway.stranger()
    arguments = {"json": body} if method == "POST" else {}
    found, answer, _ = await client.call(method, f"/internal/v1/{path}", token=INTERNAL_TOKEN, **arguments)
    assert found == status, answer
    return answer


async def talked(gateway: Running, call_id: str, text: str = "路灯坏了", number: str | None = NUMBER) -> str:
    """A call in which something was said; gives its conversation."""
    opened = await ask(gateway, "POST", "phone/conversations", 201, call_id=call_id, number=number, language="zh")
    client = gateway.stranger()
    client.conversation_id, client.token = opened["conversation_id"], opened["token"]
    assert (await client.say(text))[0] == 200
    return str(opened["conversation_id"])


def ended(call_id: str, **more: Any) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"call_id": call_id, "how": "caller", "at": at, "language": "zh", "number": NUMBER, **more}


async def test_everything_needs_the_token_of_our_own_processes(tmp_path: Path) -> None:
    async with running(tmp_path, f"sqlite:///{tmp_path / 'hotline.db'}") as (gateway, _):
        stranger = gateway.stranger()
        for path in ("calls", "conversations", "ended", "ticket-number"):
            assert (await stranger.call("POST", f"/internal/v1/phone/{path}", token="guessed", json={}))[0] == 403
        assert (await stranger.call("GET", "/internal/v1/phone/hints?language=zh", token="guessed"))[0] == 403


async def test_a_form_that_broke_off_is_offered_to_its_number_and_goes_on(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.channels.gateways.StubBot", FormBot)
    async with running(tmp_path, database) as (gateway, bot):
        assert (await ask(gateway, "POST", "phone/calls", call_id="one", number=NUMBER))["draft"] is None
        first = await talked(gateway, "one")
        known = await ask(gateway, "POST", "phone/calls", call_id="two", number="+86 138 0013 8000")
        assert known["draft"]["conversation_id"] == first and known["draft"]["requested_slot"] == "location"
        stranger = await ask(gateway, "POST", "phone/calls", call_id="three", number="13900139000")
        assert stranger["draft"] is None and stranger["language"] is None
        resumed = await ask(
            gateway, "POST", "phone/conversations", 201, call_id="two", number=NUMBER, language="zh", resume=first
        )
        assert resumed["conversation_id"] == first and resumed["last_seq"] >= 3
        client = gateway.stranger()
        client.conversation_id, client.token = first, resumed["token"]
        assert (await client.say(payload="/resume"))[0] == 200 and bot.turns[-1]["payload"] == "/resume"
        await ask(
            gateway,
            "POST",
            "phone/conversations",
            422,
            call_id="three",
            number="13900139000",
            language="zh",
            resume=first,
        )


async def test_a_draft_that_is_declined_finished_or_old_is_not_offered(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.channels.gateways.StubBot", FormBot)
    async with running(tmp_path, database) as (gateway, bot):
        first = await talked(gateway, "one")
        opened = await ask(
            gateway, "POST", "phone/conversations", 201, call_id="two", number=NUMBER, language="ko", declined=first
        )
        assert opened["conversation_id"] != first and opened["language"] == "ko"
        assert (await ask(gateway, "POST", "phone/calls", call_id="three", number=NUMBER))["draft"] is None
        await talked(gateway, "four", number="13700137000")
        assert isinstance(bot, FormBot)
        bot.form = {**FORM, "requested_slot": None}
        await talked(gateway, "four", number="13700137000")
        assert (await ask(gateway, "POST", "phone/calls", call_id="five", number="13700137000"))["draft"] is None


async def test_a_draft_is_offered_for_the_hours_of_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.integration.channels.gateways.StubBot", FormBot)
    url = f"sqlite:///{tmp_path / 'hotline.db'}"
    async with running(tmp_path, url, CALL_DRAFT_HOURS="0.0001") as (gateway, _):
        await talked(gateway, "one")
        await asyncio.sleep(0.5)
        assert (await ask(gateway, "POST", "phone/calls", call_id="two", number=NUMBER))["draft"] is None


async def test_one_call_has_one_conversation_however_often_it_is_opened(tmp_path: Path, database: str) -> None:
    async with running(tmp_path, database) as (gateway, _):
        wanted = {"call_id": "one", "number": None, "language": "en"}
        opened = await asyncio.gather(*(ask(gateway, "POST", "phone/conversations", 201, **wanted) for _ in range(3)))
        again = await ask(gateway, "POST", "phone/conversations", 201, **wanted)
        assert {one["conversation_id"] for one in opened} == {again["conversation_id"]}


@pytest.mark.parametrize("why", ["abandoned", "dropped", "busy", "failed"])
async def test_a_missed_call_makes_one_entry_however_often_it_is_told(tmp_path: Path, database: str, why: str) -> None:
    async with running(tmp_path, database) as (gateway, _):
        told = [await ask(gateway, "POST", "phone/ended", **ended("one", why=why)) for _ in range(3)]
        assert told[0]["callback"] and [one["callback"] for one in told[1:]] == [None, None]
        assert gateway.gateway.people is not None
        [entry] = await gateway.gateway.people.care.callbacks()
        assert (entry.reason, entry.phone, entry.state) == (why, NUMBER, "filed")
        known = await ask(gateway, "POST", "phone/calls", call_id="two", number=NUMBER)
        assert [one["id"] for one in known["callbacks"]] == [entry.id]


async def test_ringing_again_and_being_served_settles_earlier_missed_calls(tmp_path: Path, database: str) -> None:
    async with running(tmp_path, database) as (gateway, _):
        for number, call_id in ((NUMBER, "one"), ("13900139000", "other")):
            await ask(gateway, "POST", "phone/ended", **{**ended(call_id, why="dropped"), "number": number})
        await ask(gateway, "POST", "phone/ended", **ended("two", served=True))
        assert gateway.gateway.people is not None
        open_ones = [one.phone for one in await gateway.gateway.people.care.callbacks() if one.done_at is None]
        assert open_ones == ["13900139000"]


async def test_who_was_served_or_cannot_be_reached_makes_no_entry(tmp_path: Path, database: str) -> None:
    async with running(tmp_path, database) as (gateway, _):
        assert (await ask(gateway, "POST", "phone/ended", **ended("one")))["callback"] is None
        withheld = {**ended("two", why="dropped"), "number": "anonymous"}
        assert (await ask(gateway, "POST", "phone/ended", **withheld))["callback"] is None
        given = {**ended("three", why="failed", callback_number="13900139000"), "number": None}
        assert (await ask(gateway, "POST", "phone/ended", **given))["callback"]
        await ask(gateway, "POST", "phone/ended", 422, **ended("four", why="bored"))


async def test_a_number_that_was_said_in_the_form_serves_for_the_call_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.channels.gateways.StubBot", FormBot)
    async with running(tmp_path, f"sqlite:///{tmp_path / 'hotline.db'}") as (gateway, bot):
        assert isinstance(bot, FormBot)
        bot.slots = {"contact_phone": "13600136000"}
        conversation = await talked(gateway, "one", number=None)
        lost = {**ended("one", why="dropped", conversation_id=conversation), "number": None}
        assert (await ask(gateway, "POST", "phone/ended", **lost))["callback"]
        assert gateway.gateway.people is not None
        [entry] = await gateway.gateway.people.care.callbacks()
        assert (entry.phone, entry.conversation_id) == ("13600136000", conversation)


async def test_a_caller_who_hangs_up_waits_for_nobody_any_more(tmp_path: Path, database: str) -> None:
    async with running(tmp_path, database) as (gateway, bot):
        bot.custom = {"handoff": {"reason": "asked"}}
        conversation = await talked(gateway, "one", "人工")
        assert (await gateway.gateway.store.conversation(conversation)).owner == "queue"
        await ask(gateway, "POST", "phone/ended", **ended("one", why="abandoned", conversation_id=conversation))
        assert (await gateway.gateway.store.conversation(conversation)).owner == "bot"


async def test_hint_words_are_the_citys_own(tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    (city / "gazetteer.csv").write_text("id,name_zh,name_ko,aliases\n1,解放路,제팡로,解放大道;老解放路\n", "utf-8")
    from channels.phone.hints import hints_of

    assert hints_of(city, "zh") == {"units": [], "places": ["解放路", "解放大道", "老解放路"], "matters": []}
    assert hints_of(city, "ko")["places"] == ["제팡로"]
    async with running(tmp_path, f"sqlite:///{tmp_path / 'hotline.db'}") as (gateway, _):
        found = await ask(gateway, "GET", "phone/hints?language=zh")
        assert found["units"] and found["matters"]
        await ask(gateway, "GET", "phone/hints?language=xx", 422)


async def test_nobody_on_duty_is_said_so(tmp_path: Path) -> None:
    async with running(tmp_path, f"sqlite:///{tmp_path / 'hotline.db'}") as (gateway, _):
        assert await ask(gateway, "GET", "phone/people?language=zh") == {"on_duty": False, "waiting": 0}


@asynccontextmanager
async def provider(statuses: list[int]) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A provider of text messages that answers with these, then with 200; it checks the signature."""
    got: list[dict[str, Any]] = []

    async def take(request: web.Request) -> web.Response:
        body = await request.read()
        check("shared", request.headers, body, datetime.now(UTC).timestamp())
        got.append(orjson.loads(body))
        return web.Response(status=statuses.pop(0) if statuses else 200)

    app = web.Application()
    app.router.add_post("/sms", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}/sms".format(*runner.addresses[0][:2]), got
    finally:
        await runner.cleanup()


async def test_a_ticket_number_is_sent_once_to_the_mobile_number_that_was_given(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.integration.channels.gateways.StubBot", FormBot)
    async with provider([]) as (url, got), running(
        tmp_path, database, SMS_URL=url, SMS_SECRET="shared"
    ) as (gateway, bot):  # fmt: skip
        assert isinstance(bot, FormBot)
        bot.slots = {"contact_phone": NUMBER}
        wish = {"conversation_id": await talked(gateway, "one"), "ticket_number": "20261126000001"}
        for _ in range(2):
            told = await ask(gateway, "POST", "phone/ticket-number", **wish)
            assert told == {"sent": True, "to": "138****8000"}
        [sms] = got
        assert sms["to"] == NUMBER and "20261126000001" in sms["text"] and sms["id"] == "ticket:20261126000001"


async def test_a_text_message_that_is_not_taken_waits_and_is_not_claimed(tmp_path: Path, database: str) -> None:
    async with provider([503]) as (url, got), running(
        tmp_path, database, SMS_URL=url, SMS_SECRET="shared"
    ) as (gateway, _):  # fmt: skip
        wish = {"id": "news:1", "to": NUMBER, "language": "en", "key": "ticket_number", "values": {"number": "1"}}
        assert (await ask(gateway, "POST", "sms", **wish))["sent"] is False
        phone = gateway.gateway.phone
        assert phone is not None and phone.sms is not None
        assert await phone.sms.waiting.take(datetime.now(UTC)) is None  # it rests
        due = await phone.sms.waiting.take(datetime.now(UTC) + timedelta(seconds=60))
        assert due is not None and (due[0].id, due[1]) == ("news:1", 1)
        phone.sms.clock = lambda: datetime.now(UTC) + timedelta(seconds=120)
        await phone.sms.sweep()
        assert len(got) == 2 and got[0]["id"] == got[1]["id"] and await phone.sms.waiting.was_sent("news:1")


async def test_what_is_given_up_raises_an_alarm_and_can_be_sent_again_or_put_away(
    tmp_path: Path, database: str
) -> None:
    async with provider([422] + [503] * TRIES) as (address, got), running(
        tmp_path, database, SMS_URL=address, SMS_SECRET="shared"
    ) as (gateway, _):  # fmt: skip
        wish = {"to": NUMBER, "language": "en", "key": "ticket_number", "values": {"number": "1"}}
        assert (await ask(gateway, "POST", "sms", id="news:1", **wish))["sent"] is False
        phone, desk = gateway.gateway.phone, gateway.gateway.desk
        assert phone is not None and phone.sms is not None and desk is not None
        assert await phone.sms.waiting.take(datetime.now(UTC) + timedelta(days=2)) is None and len(got) == 1
        [alarm] = await desk.alerts.shown()
        assert (alarm["text"], alarm["channel"]) == ("outbox_given_up", "sms")
        await desk.work.change_alert(alarm["id"], lambda one: one.acknowledged("wang", datetime.now(UTC)))
        await ask(gateway, "POST", "sms", id="ticket:20261126000001", **wish)
        for hour in range(1, TRIES):
            phone.sms.clock = lambda hour=hour: datetime.now(UTC) + timedelta(hours=2 * hour)
            await phone.sms.sweep()
        assert len(await desk.alerts.shown()) == 1  # a second one: the first was acknowledged
        letters = UndeliveredSms(gateway.gateway.store, phone.sms.clock, offered=True)
        away, refused = await letters.entries()
        assert (away["reason"], away["ticket_number"], away["attempts"]) == ("provider_away", "20261126000001", TRIES)
        assert (refused["reason"], refused["target"]) == ("provider_refused", "138****8000")
        await letters.retry(away["id"])
        await letters.drop(refused["id"])
        await phone.sms.sweep()
        assert await phone.sms.waiting.was_sent("ticket:20261126000001") and await letters.entries() == []
        with pytest.raises(NoticeNotFound):
            await letters.retry(refused["id"])


async def test_while_one_text_message_is_on_its_way_slowly_the_others_are_nobodys(
    tmp_path: Path, database: str
) -> None:
    async with provider([503]) as (url, _), running(
        tmp_path, database, SMS_URL=url, SMS_SECRET="shared"
    ) as (gateway, _):  # fmt: skip
        phone = gateway.gateway.phone
        assert phone is not None and phone.sms is not None
        for name in ("news:1", "news:2"):
            await phone.sms.waiting.put(Sms(name, NUMBER, "en", "text"), datetime.now(UTC) + timedelta(hours=1))
        phone.sms.clock = lambda: datetime.now(UTC) + timedelta(hours=2)
        waiting, free = phone.sms.waiting, []

        class Slow:
            async def send(self, sms: Sms) -> None:
                # Another process finds what is not being sent, and nothing that is.
                free.append((sms.id, await waiting.take(datetime.now(UTC) + timedelta(hours=2))))

            async def aclose(self) -> None: ...

        phone.sms.sender = Slow()
        await phone.sms.sweep()
        [(first, other)] = free
        assert other is not None and {first, other[0].id} == {"news:1", "news:2"}


async def test_without_a_provider_nothing_is_sent_or_claimed(tmp_path: Path) -> None:
    async with running(tmp_path, f"sqlite:///{tmp_path / 'hotline.db'}") as (gateway, _):
        wish = {"conversation_id": await talked(gateway, "one"), "ticket_number": "20261126000001"}
        assert await ask(gateway, "POST", "phone/ticket-number", **wish) == {"sent": False, "to": None}
        to_owner = {"id": "car:1", "to": NUMBER, "language": "zh", "key": "car_in_the_way_somewhere"}
        to_owner |= {"values": {"plate": "皖A12345"}}
        assert (await ask(gateway, "POST", "sms", **to_owner))["sent"] is False
        await ask(gateway, "POST", "sms", 404, **to_owner, needed=True)
