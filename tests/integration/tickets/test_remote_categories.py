"""The actions are asked for categories over HTTP: their suggestion arrives whole, and any trouble is one error."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from actions import deps
from actions.suggest import CATEGORIES, categories
from tickets.adapters.remote_categories import RemoteCategories
from tickets.errors import ClassifierUnavailable
from tickets.service.ports import Candidate, EvidenceExample, EvidenceWord, Suggestion

pytestmark = pytest.mark.asyncio
FOUND = Suggestion(
    [Candidate("gas_supply", "gas_company", 0.9, True), Candidate("street_light", "urban_management", 0.1, False)],
    True,
    0.83,
    (EvidenceWord("燃气", 2, 4, np.float32(0.5)),),  # type: ignore[arg-type]  # as a model gives it
    (EvidenceExample("燃气泄漏", "zh", "gas_supply", 0.75),),
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Classifier:
    def suggest_with_evidence(self, text: str, limit: int) -> Suggestion:
        if text == "broken":
            raise ClassifierUnavailable
        assert (text, limit) == ("楼道有燃气味", 3)
        return FOUND


class Known:
    classifier = Classifier()


@asynccontextmanager
async def answered_by(handler: Handler, seconds: float = 2.0) -> AsyncIterator[RemoteCategories]:
    app = web.Application()
    app.router.add_post(CATEGORIES, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield RemoteCategories("http://{}:{}/".format(*runner.addresses[0][:2]), seconds)
    finally:
        await runner.cleanup()


async def asked(suggester: RemoteCategories, text: str) -> Suggestion:
    return await asyncio.to_thread(suggester.suggest_with_evidence, text)


async def test_the_actions_suggestion_arrives_as_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deps, "current", Known)
    async with answered_by(categories) as suggester:
        assert await asked(suggester, "楼道有燃气味") == FOUND
        with pytest.raises(ClassifierUnavailable):
            await asked(suggester, "broken")


@pytest.mark.parametrize("body", ["nonsense", "[]", '{"candidates": [], "sure": true}', '{"candidates": [{"a": 1}]}'])
async def test_nonsense_is_no_suggestion(body: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body)

    async with answered_by(answer) as suggester:
        with pytest.raises(ClassifierUnavailable):
            await asked(suggester, "楼道有燃气味")


async def test_who_does_not_answer_is_not_waited_for() -> None:
    async def never(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async with answered_by(never, seconds=0.1) as suggester:
        with pytest.raises(ClassifierUnavailable):
            await asked(suggester, "楼道有燃气味")


async def test_nobody_at_the_address_is_no_suggestion() -> None:
    with pytest.raises(ClassifierUnavailable):
        await asked(RemoteCategories("http://127.0.0.1:9"), "楼道有燃气味")


@pytest.mark.parametrize("body", [b"{", b"{}", b'{"text": "a", "limit": "many"}'])
async def test_the_door_refuses_what_is_no_question(body: bytes) -> None:
    class Request:
        async def read(self) -> bytes:
            return body

    request: Any = Request()
    with pytest.raises(web.HTTPBadRequest):
        await categories(request)


async def test_what_citizens_wrote_goes_to_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    through: list[str] = []

    async def proxy(request: web.Request) -> web.Response:
        through.append(str(request.url))
        return web.Response()

    monkeypatch.setattr(deps, "current", Known)
    async with answered_by(proxy) as other, answered_by(categories) as suggester:
        monkeypatch.setenv("http_proxy", other._address)
        assert await asked(suggester, "楼道有燃气味") == FOUND
    assert through == []


async def test_after_a_failure_the_actions_are_left_alone_for_a_while() -> None:
    calls: list[int] = []

    async def away(request: web.Request) -> web.Response:
        calls.append(1)
        return web.Response(status=503)

    async with answered_by(away) as suggester:
        for _ in range(3):
            with pytest.raises(ClassifierUnavailable):
                await asked(suggester, "楼道有燃气味")
        assert len(calls) == 1
        suggester._rest_seconds = suggester._rests_until = 0.0
        for _ in range(2):
            with pytest.raises(ClassifierUnavailable):
                await asked(suggester, "楼道有燃气味")
        assert len(calls) == 3


async def test_one_slow_answer_is_forgiven() -> None:
    calls: list[int] = []

    async def slow(request: web.Request) -> web.Response:
        calls.append(1)
        await asyncio.sleep(0.5)
        return web.Response()

    async with answered_by(slow) as suggester:
        suggester._seconds = 0.1
        for _ in range(4):
            with pytest.raises(ClassifierUnavailable):
                await asked(suggester, "楼道有燃气味")
        assert len(calls) == 2
