"""A stand-in for the gateway that follows its HTTP interface, for tests of the citizen page.

It is a process of its own with its conversations in one file, so that a test can kill it and start it again. It
checks tokens and one-use tickets like the real one; it knows no tickets, accounts or limits beyond what pages see.
Misbehaviour is ordered by `POST /fake/behave`: `refuse_upgrades`, `crash_after_store`, `break_turns`,
`slow_seconds`, `forget` (all conversations), `news` (a text that all of them get), and by what `fake_citizen` knows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import sys
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
import fake_citizen  # noqa: E402 - found by the line before
import page_script as script  # noqa: E402

STATIC = Path(__file__).resolve().parents[2] / "channels" / "web" / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
TEXT_LIMIT = 4000


class Fake:
    """All conversations, saved after each change."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.conversations: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file.exists() else {}
        self.tickets: dict[str, str] = {}
        self.streams: dict[str, set[asyncio.Queue[dict[str, Any]]]] = {}
        self.behaviour: dict[str, Any] = {}

    def save(self) -> None:
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(self.conversations))
        part.replace(self.file)

    def open(self, language: str) -> tuple[str, dict[str, Any]]:
        conversation_id = str(uuid.uuid4())
        conversation: dict[str, Any] = {
            "token": secrets.token_hex(8),
            "language": language,
            "owner": "bot",
            "step": None,
            "messages": [],
        }
        self.conversations[conversation_id] = conversation
        for message in script.greeting(language):
            self.add(conversation_id, message)
        return conversation_id, conversation

    def add(self, conversation_id: str, message: dict[str, Any]) -> dict[str, Any]:
        conversation = self.conversations[conversation_id]
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        stored = {
            "seq": len(conversation["messages"]) + 1,
            "language": conversation["language"],
            "at": at,
            "buttons": [],
        }
        stored.update(message)
        stored.setdefault("data", {})
        conversation["messages"].append(stored)
        self.save()
        self.tell(conversation_id, {"type": "message", **stored})
        return stored

    def tell(self, conversation_id: str, frame: dict[str, Any]) -> None:
        for queue in self.streams.get(conversation_id, ()):
            queue.put_nowait(frame)

    def take(self, conversation_id: str, body: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """Stores a citizen's message once; (message, is it new?)."""
        conversation = self.conversations[conversation_id]
        for message in conversation["messages"]:
            if message.get("message_id") == body["message_id"]:
                return message, False
        payload = body.get("payload")
        text = body.get("text") or self._title(conversation, payload)
        if payload is None:
            self._switch(conversation_id, script.language_of(text, conversation["language"]))
        data = {} if payload is None else {"payload": payload}
        stored = {"sender": "citizen", "message_id": body["message_id"], "text": text, "data": data}
        return self.add(conversation_id, stored), True

    async def turn(self, conversation_id: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        """What the bot says to a new message."""
        conversation = self.conversations[conversation_id]
        self.tell(conversation_id, {"type": "typing"})
        await asyncio.sleep(self.behaviour.get("slow_seconds", 0))
        if self.behaviour.get("break_turns", 0):
            self.behaviour["break_turns"] -= 1
            failed = {"failed": {"message_id": body["message_id"]}}
            words = script.WORDS[conversation["language"]]
            return [self.add(conversation_id, {"sender": "system", "text": words.failed, "data": failed})]
        payload = body.get("payload")
        if payload and payload.startswith("/switch_language"):
            self._switch(conversation_id, json.loads(payload[len("/switch_language") :])["language"])
        step, said = script.reply(conversation["language"], conversation["step"], body.get("text"), payload)
        conversation["step"] = step
        replies = [self.add(conversation_id, message) for message in said]
        if payload == "/request_human":
            conversation["owner"] = "queue"
            self.tell(conversation_id, {"type": "owner", "owner": "queue", "language": conversation["language"]})
        return replies

    def _title(self, conversation: dict[str, Any], payload: str | None) -> str:
        offered = [button for message in conversation["messages"] for button in message["buttons"]]
        return next((button["title"] for button in offered if button["payload"] == payload), "")

    def _switch(self, conversation_id: str, language: str) -> None:
        conversation = self.conversations[conversation_id]
        if conversation["language"] != language:
            conversation["language"] = language
            self.tell(conversation_id, {"type": "owner", "owner": conversation["owner"], "language": language})


FAKE = web.AppKey("fake", Fake)


def _problem(status: int, code: str) -> web.Response:
    return web.json_response({"status": status, "code": code}, status=status, content_type="application/problem+json")


def _allowed(request: web.Request) -> str | None:
    conversation_id = request.match_info["id"]
    conversation = request.app[FAKE].conversations.get(conversation_id)
    ticket = request.query.get("ticket")
    if ticket is not None:
        return conversation_id if request.app[FAKE].tickets.pop(ticket, None) == conversation_id else None
    good = conversation and request.headers.get("Authorization") == f"Bearer {conversation['token']}"
    return conversation_id if good else None


async def open_conversation(request: web.Request) -> web.Response:
    body = await request.json()
    conversation_id, conversation = request.app[FAKE].open(body.get("language") or "zh")
    opened = {"conversation_id": conversation_id, "token": conversation["token"], "language": conversation["language"]}
    return web.json_response(opened, status=201)


async def get_messages(request: web.Request) -> web.Response:
    if (conversation_id := _allowed(request)) is None:
        return _problem(401, "unauthorized")
    conversation = request.app[FAKE].conversations[conversation_id]
    after = int(request.query.get("after", 0))
    messages = [message for message in conversation["messages"] if message["seq"] > after]
    state = {"owner": conversation["owner"], "language": conversation["language"], "more": False}
    return web.json_response({"messages": messages, **state})


async def post_message(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    if (conversation_id := _allowed(request)) is None:
        return _problem(401, "unauthorized")
    body = await request.json()
    message, new = fake.take(conversation_id, body)
    replies = await fake.turn(conversation_id, body) if new else []
    conversation = fake.conversations[conversation_id]
    answer = {"seq": message["seq"], "language": conversation["language"], "owner": conversation["owner"]}
    return web.json_response({**answer, "messages": replies})


async def stream_ticket(request: web.Request) -> web.Response:
    if (conversation_id := _allowed(request)) is None:
        return _problem(401, "unauthorized")
    ticket = secrets.token_hex(8)
    request.app[FAKE].tickets[ticket] = conversation_id
    return web.json_response({"ticket": ticket})


async def _frames(fake: Fake, conversation_id: str, after: int, send: Any) -> None:
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    fake.streams.setdefault(conversation_id, set()).add(queue)
    try:
        last = after
        for message in fake.conversations[conversation_id]["messages"][after:]:
            last = message["seq"]
            await send({"type": "message", **message})
        while True:
            frame = await queue.get()
            if frame["type"] != "message" or frame["seq"] > last:
                await send(frame)
    except ConnectionError:
        pass
    finally:
        fake.streams[conversation_id].discard(queue)


async def socket(request: web.Request) -> web.StreamResponse:
    fake = request.app[FAKE]
    if fake.behaviour.get("refuse_upgrades"):
        return _problem(400, "no_upgrades")
    if (conversation_id := _allowed(request)) is None:
        return _problem(401, "unauthorized")
    channel = web.WebSocketResponse()
    await channel.prepare(request)
    sending = asyncio.create_task(_frames(fake, conversation_id, int(request.query["after"]), channel.send_json))
    turns = set()
    async for incoming in channel:
        if incoming.type is not WSMsgType.TEXT:
            continue
        body = json.loads(incoming.data)
        if body["type"] == "ping":
            await channel.send_json({"type": "pong"})
        if body["type"] != "message":
            continue
        if len(body.get("text", "")) > fake.behaviour.get("text_limit", TEXT_LIMIT):
            await channel.send_json(
                {"type": "ack", "message_id": body["message_id"], "seq": 1, "refused": "text_too_long"}
            )
            continue
        if fake.behaviour.get("challenge"):
            refused = {"status": 429, "code": "challenge_required", "retry_after": 30}
            challenge = request.app[fake_citizen.TICKETS].challenge()
            await channel.send_json(
                {"type": "error", "message_id": body["message_id"], **refused, "challenge": challenge}
            )
            continue
        message, new = fake.take(conversation_id, body)
        if fake.behaviour.get("crash_after_store"):
            os._exit(1)
        await channel.send_json({"type": "ack", "message_id": body["message_id"], "seq": message["seq"]})
        if new or not _answered(fake, conversation_id, message):
            task = asyncio.create_task(fake.turn(conversation_id, body))
            turns.add(task)
            task.add_done_callback(turns.discard)
    sending.cancel()
    return channel


def _answered(fake: Fake, conversation_id: str, message: dict[str, Any]) -> bool:
    later = fake.conversations[conversation_id]["messages"][message["seq"] :]
    return bool(later) and later[0]["sender"] != "citizen" and "failed" not in later[-1]["data"]


async def events(request: web.Request) -> web.StreamResponse:
    fake = request.app[FAKE]
    if (conversation_id := _allowed(request)) is None:
        return _problem(401, "unauthorized")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **HEADERS})
    await response.prepare(request)

    async def send(frame: dict[str, Any]) -> None:
        await response.write(f"data: {json.dumps(frame)}\n\n".encode())

    await _frames(fake, conversation_id, int(request.query["after"]), send)
    return response


async def attachments(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    if (conversation_id := _allowed(request)) is None:
        return _problem(401, "unauthorized")
    form = await request.post()
    file = form["file"]
    if not isinstance(file, web.FileField) or not file.content_type.startswith(("image/", "audio/", "video/")):
        return _problem(415, "unsupported_media_type")
    size = len(file.file.read())
    attachment = {"id": secrets.token_hex(4), "type": file.content_type, "size_bytes": size, "name": file.filename}
    message = {"sender": "citizen", "message_id": form["message_id"], "text": "", "data": {"attachment": attachment}}
    return web.json_response({"message": fake.add(conversation_id, message)}, status=201)


async def behave(request: web.Request) -> web.Response:
    fake = request.app[FAKE]
    fake.behaviour.update(await request.json())
    if fake.behaviour.pop("forget", False):
        fake.conversations.clear()
        fake.save()
    if news := fake.behaviour.pop("news", None):
        for conversation_id in fake.conversations:
            fake.add(conversation_id, {"sender": "bot", "text": news})
    return web.json_response(fake.behaviour)


async def stored(request: web.Request) -> web.Response:
    return web.json_response(request.app[FAKE].conversations)


async def page(request: web.Request) -> web.FileResponse:
    site = request.app[FAKE].behaviour.get("embed") or "'none'"
    policy = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", f"frame-ancestors {site}")
    headers = HEADERS | {"Content-Security-Policy": policy}
    return web.FileResponse(STATIC / "index.html", headers=headers)


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)


def build(file: Path) -> web.Application:
    app = web.Application()
    app[FAKE] = Fake(file)
    app.on_response_prepare.append(_headers)
    fake_citizen.add_routes(app, app[FAKE].behaviour)
    conversation = "/api/v1/conversations/{id}"
    app.add_routes(
        [
            web.get("/", page),
            web.static("/static", STATIC),
            web.post("/api/v1/conversations", open_conversation),
            web.get(conversation + "/messages", get_messages),
            web.post(conversation + "/messages", post_message),
            web.post(conversation + "/stream-ticket", stream_ticket),
            web.get(conversation + "/ws", socket),
            web.get(conversation + "/events", events),
            web.post(conversation + "/attachments", attachments),
            web.post("/fake/behave", behave),
            web.get("/fake/stored", stored),
            web.get("/healthz", lambda request: asyncio.sleep(0, web.Response(text="ok"))),
        ]
    )
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    options = parser.parse_args()
    web.run_app(
        build(options.state), host="127.0.0.1", port=options.port, print=None, reuse_address=True, shutdown_timeout=0.2
    )


if __name__ == "__main__":
    main()
