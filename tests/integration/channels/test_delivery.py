"""Notices from the worker's word to the provider: wishes, nights, failures, crashes, and what the desk sees of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.adapters.database import open_store
from channels.delivery.errors import WayNotOffered
from channels.delivery.sending import TRIES
from channels.delivery.sql_notices import CLAIM, SqlNotices
from channels.sms.ports import Sms
from tests.integration.channels.databases import fresh_database
from tests.integration.channels.deliveries import ADDRESS, NUMBER, PHONE, world
from tests.integration.channels.desks import staffed
from tests.integration.channels.gateways import INTERNAL_TOKEN
from tests.integration.channels.providers import providers, settings_of

pytestmark = pytest.mark.asyncio


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with fresh_database(request.param, tmp_path) as url:
        yield url


async def test_a_caller_hears_of_an_answer_once_by_text_message(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        assert await it.told("e1", language="en") == ["sms"]
        assert await it.told("e1", language="en") == ["sms"]  # a worker that died tells it again
        await it.sweep()
        await it.told("e1", language="en")
        await it.sweep()
        [sms] = it.providers.sms
        assert (sms["id"], sms["to"], sms["language"]) == ("e1:sms", PHONE, "en") and "has an answer" in sms["text"]
        assert await it.told("e2", "accepted", importance="step") == []
        assert await it.told("e3", "revisit") == []  # a person calls
        assert await it.told("e4", phone="051212345") == []  # no mobile number


async def test_at_night_news_wait_for_the_morning_and_are_one_message_a_ticket(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        it.at(21)
        await it.told("e1")
        await it.told("e2", ticket_number="20261103004599")
        await it.told("e3", "extended")
        await it.told("e4", urgent=True, ticket_number="20261103009119")
        await it.sweep()
        assert [one["id"] for one in it.providers.sms] == ["e4:sms"]
        it.at(7, 59, 59, day=27)
        await it.sweep()
        assert len(it.providers.sms) == 1
        it.at(8, day=27)
        await it.sweep()
        first, second = it.providers.sms[1:]
        assert NUMBER in first["text"] and "已有答复" in first["text"]  # the new date does not hide the answer
        assert "20261103004599" in second["text"] and (first["id"], second["id"]) == ("e3:sms", "e2:sms")
        await it.sweep()
        assert len(it.providers.sms) == 3


async def test_wishes_count_at_the_moment_of_sending(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        client = await it.citizen()
        await it.wish(client, email={"level": "every_step"}, sms={"level": "answers"})
        it.at(22)
        assert await it.told("e1", "accepted", client, importance="step") == ["email"]
        assert sorted(await it.told("e2", "replied", client)) == ["email", "sms"]
        await it.wish(client, email={"level": "answers"}, sms={"level": "none"}, language="ja")
        await it.sweep()
        assert it.providers.mail == []
        await it.wish(client, quiet={"from": "23:00", "until": "07:00"})  # awake until eleven, it says now
        await it.sweep()
        [mail] = it.providers.mail
        assert mail["subject"].startswith("【12345ホットライン】") and "受付番号" in mail["text"]
        assert mail["text"].count(NUMBER) == 1 and it.providers.sms == []  # the step is not wished any more
        await it.told("e3", "closed", client)
        await it.wish(client, email={"address": "wang@example.com"})
        await it.sweep()
        assert [one["subject"] for one in it.providers.mail[1:]] == [
            "【12345ホットライン】メールアドレスの確認をお願いします"
        ]


async def test_an_email_carries_all_that_waits_of_a_ticket_in_order(tmp_path: Path) -> None:
    async with world(tmp_path) as it:
        client = await it.citizen()
        await it.wish(client, email={"level": "every_step"})
        it.at(23)
        for event, key in (("e1", "accepted"), ("e2", "replied_with_text"), ("e3", "revisit")):
            await it.told(event, key, client)
        it.at(8, day=27)
        await it.sweep()
        [mail] = it.providers.mail
        places = [mail["text"].index(words) for words in ("受理", "路灯已修好", "满意")]
        assert places == sorted(places) and "解决了吗" in mail["subject"]


async def test_a_provider_that_fails_is_asked_again_later_and_later_with_the_same_id(
    tmp_path: Path, database: str
) -> None:
    async with world(tmp_path, database) as it:
        it.providers.statuses = [503, 429, 500]
        await it.told("e1")
        for pause in (5, 10, 20):
            await it.sweep()
            assert it.providers.sms == []
            it.now += timedelta(seconds=pause - 1)
            await it.sweep()
            assert it.providers.sms == []
            it.now += timedelta(seconds=1)
        await it.told("e2", "extended")  # the provider said no, so what came meanwhile is in the same message
        await it.sweep()
        assert [one["id"] for one in it.providers.sms] == ["e2:sms"] and "已有答复" in it.providers.sms[0]["text"]


async def test_a_letter_whose_fate_is_unknown_goes_again_as_it_was(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        await it.told("e1")
        notices = it.parts.sending.notices
        [taken] = await notices.take("sms", it.now, 8)  # a gateway takes it, sends it, and dies
        await it.parts.sending.carriers["sms"].send(taken)
        await it.told("e2", "extended")
        await it.sweep()
        assert len(it.providers.sms) == 1  # while it is in hand, nothing else about this ticket goes out
        it.now += CLAIM + timedelta(seconds=1)
        await it.sweep()
        assert [one["id"] for one in it.providers.sms] == ["e1:sms", "e1:sms", "e2:sms"]
        await notices.failed(taken, it.now, "no answer", answered=False)  # the dead one's word comes late
        assert await notices.take("sms", it.now + timedelta(days=1), 8) == []


async def test_news_do_not_hurry_a_letter_whose_fate_is_unknown(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        await it.told("e1")
        notices = it.parts.sending.notices
        [taken] = await notices.take("sms", it.now, 8)
        await notices.failed(taken, it.now + timedelta(seconds=5), "no answer", answered=False)
        await it.told("e2", "extended")
        await it.sweep()
        assert it.providers.sms == []  # else each piece of news would cost all attempts at once
        it.now += timedelta(seconds=5)
        await it.sweep()
        assert [one["id"] for one in it.providers.sms] == ["e1:sms", "e2:sms"]


async def test_what_a_dead_gateway_took_along_at_night_does_not_wait_for_the_morning(tmp_path: Path) -> None:
    async with world(tmp_path) as it:
        it.at(22)
        await it.told("e1")
        await it.told("e2", "reopened", urgent=True)
        [taken] = await it.parts.sending.notices.take("sms", it.now, 8)
        assert len(taken.notices) == 2
        it.now += CLAIM + timedelta(seconds=1)
        await it.sweep()
        assert [one["id"] for one in it.providers.sms] == ["e2:sms"]


async def test_two_gateways_send_nothing_twice(tmp_path: Path) -> None:
    with fresh_database("postgresql", tmp_path) as url:
        async with world(tmp_path, url) as it:
            for at in range(40):
                await it.told(f"e{at}", ticket_number=f"202611030{at:05d}")
            second = open_store(url)
            try:
                rows = (it.parts.sending.notices, SqlNotices(second))
                found: list[str] = []

                async def work(notices: SqlNotices) -> None:
                    while letters := await notices.take("sms", it.now, 3):
                        found.extend(letter.id for letter in letters)
                        for letter in letters:
                            await notices.sent(letter, letter.notices, it.now)

                await asyncio.gather(*(work(one) for one in rows))
                assert sorted(found) == sorted(f"e{at}:sms" for at in range(40))
            finally:
                await second.close()


async def test_a_slow_provider_holds_up_no_other_way(tmp_path: Path) -> None:
    async with world(tmp_path) as it:
        client = await it.citizen()
        await it.wish(client, sms={"level": "answers"})
        blocked = asyncio.Event()

        async def hang(letter: Any) -> None:
            await blocked.wait()

        class Hanging:
            send = staticmethod(hang)

            async def aclose(self) -> None: ...

        carriers: Any = it.parts.sending.carriers
        carriers["email"] = Hanging()
        it.parts.start()
        await it.told("e1", client=client)
        async with asyncio.timeout(20):
            while not it.providers.sms:
                await asyncio.sleep(0.02)
        assert it.providers.mail == []


async def test_what_is_given_up_is_shown_masked_and_sent_again_or_put_away(tmp_path: Path, database: str) -> None:
    async with world(tmp_path, database) as it:
        it.providers.status = 503
        await it.told("e1", urgent=True)  # at night too
        for _ in range(TRIES):
            await it.sweep()
            it.now += timedelta(hours=1, seconds=1)
        it.providers.status = 422
        await it.told("e2", ticket_number="20261103004599")
        await it.sweep()
        refused, away = await it.parts.undelivered.entries()
        assert away["target"] == refused["target"] == "138****8000" and PHONE not in str(away)
        assert (away["reason"], away["attempts"], away["ticket_number"]) == ("provider_away", TRIES, NUMBER)
        assert (refused["reason"], refused["attempts"]) == ("provider_refused", 1)
        it.providers.status = 200
        it.at(12, day=28)
        carriers: Any = it.parts.sending.carriers
        texting = carriers.pop("sms")
        with pytest.raises(WayNotOffered):
            await it.parts.undelivered.retry(away["id"])
        carriers["sms"] = texting
        await it.parts.undelivered.retry(away["id"])
        await it.parts.undelivered.drop(refused["id"])
        await it.sweep()
        assert [one["id"] for one in it.providers.sms] == ["e1:sms"]
        assert await it.parts.undelivered.entries() == []
        assert await it.parts.sending.notices.forget(it.now + timedelta(days=1), ["sms"]) == 2


async def test_what_waits_for_a_way_that_was_switched_off_is_forgotten_with_the_rest(
    tmp_path: Path, database: str
) -> None:
    async with world(tmp_path, database) as it:
        it.providers.status = 503
        await it.told("e1", urgent=True)
        await it.sweep()
        assert await it.parts.sending.notices.forget(it.now + timedelta(days=1), ["email", "sms"]) == 0
        assert await it.parts.sending.notices.forget(it.now + timedelta(days=1), ["email"]) == 1


async def test_news_that_join_a_letter_that_failed_for_long_are_not_given_up_with_it(tmp_path: Path) -> None:
    async with world(tmp_path) as it:
        it.providers.status = 503
        await it.told("e1", urgent=True)
        for _ in range(TRIES - 1):
            await it.sweep()
            it.now += timedelta(hours=1, seconds=1)
        await it.told("e2", "reopened", urgent=True)
        await it.sweep()
        assert await it.parts.undelivered.entries() == []
        it.providers.status = 200
        it.now += timedelta(seconds=5)
        await it.sweep()
        assert [one["id"] for one in it.providers.sms] == ["e2:sms"]


async def test_at_the_desk_only_leaders_of_the_hotline_look_after_what_was_given_up(tmp_path: Path) -> None:
    async with providers() as stand_in, staffed(tmp_path, **settings_of(stand_in)) as desk:
        gateway, body = desk.running.gateway, {"event_id": "e1", "key": "utter_news_replied", "values": {}}
        assert gateway.delivery is not None
        about = {"ticket_number": NUMBER, "channel": "phone", "language": "zh", "importance": "answer", "urgent": True}
        stand_in.status = 422
        stranger = desk.running.stranger()
        told = {**body, "notice": {**about, "phone": PHONE}}
        assert (await stranger.call("POST", "/internal/v1/notices", token=INTERNAL_TOKEN, json=told))[0] == 200
        assert (await stranger.call("POST", "/internal/v1/notices", token="x", json=told))[0] == 403
        await gateway.delivery.sending.sweep("sms")
        [alarm] = await desk.desk.alerts.shown()
        assert alarm["text"] == "outbox_given_up" and alarm["id"].startswith("outbox:sms-")
        agent, leader = await desk.hired("wang"), await desk.hired("liu", "shift_leader")
        elsewhere = await desk.hired("zhao", "shift_leader", unit="water")
        for page in (agent, elsewhere):
            assert (await page.call("GET", "/dead-letters"))[1]["code"] == "role_not_enough"
        [letter] = (await leader.get("/dead-letters"))["dead_letters"]
        assert (letter["kind"], letter["target"], letter["ticket_number"]) == ("sms", "138****8000", NUMBER)
        stand_in.status = 200
        await leader.do(f"/dead-letters/{letter['id']}/retry")
        await gateway.delivery.sending.sweep("sms")
        assert len(stand_in.sms) == 1 and (await leader.get("/dead-letters"))["dead_letters"] == []
        for method, path in (("POST", "/dead-letters/notice:99/retry"), ("DELETE", "/dead-letters/notice:x")):
            assert (await leader.call(method, path, {}))[1]["code"] == "notice_not_found"
        deeds = [one["deed"] for one in await desk.desk.accounts.deeds(datetime(2020, 1, 1, tzinfo=UTC), 50)]
        assert "letter_sent_again" in deeds


async def test_text_messages_of_the_telephone_line_are_among_what_the_desk_could_not_deliver(tmp_path: Path) -> None:
    async with providers() as stand_in, staffed(tmp_path, **settings_of(stand_in)) as desk:
        phone = desk.running.gateway.phone
        assert phone is not None and phone.sms is not None
        stand_in.status = 422
        for name in ("news:1", "news:2"):
            await phone.sms.waiting.put(Sms(name, PHONE, "zh", "text"), datetime.now(UTC))
        await phone.sms.sweep()
        agent, leader = await desk.hired("wang"), await desk.hired("liu", "shift_leader")
        letters = (await leader.get("/dead-letters"))["dead_letters"]
        assert {one["id"] for one in letters} == {"sms:news:1", "sms:news:2"}
        assert {(one["kind"], one["target"], one["reason"]) for one in letters} == {
            ("sms", "138****8000", "provider_refused")
        }
        assert (await agent.call("POST", "/dead-letters/sms:news:1/retry", {}))[1]["code"] == "role_not_enough"
        stand_in.status = 200
        await leader.do("/dead-letters/sms:news:1/retry")
        await leader.do("/dead-letters/sms:news:2", method="DELETE")
        assert (await leader.get("/dead-letters"))["dead_letters"] == []
        await phone.sms.sweep()
        assert [one["id"] for one in stand_in.sms] == ["news:1"]
        assert (await leader.call("POST", "/dead-letters/sms:nope/retry", {}))[1]["code"] == "notice_not_found"


async def test_a_text_message_is_not_said_to_go_out_where_nobody_sends_any(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        leader = await desk.hired("liu", "shift_leader")
        status, problem = await leader.call("POST", "/dead-letters/sms:news:1/retry", {})
        assert (status, problem["code"]) == (409, "way_not_offered")


async def test_what_is_given_up_rings_once_a_way_until_somebody_has_heard_it(tmp_path: Path) -> None:
    async with providers() as stand_in, staffed(tmp_path, **settings_of(stand_in)) as desk:
        assert desk.running.gateway.delivery is not None
        give_up, alerts = desk.running.gateway.delivery.sending.alarm, desk.desk.alerts
        at = datetime(2026, 11, 26, 4, tzinfo=UTC)
        for second in range(3):
            await give_up("sms", at + timedelta(seconds=second))
        await give_up("email", at)
        first, other = await alerts.shown()
        assert {first["channel"], other["channel"]} == {"sms", "email"}
        [sms] = [one["id"] for one in (first, other) if one["channel"] == "sms"]
        await (await desk.hired("wang")).do(f"/alerts/{sms}/acknowledge")
        await give_up("sms", at)  # told again after a crash
        assert len(await alerts.shown()) == 1
        await give_up("sms", at + timedelta(hours=1))
        assert len(await alerts.shown()) == 2


async def test_wishes_are_the_citizens_own_and_wrong_ones_are_refused_whole(tmp_path: Path) -> None:
    async with world(tmp_path, MAIL_URL="off") as it:
        one, other = await it.running.client(), await it.running.client()
        assert (await it.running.stranger().call("GET", f"{one.path}/preferences"))[0] == 401
        assert (await other.call("PUT", f"{one.path}/preferences", json={}))[0] == 403
        refused = await it.wish(one, 422, language="en", quiet={"from": "late"})
        assert (refused["code"], refused["field"]) == ("invalid_field", "quiet")
        assert (await it.wishes(one))["language"] is None
        assert (await it.wish(one, 409, email={"address": ADDRESS}))["code"] == "way_not_offered"
        status, page, _ = await one.call(
            "GET", "/notices/confirm?token=n1.x", token="", headers={"Accept-Language": "ru"}
        )
        assert status == 404 and "недействительна" in page.decode()
        assert (await one.call("POST", f"/notices/unsubscribe?token={'x' * 500}", token=""))[0] == 404
