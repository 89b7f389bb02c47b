"""Races and crashes at the desk: one person has a conversation, no word is lost or doubled, the bot stays silent."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from channels.adapters.database import open_store
from channels.desk.adapters.accounts import SqlAccountStore
from channels.desk.bootstrap import StoreRunner
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.desks import FAST, HANDOFF, Page, eventually, hire, staffed
from tests.integration.channels.gateways import Child, Client, running_bot

pytestmark = pytest.mark.asyncio
AT_ONCE = 8


async def test_of_many_who_click_at_once_one_has_it_and_the_others_hear_who(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_ASSIGNMENT="off") as desk:
        pages = [await desk.hired(f"agent{number}", capacity=20) for number in range(AT_ONCE)]
        for _ in range(5):
            citizen = await desk.citizen()
            [entry, *_] = (await pages[0].get("/state"))["queue"]
            path = f"/conversations/{citizen.conversation_id}/accept"
            body = {"expected_version": entry["owner_version"]}
            answers = await asyncio.gather(*(page.call("POST", path, body) for page in pages))
            won = [answer["conversation"]["agent"]["id"] for status, answer in answers if status == 200]
            lost = [answer for status, answer in answers if status == 409]
            assert len(won) == 1 and len(lost) == AT_ONCE - 1
            assert {answer["code"] for answer in lost} == {"already_taken"}
            assert {answer["agent"]["id"] for answer in lost} == set(won)
            joined = [one for one in await citizen.history() if one["data"].get("agent")]
            assert len(joined) == 1  # the citizen is greeted once


async def test_a_double_click_takes_it_once(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        wang = await desk.hired("wang")
        citizen = await desk.citizen()
        path = f"/conversations/{citizen.conversation_id}/accept"
        answers = await asyncio.gather(*(wang.call("POST", path, {}) for _ in range(4)))
        assert [status for status, _ in answers] == [200] * 4
        notes = (await wang.context(citizen.conversation_id))["notes"]
        assert [note["event"]["type"] for note in notes] == ["accepted"]


async def test_no_word_is_lost_while_a_conversation_is_passed_on(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_ASSIGNMENT="off") as desk:
        pages = {name: await desk.hired(name, capacity=20) for name in ("wang", "li")}
        citizen = await desk.citizen()
        await pages["wang"].accept(citizen.conversation_id)
        turns = len(desk.bot.turns)
        path = f"/conversations/{citizen.conversation_id}"
        said, written = [], []

        async def citizen_talks() -> None:
            for number in range(30):
                said.append(f"话{number}")
                status, _ = await citizen.say(said[-1])
                assert status == 200

        async def pass_on() -> None:
            holder, other = "wang", "li"
            for number in range(10):
                text, message_id = f"{holder}{number}", str(uuid.uuid4())
                status, _ = await pages[holder].call(
                    "POST", f"{path}/messages", {"message_id": message_id, "text": text}
                )
                assert status == 200
                written.append(text)
                status, _ = await pages[holder].call("POST", f"{path}/transfer", {"agent_id": other})
                assert status == 200
                holder, other = other, holder

        await asyncio.gather(citizen_talks(), pass_on())
        history = await citizen.history()
        assert [one["text"] for one in history if one["sender"] == "citizen"][1:] == said
        assert [one["text"] for one in history if one["sender"] == "agent"] == written
        assert [one["seq"] for one in history] == list(range(1, len(history) + 1))
        assert len(desk.bot.turns) == turns  # the bot was not asked once


async def test_an_answer_in_the_moment_of_relief_is_said_or_refused_never_swallowed(tmp_path: Path) -> None:
    async with staffed(tmp_path, DESK_ASSIGNMENT="off") as desk:
        wang = await desk.hired("wang", capacity=50)
        for number in range(6):
            citizen = await desk.citizen()
            await wang.accept(citizen.conversation_id)
            case = await desk.desk.work.open_case_of(citizen.conversation_id)
            assert case is not None
            sight = await desk.desk.floor.look()
            body = {"message_id": f"m{number}", "text": "我在"}
            (status, answer), _ = await asyncio.gather(
                wang.call("POST", f"/conversations/{citizen.conversation_id}/messages", body),
                desk.desk.dispatcher._relieve(case, sight),
            )
            heard = [one["text"] for one in await citizen.history() if one["sender"] == "agent"]
            assert heard == (["我在"] if status == 200 else []), answer
            assert status in (200, 409)
            standing = await desk.desk.talks.handoffs.standing(case.handoff_id)
            case = await desk.desk.work.case(case.handoff_id)
            assert case is not None and standing is not None
            assert (case.state, standing.state) in (("waiting", "waiting"), ("active", "accepted"))


async def test_offers_made_at_once_stay_within_what_fits(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        await desk.hired("wang", capacity=2)
        await desk.desk.accounts.set_presence("wang", "off", desk.desk.clock())
        desk.desk.floor.forget()
        for _ in range(5):
            await desk.citizen()
        await desk.desk.accounts.set_presence("wang", "available", desk.desk.clock())
        desk.desk.floor.forget()
        await asyncio.gather(*(desk.desk.dispatcher.assign_all() for _ in range(5)))
        cases = await desk.desk.work.open_cases()
        assert sum(case.offered_to == "wang" for case in cases) == 2


@asynccontextmanager
async def crashing(kind: str, step: str, folder: Path) -> AsyncIterator[tuple[Client, Page, AsyncExitStack, str, str]]:
    """A gateway that dies at `step`, with a citizen who waits and Wang at the desk."""
    with fresh_database(kind, folder) as url:
        store = await asyncio.to_thread(open_store, url)
        await hire(SqlAccountStore(StoreRunner(store)), "wang")
        await store.close()
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(running_bot())
            session = await stack.enter_async_context(aiohttp.ClientSession())
            child = await stack.enter_async_context(Child(folder, bot.url, step, DATABASE_URL=url, **FAST))
            client = Client(child.base, session)
            await client.open()
            bot.custom = HANDOFF
            await client.say("请转人工")
            bot.custom = None
            jar = aiohttp.CookieJar(unsafe=True)
            page = Page(child.base, await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar)))
            assert (await page.sign_in("wang"))[0] == 200
            await page.be()
            await eventually(lambda: _waits(page, client))
            yield client, page, stack, url, bot.url
            assert len([turn for turn in bot.turns if turn["text"] == "还在吗"]) == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_gateway_killed_while_somebody_accepts_leaves_the_conversation_with_that_person(
    kind: str, tmp_path: Path
) -> None:
    async with crashing(kind, "event_applied", tmp_path) as (client, page, stack, url, bot_url):
        with pytest.raises(aiohttp.ClientError):
            await page.call("POST", f"/conversations/{client.conversation_id}/accept", {})
        child = await stack.enter_async_context(Child(tmp_path, bot_url, DATABASE_URL=url, **FAST))
        client.base = page.base = child.base
        await eventually(lambda: _holds(page, client))  # the session outlives the gateway, too
        assert (await client.say("还在吗"))[1]["owner"] == "agent"
        await page.accept(client.conversation_id)  # the click again: nothing happens twice
        await page.say(client.conversation_id, "在的")
        history = await client.history()
        assert [one["seq"] for one in history] == list(range(1, len(history) + 1))
        assert sum(bool(one["data"].get("agent")) for one in history if one["sender"] == "system") == 1


async def test_a_gateway_killed_after_it_stored_an_answer_says_it_once(tmp_path: Path) -> None:
    async with crashing("sqlite", "no step", tmp_path) as (client, page, stack, url, bot_url):
        await page.accept(client.conversation_id)
        await stack.aclose()
    async with AsyncExitStack() as stack, running_bot() as bot, aiohttp.ClientSession() as session:
        client.session = session
        jar = page.session.cookie_jar
        dying = await stack.enter_async_context(Child(tmp_path, bot.url, "event_applied", DATABASE_URL=url, **FAST))
        page.session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        page.base = dying.base
        with pytest.raises(aiohttp.ClientError):
            await page.say(client.conversation_id, "您好", "m1")
        again = await stack.enter_async_context(Child(tmp_path, bot.url, DATABASE_URL=url, **FAST))
        page.base = client.base = again.base
        assert (await page.say(client.conversation_id, "您好", "m1"))["text"] == "您好"
        assert [one["text"] for one in await client.history() if one["sender"] == "agent"] == ["您好"]
        [mine] = (await page.get("/state"))["mine"]
        assert mine["unanswered_since"] is None


async def _waits(page: Page, client: Client) -> bool:
    return any(one["conversation_id"] == client.conversation_id for one in (await page.get("/state"))["queue"])


async def _holds(page: Page, client: Client) -> bool:
    return any(one["id"] == client.conversation_id for one in (await page.get("/state"))["mine"])
