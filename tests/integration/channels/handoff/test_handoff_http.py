"""The desk's door over real sockets: the contract's answers, and what forged, stale and flooding calls get."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest

from channels.handoff import links, signing, wire
from channels.handoff.contract import Accepted, AgentMessage, Closed, DeskEvent, Returned, What
from channels.handoff.door import PATH, EventPoster, desk_app
from channels.handoff.errors import AlreadyTaken, HandoffNotFound, NotYours
from channels.ownership import ASKED
from tests.integration.channels.gateways import Client, Running, running_both
from tests.integration.channels.handoff.desks import LI, WANG, StandInDesk, event
from tests.integration.channels.handoff.test_conformance import served
from tests.pictures import photo

pytestmark = pytest.mark.asyncio
SECRET = "between desk and gateway"
EVENTS = "/api/v1/handoff/events"


@asynccontextmanager
async def with_desk(folder: Path, **names: str) -> AsyncIterator[tuple[Running, StandInDesk]]:
    """A gateway whose desk is a stand-in behind HTTP, both ways."""
    desk = StandInDesk()
    async with served(desk_app(desk, SECRET)) as base:
        settings = {"HANDOFF_DESK": "webhook", "HANDOFF_WEBHOOK_URL": base + PATH, "HANDOFF_SECRET": SECRET, **names}
        async with running_both(folder, **settings) as (running, _):
            poster = EventPoster(running.base + EVENTS, SECRET, tries=1)
            desk.events = poster
            try:
                yield running, desk
            finally:
                await poster.aclose()


async def waiting(running: Running, desk: StandInDesk) -> tuple[Client, str]:
    client = await running.client()
    await client.say("路灯坏了")
    people = running.gateway.people
    assert people is not None
    await people.hand_over(client.conversation_id, 0, ASKED)
    await people.delivery.settled()
    return client, desk.of(client.conversation_id).request.handoff_id


async def post(
    running: Running, body: bytes, headers: dict[str, str], path: str = EVENTS
) -> tuple[int, dict[str, Any], Any]:
    sent = {"Content-Type": "application/json", **headers}
    async with running.session.post(running.base + path, data=body, headers=sent) as response:
        answer = await response.read()
        return response.status, orjson.loads(answer) if answer else {}, response.headers


def raw(handoff_id: str, what: What, **changed: Any) -> bytes:
    return orjson.dumps({**wire.event_wire(event(handoff_id, what)), **changed})


def good(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    return signing.signed_headers(secret, body, time.time() if at is None else at, "d")


async def refusals(running: Running, reason: str) -> float:
    text = (await running.stranger().call("GET", "/metrics"))[1].decode()
    lines = [line for line in text.splitlines() if line.startswith(f'hotline_desk_refused_total{{reason="{reason}"}}')]
    return float(lines[0].split()[-1]) if lines else 0.0


async def test_a_whole_hand_over_by_webhook(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, desk):
        client, handoff_id = await waiting(running, desk)
        async with client.socket() as channel:
            assert (await channel.receive_json())["queue_position"] == 1
            await desk.take(handoff_id)
            await desk.write(handoff_id, "您好")
            await desk.finish(handoff_id, "solved")
            owners = []
            while len(owners) < 2:
                frame = await channel.receive_json(timeout=5)
                if frame["type"] == "owner":
                    owners.append((frame["owner"], frame.get("agent")))
            assert owners == [("agent", {"name": "小王"}), ("bot", None)]
        status, rated, _ = await client.call(
            "POST", f"{client.path}/rating", json={"score": 5, "solved": True, "comment": "<b>好</b>"}
        )
        assert (status, rated) == (200, {"handoff_id": handoff_id, "score": 5, "solved": True})


async def test_refusals_of_the_contract_reach_the_desk_by_name(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, desk):
        _, handoff_id = await waiting(running, desk)
        with pytest.raises(NotYours):
            await desk.write(handoff_id, "您好")
        await desk.take(handoff_id)
        with pytest.raises(AlreadyTaken) as taken:
            await desk.take(handoff_id, LI)
        assert taken.value.agent == WANG
        with pytest.raises(HandoffNotFound):
            await desk.take("never.1")
        first = await desk.report(handoff_id, AgentMessage("m1", "一"), "e1")
        again = await desk.report(handoff_id, AgentMessage("m1", "一"), "e1")
        assert (first.duplicate, again.duplicate, first.seq == again.seq) == (False, True, True)


async def test_a_reconnecting_page_sees_who_has_the_conversation(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, desk):
        client, handoff_id = await waiting(running, desk)
        await desk.take(handoff_id)
        async with client.socket(after=99) as channel:
            frame = await channel.receive_json()
            assert (frame["owner"], frame["agent"]) == ("agent", {"name": "小王"})


async def test_forged_stale_and_changed_events_are_refused_and_counted(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, desk):
        client, handoff_id = await waiting(running, desk)
        body = raw(handoff_id, Accepted(WANG))
        headers = good(body)
        for forged in (
            {},
            good(body, secret="wrong"),
            good(body, at=time.time() - 301),
            good(body, at=time.time() + 301),
            {**headers, signing.SIGNATURE: ""},
            {**headers, signing.SIGNATURE: "sha256=" + "0" * 64},
            {**headers, signing.TIMESTAMP: "1e9"},
            {**headers, signing.TIMESTAMP: str(int(headers[signing.TIMESTAMP]) - 1)},
            {"Authorization": f"Bearer {client.token}"},
            {"Authorization": f"Bearer {running.gateway.internal_token}"},
        ):
            status, problem, _ = await post(running, body, forged)
            assert (status, problem["code"]) == (401, "signature_refused")
            assert handoff_id not in str(problem) and SECRET not in str(problem)
        status, _, _ = await post(running, body.replace(b"a1", b"a9"), headers)
        assert status == 401
        assert await refusals(running, "signature") == 11
        row = await running.gateway.people.handoffs.get(handoff_id)  # type: ignore[union-attr]
        assert row.state == "waiting"


async def test_without_a_secret_nobody_reports_anything(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        body = raw("x.1", Accepted(WANG))
        for secret in ("", "None", SECRET):
            status, problem, _ = await post(running, body, good(body, secret=secret))
            assert (status, problem["code"]) == (401, "signature_refused")
        status, problem, _ = await post(running, b"{}", {}, "/api/v1/handoff/chatwoot")
        assert status == 404


async def test_what_is_not_the_contract_is_refused_with_the_field(tmp_path: Path) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"schema": "hotline.handoff/2"}, "schema"),
        ({"type": "dance"}, "type"),
        ({"event_id": "a b"}, "event_id"),
        ({"event_id": None}, "event_id"),
        ({"at": "yesterday"}, "at"),
        ({"at": "2026-13-45T99:99:99Z"}, "at"),
        ({"agent": "小王"}, "agent"),
        ({"agent": {"id": "", "name": "小王"}}, "agent.id"),
        ({"agent": {"id": "a1", "name": "长" * 121}}, "agent.name"),
        ({"expected_version": -1}, "expected_version"),
        ({"handoff": "../../etc"}, "handoff_id"),
    ]
    async with with_desk(tmp_path) as (running, _):
        for changed, field in cases:
            body = raw(changed.pop("handoff", "a-b-c.1"), Accepted(WANG), **changed)
            status, problem, _ = await post(running, body, good(body))
            assert (status, problem["code"], problem["field"]) == (422, "contract_broken", field)
        assert await refusals(running, "contract") == len(cases)


async def test_what_is_no_json_and_what_is_too_large_is_refused(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, _):
        for body in (b"", b"{", b"[1]", b"\xff\xfe"):
            status, problem, _ = await post(running, body, good(body))
            assert (status, problem["code"]) == (400, "invalid_json")
        large = b'{"a":"' + b"x" * 70_000 + b'"}'
        status, problem, _ = await post(running, large, good(large))
        assert (status, problem["code"]) == (413, "body_too_large")
        status, _, _ = await post(running, b"{}", {**good(b"{}"), "Content-Encoding": "gzip"})
        assert status == 415


async def test_scripts_in_every_field_are_text_to_everybody(tmp_path: Path) -> None:
    script = "<script>alert(1)</script>"
    async with with_desk(tmp_path) as (running, desk):
        client, handoff_id = await waiting(running, desk)
        await client.say(script)
        evil = type(WANG)("a1", script)
        await desk.report(handoff_id, Accepted(evil))
        sly = {"translation": {"original": script}, "buttons": [1], "rating": {}, "__proto__": {}, "emergency": {}}
        await desk.report(handoff_id, AgentMessage("m1", script, evil, data=sly))
        await desk.report(handoff_id, Returned(script, (script[:32],)))
        said = [m for m in await client.history() if m["sender"] == "agent"]
        assert [m["text"] for m in said] == [script]
        assert set(said[0]["data"]) == {"translation", "agent"}  # a desk cannot speak for the system
        assert said[0]["buttons"] == []
        await running.gateway.people.delivery.settled()  # type: ignore[union-attr]
        assert script in desk.of(client.conversation_id).words


async def test_a_flood_of_forged_calls_is_not_heard_any_more(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, desk):
        _, handoff_id = await waiting(running, desk)
        body = raw(handoff_id, Accepted(WANG))
        statuses = [(await post(running, body, {}))[0] for _ in range(60)]
        assert statuses[0] == 401 and statuses[-1] == 429
        status, problem, headers = await post(running, body, good(body))
        assert (status, problem["code"]) == (429, "too_many_requests") and int(headers["Retry-After"]) >= 1
        metrics = (await running.stranger().call("GET", "/metrics"))[1].decode()
        assert 'hotline_rate_limited_total{kind="desk_refused"}' in metrics


async def test_ratings_and_cancelling_need_the_conversations_token_and_good_fields(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, desk):
        client, handoff_id = await waiting(running, desk)
        stranger, other = running.stranger(), await running.client()
        for path in (f"{client.path}/rating", f"{client.path}/queue/cancel"):
            assert (await stranger.call("POST", path, json={"score": 5}))[0] == 401
            assert (await other.call("POST", path, json={"score": 5}))[0] == 403
        await desk.take(handoff_id)
        await desk.report(handoff_id, Closed("solved"))
        for body, field in (
            ({}, "score"),
            ({"score": 0}, "score"),
            ({"score": 6}, "score"),
            ({"score": True}, "score"),
            ({"score": "5"}, "score"),
            ({"score": 5, "solved": "yes"}, "solved"),
            ({"score": 5, "comment": "长" * 1001}, "comment"),
            ({"score": 5, "handoff_id": 1}, "handoff_id"),
        ):
            status, problem, _ = await client.call("POST", f"{client.path}/rating", json=body)
            assert (status, problem.get("field")) == (422, field), body
        status, problem, _ = await other.call("POST", f"{other.path}/rating", json={"score": 5})
        assert (status, problem["code"]) == (404, "handoff_not_found")
        sly = {"score": 5, "handoff_id": handoff_id}
        assert (await other.call("POST", f"{other.path}/rating", json=sly))[0] == 404


async def test_a_remote_desk_fetches_a_file_by_a_link_and_nobody_by_a_guess(tmp_path: Path) -> None:
    png = photo("PNG", mode="L")
    async with with_desk(tmp_path, PUBLIC_URL="https://hotline.example") as (running, desk):
        client, handoff_id = await waiting(running, desk)
        await desk.take(handoff_id)
        form = aiohttp.FormData()
        form.add_field("file", png, filename="a.png", content_type="image/png")
        assert (await client.call("POST", f"{client.path}/attachments", data=form))[0] == 201
        await running.gateway.people.delivery.settled()  # type: ignore[union-attr]
        [file] = [item for m in desk.of(client.conversation_id).told for item in m.attachments]
        assert file.url is not None and file.url.startswith("https://hotline.example/api/v1/handoff/attachments/")
        address = file.url.replace("https://hotline.example", running.base)
        async with running.session.get(address) as response:
            assert response.status == 200 and (await response.read())[:8] == png[:8]
            assert response.headers["Content-Disposition"] == "attachment"
        for wrong in (
            address.split("?")[0],
            address[:-1] + ("0" if address[-1] != "0" else "1"),
            address.replace("until=", "until=9"),
        ):
            async with running.session.get(wrong) as response:
                assert response.status == 401
        old = links.linker(running.gateway.secret, running.base, lambda: datetime(2026, 1, 1, tzinfo=UTC))
        assert old is not None
        async with running.session.get(old(client.conversation_id, file.id)) as response:
            assert response.status == 401
        assert await refusals(running, "link") == 4


async def test_an_event_may_be_posted_by_two_gateways_worth_of_retries_at_once(tmp_path: Path) -> None:
    async with with_desk(tmp_path) as (running, desk):
        client, handoff_id = await waiting(running, desk)
        await desk.take(handoff_id)
        said = DeskEvent(str(uuid.uuid4()), handoff_id, datetime.now(UTC), AgentMessage("m1", "只一次"))
        assert desk.events is not None
        outcomes = await asyncio.gather(*(desk.events.event(said) for _ in range(10)))
        assert sum(not outcome.duplicate for outcome in outcomes) == 1
        assert [m["text"] for m in await client.history()].count("只一次") == 1
