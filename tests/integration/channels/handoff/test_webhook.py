"""The webhook's caller: what each answer of a desk means, and that nothing foreign is followed or swallowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiohttp import web

from channels.handoff import signing, wire
from channels.handoff.conformance_kit import message, request_for
from channels.handoff.contract import AgentTyping, DeskEvent
from channels.handoff.door import EventPoster
from channels.handoff.errors import ContractBroken, DeskRefused, DeskUnavailable
from channels.handoff.webhook import WebhookDesk
from tests.integration.channels.handoff.test_conformance import served

pytestmark = pytest.mark.asyncio
SECRET = "between desk and gateway"


@dataclass
class Answers:
    """A desk that answers what a test says."""

    status: int = 200
    body: bytes = b'{"ref":"7"}'
    headers: dict[str, str] = field(default_factory=dict)
    pause_seconds: float = 0.0
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.calls.append((dict(request.headers), await request.read()))
        await asyncio.sleep(self.pause_seconds)
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@asynccontextmanager
async def a_desk(**changed: Any) -> AsyncIterator[tuple[WebhookDesk, Answers]]:
    answers = Answers(**changed)
    app = web.Application()
    app.router.add_post("/handoff", answers.handle)
    async with served(app) as base:
        desk = WebhookDesk(f"{base}/handoff", SECRET, total_seconds=0.5)
        try:
            yield desk, answers
        finally:
            await desk.aclose()


async def test_a_call_is_signed_and_is_what_the_schema_says() -> None:
    async with a_desk() as (desk, answers):
        assert await desk.open(request_for("ja")) == "7"
        await desk.push("7", message(2, "はい"))
        await desk.typing("7")
        await desk.close("7", "timed_out")
        for headers, body in answers.calls:
            signing.check(SECRET, headers, body, float(headers[signing.TIMESTAMP]))
            wire.check("call", orjson.loads(body))
        assert len({headers[signing.DELIVERY] for headers, _ in answers.calls}) == 4


@pytest.mark.parametrize("status", [404, 408, 409, 423, 425, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(status: int) -> None:
    async with a_desk(status=status, headers={"Retry-After": "7"}) as (desk, _):
        with pytest.raises(DeskUnavailable) as failed:
            await desk.push("7", message(2, "在吗"))
        assert failed.value.retry_after_seconds == 7 and "在吗" not in str(failed.value)


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 403, 405, 410, 413, 415, 422])
async def test_what_will_not_is_not_and_no_redirect_is_followed(status: int) -> None:
    async with a_desk(status=status, headers={"Location": "http://169.254.169.254/"}) as (desk, answers):
        with pytest.raises(DeskRefused):
            await desk.push("7", message(2, "在吗"))
        assert len(answers.calls) == 1


NO_REFERENCE = [b"", b"{}", b"[]", b"<html>", b'{"ref":7}', b'{"ref":""}', b'{"ref":"%s"}' % (b"x" * 201)]


@pytest.mark.parametrize("body", NO_REFERENCE)
async def test_an_opening_without_a_reference_is_refused(body: bytes) -> None:
    async with a_desk(body=body) as (desk, answers):
        with pytest.raises(DeskRefused):
            await desk.open(request_for())
        answers.body = b"ok"
        await desk.push("7", message(2, "在吗"))  # only openings need an answer


async def test_slow_endless_and_absent_desks_are_tried_again() -> None:
    async with a_desk(pause_seconds=2.0) as (desk, _):
        with pytest.raises(DeskUnavailable):
            await desk.typing("7")
    async with a_desk(body=b"x" * 100_000) as (desk, _):
        with pytest.raises(DeskUnavailable):
            await desk.typing("7")
    desk = WebhookDesk("http://127.0.0.1:1/handoff", SECRET, total_seconds=0.5)
    with pytest.raises(DeskUnavailable):
        await desk.typing("7")
    await desk.aclose()


async def test_an_event_that_something_else_answers_is_a_broken_contract() -> None:
    app, answers = web.Application(), Answers(404, b"<html>not here</html>")
    app.router.add_post("/", answers.handle)
    event = DeskEvent("e1", "h1", datetime.now(UTC), AgentTyping(None))
    async with served(app) as url:
        poster = EventPoster(url, SECRET, tries=1)
        try:
            with pytest.raises(ContractBroken):
                await poster.event(event)
        finally:
            await poster.aclose()
    assert len(answers.calls) == 1
