"""The HTTP interface over real sockets: what programs and pages get, and what strangers do not."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.catalog import Catalog
from tests.integration.channels.gateways import (
    INTERNAL_TOKEN,
    Client,
    config_for,
    running_both,
    running_gateway,
)
from tests.pictures import GPS, photo

pytestmark = pytest.mark.asyncio
PROBLEM = {"type", "title", "status", "detail", "code"}


async def test_a_citizen_chats_by_http_alone(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client(language="ja")
        status, answer = await client.say("街灯が壊れています", "m1")
        assert status == 200
        assert {"seq", "language", "owner", "messages"} == set(answer)
        assert (answer["seq"], answer["language"], answer["owner"]) == (2, "ja", "bot")
        [reply] = answer["messages"]
        assert {"seq", "sender", "language", "text", "buttons", "data", "at"} == set(reply)
        assert (await client.say("街灯が壊れています", "m1"))[1] == answer
        assert [m["seq"] for m in await client.history(1)] == [2, 3]
        assert (await client.history(99)) == []


async def test_the_browsers_language_opens_the_conversation(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        stranger = running.stranger()
        for header, language in (("ko-KR,ko;q=0.9", "ko"), ("fr", "zh")):
            status, opened, _headers = await stranger.call(
                "POST", "/api/v1/conversations", data=b"", headers={"Accept-Language": header}
            )
            assert (status, opened["language"]) == (201, language)


async def test_a_slow_bot_is_not_waited_for_beyond_its_time(tmp_path: Path) -> None:
    async with running_both(tmp_path, BOT_TIMEOUT_SECONDS="0.3") as (running, bot):
        client = await running.client()
        bot.pause_seconds = 5
        status, answer = await client.say("路灯坏了", "m1")
        assert (status, answer["failed"]) == (200, True)
        assert answer["messages"][0]["sender"] == "system"
        assert "再试一次" in [button["title"] for button in answer["messages"][0]["buttons"]]
        bot.pause_seconds = 0
        status, answer = await client.say("路灯坏了", "m1")
        assert "failed" not in answer and answer["messages"][0]["text"] == "re: 路灯坏了"


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko", "ru"])
async def test_the_gateways_own_sentences_exist_in_every_language(language: str, tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, bot):
        client = await running.client(language=language)
        bot.status = 503
        _, failed = await client.say(payload="/affirm")
        _, long = await client.say("1" * 4001)
        bot.status, bot.messages = 200, 0
        _, silent = await client.say(payload="/affirm")
        for answer in (failed, long, silent):
            [notice] = answer["messages"]
            assert notice["language"] == language and len(notice["text"]) > 10 and "{" not in notice["text"]
        assert "4001" in long["messages"][0]["text"] and long["refused"] == "text_too_long"


async def test_nobody_gets_in_without_the_right_token(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        mine, other = await running.client(), await running.client()
        nowhere = f"/api/v1/conversations/{uuid.uuid4()}"
        for method, tail in (
            ("POST", "/messages"),
            ("GET", "/messages"),
            ("POST", "/stream-ticket"),
            ("GET", "/events"),
            ("GET", "/ws"),
            ("POST", "/attachments"),
            ("GET", "/attachments/" + "A" * 22 + ".jpg"),
        ):
            refused = {}
            for name, path, token in (
                ("none", mine.path, ""),
                ("garbage", mine.path, "v1.x.y.z"),
                ("foreign", mine.path, other.token),
                ("missing", nowhere, other.token),
            ):
                status, problem, headers = await mine.call(method, path + tail, token=token, json={})
                assert headers["Content-Type"].startswith("application/problem+json"), (tail, name)
                refused[name] = (status, problem["code"])
            assert refused["none"] == refused["garbage"] == (401, "unauthorized"), tail
            assert refused["foreign"] == refused["missing"] == (403, "forbidden"), tail


async def test_every_refusal_is_a_problem_document(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        messages = f"{client.path}/messages"
        json = {"Content-Type": "application/json"}
        cases: list[tuple[str, str, dict[str, Any], int, str]] = [
            ("GET", "/nowhere", {}, 404, "not_found"),
            ("GET", "/static/../../secret.key", {}, 404, "not_found"),
            ("GET", "/static/%2e%2e/%2e%2e/config.py", {}, 404, "not_found"),
            ("DELETE", messages, {}, 405, "method_not_allowed"),
            ("PUT", "/healthz", {}, 405, "method_not_allowed"),
            ("POST", messages, {"data": b"{", "headers": json}, 400, "invalid_json"),
            ("POST", messages, {"data": b"[]", "headers": json}, 400, "invalid_json"),
            ("POST", messages, {"data": b"\xff\xfe", "headers": json}, 400, "invalid_json"),
            ("POST", messages, {"data": b"", "headers": json}, 400, "invalid_json"),
            ("POST", messages, {"data": "text=a"}, 415, "unsupported_media_type"),
            ("POST", messages, {"data": b"x" * 70_000, "headers": json}, 413, "body_too_large"),
            ("POST", messages, {"json": {"message_id": "m"}}, 422, "invalid_field"),
            ("POST", messages, {"json": {"message_id": "m", "text": "  "}}, 422, "invalid_field"),
            ("GET", f"{messages}?after=-1", {}, 422, "invalid_field"),
            ("GET", f"{client.path}/events?after=x", {}, 422, "invalid_field"),
            ("POST", "/api/v1/conversations", {"json": {"language": "fr"}}, 422, "invalid_field"),
            ("POST", f"{client.path}/attachments", {"json": {}}, 415, "unsupported_media_type"),
            ("GET", "/api/v1/tickets/12345678901234?phone_last4=12", {"token": ""}, 422, "invalid_field"),
            ("GET", "/api/v1/tickets/12345678901234", {"token": ""}, 401, "unauthorized"),
        ]
        for method, path, arguments, expected, code in cases:
            status, problem, headers = await client.call(method, path, **arguments)
            assert (status, problem["code"]) == (expected, code), (method, path, problem)
            assert set(problem) >= PROBLEM and problem["status"] == status
            assert headers["Content-Type"].startswith("application/problem+json")
            assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_compressed_body_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        for encoding in ("gzip", "deflate", "br"):
            status, _, _ = await client.call(
                "POST",
                f"{client.path}/messages",
                data=b"no such thing",
                headers={"Content-Type": "application/json", "Content-Encoding": encoding},
            )
            assert status == 415


async def test_floods_are_told_when_to_come_back(tmp_path: Path) -> None:
    plain = {"CHALLENGE_WORK": "0", "RATE_PER_SECOND": "2", "RATE_BURST": "5", "OPEN_BURST": "3"}
    async with running_both(tmp_path, **plain) as (running, _):
        client = await running.client()
        results = [await client.call("POST", f"{client.path}/messages", json={}) for _ in range(8)]
        assert [status for status, _, _ in results[:5]] == [422] * 5
        for status, problem, headers in results[5:]:
            assert (status, problem["code"]) == (429, "too_many_requests")
            assert int(headers["Retry-After"]) >= 1 and problem["retry_after"] == int(headers["Retry-After"])
        await running.stranger().open()
        await running.stranger().open()
        status, _, headers = await running.stranger().call("POST", "/api/v1/conversations", json={})
        assert status == 201  # OPEN_PER_MINUTE is wide in this test: the bucket fills again at once
    async with running_gateway(config_for(tmp_path, None, OPEN_PER_MINUTE="60", OPEN_BURST="2")) as running:
        for expected in (201, 201, 429):
            status, _, headers = await running.stranger().call("POST", "/api/v1/conversations", json={})
            assert status == expected
        assert headers["Retry-After"] == "1"


async def test_at_least_sixty_messages_at_once_pass_by_default(tmp_path: Path) -> None:
    async with running_both(tmp_path, RATE_PER_SECOND="10", RATE_BURST="60") as (running, _):
        client = await running.client()
        results = await asyncio.gather(*(client.say(f"路灯坏了 {number}") for number in range(60)))
        assert [status for status, _ in results] == [200] * 60


async def test_attachments_are_told_by_their_bytes_and_given_back_to_their_owner_only(tmp_path: Path) -> None:
    picture, sound = photo(hidden=True), b"OggS a sound"
    async with running_both(tmp_path) as (running, _):
        client, other = await running.client(), await running.client()

        def form(content: bytes, name: str = "路灯.jpg", message_id: str = "a1") -> aiohttp.FormData:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("message_id", message_id)
            data.add_field("file", content, filename=name, content_type="text/html")
            return data

        status, stored, _ = await client.call("POST", f"{client.path}/attachments", data=form(picture))
        assert status == 201
        attachment = stored["attachment"]
        assert (attachment["type"], attachment["name"], attachment["width"]) == ("image/jpeg", "路灯.jpg", 64)
        status, again, _ = await client.call("POST", f"{client.path}/attachments", data=form(picture))
        assert (status, again["seq"]) == (200, stored["seq"])
        assert len(list((tmp_path / "uploads" / client.conversation_id).iterdir())) == 1

        history = await client.history(1)
        assert [m["sender"] for m in history] == ["citizen", "system"]
        assert history[0]["data"]["attachment"] == attachment

        path = f"{client.path}/attachments/{attachment['id']}"
        status, content, headers = await client.call("GET", path)
        assert status == 200 and len(content) == attachment["size_bytes"] and GPS not in content
        assert headers["Content-Type"] == "image/jpeg" and headers["Content-Disposition"] == "attachment"
        assert "sandbox" in headers["Content-Security-Policy"] and headers["X-Content-Type-Options"] == "nosniff"
        status, small, _ = await client.call("GET", f"{path}?size=small")
        assert status == 200 and small[:3] == b"\xff\xd8\xff"
        status, _, _ = await other.call("GET", f"{other.path}/attachments/{attachment['id']}")
        assert status == 404

        status, problem, _ = await client.call(
            "POST", f"{client.path}/attachments", data=form(b"<html>", "a.jpg", "a2")
        )
        assert (status, problem["code"]) == (415, "unsupported_media_type")
        big = b"\x89PNG\r\n\x1a\n" + b"x" * (10 * 1024 * 1024)
        status, problem, _ = await client.call("POST", f"{client.path}/attachments", data=form(big, "a.png", "a3"))
        assert (status, problem["code"]) == (413, "body_too_large")
        for number in range(4, 12):
            status, _, _ = await client.call(
                "POST", f"{client.path}/attachments", data=form(sound, message_id=f"a{number}")
            )
            assert status == 201
        status, problem, _ = await client.call("POST", f"{client.path}/attachments", data=form(sound, message_id="a99"))
        assert (status, problem["code"]) == (409, "too_many_attachments")
        assert len(list((tmp_path / "uploads" / client.conversation_id).iterdir())) == 9


async def test_a_form_that_is_none_is_refused(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        kind = "multipart/form-data"
        for content_type, body, expected in (
            (kind, b"x", 400),
            (f"{kind}; boundary=a", b"", 400),
            (f"{kind}; boundary=a", b"nonsense\r\n", 400),
            (f"{kind}; boundary=a", b"--a\r\n\r\nno name\r\n--a--\r\n", 422),
            (f"{kind}; boundary=a", b"--a--\r\n", 422),
            (f"{kind}; boundary={'a' * 100}", b"--a--\r\n", 400),
        ):
            status, problem, _ = await client.call(
                "POST", f"{client.path}/attachments", data=body, headers={"Content-Type": content_type}
            )
            assert status == expected, (content_type, body, problem)


async def test_news_come_from_our_own_processes_only_and_once(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client(language="en")
        path = f"/internal/v1/conversations/{client.conversation_id}/news"
        body = {"event_id": "e-1", "key": "utter_gateway_attachment_saved", "values": {"left": 3}, "data": {"a": 1}}
        for token, expected in (("", 401), (client.token, 403), ("x", 403)):
            status, _, _ = await client.call("POST", path, json=body, token=token)
            assert status == expected
        status, first, _ = await client.call("POST", path, json=body, token=INTERNAL_TOKEN)
        assert (status, first["duplicate"]) == (200, False)
        status, again, _ = await client.call("POST", path, json=body, token=INTERNAL_TOKEN)
        assert (status, again) == (200, {"seq": first["seq"], "duplicate": True, "queued": []})
        news = (await client.history())[-1]
        told = Catalog.load().text("utter_gateway_attachment_saved", "en", left=3)
        assert news["text"] == told and news["data"] == {"a": 1} and news["sender"] == "system"
        for wrong in ({**body, "key": "utter_nowhere", "event_id": "e2"}, {**body, "key": 1}, {**body, "values": []}):
            status, problem, _ = await client.call("POST", path, json=wrong, token=INTERNAL_TOKEN)
            assert (status, problem["code"]) == (422, "invalid_field")
        status, problem, _ = await client.call(
            "POST", f"/internal/v1/conversations/{uuid.uuid4()}/news", json=body, token=INTERNAL_TOKEN
        )
        assert (status, problem["code"]) == (404, "conversation_not_found")


async def test_a_ticket_that_is_not_yours_is_a_ticket_that_is_not_there(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        for arguments in ({}, {"params": {"phone_last4": "1234"}}, {"params": {"phone_last4": "1234"}, "token": ""}):
            status, problem, _ = await client.call("GET", "/api/v1/tickets/20260302123456", **arguments)
            assert (status, problem["code"]) == (404, "ticket_not_found")
        tries = [(await client.call("GET", "/api/v1/tickets/1?phone_last4=1111", token=""))[0] for _ in range(30)]
        assert tries[-1] == 429


async def test_health_readiness_and_metrics(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, bot):
        client = await running.client()
        await client.say("路灯坏了")
        assert (await client.call("GET", "/healthz"))[1] == {"status": "ok"}
        status, ready, _ = await client.call("GET", "/readyz")
        assert (status, ready["status"], ready["parts"]["bot"]) == (200, "ready", "ok")
        bot.status = 503
        status, ready, _ = await client.call("GET", "/readyz")
        assert (status, ready["status"], ready["parts"]["bot"]) == (503, "not_ready", "failed")
        assert (await client.call("GET", "/healthz"))[0] == 200
        _, text, headers = await client.call("GET", "/metrics")
        assert headers["Content-Type"].startswith("text/plain")
        assert b'hotline_messages_total{language="zh",sender="citizen"} 1.0' in text
        assert client.conversation_id.encode() not in text


async def test_when_nothing_can_be_stored_nothing_is_claimed(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, bot):
        client = await running.client()
        await running.gateway.store.close()
        status, problem, headers = await client.call(
            "POST", f"{client.path}/messages", json={"message_id": "m1", "text": "路灯坏了"}
        )
        assert (status, problem["code"]) == (503, "store_unavailable") and "Retry-After" in headers
        assert len(bot.turns) == 1
        assert (await client.call("POST", "/api/v1/conversations", json={}))[0] == 503
        assert (await client.call("GET", "/readyz"))[1]["parts"]["store"] == "failed"


async def test_the_page_and_its_files_come_with_strict_headers_and_an_etag(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client = running.stranger()
        page = tmp_path / "static"
        page.mkdir()
        (page / "index.html").write_text("<!doctype html>", "utf-8")
        running.gateway.static = page
        status, body, headers = await client.call("GET", "/")
        assert (status, body) == (200, b"<!doctype html>")
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'self'" in policy and "unsafe" not in policy
        assert headers["Referrer-Policy"] == "same-origin" and headers["Cache-Control"] == "no-cache"
        status, _, _ = await client.call("GET", "/", headers={"If-None-Match": headers["ETag"]})
        assert status == 304
        assert "aiohttp" not in headers["Server"].lower()


async def test_pages_of_allowed_origins_may_read_answers_and_others_may_not(tmp_path: Path) -> None:
    async with running_both(tmp_path, ALLOWED_ORIGINS="https://city.example") as (running, _):
        client = running.stranger()
        preflight = {"Access-Control-Request-Method": "POST"}
        status, _, headers = await client.call(
            "OPTIONS", "/api/v1/conversations", headers={"Origin": "https://city.example", **preflight}
        )
        assert (status, headers["Access-Control-Allow-Origin"]) == (204, "https://city.example")
        for origin in ("https://evil.example", "null", "https://city.example.evil"):
            status, _, headers = await client.call(
                "OPTIONS", "/api/v1/conversations", headers={"Origin": origin, **preflight}
            )
            assert status == 405 and "Access-Control-Allow-Origin" not in headers


async def test_the_access_log_holds_no_token_ticket_text_or_whole_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with running_both(tmp_path) as (running, _):
        client = await running.client()
        await client.say("我的电话是13812345678")
        ticket = await client.ticket()
        await client.call("GET", f"{client.path}/ws?ticket={ticket}")
        await client.call("GET", "/api/v1/tickets/20260302123456?phone_last4=5678")
    text = caplog.text
    lines = [record for record in caplog.records if record.name == "channels.access"]
    assert len(lines) == 5
    for secret in (client.token, ticket, "13812345678", "5678", "127.0.0.1 ", client.conversation_id):
        assert secret not in text


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
BODIES = st.binary(max_size=80) | st.builds(
    orjson.dumps,
    st.dictionaries(st.sampled_from(["message_id", "text", "payload", "channel", "language"]), ANYTHING).filter(
        lambda body: _dumpable(body)
    ),
)


def _dumpable(body: object) -> bool:
    try:
        orjson.dumps(body)
    except (TypeError, ValueError, orjson.JSONEncodeError):
        return False
    return True


async def test_no_body_ever_breaks_the_gateway(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        client: Client = await running.client()
        json = {"Content-Type": "application/json"}
        bodies: list[bytes] = []

        @hypothesis_settings(max_examples=150, database=None, suppress_health_check=list(HealthCheck), deadline=None)
        @given(BODIES)
        def collect(body: bytes) -> None:
            bodies.append(body)

        collect()
        for body in bodies:
            for path in ("/api/v1/conversations", f"{client.path}/messages"):
                status, _, _ = await client.call("POST", path, data=body, headers=json)
                assert status in (200, 201, 400, 415, 422), body
