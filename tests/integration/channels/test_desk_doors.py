"""Who gets into the desk and who does not: sign-in, sessions, second factor, foreign pages, roles, floods."""

from __future__ import annotations

import asyncio
import stat
from datetime import timedelta
from pathlib import Path

import aiohttp
import pyotp
import pytest

from channels.desk.bootstrap import ADMIN_FILE
from tests.integration.channels.desks import PASSWORD, Page, hire, staffed

pytestmark = pytest.mark.asyncio
NOT_SIGNED_IN = [
    ("GET", "/state"),
    ("PUT", "/presence"),
    ("GET", "/conversations/c1"),
    ("POST", "/conversations/c1/accept"),
    ("POST", "/conversations/c1/messages"),
    ("POST", "/conversations/c1/attachments"),
    ("GET", "/conversations/c1/attachments/a.jpg"),
    ("POST", "/conversations/c1/notes"),
    ("POST", "/conversations/c1/whisper"),
    ("POST", "/conversations/c1/typing"),
    ("POST", "/conversations/c1/return"),
    ("POST", "/conversations/c1/close"),
    ("POST", "/conversations/c1/transfer"),
    ("POST", "/conversations/c1/invite"),
    ("POST", "/conversations/c1/leave"),
    ("POST", "/conversations/c1/take-over"),
    ("POST", "/conversations/c1/listen"),
    ("POST", "/conversations/c1/ticket"),
    ("POST", "/conversations/c1/translate"),
    ("POST", "/conversations/c1/reveal"),
    ("GET", "/canned"),
    ("PUT", "/canned/x"),
    ("DELETE", "/canned/x"),
    ("GET", "/agents"),
    ("POST", "/agents"),
    ("PATCH", "/agents/x"),
    ("GET", "/shifts"),
    ("PUT", "/shifts"),
    ("GET", "/settings"),
    ("PUT", "/settings"),
    ("GET", "/alerts"),
    ("POST", "/alerts/x/acknowledge"),
    ("GET", "/board"),
    ("GET", "/callbacks"),
    ("POST", "/callbacks/x/done"),
    ("GET", "/dead-letters"),
    ("POST", "/dead-letters/x/retry"),
    ("DELETE", "/dead-letters/x"),
    ("DELETE", "/session"),
    ("PUT", "/session/password"),
    ("POST", "/session/totp"),
]
FOR_LEADERS = [
    ("GET", "/board", None),
    ("PUT", "/settings", {"bot": {"enabled": False}}),
    ("PUT", "/shifts", {"shifts": []}),
    ("PUT", "/canned/x", {}),
    ("GET", "/agents", None),
    ("POST", "/agents", {"username": "evil"}),
    ("GET", "/dead-letters", None),
    ("POST", "/conversations/c1/whisper", {"text": "x"}),
    ("POST", "/conversations/c1/take-over", {}),
    ("POST", "/conversations/c1/listen", {}),
]


async def test_nothing_is_told_or_done_without_signing_in(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        stranger = await desk.page()
        for method, path in NOT_SIGNED_IN:
            status, body = await stranger.call(method, path, None if method == "GET" else {})
            assert (status, body["code"]) == (401, "sign_in_needed"), path
        status, body = await stranger.call("GET", "/session")
        assert (status, body["settings"]["oidc"]) == (401, False)
        async with desk.running.session.get(f"{desk.running.base}/metrics") as response:
            assert 'hotline_desk_refused_total{reason="sign_in_needed"}' in await response.text()


async def test_the_first_administrator_is_made_once_with_a_password_that_only_we_can_read(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        file = tmp_path / ADMIN_FILE
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        lines = dict(line.split(": ", 1) for line in file.read_text().splitlines())
        page = await desk.page()
        status, body = await page.sign_in(lines["username"], password=lines["password"])
        assert status == 200 and body["agent"]["role"] == "administrator"
        written = file.read_text()
    async with staffed(tmp_path):
        assert file.read_text() == written


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(tmp_path: Path) -> None:
    async with staffed(tmp_path, TRUSTED_PROXIES="127.0.0.0/8") as desk:
        await hire(desk.desk.accounts, "wang")
        body = {"username": "wang", "password": PASSWORD}
        for headers, secure in (({}, False), ({"X-Forwarded-Proto": "https"}, True)):
            url = f"{desk.running.base}/api/v1/desk/session"
            async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as response:
                cookie = response.headers["Set-Cookie"]
                assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and ("Secure" in cookie) is secure
                assert response.headers["Cache-Control"] == "no-store"


async def test_a_wrong_name_a_wrong_password_and_a_locked_account_look_alike(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        await hire(desk.desk.accounts, "wang")
        await hire(desk.desk.accounts, "gone", disabled=True)
        page = await desk.page()
        answers = [
            await page.call("POST", "/session", {"username": name, "password": password})
            for name, password in (("nobody", PASSWORD), ("wang", "wrong"), ("gone", PASSWORD), ("", ""))
        ]
        assert {(status, body["code"], body["detail"]) for status, body in answers} == {
            (401, "login_failed", "Name, password or code is wrong.")
        }
        assert (await page.call("POST", "/session", {"username": ["x"], "password": 1}))[0] == 422
        assert (await page.sign_in(" WANG "))[0] == 200


async def test_guessing_is_stopped_by_name_and_an_administrator_lets_in_again(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        await hire(desk.desk.accounts, "wang")
        page = await desk.page()
        for _ in range(8):
            assert (await page.sign_in("wang", password="wrong"))[0] == 401
        status, body = await page.sign_in("wang")
        assert status == 429 and 0 < body["retry_after"] <= 900
        await desk.desk.accounts.clear_failures("wang")
        assert (await page.sign_in("wang"))[0] == 200


async def test_guessing_is_stopped_by_address(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page = await desk.page()
        statuses = [(await page.sign_in(f"name{number}"))[0] for number in range(25)]
        assert statuses.count(401) == 20 and statuses[-1] == 429


async def test_a_change_needs_the_header_of_its_own_session(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page, other = await desk.hired("wang"), await desk.hired("kim")
        for csrf in ("", "wrong", other.csrf):
            status, body = await page.call("PUT", "/presence", {"state": "away"}, headers={"X-CSRF-Token": csrf})
            assert (status, body["code"]) == (403, "csrf_refused")
        assert (await page.get("/state"))["presence"] == "available"


async def test_pages_of_other_sites_are_refused(tmp_path: Path) -> None:
    async with staffed(tmp_path, ALLOWED_ORIGINS="https://city.example") as desk:
        page = await desk.hired("wang")
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "https://city.example"},  # its citizens' pages may connect, its pages are no desk
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            status, body = await page.call("PUT", "/presence", {"state": "away"}, headers=headers)
            assert (status, body["code"]) == (403, "origin_refused"), headers
            status, _ = await page.call("POST", "/session", {"username": "wang", "password": PASSWORD}, headers=headers)
            assert status == 403
        good = {"Origin": desk.running.base, "Sec-Fetch-Site": "same-origin"}
        assert (await page.call("PUT", "/presence", {"state": "away"}, headers=good))[0] == 200


async def test_a_socket_opens_for_a_signed_in_page_of_this_very_origin(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page, stranger = await desk.hired("wang"), await desk.page()
        for who, origin, status in (
            (page, "https://evil.example", 403),
            (page, "", 403),
            (stranger, desk.running.base, 401),
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                async with who.socket(headers={"Origin": origin}):
                    pass
            assert refused.value.status == status
        async with page.socket() as socket:
            assert (await socket.until("hello"))["me"]["username"] == "wang"


async def test_signing_out_ends_the_session_and_its_socket_at_once(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page, other = await desk.hired("wang"), await desk.page()
        await other.sign_in("wang")
        async with page.socket() as socket, other.socket() as stays:
            await socket.until("hello")
            await stays.until("hello")
            await page.do("/session", method="DELETE")
            await socket.until("signed_out")
            await socket.channel.receive()
            assert socket.channel.close_code == 4401
            await stays.send(type="ping")
            await stays.until("pong")
        assert (await page.call("GET", "/state"))[0] == 401
        assert (await other.call("GET", "/state"))[0] == 200


async def test_an_account_that_is_disabled_is_out_at_once(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page, boss = await desk.hired("wang"), await desk.hired("boss", "administrator")
        async with page.socket() as socket:
            await socket.until("hello")
            await boss.do("/agents/wang", {"active": False}, "PATCH")
            await socket.until("signed_out")
        assert (await page.call("GET", "/state"))[0] == 401
        assert (await (await desk.page()).sign_in("wang"))[0] == 401


async def test_a_new_password_ends_all_other_sessions(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page, other = await desk.hired("wang"), await desk.page()
        await other.sign_in("wang")
        assert (await page.call("PUT", "/session/password", {"old": "wrong", "new": "a-much-better-one"}))[0] == 401
        assert (await page.call("PUT", "/session/password", {"old": PASSWORD, "new": "short"}))[0] == 422
        await page.do("/session/password", {"old": PASSWORD, "new": "a-much-better-one"}, "PUT")
        assert (await page.call("GET", "/state"))[0] == 200
        assert (await other.call("GET", "/state"))[0] == 401
        assert (await other.sign_in("wang"))[0] == 401
        assert (await other.sign_in("wang", password="a-much-better-one"))[0] == 200


async def test_a_session_ends_by_itself(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page = await desk.hired("wang")
        clock = desk.desk.signin.clock
        desk.desk.signin.clock = lambda: clock() + timedelta(minutes=121)
        assert (await page.call("GET", "/state"))[0] == 401


async def test_the_second_factor_is_asked_for_after_the_password_and_each_code_counts_once(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page = await desk.hired("wang")
        secret = (await page.do("/session/totp"))["secret"]
        assert (await page.call("PUT", "/session/totp", {"code": "000000"}))[0] == 422
        code = pyotp.TOTP(secret).now()
        await page.do("/session/totp", {"code": code}, "PUT")
        again = await desk.page()
        status, body = await again.sign_in("wang")
        assert (status, body["code"]) == (401, "totp_required")
        status, body = await again.sign_in("wang", totp=code)
        assert (status, body["code"]) == (401, "login_failed")  # it was used already
        status, body = await again.sign_in("wang", password="wrong")
        assert (status, body["code"]) == (401, "login_failed")  # the factor is not mentioned to who has no password
        later = pyotp.TOTP(secret).at(desk.desk.clock() + timedelta(seconds=30))
        assert (await again.sign_in("wang", totp=later))[0] == 200
        row = await desk.desk.accounts.by_username("wang")
        assert row is not None and row[1].totp_secret and secret not in row[1].totp_secret
        assert (await again.call("DELETE", "/session/totp", {"password": "wrong"}))[0] == 401
        await again.do("/session/totp", {"password": PASSWORD}, "DELETE")
        assert (await page.sign_in("wang"))[0] == 200


async def test_an_agent_cannot_do_what_leaders_do(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page = await desk.hired("wang")
        for method, path, body in FOR_LEADERS:
            status, answer = await page.call(method, path, body)
            assert (status, answer["code"]) == (403, "role_not_enough"), path
        supervisor = await desk.hired("super", "supervisor")
        assert (await supervisor.call("POST", "/agents", {"username": "evil"}))[0] == 403


async def test_a_page_that_floods_is_slowed_down_and_counted(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page = await desk.hired("wang")
        # At once: one after the other, a busy machine is slower than the rate that is allowed.
        answers = await asyncio.gather(*(page.call("PUT", "/presence", {"state": "away"}) for _ in range(75)))
        assert {status for status, _ in answers} == {200, 429}
        async with desk.running.session.get(f"{desk.running.base}/metrics") as response:
            assert 'hotline_desk_refused_total{reason="too_many_requests"}' in await response.text()


async def test_scripts_in_every_field_come_back_as_text_or_are_refused(tmp_path: Path) -> None:
    script = "<script>alert(1)</script>\u0000\u202e"
    async with staffed(tmp_path) as desk:
        boss = await desk.hired("boss", "administrator")
        status, _ = await boss.call("POST", "/agents", {"username": script, "password": "a-much-better-one"})
        assert status == 422
        assert (await boss.call("PATCH", "/agents/boss", {"name": script}))[0] == 422
        assert (await boss.call("PUT", "/canned/<script>", {}))[0] in (404, 422)
        citizen = await desk.citizen()
        await boss.accept(citizen.conversation_id)
        note = await boss.do(f"/conversations/{citizen.conversation_id}/notes", {"note_id": "n1", "text": script})
        assert note["note"]["text"] == "<script>alert(1)</script>\u202e"
        for body in ([], "x", {"text": 5}, {"note_id": script, "text": "x"}, {"text": "x" * 2001}, {"text": " "}):
            status, _ = await boss.call("POST", f"/conversations/{citizen.conversation_id}/notes", body)
            assert status in (400, 422), body


async def test_accounts_are_made_changed_and_never_lost(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        boss = await desk.hired("boss", "administrator")
        made = await boss.do(
            "/agents",
            {
                "username": "Li.Lei",
                "name": "李雷",
                "role": "shift_leader",
                "languages": ["zh", "ko"],
                "password": "a-much-better-one",
            },
        )
        assert made["agent"]["username"] == "li.lei" and "password" not in str(made)
        assert (await boss.call("POST", "/agents", {"username": "li.lei"}))[0] == 409
        li = await desk.page()
        assert (await li.sign_in("li.lei", password="a-much-better-one"))[0] == 200
        await boss.do(f"/agents/{made['agent']['id']}", {"role": "agent"}, "PATCH")
        assert (await li.call("GET", "/state"))[0] == 401  # another role: sign in again
        assert (await boss.call("PATCH", "/agents/nobody", {"name": "x"}))[0] == 404
        listed = {one["username"]: one for one in (await boss.get("/agents"))["agents"]}
        assert listed["li.lei"]["role"] == "agent" and listed["li.lei"]["name"] == "李雷"
        assert [deed["deed"] for deed in await desk.desk.accounts.deeds(desk.desk.clock() - timedelta(1), 3)] == [
            "agent_changed",
            "signed_in",
            "agent_added",
        ]


async def test_the_page_keeps_its_own_session_among_several(tmp_path: Path) -> None:
    async with staffed(tmp_path) as desk:
        page: Page = await desk.hired("wang")
        first = (await page.get("/session"))["csrf"]
        await page.sign_in("wang")
        assert (await page.get("/session"))["csrf"] != first
