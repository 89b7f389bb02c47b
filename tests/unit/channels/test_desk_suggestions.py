"""Proposals never hold anybody up: what is slow, broken or not there is simply not proposed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from channels.desk.adapters import suggestions
from channels.desk.adapters.suggestions import ActionsSuggestions
from channels.desk.ports import Proposed

pytestmark = pytest.mark.asyncio
FOUND = {
    "categories": [{"id": "street_light", "unit": "urban_management", "score": 0.8, "secret": 1}],
    "knowledge": [{"id": "lamps", "title": "路灯", "text": "拨打12345", "score": 0.5}],
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def actions(handler: Handler, path: str = "/suggest") -> AsyncIterator[ActionsSuggestions]:
    app = web.Application()
    app.router.add_post(path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made = ActionsSuggestions("http://{}:{}/".format(*runner.addresses[0][:2]))
    try:
        yield made
    finally:
        await made.close()
        await runner.cleanup()


async def test_categories_and_items_come_from_the_actions() -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(await request.json())
        return web.json_response(FOUND)

    async with actions(answer) as made:
        found = await made.propose("小区门口的路灯坏了" * 200, "zh")
        assert found.categories == [{"id": "street_light", "unit": "urban_management", "score": 0.8}]
        assert found.knowledge == FOUND["knowledge"]
        assert len(asked[0]["text"]) == 1000 and asked[0]["language"] == "zh"
        assert await made.propose("灯", "zh") == Proposed() and len(asked) == 1


@pytest.mark.parametrize("body", ["[]", "nonsense", '{"categories": [{}], "knowledge": []}', '{"categories": null}'])
async def test_nonsense_proposes_nothing(body: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body)

    async with actions(answer) as made:
        assert await made.propose("路灯坏了三天", "zh") == Proposed()


async def test_what_is_slow_or_failing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "_SECONDS", 0.1)

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.json_response(FOUND)

    async with actions(slow) as made, asyncio.timeout(2):
        assert await made.propose("路灯坏了三天", "zh") == Proposed()

    async def failing(request: web.Request) -> web.Response:
        return web.Response(status=500)

    async with actions(failing) as made:
        assert await made.propose("路灯坏了三天", "zh") == Proposed()


async def test_without_actions_there_are_no_proposals() -> None:
    for url in (None, "http://127.0.0.1:1"):
        made = ActionsSuggestions(url)
        assert await made.propose("路灯坏了三天", "zh") == Proposed() and await made.duplicates({}) == []
        await made.close()


async def test_duplicates_are_asked_for_with_what_is_compared_only() -> None:
    asked: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append({"path": request.path, **await request.json()})
        return web.json_response({"duplicates": [{"number": "20261126000001", "complainants": 3}]})

    draft = {"description": "路灯坏了三天", "category": None, "location": "解放路15号", "contact_phone": "138****5678"}
    async with actions(answer, "/duplicates") as made:
        assert await made.duplicates(draft) == [{"number": "20261126000001", "complainants": 3}]
        assert await made.duplicates({"description": "灯"}) == []
    expected = {"description": "路灯坏了三天", "category": "", "location": "解放路15号", "conversation_id": ""}
    assert asked == [{"path": "/duplicates", **expected}]


@pytest.mark.parametrize("body", ["[]", "nonsense", "{}", '{"duplicates": null}'])
async def test_nonsense_shows_no_duplicates(body: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body)

    async with actions(answer, "/duplicates") as made:
        assert await made.duplicates({"description": "路灯坏了三天"}) == []
