"""A Chatwoot for tests: the parts of its application API that the adapter uses, and its signed webhooks.

Like the real one it checks the token, the inbox and what each call needs, takes a message twice when it is sent twice,
and tells the webhook of everything, its own echoes and private notes included. It leaves out what nobody here uses.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web

ACCOUNT, INBOX, TOKEN, SECRET = 3, 7, "chatwoot-token", "chatwoot-secret"
_TYPES = {"incoming": 0, "outgoing": 1, "activity": 2}


@dataclass
class ChatwootStandIn:
    """One account with one API channel. Attributes are what a test looks at or changes."""

    url: str = ""
    webhook_url: str = ""
    contacts: dict[int, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[int, dict[str, Any]] = field(default_factory=dict)
    messages: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    lose_next: int = 0
    fail_next: int = 0
    secret: str = SECRET
    twice: bool = False
    answers: list[tuple[str, int]] = field(default_factory=list)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(101))
    _sending: set[asyncio.Task[None]] = field(default_factory=set)
    _http: aiohttp.ClientSession | None = None

    # What people in Chatwoot do.

    async def assign(self, number: int, agent: tuple[int, str] | None) -> None:
        person = None if agent is None else {"id": agent[0], "name": agent[1], "type": "user"}
        self.conversations[number]["meta"]["assignee"] = person
        changed = [{"assignee_id": {"previous_value": None, "current_value": agent[0] if agent else None}}]
        await self._tell(self._of(number, "conversation_updated") | {"changed_attributes": changed})

    async def reply(self, number: int, agent: tuple[int, str], text: str, **changed: Any) -> int:
        body = {"content": text, "message_type": "outgoing", "private": False, **changed}
        return int((await self._add(number, body, {"id": agent[0], "name": agent[1], "type": "user"}))["id"])

    async def resolve(self, number: int, summary: str = "") -> None:
        if summary:
            self.conversations[number]["custom_attributes"]["hotline_summary"] = summary
        await self._status(number, "resolved")

    async def types(self, number: int, agent: tuple[int, str]) -> None:
        person = {"id": agent[0], "name": agent[1]}
        await self._tell(
            {
                "event": "conversation_typing_on",
                "user": person,
                "conversation": self.conversations[number],
                "is_private": False,
                "account": {"id": ACCOUNT},
                "inbox": {"id": INBOX},
            }
        )

    def words(self, number: int) -> list[str]:
        """What the citizen said, as the people there read it."""
        return [one["content"] for one in self.messages[number] if one["message_type"] == 0 and one["content"]]

    def notes(self, number: int) -> list[str]:
        return [one["content"] for one in self.messages[number] if one["private"]]

    async def told(self) -> None:
        """Comes back when every webhook was sent."""
        while self._sending:
            await asyncio.gather(*self._sending, return_exceptions=True)

    # Its API.

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._checked])
        base = f"/api/v1/accounts/{ACCOUNT}"
        app.router.add_get(f"{base}/contacts/search", self._search)
        app.router.add_post(f"{base}/contacts", self._make_contact)
        app.router.add_get(f"{base}/contacts/{{id}}/conversations", self._of_contact)
        app.router.add_post(f"{base}/contacts/{{id}}/contact_inboxes", self._make_contact_inbox)
        app.router.add_post(f"{base}/conversations", self._make_conversation)
        app.router.add_get(f"{base}/conversations/{{id}}/messages", self._list)
        app.router.add_post(f"{base}/conversations/{{id}}/messages", self._make_message)
        app.router.add_post(f"{base}/conversations/{{id}}/toggle_status", self._toggle_status)
        app.router.add_post(f"{base}/conversations/{{id}}/toggle_priority", self._toggle_priority)
        app.router.add_get("/rails/active_storage/{name}", self._file)
        return app

    @web.middleware
    async def _checked(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith("/rails/"):
            return await handler(request)  # type: ignore[no-any-return]
        if request.headers.get("api_access_token") != TOKEN:
            self.refused.append(401)
            return web.json_response({"error": "You need to sign in or sign up before continuing."}, status=401)
        if self.fail_next > 0:
            self.fail_next -= 1
            return web.Response(status=502)
        response = await handler(request)
        if request.method == "POST" and self.lose_next > 0:
            self.lose_next -= 1  # done, but nobody hears of it
            assert request.transport is not None
            request.transport.abort()
        return response  # type: ignore[no-any-return]

    async def _search(self, request: web.Request) -> web.Response:
        wanted = request.query.get("q", "")
        found = [one for one in self.contacts.values() if wanted in str(one["identifier"])]
        return web.json_response({"meta": {"count": len(found)}, "payload": found})

    async def _make_contact(self, request: web.Request) -> web.Response:
        body = await request.json()
        if any(one["identifier"] == body.get("identifier") for one in self.contacts.values()):
            return web.json_response({"message": "Identifier has already been taken"}, status=422)
        if body.get("inbox_id") != INBOX:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        number = next(self._ids)
        inbox = {"source_id": str(uuid.uuid4()), "inbox": {"id": INBOX, "channel_type": "Channel::Api"}}
        contact = {
            "id": number,
            "name": body.get("name"),
            "identifier": body.get("identifier"),
            "contact_inboxes": [inbox],
        }
        self.contacts[number] = contact
        return web.json_response({"payload": {"contact": contact, "contact_inbox": inbox}})

    async def _make_contact_inbox(self, request: web.Request) -> web.Response:
        inbox = {"source_id": str(uuid.uuid4()), "inbox": {"id": INBOX}}
        self.contacts[int(request.match_info["id"])]["contact_inboxes"].append(inbox)
        return web.json_response(inbox)

    async def _of_contact(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        found = [one for one in self.conversations.values() if one["contact_id"] == number]
        return web.json_response({"payload": found})

    async def _make_conversation(self, request: web.Request) -> web.Response:
        body = await request.json()
        contact = self.contacts.get(body.get("contact_id"))
        sources = {one["source_id"] for one in (contact or {}).get("contact_inboxes", [])}
        if contact is None or body.get("source_id") not in sources or body.get("inbox_id") != INBOX:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        number = next(self._ids)
        self.conversations[number] = {
            "id": number,
            "account_id": ACCOUNT,
            "inbox_id": INBOX,
            "contact_id": contact["id"],
            "status": body.get("status", "open"),
            "custom_attributes": dict(body.get("custom_attributes") or {}),
            "meta": {"sender": contact, "assignee": None},
        }
        self.messages[number] = []
        await self._tell(self._of(number, "conversation_created"))
        return web.json_response(self.conversations[number])

    async def _list(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        before = int(request.query.get("before", 10**9))
        page = [one for one in self.messages[number] if one["id"] < before][-20:]
        return web.json_response({"meta": {}, "payload": page})

    async def _make_message(self, request: web.Request) -> web.Response:
        number = int(request.match_info["id"])
        if number not in self.conversations:
            return web.json_response({"error": "Resource could not be found"}, status=404)
        if request.content_type == "multipart/form-data":
            form = await request.post()
            body: dict[str, Any] = {key: value for key, value in form.items() if not key.startswith("attachments")}
            body["private"] = body.get("private") == "true"
            body["files"] = [
                (one.filename, one.content_type, one.file.read())
                for one in form.getall("attachments[]", [])
                if isinstance(one, web.FileField)
            ]
        else:
            body = await request.json()
        sender = {"id": 1, "name": "Hotline", "type": "user"}  # the token's own user
        if body.get("message_type") == "incoming":
            sender = {"id": self.conversations[number]["contact_id"], "name": "", "type": "contact"}
        return web.json_response(await self._add(number, body, sender))

    async def _toggle_status(self, request: web.Request) -> web.Response:
        await self._status(int(request.match_info["id"]), (await request.json())["status"])
        return web.json_response({"payload": {"success": True}})

    async def _toggle_priority(self, request: web.Request) -> web.Response:
        priority = (await request.json())["priority"]
        self.conversations[int(request.match_info["id"])]["priority"] = priority
        return web.Response(status=200)

    async def _file(self, request: web.Request) -> web.Response:
        return web.Response(body=self.files[request.match_info["name"]])

    async def _add(self, number: int, body: dict[str, Any], sender: dict[str, Any]) -> dict[str, Any]:
        message = {
            "id": next(self._ids),
            "content": body.get("content"),
            "message_type": _TYPES[body.get("message_type", "outgoing")],
            "private": bool(body.get("private")),
            "source_id": body.get("source_id"),
            "content_attributes": body.get("content_attributes") or {},
            "created_at": int(time.time()),
            "conversation_id": number,
            "sender": sender,
            "attachments": body.get("attachments") or [],
            "files": [(name, kind, len(content)) for name, kind, content in body.get("files", [])],
        }
        self.messages[number].append(message)
        names = {value: name for name, value in _TYPES.items()}
        payload = {
            **message,
            "event": "message_created",
            "message_type": names[message["message_type"]],
            "conversation": self.conversations[number],
            "inbox": {"id": INBOX, "name": "hotline"},
            "account": {"id": ACCOUNT, "name": "city"},
        }
        await self._tell(payload)
        return message

    async def _status(self, number: int, status: str) -> None:
        before = self.conversations[number]["status"]
        self.conversations[number]["status"] = status
        changed = [{"status": {"previous_value": before, "current_value": status}}]
        await self._tell(self._of(number, "conversation_status_changed") | {"changed_attributes": changed})

    def _of(self, number: int, event: str) -> dict[str, Any]:
        return {**self.conversations[number], "event": event, "account": {"id": ACCOUNT}, "inbox": {"id": INBOX}}

    # Its webhooks.

    async def _tell(self, payload: dict[str, Any]) -> None:
        if not self.webhook_url:
            return
        body, delivery = orjson.dumps(payload), str(uuid.uuid4())
        for _ in range(2 if self.twice else 1):
            task = asyncio.create_task(self._deliver(body, delivery, payload["event"]))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
            await asyncio.sleep(0)
        await asyncio.wait(set(self._sending), timeout=5)

    async def _deliver(self, body: bytes, delivery: str, event: str) -> None:
        assert self._http is not None
        for attempt in range(3):
            try:
                async with self._http.post(
                    self.webhook_url, data=body, headers=signed(body, delivery, self.secret)
                ) as response:
                    self.answers.append((event, response.status))
                    if response.status < 500:
                        return
            except aiohttp.ClientError:
                self.answers.append((event, 0))
            await asyncio.sleep(0.05 * 2**attempt)


def signed(body: bytes, delivery: str, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers of a webhook, as Chatwoot 4.13 and newer send them."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "X-Chatwoot-Timestamp": timestamp,
        "X-Chatwoot-Signature": f"sha256={digest}",
        "X-Chatwoot-Delivery": delivery,
    }


@asynccontextmanager
async def running_chatwoot(port: int = 0) -> AsyncIterator[ChatwootStandIn]:
    stand_in = ChatwootStandIn()
    runner = web.AppRunner(stand_in.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    stand_in.url = "http://{}:{}".format(*runner.addresses[0][:2])
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        stand_in._http = http
        try:
            yield stand_in
            await stand_in.told()
        finally:
            await runner.cleanup()
