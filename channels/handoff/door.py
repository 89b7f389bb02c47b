"""The other side of the webhook: any HandoffDesk behind HTTP, and its events posted back, signed.

For desks that are written in Python, and for the conformance tests, which try our own desk and its stand-ins the way
they try a stranger's. It holds nothing; repeats are the desk's business.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from channels.handoff import signing, wire
from channels.handoff.backoff import pause_seconds
from channels.handoff.contract import CLOSE_REASONS, DeskEvent, Outcome
from channels.handoff.errors import (
    AlreadyTaken,
    ContractBroken,
    DeskRefused,
    DeskUnavailable,
    HandoffNotFound,
    NotYours,
    SignatureRefused,
)
from channels.handoff.ports import HandoffDesk
from channels.handoff.webhook import bounded, parsed

PATH = "/handoff"
_BODY_LIMIT_BYTES = 512 * 1024
_TOTAL_SECONDS = 10.0


def desk_app(desk: HandoffDesk, secret: str, now: Callable[[], float] = time.time) -> web.Application:
    """An application that takes the gateway's calls at `/handoff` and hands them to `desk`."""

    async def call(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            signing.check(secret, request.headers, body, now())
            return _json(await _done(desk, orjson.loads(body)))
        except SignatureRefused as error:
            return _json({"error": error.code}, 401)
        except orjson.JSONDecodeError:
            return _json({"error": "invalid_json"}, 400)
        except ContractBroken as error:
            return _json({"error": error.code, "field": error.field, "detail": str(error)}, 422)
        except DeskUnavailable as error:
            return _json({"error": error.code}, 503)
        except DeskRefused as error:
            return _json({"error": error.code}, 422)

    app = web.Application(client_max_size=_BODY_LIMIT_BYTES)
    app.router.add_post(PATH, call)
    return app


async def _done(desk: HandoffDesk, body: Any) -> dict[str, Any]:
    wire.check("call", body)
    kind = body["type"]
    if kind == "open":
        return {"ref": await desk.open(wire.parse_request(body["request"]))}
    ref = body["ref"]
    if kind == "push":
        await desk.push(ref, wire.parse_message(body["message"]))
    elif kind == "typing":
        await desk.typing(ref)
    else:
        assert body["reason"] in CLOSE_REASONS  # the schema said so
        await desk.close(ref, body["reason"])
    return {}


class EventPoster:
    """HandoffEvents over HTTP: posts each event until it is answered, with the same event id.

    Args:
        url: the gateway's `/api/v1/handoff/events`.
        tries: so often in all; then the last failure is raised.
    """

    def __init__(self, url: str, secret: str, tries: int = 8) -> None:
        self._url = url
        self._secret = secret
        self._tries = tries
        self._session: aiohttp.ClientSession | None = None

    async def event(self, event: DeskEvent) -> Outcome:
        """Raises HandoffNotFound, AlreadyTaken, NotYours, ContractBroken as the gateway says; DeskUnavailable."""
        body = orjson.dumps(wire.event_wire(event))
        for attempt in range(1, self._tries + 1):
            try:
                return await self._post(body)
            except DeskUnavailable:
                if attempt == self._tries:
                    raise
            await asyncio.sleep(pause_seconds(attempt) / 5)
        raise AssertionError("unreachable")

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _post(self, body: bytes) -> Outcome:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_TOTAL_SECONDS))
        headers = {
            "Content-Type": "application/json",
            **signing.signed_headers(self._secret, body, time.time(), str(uuid.uuid4())),
        }
        try:
            async with self._session.post(self._url, data=body, headers=headers, allow_redirects=False) as response:
                answer, status = await bounded(response), response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeskUnavailable("the gateway cannot be reached") from error
        if status >= 500 or status == 429:
            raise DeskUnavailable(f"the gateway answered {status}")
        found = parsed(answer)
        if status == 200:
            return wire.parse_outcome(found)
        raise _REFUSALS.get(str(found.get("code")), _broken)(found)


def _taken(body: dict[str, Any]) -> Exception:
    agent = body.get("agent")
    return AlreadyTaken(None if agent is None else wire.agent_of(agent))


def _broken(body: dict[str, Any]) -> Exception:
    return ContractBroken(str(body.get("field", "body")), str(body.get("detail", body)))


_REFUSALS: dict[str, Callable[[dict[str, Any]], Exception]] = {
    HandoffNotFound.code: lambda body: HandoffNotFound(),
    AlreadyTaken.code: _taken,
    NotYours.code: lambda body: NotYours(),
    SignatureRefused.code: lambda body: SignatureRefused(),
}


def _json(body: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
