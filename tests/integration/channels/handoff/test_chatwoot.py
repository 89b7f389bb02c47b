"""Chatwoot as the desk, against a stand-in that checks tokens and signatures: over HTTP in both directions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import orjson
import pytest

from channels.conversations import Draft
from channels.handoff.chatwoot import source_of
from channels.handoff.contract import Accepted, DeskEvent, Outcome
from channels.ownership import ASKED
from tests.integration.channels.gateways import WIDE, Client, Running, config_for, running_bot, running_gateway
from tests.integration.channels.handoff.chatwoot_stand_in import (
    ACCOUNT,
    INBOX,
    SECRET,
    TOKEN,
    ChatwootStandIn,
    running_chatwoot,
    signed,
)
from tests.integration.channels.handoff.people import text
from tests.pictures import photo

pytestmark = pytest.mark.asyncio
WANG, LI = (11, "小王"), (12, "小李")


def settings_for(chatwoot: ChatwootStandIn) -> dict[str, str]:
    return {
        "HANDOFF_DESK": "chatwoot",
        "CHATWOOT_URL": chatwoot.url,
        "CHATWOOT_ACCOUNT": str(ACCOUNT),
        "CHATWOOT_INBOX": str(INBOX),
        "CHATWOOT_TOKEN": TOKEN,
        "CHATWOOT_SECRET": SECRET,
        **WIDE,
    }


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[tuple[Running, ChatwootStandIn]]:
    """A gateway with Chatwoot as its desk."""
    async with running_bot() as bot, running_chatwoot() as chatwoot:
        bot.custom = None
        async with running_gateway(config_for(folder, bot.url, **settings_for(chatwoot))) as running:
            chatwoot.webhook_url = f"{running.base}/api/v1/handoff/chatwoot"
            yield running, chatwoot


async def until(good: Callable[[], object], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not good():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)


async def waiting(running: Running, chatwoot: ChatwootStandIn, words: str = "路灯坏了") -> tuple[Client, int]:
    """A citizen in Chatwoot's queue."""
    client = await running.client()
    await client.say(words)
    people = running.gateway.people
    assert people is not None
    conversation = await running.gateway.store.conversation(client.conversation_id)
    known = set(chatwoot.conversations)
    await people.hand_over(client.conversation_id, conversation.owner_version, ASKED)
    await people.delivery.settled()
    [number] = set(chatwoot.conversations) - known
    return client, number


async def settled(running: Running, chatwoot: ChatwootStandIn) -> None:
    await chatwoot.told()
    gateway = running.gateway
    assert gateway.people is not None and gateway.chatwoot is not None and gateway.chatwoot.incoming is not None
    await gateway.chatwoot.incoming.settled()
    await gateway.people.delivery.settled()
    await chatwoot.told()
    await gateway.chatwoot.incoming.settled()


async def at_once(running: Running, client: Client) -> None:
    """The pause after a failure is over."""
    people = running.gateway.people
    assert people is not None
    row = await people.handoffs.open_of(client.conversation_id)
    assert row is not None
    await people.handoffs.note(row.id, next_attempt_at=None)
    await people.tick()
    await people.delivery.settled()


async def said(client: Client, sender: str) -> list[str]:
    return [m["text"] for m in await client.history() if m["sender"] == sender]


async def test_a_conversation_is_opened_answered_and_resolved(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        assert chatwoot.words(number) == ["路灯坏了"]
        assert chatwoot.notes(number)[0].startswith(text("utter_gateway_summary_citizen_asked"))
        contact = chatwoot.contacts[chatwoot.conversations[number]["contact_id"]]
        assert contact["identifier"] == f"hotline:{client.conversation_id}"
        await chatwoot.assign(number, WANG)
        await settled(running, chatwoot)
        assert (await said(client, "system"))[-1] == text("utter_gateway_agent_joined", agent="小王")
        await client.say("还有人吗")
        await chatwoot.reply(number, WANG, "您好，马上派人")
        await settled(running, chatwoot)
        assert chatwoot.words(number) == ["路灯坏了", "还有人吗"]
        assert await said(client, "agent") == ["您好，马上派人"]
        await chatwoot.resolve(number, "已派单")
        await settled(running, chatwoot)
        assert (await said(client, "system"))[-1] == text("utter_gateway_agent_returned")
        _, answer = await client.say("谢谢")
        assert (answer["owner"], answer["messages"][0]["text"]) == ("bot", "re: 谢谢")
        assert chatwoot.words(number)[-1] == "还有人吗"
        assert {status for _, status in chatwoot.answers} == {200}


async def test_the_first_answer_of_a_person_takes_the_conversation(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.reply(number, LI, "我来")
        await settled(running, chatwoot)
        assert await said(client, "agent") == ["我来"]
        _, answer = await client.say("好")
        assert answer["owner"] == "agent"


async def test_private_notes_and_echoes_stay_in_chatwoot(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.assign(number, WANG)
        await chatwoot.reply(number, WANG, "内部备注", private=True)
        await chatwoot.reply(number, WANG, "回声", source_id=source_of(str(number), "9"))
        await client.say("市民的话")
        await settled(running, chatwoot)
        assert await said(client, "agent") == []
        assert [m["text"] for m in await client.history()].count("市民的话") == 1


async def test_a_delivery_that_comes_twice_is_worked_off_once(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        chatwoot.twice = True
        await chatwoot.assign(number, WANG)
        await chatwoot.reply(number, WANG, "您好")
        await chatwoot.types(number, WANG)
        await settled(running, chatwoot)
        assert await said(client, "agent") == ["您好"]
        joined = text("utter_gateway_agent_joined", agent="小王")
        assert (await said(client, "system")).count(joined) == 1


async def test_a_conversation_changes_hands_and_goes_back_into_the_queue(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.assign(number, WANG)
        await chatwoot.assign(number, LI)
        await settled(running, chatwoot)
        assert (await said(client, "system"))[-1] == text("utter_gateway_agent_passed_on", agent="小李")
        await chatwoot.assign(number, None)
        await settled(running, chatwoot)
        assert (await client.call("GET", f"{client.path}/messages"))[1]["owner"] == "queue"


async def test_a_lost_answer_of_chatwoot_doubles_nothing(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.assign(number, WANG)
        await settled(running, chatwoot)
        people = running.gateway.people
        assert people is not None
        for round_number in range(3):
            chatwoot.lose_next = 1
            await client.say(f"第{round_number}句")
            await people.delivery.settled()
            await at_once(running, client)
        assert chatwoot.words(number)[1:] == ["第0句", "第1句", "第2句"]


async def test_an_opening_whose_answers_are_lost_makes_one_conversation_with_all_words(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        people = running.gateway.people
        assert people is not None
        client = await running.client()
        for number in range(3):
            await client.say(f"话 {number}")
        await people.hand_over(client.conversation_id, 0, ASKED)
        for _ in range(12):
            chatwoot.lose_next = 1
            await people.delivery.settled()
            await asyncio.sleep(0.02)
            row = await people.handoffs.open_of(client.conversation_id)
            assert row is not None
            if row.ref is not None:
                break
            await people.handoffs.note(row.id, next_attempt_at=None, attempts=0)
            await people.tick()
        chatwoot.lose_next = 0
        await people.handoffs.note(row.id, next_attempt_at=None)
        await people.tick()
        await people.delivery.settled()
        [number] = chatwoot.conversations
        assert chatwoot.words(number) == ["话 0", "话 1", "话 2"]
        assert len(chatwoot.contacts) == 1


async def test_words_survive_a_gateway_that_is_killed_after_the_answer(tmp_path: Path) -> None:
    """The webhook was answered with 200, so Chatwoot never sends it again: it must not be lost with the process."""
    async with running_bot() as bot, running_chatwoot() as chatwoot:
        config = config_for(tmp_path, bot.url, **settings_for(chatwoot))
        async with running_gateway(config) as running:
            chatwoot.webhook_url = f"{running.base}/api/v1/handoff/chatwoot"
            client, number = await waiting(running, chatwoot)
            door = running.gateway.chatwoot
            assert door is not None and door.incoming is not None and running.gateway.people is not None
            door.incoming.wake = lambda: None  # type: ignore[method-assign]  # the process dies before the work
            running.gateway.people.wakers.clear()
            await chatwoot.reply(number, WANG, "您好")
            assert chatwoot.answers[-1] == ("message_created", 200)
            assert await said(client, "agent") == []
        async with running_gateway(config) as running:
            assert running.gateway.people is not None and running.gateway.chatwoot is not None
            client.base = running.base
            client.session = running.session
            await running.gateway.people.tick()
            await settled(running, chatwoot)
            assert await said(client, "agent") == ["您好"]


async def test_words_survive_a_gateway_that_is_killed_between_taking_the_conversation_and_saying_them(
    tmp_path: Path,
) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        door, people = running.gateway.chatwoot, running.gateway.people
        assert door is not None and people is not None
        take = door.service.event

        async def dies(event: DeskEvent) -> Outcome:
            if isinstance(event.what, Accepted):
                await take(event)
            raise asyncio.CancelledError

        door.service.event = dies  # type: ignore[method-assign]
        await chatwoot.reply(number, WANG, "您好")
        await settled(running, chatwoot)
        assert await said(client, "agent") == []
        door.service.event = take  # type: ignore[method-assign]
        await people.tick()
        await settled(running, chatwoot)
        assert await said(client, "agent") == ["您好"]


async def test_unsigned_stale_forged_and_replayed_webhooks_do_nothing(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        payload = {
            "event": "message_created",
            "id": 999,
            "content": "假的",
            "message_type": "outgoing",
            "private": False,
            "sender": {"id": 11, "name": "小王", "type": "user"},
            "conversation": {"id": number},
            "account": {"id": ACCOUNT},
            "inbox": {"id": INBOX},
        }
        body = orjson.dumps(payload)
        plain = {"Content-Type": "application/json"}
        good = signed(body, "d1")
        for headers in (
            plain,
            signed(body, "d1", "wrong-secret"),
            signed(body, "d1", at=time.time() - 3600),
            signed(body, "d1", at=time.time() + 3600),
            {**good, "X-Chatwoot-Signature": good["X-Chatwoot-Signature"].removeprefix("sha256=")},
            {**good, "X-Chatwoot-Timestamp": "now"},
        ):
            async with running.session.post(chatwoot.webhook_url, data=body, headers=headers) as response:
                problem = await response.json()
                assert (response.status, problem["code"]) == (401, "signature_refused")
        async with running.session.post(chatwoot.webhook_url, data=body + b" ", headers=good) as response:
            assert response.status == 401
        for _ in range(3):  # what was overheard within five minutes, sent again and again
            async with running.session.post(chatwoot.webhook_url, data=body, headers=good) as response:
                assert response.status == 200
        await settled(running, chatwoot)
        assert await said(client, "agent") == ["假的"]  # the good one, once
        metrics = (await client.call("GET", "/metrics"))[1].decode()
        assert 'hotline_desk_refused_total{reason="signature"} 7.0' in metrics


async def test_webhooks_of_other_inboxes_and_conversations_mean_nothing(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        base = {
            "event": "message_created",
            "id": 1,
            "content": "别的",
            "message_type": "outgoing",
            "sender": {"id": 11, "name": "小王", "type": "user"},
        }
        for changed in (
            {"conversation": {"id": number}, "inbox": {"id": 99}, "account": {"id": ACCOUNT}},
            {"conversation": {"id": number}, "inbox": {"id": INBOX}, "account": {"id": 99}},
            {"conversation": {"id": 4711}, "inbox": {"id": INBOX}, "account": {"id": ACCOUNT}},
            {"event": "webwidget_triggered"},
            {"event": None, "conversation": []},
        ):
            body = orjson.dumps({**base, **changed})
            async with running.session.post(chatwoot.webhook_url, data=body, headers=signed(body, str(changed))) as r:
                assert r.status == 200
        await settled(running, chatwoot)
        assert await said(client, "agent") == []


async def test_files_go_both_ways_and_only_from_chatwoots_own_address(tmp_path: Path) -> None:
    png = photo("PNG", mode="L")
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.assign(number, WANG)
        await settled(running, chatwoot)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("file", png, filename="灯.png", content_type="image/png")
        status, sent, _ = await client.call("POST", f"{client.path}/attachments", data=form)
        assert status == 201
        await settled(running, chatwoot)
        kept = ("灯.png", "image/png", sent["attachment"]["size_bytes"])
        assert [one["files"] for one in chatwoot.messages[number] if one["files"]] == [[kept]]
        chatwoot.files["answer.png"] = png
        attachments = [
            {"id": 5, "file_type": "image", "data_url": f"{chatwoot.url}/rails/active_storage/answer.png"},
            {"id": 6, "file_type": "image", "data_url": "http://169.254.169.254/latest/meta-data"},
        ]
        await chatwoot.reply(number, WANG, "请看", attachments=attachments)
        await settled(running, chatwoot)
        answers = [m for m in await client.history() if m["sender"] == "agent"]
        assert answers[0]["text"] == "请看\nhttp://169.254.169.254/latest/meta-data"
        file = answers[1]["data"]["attachment"]
        status, content, _ = await client.call("GET", f"{client.path}/attachments/{file['id']}")
        assert status == 200 and content[:8] == png[:8]


async def test_a_file_that_is_too_large_arrives_as_a_link_and_the_words_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.handoff.chatwoot_door.LARGEST", 50)
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.assign(number, WANG)
        chatwoot.files["film.png"] = photo("PNG")
        address = f"{chatwoot.url}/rails/active_storage/film.png"
        await chatwoot.reply(number, WANG, "请看", attachments=[{"id": 5, "file_type": "image", "data_url": address}])
        await settled(running, chatwoot)
        assert await said(client, "agent") == [f"请看\n{address}"]


async def test_who_cancels_is_resolved_in_chatwoot(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        status, answer, _ = await client.call("POST", f"{client.path}/queue/cancel")
        assert (status, answer["cancelled"], answer["owner"]) == (200, True, "bot")
        await settled(running, chatwoot)
        assert chatwoot.conversations[number]["status"] == "resolved"
        assert (await said(client, "system"))[-1] == text("utter_gateway_queue_cancelled")


async def test_a_wrong_token_of_ours_is_a_dead_letter_and_not_a_silent_loss(tmp_path: Path) -> None:
    async with running_bot() as bot, running_chatwoot() as chatwoot:
        config = config_for(tmp_path, bot.url, **{**settings_for(chatwoot), "CHATWOOT_TOKEN": "wrong"})
        async with running_gateway(config) as running:
            people = running.gateway.people
            assert people is not None
            client = await running.client()
            await people.hand_over(client.conversation_id, 0, ASKED)
            await people.delivery.settled()
            [letter] = await people.letters.letters()
            assert letter.kind == "open" and "401" in letter.error and "wrong" not in letter.error
            assert (await said(client, "system"))[-1] == text("utter_gateway_nobody_there")


async def test_a_citizens_words_while_chatwoot_is_down_arrive_when_it_is_back(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.assign(number, WANG)
        await settled(running, chatwoot)
        people = running.gateway.people
        assert people is not None
        chatwoot.fail_next = 3
        await client.say("在吗")
        await people.delivery.settled()
        assert chatwoot.words(number)[1:] == []
        chatwoot.fail_next = 0
        await at_once(running, client)
        assert chatwoot.words(number)[1:] == ["在吗"]


async def test_an_event_that_cannot_be_worked_off_waits_with_the_dead_letters(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await chatwoot.assign(number, WANG)
        await settled(running, chatwoot)
        people, door = running.gateway.people, running.gateway.chatwoot
        assert people is not None and door is not None and door.incoming is not None
        works = people.event

        async def breaks(event: object) -> object:
            raise RuntimeError("a fault of ours")

        people.event = breaks  # type: ignore[assignment,method-assign]
        await chatwoot.reply(number, WANG, "别丢")
        await settled(running, chatwoot)
        [letter] = await people.letters.letters()
        assert (letter.kind, await said(client, "agent")) == ("event", [])
        people.event = works  # type: ignore[method-assign]
        await people.retry_letter(letter.id)
        assert await said(client, "agent") == ["别丢"] and await people.letters.letters() == []


async def test_a_message_of_the_bot_is_a_private_note_there(tmp_path: Path) -> None:
    async with both(tmp_path) as (running, chatwoot):
        client, number = await waiting(running, chatwoot)
        await running.gateway.store.add(
            client.conversation_id, Draft("system", "zh", "工单已登记"), running.gateway.router.clock()
        )
        await client.say("好的")
        await settled(running, chatwoot)
        assert "工单已登记" in chatwoot.notes(number) and "工单已登记" not in chatwoot.words(number)
