"""Solved challenges are used once among all copies of the gateway, in SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import altcha
import orjson
import pytest

from channels.adapters.database import open_store
from channels.adapters.solved_challenges import SqlSolvedChallenges
from channels.challenges import LIFETIME_SECONDS, Challenges
from channels.errors import ChallengeRefused
from channels.metrics import Metrics
from tests.integration.channels.databases import fresh_database

pytestmark = pytest.mark.asyncio
SECRET = b"s" * 32


class Clock:
    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def copies(kind: str, folder: Path, clock: Clock, work: int = 50) -> AsyncIterator[tuple[Challenges, Challenges]]:
    """Two copies of a gateway's challenges over one database."""
    with fresh_database(kind, folder) as url:
        store = await asyncio.to_thread(open_store, url)
        solved = SqlSolvedChallenges(store)
        try:
            one, two = (Challenges(SECRET, work, 600, solved, Metrics(), clock) for _ in range(2))
            yield one, two
        finally:
            await store.close()


def solution_to(challenge: dict[str, Any], **changed: object) -> str:
    set_ = altcha.Challenge.from_dict(challenge)
    found = altcha.solve_challenge(set_)
    assert found is not None
    return base64.b64encode(
        orjson.dumps({"challenge": challenge, "solution": {**found.to_dict(), "time": 1, **changed}})
    ).decode()


async def test_a_solution_is_good_once_whichever_copy_it_comes_to(kind: str, tmp_path: Path) -> None:
    clock = Clock()
    async with copies(kind, tmp_path, clock) as (one, two):
        assert not await two.allowed("a")
        solution = solution_to(one.fresh())
        first = await one.redeem(solution, "a")
        assert 598 <= first <= 600
        clock.now += 60
        assert await two.redeem(solution, "a") == pytest.approx(first - 60)  # the same asks again, and gains nothing
        assert await one.allowed("a") and await two.allowed("a")
        for other in (lambda: two.redeem(solution, "b"), lambda: one.spend(solution)):
            with pytest.raises(ChallengeRefused):
                await other()
        clock.now += 541
        assert not await one.allowed("a") and not await two.allowed("a")


async def test_many_at_once_with_one_solution_are_one(kind: str, tmp_path: Path) -> None:
    async with copies(kind, tmp_path, Clock()) as (one, two):
        solution = solution_to(one.fresh())
        results = await asyncio.gather(
            *(copy.redeem(solution, f"c{n}") for n in range(8) for copy in (one, two)), return_exceptions=True
        )
        assert sum(not isinstance(result, ChallengeRefused) for result in results) in (1, 2)  # 2: the same one, twice
        good = {f"c{n // 2}" for n, result in enumerate(results) if not isinstance(result, ChallengeRefused)}
        assert len(good) == 1


async def test_a_conversation_opened_with_a_solution_has_the_allowance(kind: str, tmp_path: Path) -> None:
    async with copies(kind, tmp_path, Clock()) as (one, two):
        spent = await one.spend(solution_to(two.fresh()))
        await one.give(spent, "fresh")
        assert await one.allowed("fresh") and await two.allowed("fresh")


async def test_what_is_too_old_is_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    async with copies("sqlite", tmp_path, clock) as (one, _):
        await one.redeem(solution_to(one.fresh()), "a")
        clock.now += 601
        await one.redeem(solution_to(one.fresh()), "b")
        assert await one._solved.allowed_until("a") == 0


async def test_forged_stale_and_senseless_solutions_are_refused_with_a_fresh_challenge(tmp_path: Path) -> None:
    async with copies("sqlite", tmp_path, Clock()) as (one, _):
        good = one.fresh()
        easy = {**good, "parameters": {**good["parameters"], "keyPrefix": "00"}}
        unsigned = {"parameters": good["parameters"]}
        stale = altcha.create_challenge("SHA-256", 1, counter=3, expires_at=1, hmac_secret=one._key).to_dict()
        foreign = altcha.create_challenge(
            "SHA-256", 1, counter=3, expires_at=int(time.time()) + LIFETIME_SECONDS, hmac_secret="another"
        ).to_dict()
        wrong: list[object] = [solution_to(challenge) for challenge in (easy, unsigned, stale, foreign)]
        wrong += [
            solution_to(good, counter=7_000),
            solution_to(good, derivedKey="00" * 32),
            solution_to(good, counter=-1),
        ]
        wrong += [None, 7, {}, "", "AAAA", "x" * 5000, base64.b64encode(b"[" * 2000).decode(), "\ud800", "路灯"]
        for solution in wrong:
            with pytest.raises(ChallengeRefused) as refused:
                await one.redeem(solution, "a")
            assert set(refused.value.members["challenge"]) == {"parameters", "signature"}
        assert not await one.allowed("a")
        assert await one.redeem(solution_to(good), "a") > 0
