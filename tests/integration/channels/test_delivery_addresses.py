"""Citizens' e-mail addresses: asked about, confirmed, given up; and what is offered where nothing is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels.conversations import Stored
from channels.delivery.sql_notices import CLAIM
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.deliveries import ADDRESS, world
from tests.integration.channels.gateways import Client, running_both

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_database(request.param, tmp_path) as url:
        yield url


async def test_an_address_gets_nothing_but_the_question_until_it_is_confirmed(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        client = await it.running.client(language="ru")
        asked = await it.wish(client, email={"address": "Li@Example.com"}, language="en")
        assert (asked["email"]["address"], asked["email"]["state"]) == ("Li@example.com", "asked")
        assert await it.told("e1", client=client) == []
        await it.sweep()
        [question] = it.providers.mail
        assert question["subject"] == "12345 Hotline: please confirm your e-mail address"
        [link] = it.links("confirm")
        status, page, headers = await client.call("GET", link, token="")
        assert status == 200 and b'<html lang="en">' in page and b"<form" in page
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert (await it.wishes(client))["email"]["state"] == "asked"  # looking changes nothing
        assert (await client.call("POST", link, token=""))[0] == 200
        assert (await it.wishes(client))["email"]["state"] == "confirmed"
        assert await it.told("e2", "replied_with_text", client=client) == ["email"]
        await it.sweep()
        mail = it.providers.mail[-1]
        assert mail["to"] == "Li@example.com" and "路灯已修好" in mail["text"] and mail["language"] == "en"
        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_one_click_ends_the_emails_of_every_conversation_with_that_address(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        one, other = await it.citizen(), await it.citizen("ko")
        await it.told("e1", client=one)
        await it.sweep()
        [link] = it.links("unsubscribe")
        assert b"<form" in (await one.call("GET", link, token=""))[1]
        assert await it.told("e2", client=one) == ["email"]  # looking changes nothing
        form = {"data": b"List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
        assert (await one.call("POST", link, token="", **form))[0] == 200
        await it.sweep()
        assert len(it.providers.mail) == 1  # what waited is not sent any more
        assert [await it.told(f"f{at}", client=who) for at, who in enumerate((one, other))] == [[], []]
        assert (await it.wishes(other))["email"] == {
            "offered": True, "level": "none", "address": ADDRESS, "state": "confirmed"}  # fmt: skip
        await it.wish(one, email={"level": "answers"})
        assert await it.told("e3", client=one) == ["email"]


async def test_an_address_that_does_not_exist_is_used_no_more_and_its_citizen_is_told(
    tmp_path: Path, database: str
) -> None:
    async with world(tmp_path, database) as it:
        client = await it.citizen("ko")
        await it.told("e1", client=client)
        it.providers.statuses = [410]
        await it.sweep()
        assert (await it.wishes(client))["email"]["state"] == "bounced"
        said = (await client.history())[-1]
        assert said["sender"] == "system" and "l***@e***.com" in said["text"] and said["language"] == "ko"
        assert await it.told("e2", client=client) == []
        await it.sweep()
        assert await it.parts.undelivered.entries() == [] and it.providers.mail == []
        await it.wish(client, email={"address": ADDRESS})
        assert (await it.wishes(client))["email"]["state"] == "asked"


async def test_a_gateway_that_dies_at_a_bounce_leaves_its_citizen_told(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        clients = [await it.citizen(), await it.citizen("en")]
        await it.told("e1", client=clients[0])
        it.providers.statuses = [410]
        it.parts.wishes.tell = _dies
        with pytest.raises(RuntimeError, match="dies"):
            await it.parts.sending.sweep("email")
        it.now += CLAIM + timedelta(seconds=1)
        await it.sweep()
        for client in clients:
            assert (await it.wishes(client))["email"]["state"] == "bounced"
            assert sum("l***@e***.com" in one["text"] for one in await client.history()) == 1


async def _dies(_: Stored) -> None:
    raise RuntimeError("the gateway dies")


async def test_nobodys_mailbox_is_filled_with_questions(tmp_path: Path) -> None:
    async with world(tmp_path) as it:
        one, other = await it.running.client(), await it.running.client()
        for _ in range(2):
            await it.wish(one, email={"address": ADDRESS})
        await it.wish(other, email={"address": ADDRESS})
        assert (await it.wish(other, 429, email={"address": ADDRESS}))["code"] == "too_many_requests"
        it.now += timedelta(days=1, seconds=1)
        await it.wish(other, email={"address": ADDRESS})


async def test_requests_at_the_same_time_fill_no_mailbox_either(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:

        async def asked(client: Client, address: str) -> int:
            wish = {"email": {"address": address}}
            return int((await client.call("PUT", f"{client.path}/preferences", json=wish))[0])

        clients = [await it.running.client() for _ in range(6)]
        same_address = await asyncio.gather(*(asked(client, ADDRESS) for client in clients))
        one = await it.running.client()
        same_conversation = await asyncio.gather(*(asked(one, f"li{at}@example.com") for at in range(6)))
        assert sorted(same_address) == sorted(same_conversation) == [200] * 3 + [429] * 3
        await it.sweep()
        assert [one["to"] for one in it.providers.mail].count(ADDRESS) == 3


async def test_citizens_are_offered_no_way_that_leads_nowhere(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        _, wishes, _ = await client.call("GET", f"{client.path}/preferences")
        assert [wishes[way]["offered"] for way in ("email", "sms", "subscribe")] == [False, False, False]
        status, problem, _ = await client.call(
            "PUT", f"{client.path}/preferences", json={"email": {"address": ADDRESS}}
        )
        assert (status, problem["code"]) == (409, "way_not_offered")
