"""A stand-in for the desk's side of the gateway, for tests of the desk's pages.

It follows `/api/v1/desk` with everything in memory and knows one password for all. It decides nothing that the real
desk decides (assignment, clocks, rights beyond what pages show). `POST /fake/say {conversation_id,text}` lets a
citizen write, `POST /fake/behave` orders misbehaviour: `translator`, `oidc`, `refuse` (a code for the next command).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import desk_script as script
from aiohttp import WSMsgType, web

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "channels" / "web" / "static"
DESK = ROOT / "channels" / "desk" / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
COOKIE = "hotline_desk"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
Row = dict[str, Any]


class Problem(web.HTTPException):
    """Becomes a problem document."""

    status_code = 400

    def __init__(self, status: int, code: str, **more: Any) -> None:
        self.status_code = status
        super().__init__(text=f"{code}")
        self.body_of = {"status": status, "code": code, **more}


class Desk:
    """All that the fake desk knows."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self.people = {person["id"]: person for person in script.people()}
        self.cases = {case["id"]: case for case in script.cases(now)}
        self.alerts = script.alerts(now)
        self.canned = script.canned()
        self.callbacks = script.callbacks(now)
        self.letters = script.dead_letters(now)
        self.shifts: list[Row] = [
            {
                "id": "sh1",
                "agent_id": "a1",
                "weekdays": [1, 2, 3, 4, 5],
                "date": None,
                "start": "08:30",
                "end": "12:00",
            },
            {
                "id": "sh2",
                "agent_id": "a1",
                "weekdays": [1, 2, 3, 4, 5],
                "date": None,
                "start": "13:30",
                "end": "17:30",
            },
        ]
        self.settings: Row = {"bot": {"enabled": True}, "modes": [], "announcements": [], "queue_timeout_seconds": None}
        self.settings |= {"assignment": "offer", "accept_seconds": 20, "silent_warn_seconds": 120}
        self.behaviour: Row = {"translator": True, "oidc": True}
        self.sessions: dict[str, Row] = {}
        self.sockets: dict[web.WebSocketResponse, Row] = {}
        self.commands: list[Row] = []
        self.ids = itertools.count(1)

    async def tell(self, frame: Row, only: str | None = None) -> None:
        for socket, person in list(self.sockets.items()):
            if only is None or person["id"] == only:
                await socket.send_json(frame)

    async def tell_all(self) -> None:
        """Queue and conversations anew, as the real desk does after each change."""
        for socket, person in list(self.sockets.items()):
            await socket.send_json({"type": "queue", "entries": self.queue(person)})
            for case in self.cases.values():
                await socket.send_json({"type": "conversation", "conversation": self.shown(case, person)})

    def queue(self, person: Row) -> list[Row]:
        order = {"emergency": 0, "high": 1, "normal": 2}
        waiting = [case for case in self.cases.values() if case["owner"] == "queue"]
        waiting.sort(key=lambda case: (order[case["priority"]], case["waiting_since"]))
        return [self._entry(case, place, person) for place, case in enumerate(waiting, 1)]

    def _entry(self, case: Row, place: int, person: Row) -> Row:
        kept = (
            "handoff_id",
            "owner_version",
            "channel",
            "language",
            "topic",
            "priority",
            "reason",
            "summary",
            "caller",
        )
        offered = case["id"] == "c-lamp" and person["id"] == "a1"
        return {
            "conversation_id": case["id"],
            **{name: case[name] for name in (*kept, "waiting_since")},
            "position": place,
            "wait_seconds": 60 * place,
            "offered_to": {"id": "a1", "name": "陈晓"} if offered else None,
            "offered_until": datetime.fromtimestamp(datetime.now(UTC).timestamp() + 20, UTC).isoformat()
            if offered
            else None,
            "escalated": int(case["id"] == "c-noise"),
            "may_accept": case["language"] in person["languages"],
        }

    def shown(self, case: Row, person: Row) -> Row:
        hidden = (
            "messages",
            "notes",
            "listeners",
            "suggestions",
            "ticket_draft",
            "caller_history",
            "request_ids",
            "tickets",
        )
        last = case["messages"][-1]
        mine = case["agent"] is not None and case["agent"]["id"] == person["id"]
        inside = any(one["id"] == person["id"] for one in case["participants"])
        listens = person["id"] in case["listeners"]
        role = "agent" if mine else "participant" if inside else "listener" if listens else None
        return {
            **{name: value for name, value in case.items() if name not in hidden},
            "state": {"queue": "waiting", "agent": "active"}.get(case["owner"], "ended"),
            "my_role": role,
            "last_message": {name: last[name] for name in ("seq", "sender", "text", "at")},
        }

    def picture(self, person: Row) -> Row:
        mine = [case for case in self.cases.values() if self.shown(case, person)["my_role"] in ("agent", "participant")]
        return {
            "me": person,
            "presence": person["presence"],
            "queue": self.queue(person),
            "mine": [self.shown(case, person) for case in mine],
            "alerts": self.alerts,
            "colleagues": list(self.people.values()),
            "canned": self.canned,
            "bot": self.settings["bot"],
            "announcements": self.settings["announcements"],
        }

    def context(self, case: Row, person: Row) -> Row:
        empty: Row = {"categories": [], "units": [], "knowledge": [], "duplicates": []}
        text = "\n".join(one["text"] for one in case["messages"] if one["sender"] == "citizen")
        draft = {"nature": "complaint", "description": text, "confidentiality": "public"}
        return {
            "conversation": self.shown(case, person),
            "messages": case["messages"],
            "notes": case["notes"],
            "tickets": case["tickets"],
            "caller_history": case.get("caller_history", []),
            "suggestions": {**empty, **case["suggestions"]},
            "ticket_draft": case.get("ticket_draft", draft),
        }

    async def add(self, case: Row, sender: str, text: str, language: str | None = None, **more: Any) -> Row:
        message = {
            "seq": len(case["messages"]) + 1,
            "sender": sender,
            "language": language or case["language"],
            "text": text,
            "buttons": [],
            "data": {},
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            **more,
        }
        case["messages"].append(message)
        if sender == "citizen":
            case["unanswered_since"] = case["unanswered_since"] or message["at"]
        elif sender == "agent":
            case["unanswered_since"] = None
        await self.tell({"type": "message", "conversation_id": case["id"], "message": message})
        return message

    async def note(
        self, case: Row, kind: str, text: str, author: Row | None, event: Row | None = None, key: str = ""
    ) -> Row:
        brief = {"id": author["id"], "name": author["name"]} if author else None
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        note = {
            "id": key or f"note-{next(self.ids)}",
            "kind": kind,
            "author": brief,
            "text": text,
            "event": event,
            "at": at,
        }
        if all(one["id"] != note["id"] for one in case["notes"]):
            case["notes"].append(note)
        await self.tell({"type": "note", "conversation_id": case["id"], "note": note})
        return note


DESK_KEY = web.AppKey("desk", Desk)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Problem as error:
        return web.json_response(error.body_of, status=error.status_code, content_type="application/problem+json")


def _who(request: web.Request) -> Row:
    session = request.app[DESK_KEY].sessions.get(request.cookies.get(COOKIE, ""))
    if session is None:
        raise Problem(401, "sign_in_needed", settings={"oidc": request.app[DESK_KEY].behaviour.get("oidc", False)})
    if request.method != "GET" and request.headers.get("X-CSRF-Token") != session["csrf"]:
        raise Problem(403, "csrf_refused")
    return dict(request.app[DESK_KEY].people[session["agent"]])


async def sign_in(request: web.Request) -> web.Response:
    desk, body = request.app[DESK_KEY], await request.json()
    found = next((one for one in desk.people.values() if one["username"] == body["username"]), None)
    if found is None or body["password"] != script.PASSWORD:
        raise Problem(401, "login_failed")
    if found["totp"] and body.get("totp") != script.TOTP:
        raise Problem(401, "totp_required" if not body.get("totp") else "login_failed")
    token, csrf = secrets.token_hex(8), secrets.token_hex(8)
    desk.sessions[token] = {"agent": found["id"], "csrf": csrf}
    response = web.json_response({"agent": found, "csrf": csrf})
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict")
    return response


async def session(request: web.Request) -> web.Response:
    person, desk = _who(request), request.app[DESK_KEY]
    csrf = desk.sessions[request.cookies[COOKIE]]["csrf"]
    settings = {
        "oidc": desk.behaviour.get("oidc", False),
        "translator": desk.behaviour.get("translator", False),
        "languages": list(script.LANGUAGES),
        "silent_warn_seconds": 120,
        "silent_reassign_seconds": 240,
    }
    return web.json_response({"agent": person, "csrf": csrf, "settings": settings})


async def sign_out(request: web.Request) -> web.Response:
    _who(request)
    request.app[DESK_KEY].sessions.pop(request.cookies[COOKIE], None)
    return web.json_response({})


async def socket(request: web.Request) -> web.StreamResponse:
    person, desk = _who(request), request.app[DESK_KEY]
    channel = web.WebSocketResponse()
    await channel.prepare(request)
    desk.sockets[channel] = person
    try:
        async for incoming in channel:
            if incoming.type is not WSMsgType.TEXT:
                continue
            body = incoming.json()
            if body["type"] == "ping":
                await channel.send_json({"type": "pong"})
            elif body["type"] == "view":
                person["viewing"] = body["conversation_id"]
                await _viewers(desk, body["conversation_id"])
            elif body["type"] == "typing":
                await _viewers(desk, body["conversation_id"], person["id"])
    finally:
        desk.sockets.pop(channel, None)
    return channel


async def _viewers(desk: Desk, conversation_id: str | None, typing: str | None = None) -> None:
    looking = {one["id"]: one for one in desk.sockets.values() if one.get("viewing") == conversation_id}
    agents = [{"id": key, "name": one["name"], "typing": key == typing} for key, one in looking.items()]
    await desk.tell({"type": "viewers", "conversation_id": conversation_id, "agents": agents})


def _case(request: web.Request) -> Row:
    case = request.app[DESK_KEY].cases.get(request.match_info["id"])
    if case is None:
        raise Problem(404, "not_at_desk")
    return case


async def command(request: web.Request) -> web.Response:
    """`POST /conversations/{id}/{command}`"""
    desk, person, case, name = request.app[DESK_KEY], _who(request), _case(request), request.match_info["command"]
    body = await request.json()
    desk.commands.append({"command": name, "conversation": case["id"], "by": person["id"], "body": body})
    if refuse := desk.behaviour.pop("refuse", None):
        raise Problem(refuse["status"], refuse["code"], **refuse.get("more", {}))
    answer = await COMMANDS[name](desk, person, case, body)
    await desk.tell_all()
    return web.json_response(answer or {})


async def _accept(desk: Desk, person: Row, case: Row, body: Row) -> None:
    if case["owner"] != "queue":
        raise Problem(409, "already_taken", agent=case["agent"])
    await _give(desk, case, person, {"type": "accepted", "agent": _brief(person)})


async def _give(desk: Desk, case: Row, person: Row, event: Row) -> None:
    now = datetime.now(UTC).isoformat()
    case.update(owner="agent", agent=_brief(person), owner_version=case["owner_version"] + 1, accepted_at=now)
    await desk.note(case, "system", "", None, event)


def _brief(person: Row) -> Row:
    return {"id": person["id"], "name": person["name"]}


async def _message(desk: Desk, person: Row, case: Row, body: Row) -> Row:
    known = next((one for one in case["messages"] if one.get("message_id") == body["message_id"]), None)
    data = {"agent": _brief(person), **({"translation": body["translation"]} if body.get("translation") else {})}
    said = known or await desk.add(case, "agent", body["text"], message_id=body["message_id"], data=data)
    return {"message": said}


async def _note(desk: Desk, person: Row, case: Row, body: Row) -> Row:
    return {"note": await desk.note(case, "note", body["text"], person, key=body["note_id"])}


async def _whisper(desk: Desk, person: Row, case: Row, body: Row) -> Row:
    return {"note": await desk.note(case, "whisper", body["text"], person)}


async def _return(desk: Desk, person: Row, case: Row, body: Row) -> None:
    case.update(owner="bot", agent=None)
    await desk.note(case, "system", body["summary"], None, {"type": "returned", "by": _brief(person)})


async def _close(desk: Desk, person: Row, case: Row, body: Row) -> None:
    case.update(owner="bot", agent=None)
    await desk.note(
        case, "system", body["note"], None, {"type": "closed", "reason": body["reason"], "by": _brief(person)}
    )


async def _transfer(desk: Desk, person: Row, case: Row, body: Row) -> None:
    if to := desk.people.get(body.get("agent_id", "")):
        await _give(desk, case, to, {"type": "transferred", "by": _brief(person), "to": _brief(to)})
    else:
        case.update(owner="queue", agent=None)
        event = {"type": "requeued", "by": _brief(person), "language": body["skill"]["language"]}
        await desk.note(case, "system", body["note"], None, event)


async def _invite(desk: Desk, person: Row, case: Row, body: Row) -> None:
    to = _brief(desk.people[body["agent_id"]])
    case["participants"].append(to)
    await desk.note(case, "system", "", None, {"type": "invited", "by": _brief(person), "to": to})


async def _leave(desk: Desk, person: Row, case: Row, body: Row) -> None:
    case["participants"] = [one for one in case["participants"] if one["id"] != person["id"]]


async def _take_over(desk: Desk, person: Row, case: Row, body: Row) -> None:
    await _give(desk, case, person, {"type": "taken_over", "by": _brief(person)})


async def _listen(desk: Desk, person: Row, case: Row, body: Row) -> None:
    case["listeners"] = [person["id"]] if body["on"] else []


async def _ticket(desk: Desk, person: Row, case: Row, body: Row) -> Row:
    if body["fields"].get("location") == "?":
        raise Problem(422, "ticket_refused", field="location")
    known = case["request_ids"].get(body["request_id"])
    if known is None:
        known = {
            "number": f"2026112600{4710 + next(desk.ids)}",
            "nature": body["fields"]["nature"],
            "category": body["fields"]["category"],
            "unit": "urban_management",
            "status": "received",
            "accept_by": "2026-11-27T09:30:00+08:00",
            "due_at": "2026-12-07T17:30:00+08:00",
            "duplicate_of": None,
        }
        case["request_ids"][body["request_id"]] = known
        case["tickets"].insert(0, known)
        await desk.add(case, "system", known["number"], data={"ticket": known})
        await desk.note(case, "system", "", None, {"type": "ticket", "number": known["number"]})
    return {"ticket": known}


async def _translate(desk: Desk, person: Row, case: Row, body: Row) -> Row:
    if not desk.behaviour.get("translator"):
        raise Problem(503, "translator_off")
    text = body.get("text") or case["messages"][body["seq"] - 1]["text"]
    return {"text": f"〔{body['to']}〕{text}", "machine": True}


async def _reveal(desk: Desk, person: Row, case: Row, body: Row) -> Row:
    return {"phone": script.PHONE, "name": case["caller"]["name"]}


COMMANDS: dict[str, Callable[[Desk, Row, Row, Row], Awaitable[Row | None]]] = {
    "accept": _accept,
    "messages": _message,
    "notes": _note,
    "whisper": _whisper,
    "return": _return,
    "close": _close,
    "transfer": _transfer,
    "invite": _invite,
    "leave": _leave,
    "take-over": _take_over,
    "listen": _listen,
    "ticket": _ticket,
    "translate": _translate,
    "reveal": _reveal,
}


async def attach(request: web.Request) -> web.Response:
    desk, person, case = request.app[DESK_KEY], _who(request), _case(request)
    form = await request.post()
    file = form["file"]
    if not isinstance(file, web.FileField) or not file.content_type.startswith(("image/", "audio/", "video/")):
        raise Problem(415, "unsupported_media_type")
    data = {
        "agent": _brief(person),
        "attachment": {
            "id": "f1",
            "type": file.content_type,
            "size_bytes": len(file.file.read()),
            "name": file.filename,
        },
    }
    return web.json_response({"message": await desk.add(case, "agent", "", data=data)}, status=201)


async def attachment(request: web.Request) -> web.Response:
    _who(request)
    return web.Response(body=PIXEL, content_type="image/png")


async def context(request: web.Request) -> web.Response:
    return web.json_response(request.app[DESK_KEY].context(_case(request), _who(request)))


async def state(request: web.Request) -> web.Response:
    return web.json_response(request.app[DESK_KEY].picture(_who(request)))


async def presence(request: web.Request) -> web.Response:
    person, desk = _who(request), request.app[DESK_KEY]
    desk.people[person["id"]]["presence"] = (await request.json())["state"]
    await desk.tell({"type": "presence", "agents": list(desk.people.values())})
    return web.json_response({})


async def acknowledge(request: web.Request) -> web.Response:
    person, desk = _who(request), request.app[DESK_KEY]
    for alert in desk.alerts:
        if alert["id"] == request.match_info["key"]:
            done = {**alert, "acknowledged_at": datetime.now(UTC).isoformat(), "acknowledged_by": _brief(person)}
            await desk.tell({"type": "alert", "alert": done})
    desk.alerts = [alert for alert in desk.alerts if alert["id"] != request.match_info["key"]]
    return web.json_response({})


async def board(request: web.Request) -> web.Response:
    person, desk = _who(request), request.app[DESK_KEY]
    now = datetime.now(UTC)
    waiting = desk.queue(person)
    since = min((datetime.fromisoformat(entry["waiting_since"]) for entry in waiting), default=now)
    figures = {"waiting": len(waiting), "longest_wait_seconds": int((now - since).total_seconds())}
    running = [desk.shown(case, person) for case in desk.cases.values() if case["owner"] == "agent"]
    return web.json_response({**script.board(now), **figures, "conversations": running})


async def lists(request: web.Request) -> web.Response:
    _who(request)
    desk, name = request.app[DESK_KEY], request.match_info["list"]
    found: dict[str, Row] = {
        "callbacks": {"callbacks": desk.callbacks},
        "dead-letters": {"dead_letters": desk.letters},
        "agents": {"agents": list(desk.people.values())},
        "shifts": {"shifts": desk.shifts},
        "canned": {"canned": desk.canned},
        "settings": desk.settings,
        "alerts": {"alerts": desk.alerts},
    }
    if name not in found:
        raise Problem(404, "not_found")
    return web.json_response(found[name])


async def put(request: web.Request) -> web.Response:
    _who(request)
    desk, body, name = request.app[DESK_KEY], await request.json(), request.match_info["list"]
    if name == "settings":
        desk.settings.update(body)
        await desk.tell(
            {"type": "settings", "bot": desk.settings["bot"], "announcements": desk.settings["announcements"]}
        )
    elif name == "shifts":
        desk.shifts = [{"id": f"sh{number}", "date": None, **shift} for number, shift in enumerate(body["shifts"])]
    return web.json_response({})


async def one(request: web.Request) -> web.Response:
    """POST, PUT, PATCH and DELETE of one thing of a list."""
    _who(request)
    desk, name, key = request.app[DESK_KEY], request.match_info["list"], request.match_info.get("key", "")
    body = await request.json() if request.can_read_body else {}
    if name == "agents" and request.method == "POST":
        key = f"a{next(desk.ids) + 10}"
        body.pop("password")
        desk.people[key] = {**script.people()[0], "presence": "off", **body, "id": key, "totp": False, "active": True}
    elif name == "agents":
        desk.people[key].update({field: value for field, value in body.items() if field != "password"})
    elif name == "canned":
        desk.canned = [reply for reply in desk.canned if reply["id"] != key]
        if request.method == "PUT":
            desk.canned.append({"id": key, **body})
    elif name == "callbacks":
        desk.callbacks = [callback for callback in desk.callbacks if callback["id"] != key]
    elif name == "dead-letters":
        desk.letters = [letter for letter in desk.letters if letter["id"] != key]
    return web.json_response({})


async def say(request: web.Request) -> web.Response:
    desk, body = request.app[DESK_KEY], await request.json()
    case = desk.cases[body["conversation_id"]]
    if body.get("typing"):
        await desk.tell({"type": "typing", "conversation_id": case["id"], "who": "citizen"})
    else:
        data = {"attachment": body["attachment"]} if body.get("attachment") else {}
        await desk.add(case, "citizen", body.get("text", ""), data=data)
        await desk.tell_all()
    return web.json_response({})


async def behave(request: web.Request) -> web.Response:
    request.app[DESK_KEY].behaviour.update(await request.json())
    return web.json_response({})


async def reset(request: web.Request) -> web.Response:
    """Everything as at the start; who is signed in stays so."""
    old = request.app[DESK_KEY]
    sessions, sockets = old.sessions, old.sockets
    old.__init__()  # type: ignore[misc]  # the application is frozen; its desk is not
    old.sessions, old.sockets = sessions, sockets
    return web.json_response({})


async def commands(request: web.Request) -> web.Response:
    return web.json_response(request.app[DESK_KEY].commands)


async def page(request: web.Request) -> web.FileResponse:
    return web.FileResponse(DESK / "index.html")


async def _headers(request: web.Request, response: web.StreamResponse) -> None:
    if not response.prepared:
        response.headers.update(HEADERS)


def build() -> web.Application:
    app = web.Application(middlewares=[problems])
    app[DESK_KEY] = Desk()
    app.on_response_prepare.append(_headers)
    root, case = "/api/v1/desk", "/api/v1/desk/conversations/{id}"
    app.add_routes(
        [
            web.get("/desk", page),
            web.static("/desk/static", DESK),
            web.static("/static", STATIC),
            web.post(f"{root}/session", sign_in),
            web.get(f"{root}/session", session),
            web.delete(f"{root}/session", sign_out),
            web.get(f"{root}/ws", socket),
            web.get(f"{root}/state", state),
            web.get(f"{root}/board", board),
            web.put(f"{root}/presence", presence),
            web.get(case, context),
            web.post(f"{case}/attachments", attach),
            web.get(f"{case}/attachments/{{key}}", attachment),
            web.post(f"{case}/{{command}}", command),
            web.post(f"{root}/alerts/{{key}}/acknowledge", acknowledge),
            web.get(f"{root}/{{list}}", lists),
            web.put(f"{root}/{{list}}", put),
            web.post(f"{root}/{{list}}", one),
            web.route("*", f"{root}/{{list}}/{{key}}", one),
            web.post(f"{root}/{{list}}/{{key}}/{{act}}", one),
            web.post("/fake/say", say),
            web.post("/fake/behave", behave),
            web.post("/fake/reset", reset),
            web.get("/fake/commands", commands),
            web.get("/healthz", lambda request: asyncio.sleep(0, web.Response(text="ok"))),
        ]
    )
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    web.run_app(build(), host="127.0.0.1", port=options.port, print=None, reuse_address=True, shutdown_timeout=0.2)


if __name__ == "__main__":
    main()
