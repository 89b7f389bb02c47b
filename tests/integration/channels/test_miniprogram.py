"""The mini-program's server against a stand-in of WeChat: logins, sessions, checked texts, subscribe messages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from channels.miniprogram.flags import FlagRows
from channels.miniprogram.people import hashed
from channels.miniprogram.ports import Later, Refused, Sent
from channels.miniprogram.tables import own_conversations, people, sessions
from hotline import cli
from tests.contract.channels.test_solved_challenges_contract import solution_to
from tests.integration.channels.gateways import (
    WIDE,
    Client,
    Running,
    StubBot,
    config_for,
    running_bot,
    running_gateway,
)
from tests.wechat_servers import DOUBTFUL, MINI_APPID, MINI_SECRET, REFUSED, RISKY, WeChatServers, running_wechat

pytestmark = pytest.mark.asyncio
BASE = "/api/v1/miniprogram"
TEMPLATE = "tmpl-1"
TEMPLATES = f"""
ticket_news:
  id: {TEMPLATE}
  page: pages/tickets/tickets?number={{number}}
  fields: {{character_string1: number, thing2: title, phrase3: status, time4: at}}
"""
NEWS = {"number": "20261126004711", "title": "路灯不亮" * 10, "status": "已办结，请评价", "at": "2026-11-26 10:00"}


@dataclass
class Mini:
    """A gateway with a mini-program, its bot and WeChat."""

    running: Running
    bot: StubBot
    servers: WeChatServers

    async def login(self, openid: str = "o-1", code: str | None = None, **body: Any) -> tuple[int, dict[str, Any]]:
        given = {"code": self.servers.code_for(openid) if code is None else code, **body}
        status, found, _ = await self.running.stranger().call("POST", f"{BASE}/session", json=given)
        return status, found

    async def citizen(self, openid: str = "o-1", **body: Any) -> tuple[Client, str]:
        """Somebody who is logged in: a client of the conversation, and the session."""
        status, found = await self.login(openid, **body)
        assert status == 201, found
        client = self.running.stranger()
        client.conversation_id, client.token = found["conversation_id"], found["token"]
        return client, found["session"]

    @property
    def service(self) -> Any:
        return self.running.gateway.miniprogram

    async def flags(self) -> list[tuple[int, str]]:
        rows = await FlagRows(self.running.gateway.store).open(100)  # type: ignore[arg-type]
        return [(row["seq"], row["reason"]) for row in rows]

    async def run(self, statement: Any) -> Any:
        return await self.running.gateway.store.transaction(lambda connection: connection.execute(statement))  # type: ignore[attr-defined]


@asynccontextmanager
async def mini(folder: Path, **names: str) -> AsyncIterator[Mini]:
    async with running_wechat() as servers, running_bot() as bot:
        async with started(folder, bot, servers, **names) as found:
            yield found


@asynccontextmanager
async def started(folder: Path, bot: StubBot, servers: WeChatServers, **names: str) -> AsyncIterator[Mini]:
    (folder / "templates.yml").write_text(TEMPLATES)
    ours = {
        "MINIPROGRAM_APPID": MINI_APPID,
        "MINIPROGRAM_SECRET": MINI_SECRET,
        "MINIPROGRAM_TEMPLATES": str(folder / "templates.yml"),
        "WECHAT_URL": servers.url,
    }
    async with running_gateway(config_for(folder, bot.url, **{**WIDE, **ours, **names})) as running:
        yield Mini(running, bot, servers)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():
            await asyncio.sleep(0.02)


async def test_a_login_opens_a_conversation_that_goes_on_at_the_next_one(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, session = await found.citizen(language="ja")
        status, answer = await client.say("街灯がつきません")
        assert (status, answer["messages"][0]["text"]) == (200, "re: 街灯がつきません")
        assert {turn["channel"] for turn in found.bot.turns} == {"miniprogram"}
        status, again = await found.login()
        assert again["conversation_id"] == client.conversation_id
        assert again["session"] != session
        assert again["templates"] == {"ticket_news": TEMPLATE}
        assert again["language"] == "ja"
        assert "key-of-o-1" not in str(again)
        other, _ = await found.citizen("o-2")
        assert other.conversation_id != client.conversation_id


async def test_two_logins_at_once_end_in_one_conversation(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        both = await asyncio.gather(*(found.login("o-9") for _ in range(4)))
        assert len({body["conversation_id"] for _, body in both}) == 1


async def test_what_wechat_says_to_a_code_is_told_in_our_words(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        good = found.servers.code_for("o-1")
        assert (await found.login(code=good))[0] == 201
        for code, fails, expected in (
            ("unknown", [], (401, "wechat_code_refused")),
            (good, [], (401, "wechat_code_refused")),  # used already
            (None, [45011], (429, "too_many_requests")),
            (None, [40226], (403, "wechat_login_blocked")),
            (None, [-1, -1, -1], (503, "wechat_away")),
            (None, [40125], (503, "wechat_refused")),
        ):
            found.servers.fails["/sns/jscode2session"] = list(fails)
            status, body = await found.login(code=code)
            assert (status, body["code"]) == expected
        found.servers.fails["/sns/jscode2session"] = [-1]  # busy once
        assert (await found.login())[0] == 201
        found.servers.down = True
        status, body = await found.login()
        assert (status, body["code"]) == (503, "wechat_away")
        assert (await found.login(code="a b"))[0] == 422


async def test_a_session_is_kept_as_a_hash_and_can_be_ended(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, session = await found.citizen()
        kept = (await found.run(sessions.select())).all()
        assert [row.token_hash for row in kept] == [hashed(session)]
        assert session not in str(kept)
        assert (await client.call("GET", f"{BASE}/tickets", token=session))[0] == 200
        assert (await client.call("GET", f"{BASE}/tickets"))[0] == 401  # the conversation's token is no session
        assert (await client.call("DELETE", f"{BASE}/session", token=session))[0] == 204
        status, body, _ = await client.call("GET", f"{BASE}/tickets", token=session)
        assert (status, body["code"]) == (401, "miniprogram_session_ended")
        for _ in range(7):
            await found.login()
        assert len((await found.run(sessions.select())).all()) == 5


async def test_sessions_and_conversation_tokens_end_by_themselves(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, session = await found.citizen()
        found.running.gateway.wall_clock = lambda: time.time() + 2 * 3600 - 30
        assert (await client.call("GET", f"{client.path}/messages"))[0] == 200
        found.running.gateway.wall_clock = lambda: time.time() + 2 * 3600 + 30
        assert (await client.call("GET", f"{client.path}/messages"))[0] == 401
        await found.run(sessions.update().values(expires_at=found.service.logins._now()))
        assert (await client.call("GET", f"{BASE}/tickets", token=session))[0] == 401
        await found.service.checks.once()
        assert (await found.run(sessions.select())).all() == []


async def test_a_new_conversation_and_back_to_an_earlier_one(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, session = await found.citizen()
        _, other_session = await found.citizen("o-2")
        status, new, _ = await client.call("POST", f"{BASE}/conversation", token=session, json={"language": "ko"})
        assert status == 201
        assert new["conversation_id"] != client.conversation_id
        assert (await found.login())[1]["conversation_id"] == new["conversation_id"]
        back = {"conversation_id": client.conversation_id}
        assert (await client.call("POST", f"{BASE}/conversation", token=other_session, json=back))[0] == 404
        assert (await client.call("POST", f"{BASE}/conversation", token=session, json=back))[0] == 200
        assert (await found.login())[1]["conversation_id"] == client.conversation_id


async def test_a_crowded_address_still_logs_in_and_begins_anew_for_computing(tmp_path: Path) -> None:
    async with mini(tmp_path, OPEN_PER_MINUTE="1", OPEN_BURST="1", CHALLENGE_WORK="200") as found:
        await found.login()
        code = found.servers.code_for("o-2")
        status, problem = await found.login(code=code)
        assert (status, problem["code"]) == (429, "challenge_required")
        status, opened = await found.login(code=code, solution=solution_to(problem["challenge"]))
        assert status == 201, opened
        client = found.running.stranger()
        body = {"conversation_id": None, "language": "en"}
        where, session = f"{BASE}/conversation", opened["session"]
        status, problem, _ = await client.call("POST", where, token=session, json=body)
        assert (status, problem["code"]) == (429, "challenge_required")
        body["solution"] = solution_to(problem["challenge"])
        status, anew, _ = await client.call("POST", where, token=session, json=body)
        assert status == 201 and anew["conversation_id"] != opened["conversation_id"]
        allowed = found.running.gateway.challenges.allowed
        assert await allowed(opened["conversation_id"]) and await allowed(anew["conversation_id"])


async def test_texts_are_checked_beside_the_answer_and_flagged_not_lost(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        found.servers.slow_seconds = 1.0
        started_at = time.monotonic()
        status, answer = await client.say(f"这里有个{RISKY}")
        assert (status, answer["messages"][0]["text"]) == (200, f"re: 这里有个{RISKY}")
        assert time.monotonic() - started_at < 1.0 or found.servers.checked == []  # the answer did not wait
        found.servers.slow_seconds = 0.0
        await client.say(f"有人{DOUBTFUL}")
        await client.say("路灯坏了")
        await client.say(payload="/affirm")

        async def flagged() -> bool:
            return len(await found.flags()) == 2 and len(found.servers.checked) == 3

        await until(flagged)
        assert [reason for _, reason in await found.flags()] == ["risky", "review"]
        assert [text for _, text in found.servers.checked] == [f"这里有个{RISKY}", f"有人{DOUBTFUL}", "路灯坏了"]
        assert len([one for one in await client.history() if one["sender"] == "citizen"]) == 4
        notes = await found.running.gateway.desk.work.notes(client.conversation_id)  # type: ignore[union-attr]
        assert [note.event["type"] for note in notes if note.event] == ["flagged_risky", "flagged_review"]


async def test_a_long_text_is_checked_in_pieces(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        text = "路" * 2450 + RISKY * 40 + "灯" * 1400
        await client.say(text)

        async def flagged() -> bool:
            return bool(await found.flags())

        await until(flagged)
        assert all(len(piece) <= 2500 for _, piece in found.servers.checked)
        assert len(found.servers.checked) == 2


async def test_what_could_not_be_checked_is_checked_later(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        found.servers.down = True
        await client.say("路灯坏了")

        async def unchecked() -> bool:
            return [reason for _, reason in await found.flags()] == ["unchecked"]

        await until(unchecked)
        await found.service.checks.once()
        assert await unchecked()
        found.servers.down = False
        await found.service.checks.once()
        assert await found.flags() == []


async def test_a_text_that_is_always_refused_keeps_no_other_unchecked(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        found.servers.down = True
        await client.say(f"路灯坏了{REFUSED}")
        await client.say("井盖没了")

        async def unchecked(count: int) -> bool:
            return [reason for _, reason in await found.flags()] == ["unchecked"] * count

        await until(lambda: unchecked(2))
        found.servers.down = False
        for _ in range(2):
            await found.service.checks.once()
            assert await unchecked(1)  # a person looks at the refused one
        assert ("o-1", "井盖没了") in found.servers.checked


@pytest.mark.parametrize("errcode", [40164, 48001, 45009])
async def test_a_refusal_of_the_account_is_not_asked_about_for_each_text(tmp_path: Path, errcode: int) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        found.servers.down = True
        for number in range(3):
            await client.say(f"路灯坏了 {number}")

        async def unchecked() -> bool:
            return [reason for _, reason in await found.flags()] == ["unchecked"] * 3

        await until(unchecked)
        found.servers.down = False
        found.servers.fails["/wxa/msg_sec_check"] = [errcode] * 3
        await found.service.checks.once()
        assert len(found.servers.fails["/wxa/msg_sec_check"]) == 2 and await unchecked()


async def test_who_was_here_more_than_two_hours_ago_is_checked_after_the_next_login(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        now = found.service.logins._now()
        await found.run(people.update().values(seen_at=now.replace(year=now.year - 1)))
        found.servers.visited["o-1"] = 0.0
        await client.say(f"这里有个{RISKY}")

        async def flagged(reason: str) -> bool:
            return [one for _, one in await found.flags()] == [reason]

        await until(lambda: flagged("unchecked"))
        await found.service.checks.once()
        assert found.servers.checked == []  # WeChat would refuse with 61010
        await found.login()
        await found.service.checks.once()
        await until(lambda: flagged("risky"))


async def test_texts_that_a_crash_left_unchecked_are_checked_after_a_restart(tmp_path: Path) -> None:
    async with running_wechat() as servers, running_bot() as bot:
        async with started(tmp_path, bot, servers) as found:
            client, _ = await found.citizen()
            await found.service.checks.close()
            found.service.checks._look_at = lambda _: None  # as if the process had ended before
            await client.say(f"这里有个{RISKY}")
            assert servers.checked == []
        async with started(tmp_path, bot, servers) as found:

            async def looked_at() -> bool:
                rows = (await found.run(own_conversations.select())).all()
                return rows[0].checked_seq >= 2

            await until(looked_at)
            assert await found.flags()
            status, again = await found.login()
            assert again["conversation_id"] == client.conversation_id


async def test_flagged_texts_are_listed_and_settled_at_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        await client.say(f"这里有个{RISKY}")

        async def flagged() -> bool:
            return bool(await found.flags())

        await until(flagged)
    monkeypatch.setenv("HOTLINE_DATA_DIR", str(tmp_path))

    async def at_the_terminal(*words: str) -> tuple[int, str]:
        status = await asyncio.to_thread(cli.main, ["desk", "flagged", *words])
        return status, capsys.readouterr().out

    status, out = await at_the_terminal("list", "--json")
    [flag] = [json.loads(line) for line in out.splitlines()]
    assert (status, flag["text"], flag["reason"], flag["label"]) == (0, f"这里有个{RISKY}", "risky", 20006)
    which = (flag["conversation_id"], str(flag["seq"]))
    assert f"{flag['conversation_id']} {flag['seq']} 这里有个" in (await at_the_terminal("list"))[1]
    assert (await at_the_terminal("done", *which))[0] == 0
    assert (await at_the_terminal("done", *which))[0] == 2
    assert (await at_the_terminal("list"))[1] == ""


async def test_one_acceptance_is_one_message_and_the_same_news_comes_once(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, session = await found.citizen()
        send = found.service.subscribing.send
        assert await send("o-1", "ticket_news", NEWS, once="e0") == Refused("no_quota")
        answers = {"answers": {"ticket_news": "accept"}}
        found.servers.accepted["o-1", TEMPLATE] = 1
        status, body, _ = await client.call("POST", f"{BASE}/subscriptions", token=session, json=answers)
        assert (status, body) == (200, {"remaining": {"ticket_news": 1}})
        assert await send("o-1", "ticket_news", NEWS, once="e1") == Sent()
        assert await send("o-1", "ticket_news", NEWS, once="e1") == Sent()
        (sent,) = found.servers.subscribed
        assert sent["page"] == "pages/tickets/tickets?number=20261126004711"
        assert {name: field["value"] for name, field in sent["data"].items()} == {
            "character_string1": "20261126004711",
            "thing2": "路灯不亮路灯不亮路灯不亮路灯不亮路灯不…",
            "phrase3": "已办结请评",
            "time4": "2026-11-26 10:00",
        }
        assert await send("o-1", "ticket_news", NEWS, once="e2") == Refused("no_quota")
        for answer in ("reject", "ban"):
            rejected = {"answers": {"ticket_news": answer}}
            assert (await client.call("POST", f"{BASE}/subscriptions", token=session, json=rejected))[1] == {
                "remaining": {}
            }
        assert (await client.call("POST", f"{BASE}/subscriptions", token=session, json={"answers": {"x": "accept"}}))[
            0
        ] == 422


async def test_what_was_not_accepted_stays_in_the_inbox_and_a_busy_wechat_is_asked_later(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        service = found.service.subscribing
        await found.login()
        await service.accepted("o-1", "ticket_news")
        await service.accepted("o-1", "ticket_news")
        found.servers.down = True
        assert isinstance(await service.send("o-1", "ticket_news", NEWS, once="e1"), Later)
        found.servers.down = False
        found.servers.fails["/cgi-bin/message/subscribe/send"] = [45009]
        assert isinstance(await service.send("o-1", "ticket_news", NEWS, once="e1"), Later)
        found.servers.fails["/cgi-bin/message/subscribe/send"] = [47003]  # a field of the template is wrong
        assert await service.send("o-1", "ticket_news", NEWS, once="e1") == Refused("wechat_refused")
        found.servers.accepted["o-1", TEMPLATE] = 1
        assert (
            await service.send("o-1", "ticket_news", NEWS, once="e1") == Sent()
        )  # mended, and the acceptance is there
        assert await service.send("o-1", "ticket_news", NEWS, once="e2") == Refused("not_accepted")  # 43101
        assert await service.send("o-1", "ticket_news", NEWS, once="e2") == Refused("not_accepted")
        assert await service.send("o-1", "ticket_news", NEWS, once="e3") == Refused("no_quota")
        assert await service.send("o-1", "nothing", NEWS, once="e4") == Refused("no_template")


async def test_whose_conversation_it_is_hears_of_the_news(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        client, _ = await found.citizen()
        service, conversation_id = found.service.subscribing, client.conversation_id
        assert await service.to_conversation(conversation_id, "ticket_news", NEWS, once="e1") == Refused("no_quota")
        found.servers.accepted["o-1", TEMPLATE] = 1
        await service.accepted("o-1", "ticket_news")
        found.servers.end_token()  # the access token ends while nobody looks
        assert await service.to_conversation(conversation_id, "ticket_news", NEWS, once="e1") == Sent()
        assert await service.to_conversation("unknown", "ticket_news", NEWS, once="e2") == Refused("no_person")


async def test_names_and_components_are_told_in_the_citizens_language(tmp_path: Path) -> None:
    async with mini(tmp_path) as found:
        anyone = found.running.stranger()
        _, names, _ = await anyone.call("GET", f"{BASE}/names?language=en")
        assert names["categories"]["street_light"] != "street_light"
        assert (await anyone.call("GET", f"{BASE}/names?language=fr"))[0] == 422
        status, lamp, _ = await anyone.call("GET", f"{BASE}/components/ld-0001?language=zh")
        assert (status, lamp["id"], lamp["kind"]) == (200, "LD-0001", "street_lamp")
        assert lamp["where"]
        status, body, _ = await anyone.call("GET", f"{BASE}/components/LD-99999999?language=zh")
        assert (status, body["code"]) == (404, "component_not_found")


async def test_without_a_mini_program_there_is_no_such_address(tmp_path: Path) -> None:
    async with running_bot() as bot, running_gateway(config_for(tmp_path, bot.url, **WIDE)) as running:
        status, _, _ = await running.stranger().call("POST", f"{BASE}/session", json={"code": "c"})
        assert status == 404
