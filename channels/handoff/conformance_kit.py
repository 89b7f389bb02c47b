"""What the conformance cases stand on: the gateway that the desk under trial sees, and made-up citizens.

It calls the desk as the gateway does and receives its events; it decides nothing about what is right.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import aiohttp
import orjson
from aiohttp import web

from channels.handoff import signing, wire
from channels.handoff.contract import (
    SCHEMA,
    Caller,
    Closed,
    DeskEvent,
    HandoffMessage,
    HandoffRequest,
    OpenTicket,
    Outcome,
    Returned,
    Skill,
)
from channels.handoff.errors import ContractBroken, SignatureRefused

EVENTS_PATH = "/api/v1/handoff/events"
_CALL_SECONDS = 15.0
TEXTS = {
    "zh": "路灯坏了三天，晚上看不清路。",
    "en": "The street light has been out for three days.",
    "ja": "街灯が三日前から消えています。",
    "ko": "가로등이 사흘째 고장 났습니다.",
    "ru": "Фонарь не горит уже три дня.",
}


class Broken(Exception):
    """The desk does not keep to the contract."""


class People(Protocol):
    """Who sits at the desk under trial."""

    async def accept(self, ref: str) -> None: ...
    async def say(self, ref: str, text: str) -> None: ...
    async def give_back(self, ref: str, summary: str) -> None: ...
    async def close(self, ref: str) -> None: ...


class Printed:
    """A person: told what to do, and waited for."""

    async def accept(self, ref: str) -> None:
        say(f"    -> please take the conversation with the reference {ref}")

    async def say(self, ref: str, text: str) -> None:
        say(f"    -> please write to the citizen, exactly: {text}")

    async def give_back(self, ref: str, summary: str) -> None:
        say(f"    -> please give the conversation back to the assistant, with the summary: {summary}")

    async def close(self, ref: str) -> None:
        say("    -> please close the conversation")


@dataclass
class Kit:
    """The gateway that the desk sees. `events_url` is where it must post its events."""

    url: str
    secret: str
    http: aiohttp.ClientSession
    patience_seconds: float = 120.0
    events: list[DeskEvent] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    refuse_next: int = 0
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    events_url: str = ""
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    # The gateway's calls.

    async def call(
        self, body: object, *, secret: str | None = None, age_seconds: float = 0.0, signed: bool = True
    ) -> tuple[int, dict[str, Any]]:
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = {"Content-Type": "application/json"}
        if signed:
            headers |= signing.signed_headers(secret or self.secret, raw, time.time() - age_seconds, str(uuid.uuid4()))
        timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS)
        try:
            async with self.http.post(self.url, data=raw, headers=headers, timeout=timeout) as response:
                answer = await response.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Broken(f"the desk cannot be reached: {type(error).__name__}") from error
        try:
            found = orjson.loads(answer) if answer else {}
        except orjson.JSONDecodeError:
            found = {}
        return response.status, found if isinstance(found, dict) else {}

    async def open(self, request: HandoffRequest) -> str:
        body = {"schema": SCHEMA, "type": "open", "request": wire.request_wire(request)}
        wire.check("call", body)
        status, answer = await self.call(body)
        ref = answer.get("ref")
        if status // 100 != 2 or not isinstance(ref, str) or not ref:
            raise Broken(f"open answered {status} without a ref")
        return ref

    async def push(self, ref: str, message: HandoffMessage) -> int:
        return (await self.call({"schema": SCHEMA, "type": "push", "ref": ref, "message": wire.message_wire(message)}))[
            0
        ]

    async def close(self, ref: str, reason: str = "citizen_cancelled") -> int:
        return (await self.call({"schema": SCHEMA, "type": "close", "ref": ref, "reason": reason}))[0]

    # The desk's events.

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post(EVENTS_PATH, self._take)
        return app

    async def heard(self, handoff_id: str, kind: type[Any], after: int = 0) -> DeskEvent:
        """The next event of that kind about a hand-over; Broken when it does not come in time."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                while True:
                    self._heard.clear()
                    for event in self.events[after:]:
                        if event.handoff_id == handoff_id and isinstance(event.what, kind):
                            return event
                    await self._heard.wait()
        except TimeoutError:
            raise Broken(f"no event {kind.__name__} came within {self.patience_seconds:.0f} s") from None

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        try:
            signing.check(self.secret, request.headers, raw, time.time())
            event = wire.parse_event(orjson.loads(raw))
        except SignatureRefused:
            return self._fault("an event came without a good signature", 401)
        except (orjson.JSONDecodeError, ContractBroken) as error:
            return self._fault(f"an event is not what the schema says: {error}", 422)
        key = (event.handoff_id, event.event_id)
        self.seen[key] = self.seen.get(key, 0) + 1
        if self.refuse_next > 0:
            self.refuse_next -= 1
            return web.Response(status=503)
        known = any((one.handoff_id, one.event_id) == key for one in self.events)
        if not known:
            self.events.append(event)
            self._heard.set()
        outcome = Outcome(duplicate=known, owner="bot" if isinstance(event.what, Returned | Closed) else "agent")
        return web.Response(body=orjson.dumps(wire.outcome_wire(outcome)), content_type="application/json")

    def _fault(self, text: str, status: int) -> web.Response:
        self.faults.append(text)
        code = SignatureRefused.code if status == 401 else ContractBroken.code
        return web.json_response({"code": code, "detail": text}, status=status)


def request_for(language: str = "zh", **changed: Any) -> HandoffRequest:
    """A made-up hand-over."""
    conversation_id, now = str(uuid.uuid4()), datetime.now(UTC)
    said = HandoffMessage(1, "citizen", language, TEXTS[language], now)
    request = HandoffRequest(
        handoff_id=f"{conversation_id}.1",
        conversation_id=conversation_id,
        channel="web",
        language=language,
        reason="citizen_asked",
        priority="normal",
        skill=Skill(language),
        caller=Caller("王**", "138****5678", uuid.uuid4().hex),
        summary=TEXTS[language],
        opened_at=now,
        slots={"description": TEXTS[language], "contact_phone": "138****5678"},
        open_tickets=(OpenTicket("20260302000017", "accepted", "complaint", None, "street_lighting", now),),
        history=(said,),
        owner_version=1,
    )
    return replace(request, **changed)


def message(seq: int, text: str, sender: Any = "citizen", language: str = "zh") -> HandoffMessage:
    return HandoffMessage(seq, sender, language, text, datetime.now(UTC))


def say(text: str) -> None:
    """A line on standard output, at once."""
    print(text, flush=True)
