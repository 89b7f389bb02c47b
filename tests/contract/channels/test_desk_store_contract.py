"""What the desk's stores promise: in SQLite and in PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from channels.adapters.database import open_store
from channels.conversations import Conversation, Draft
from channels.desk.adapters.accounts import SqlAccountStore
from channels.desk.adapters.work import SqlWorkStore
from channels.desk.bootstrap import StoreRunner
from channels.desk.errors import AgentNotFound, LastAdministrator, NameTaken
from channels.desk.people import Session
from channels.desk.records import Alert, Canned, Note, due_after
from channels.desk.shifts import parse_shifts
from tests.contract.channels.desk_samples import NOW, agent, at, case
from tests.integration.channels.databases import fresh_database

pytestmark = pytest.mark.asyncio
Stores = tuple[SqlAccountStore, SqlWorkStore]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def opened(kind: str, folder: Path) -> AsyncIterator[Stores]:
    with fresh_database(kind, folder) as url:
        store = await asyncio.to_thread(open_store, url)
        runner = StoreRunner(store)
        await store.create(Conversation("c1", "web", "ko", NOW))
        try:
            yield SqlAccountStore(runner), SqlWorkStore(runner)
        finally:
            await store.close()


async def test_an_account_comes_back_as_it_was_and_its_name_is_given_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (accounts, _):
        one = agent("a1", role="supervisor", languages=("zh", "ko"), topics=("urban",), capacity=4)
        await accounts.add(one, "hash")
        assert await accounts.agents() == [one]
        assert await accounts.agent("a1") == one
        found = await accounts.by_username("a1")
        assert found is not None and found[0] == one and found[1].password_hash == "hash"
        with pytest.raises(NameTaken):
            await accounts.add(agent("a2", username="a1"), None)
        with pytest.raises(AgentNotFound):
            await accounts.agent("a2")
        assert await accounts.by_username("nobody") is None


async def test_the_last_administrator_stays(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (accounts, _):
        await accounts.add(agent("a1", role="administrator"), None)
        await accounts.add(agent("a2"), None)
        for change in ({"disabled": True}, {"role": "agent"}):
            with pytest.raises(LastAdministrator):
                await accounts.change("a1", lambda known, change=change: replace(known, **change))
        await accounts.change("a2", lambda known: replace(known, role="administrator"))
        assert (await accounts.change("a1", lambda known: replace(known, disabled=True))).disabled


async def test_a_session_ends_with_its_account_and_can_be_revoked(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (accounts, _):
        await accounts.add(agent("a1"), None)
        for name in ("s1", "s2", "s3"):
            await accounts.begin_session(Session(name, "a1", NOW, NOW, at(3600)))
        await accounts.touch_session("s1", at(60))
        found = await accounts.session("s1")
        assert found is not None and found[0].seen_at == at(60) and found[1].id == "a1"
        await accounts.end_session("s1")
        assert await accounts.session("s1") is None
        await accounts.end_sessions("a1", but="s3")
        assert await accounts.session("s2") is None and await accounts.session("s3") is not None
        await accounts.change("a1", lambda known: replace(known, disabled=True))
        assert await accounts.session("s3") is None


async def test_failed_sign_ins_are_counted_by_name(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (accounts, _):
        assert await accounts.failures("x") is None
        await accounts.add_failure("x", NOW)
        await accounts.add_failure("x", at(5))
        assert await accounts.failures("x") == (2, at(5))
        await accounts.clear_failures("x")
        assert await accounts.failures("x") is None


async def test_a_code_counts_once(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (accounts, _):
        await accounts.add(agent("a1"), None)
        assert await accounts.take_step("a1", 100)
        assert not await accounts.take_step("a1", 100)
        assert not await accounts.take_step("a1", 99)
        assert await accounts.take_step("a1", 101)
        await accounts.pend_totp("a1", "locked")
        assert await accounts.pending_totp("a1") == "locked"
        await accounts.set_totp("a1", "locked")
        assert (await accounts.agent("a1")).totp


async def test_presence_and_shifts_come_back(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (accounts, _):
        await accounts.add(agent("a1"), None)
        await accounts.set_presence("a1", "available", NOW)
        await accounts.set_presence("a1", "away", at(5))
        await accounts.seen(["a1"], at(9))
        await accounts.assigned("a1", at(10))
        presence = (await accounts.presences())["a1"]
        assert (presence.state, presence.since, presence.seen_at, presence.assigned_at) == (
            "away",
            at(5),
            at(9),
            at(10),
        )
        shifts = parse_shifts(
            [
                {"weekdays": [1, 2], "start": "08:00", "end": "12:00"},
                {"weekdays": [1], "start": "22:00", "end": "06:00"},
                {"date": "2026-10-01", "start": "09:00", "end": "18:00"},
            ]
        )
        await accounts.set_shifts("a1", shifts)
        assert set((await accounts.shifts())["a1"]) == set(shifts)
        await accounts.set_shifts("a1", [])
        assert await accounts.shifts() == {}


async def test_the_audit_log_only_grows(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (accounts, _):
        await accounts.note_deed(NOW, "a1", "revealed", "c1", "138****0000: call back")
        await accounts.note_deed(at(1), None, "sign_in_failed", "x", "")
        assert [one["deed"] for one in await accounts.deeds(NOW, 10)] == ["sign_in_failed", "revealed"]


async def test_a_case_is_added_once_and_comes_back_whole(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, work):
        one = case(1, topic="urban", caller_key="k").offered("a1", at(2))
        assert await work.add_case(one)
        assert not await work.add_case(one)
        assert await work.case("c1.1") == one
        assert await work.open_case_of("c1") == one
        assert await work.open_cases() == [one]
        assert await work.cases_of_caller("k", 5) == [one]
        assert await work.case("c2.1") is None


async def test_changes_of_a_case_at_once_follow_one_another(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, work):
        await work.add_case(case(1))

        async def take(agent_id: str) -> bool:
            def change(known):  # type: ignore[no-untyped-def]
                return known.taken(agent_id, at(5)) if known.state == "waiting" else None

            return await work.change_case("c1.1", change) is not None

        taken = await asyncio.gather(*(take(f"a{number}") for number in range(12)))
        assert sum(taken) == 1
        assert await work.change_case("c9.1", lambda known: known) is None


async def test_ended_cases_leave_the_desk_and_stay_in_the_figures(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, work):
        await work.add_case(case(1).taken("a1", at(5)).ended("solved", at(60)))
        await work.add_case(case(2))
        assert [one.handoff_id for one in await work.open_cases()] == ["c2.1"]
        assert await work.open_case_of("c1") is None
        last = await work.last_case_of("c1")
        assert last is not None and last.end_reason == "solved"
        assert [one.handoff_id for one in await work.last_ended(5)] == ["c1.1"]
        assert len(await work.cases_since(NOW)) == 2
        assert [one.handoff_id for one in await work.cases_since(at(60))] == ["c2.1"]  # it is still open


async def test_the_last_word_comes_with_the_owner(kind: str, tmp_path: Path) -> None:
    with fresh_database(kind, tmp_path) as url:
        store = await asyncio.to_thread(open_store, url)
        work = SqlWorkStore(StoreRunner(store))
        try:
            await store.create(Conversation("c1", "web", "ko", NOW))
            await store.create(Conversation("c2", "web", "ko", NOW))
            await store.add_citizen("c1", "m1", Draft("citizen", "ko", "안녕"), NOW)
            await store.set_owner("c1", "queue", 0, at(1))
            words = await work.last_words(["c1", "c2", "c3"])
            assert (words["c1"].owner, words["c1"].owner_version, words["c1"].text) == ("queue", 1, "안녕")
            assert words["c2"].sender is None and "c3" not in words
            assert await work.last_words([]) == {}
        finally:
            await store.close()


async def test_notes_are_kept_once_in_their_order(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, work):
        second = Note("n2", "c1", "system", None, "", at(2), {"type": "accepted"})
        first = Note("n1", "c1", "note", "a1", "calls often", at(1))
        assert await work.add_note(second) and await work.add_note(first)
        assert not await work.add_note(first)
        assert await work.notes("c1") == [first, second]


async def test_an_alert_is_acknowledged_by_the_first(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, work):
        one = Alert("c1.5", "c1", "web", "zh", "煤气泄漏", ("119",), NOW, due_after(NOW))
        assert await work.add_alert(one) and not await work.add_alert(one)
        assert await work.open_alerts() == [one]
        done = await work.change_alert("c1.5", lambda known: known.acknowledged("a1", at(5)))
        assert done is not None and done.acknowledged_by == "a1"
        assert await work.change_alert("c1.5", lambda known: known.acknowledged("a2", at(6))) is None
        assert await work.open_alerts() == []
        assert await work.alert("c1.5") == done


async def test_canned_replies_are_changed_in_place(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, work):
        reply = Canned("r1", "greeting", "你好", {"zh": "您好"})
        await work.put_canned(reply, "a1", NOW)
        await work.put_canned(replace(reply, removed=True), "a1", at(1))
        assert await work.canned() == [replace(reply, removed=True)]


async def test_one_gateway_holds_the_clock(kind: str, tmp_path: Path) -> None:
    async with opened(kind, tmp_path) as (_, work):
        until = NOW + timedelta(seconds=5)
        try:
            assert await work.take_lease("clock", "g1", NOW, until)
        except IntegrityError:
            pytest.fail("a lease that is taken at the same moment is a refusal")
        assert not await work.take_lease("clock", "g2", at(1), at(6))
        assert await work.take_lease("clock", "g1", at(1), at(6))
        assert await work.take_lease("clock", "g2", at(7), at(12))
