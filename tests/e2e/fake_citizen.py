"""What the citizen page has beside the conversation, for the fake gateway: its shell, tickets, places, speech, work.

Behaviour ordered by `POST /fake/behave`: `speech` (languages that are heard), `challenge` (so many messages are refused
with a proof of work first), `release` (another version of the page), `embed` (the site that may show it).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

import page_script as script
from aiohttp import web

from channels.web import shell

STATIC = Path(__file__).resolve().parents[2] / "channels" / "web" / "static"
HEARD = "小区门口的路灯坏了"
STEPS = [
    {"at": "2026-11-26T09:30:00+08:00", "step": "filed"},
    {"at": "2026-11-26T10:00:00+08:00", "step": "sent"},
    {"at": "2026-11-26T11:00:00+08:00", "step": "accepted"},
]
PLACE = {"inside": True, "candidates": [{"text": "解放路12号", "kind": "road", "metres": 20}]}
MAP = {
    "box": [118.0, 32.0, 118.2, 32.1],
    "roads": [{"name": "解放路", "line": [[118.0, 32.05], [118.2, 32.05]]}],
    "districts": [{"name": "中山区", "at": [118.1, 32.07]}],
    "places": [{"name": "市民广场", "at": [118.1, 32.05]}],
}


class Tickets:
    """One ticket and what was wished for it, once a request."""

    def __init__(self) -> None:
        self.behaviour: dict[str, Any] = {}
        self.wishes: dict[str, dict[str, Any]] = {}
        self.challenges: dict[str, dict[str, Any]] = {}

    def view(self) -> dict[str, Any]:
        steps, extra = list(STEPS), {"solved": None, "satisfied": None, "status": "in_progress"}
        can = ["urge", "supplement", "withdraw"]
        upcoming: dict[str, Any] | None = {"what": "answer", "at": script.TICKET["due_at"]}
        if self.behaviour.get("answered"):
            steps.append({"at": "2026-11-27T09:00:00+08:00", "step": "answered", "text": "路灯已修好。"})
            can, upcoming, extra["status"] = [*can, "rate"], None, "revisit"
        for wish in self.wishes.values():
            steps.append({"at": "2026-11-27T10:00:00+08:00", "step": {"urge": "urged", "rate": "rated"}[wish["what"]]})
            if wish["what"] == "rate":
                extra |= {"solved": wish["solved"], "satisfied": wish["satisfied"], "status": "closed"}
                can = ["rate"]
        return {
            **script.TICKET, **extra, "steps": steps, "next": upcoming, "can": can, "followers": 2, "first": True
        }  # fmt: skip

    def challenge(self) -> dict[str, Any]:
        """A proof of work of a few thousand hashes, as ALTCHA's version 2 has it."""
        salt, nonce = secrets.token_hex(16), secrets.token_hex(16)
        digest = _hash(salt, nonce, secrets.randbelow(3000))
        work = {"algorithm": "SHA-256", "cost": 1, "keyLength": 32, "keyPrefix": digest[:32]}
        made = {"parameters": {**work, "nonce": nonce, "salt": salt}, "signature": secrets.token_hex(8)}
        self.challenges[made["signature"]] = made
        return made

    def solved(self, solution: str) -> bool:
        given = json.loads(base64.b64decode(solution))
        made = self.challenges.pop(given["challenge"]["signature"], None)
        if made is None or made != given["challenge"]:
            return False
        parameters = made["parameters"]
        digest = _hash(parameters["salt"], parameters["nonce"], given["solution"]["counter"])
        return digest.startswith(parameters["keyPrefix"]) and digest == given["solution"]["derivedKey"]


TICKETS = web.AppKey("tickets", Tickets)


def _hash(salt: str, nonce: str, counter: int) -> str:
    return hashlib.sha256(bytes.fromhex(salt + nonce) + counter.to_bytes(4, "big")).hexdigest()


def problem(status: int, code: str, **members: Any) -> web.Response:
    body = {"status": status, "code": code, **members}
    return web.json_response(body, status=status, content_type="application/problem+json")


async def ticket(request: web.Request) -> web.Response:
    known = request.match_info["number"] == script.TICKET["number"]
    last4 = request.query.get("phone_last4")
    if not known or (last4 is not None and last4 != script.PHONE_LAST4):
        return problem(404, "ticket_not_found")
    return web.json_response(request.app[TICKETS].view())


async def own(request: web.Request) -> web.Response:
    return web.json_response({"tickets": [request.app[TICKETS].view()]})


async def wish(request: web.Request) -> web.Response:
    tickets, body = request.app[TICKETS], await request.json()
    tickets.wishes.setdefault(body["request_id"], {**body, "what": request.match_info["wish"]})
    return web.json_response(tickets.view())


async def places(request: web.Request) -> web.Response:
    return web.json_response(PLACE)


async def city_map(request: web.Request) -> web.Response:
    return web.json_response({"map": MAP})


async def facts(request: web.Request) -> web.Response:
    return web.json_response({"speech": request.app[TICKETS].behaviour.get("speech", []), "map": True})


async def transcription(request: web.Request) -> web.Response:
    sound = await request.read()
    if not sound:
        return problem(400, "invalid_json")
    return web.json_response({"text": HEARD, "language": "zh", "confidence": 0.9})


async def take_solution(request: web.Request) -> web.Response:
    tickets = request.app[TICKETS]
    if not tickets.solved((await request.json())["solution"]):
        return problem(403, "challenge_refused", challenge=tickets.challenge())
    tickets.behaviour["challenge"] = 0
    return web.json_response({"expires_in": 600})


async def worker(request: web.Request) -> web.Response:
    text = shell.worker_script(STATIC, str(request.app[TICKETS].behaviour.get("release", "")))
    return web.Response(text=text, content_type="text/javascript")


async def manifest(request: web.Request) -> web.Response:
    return web.json_response(shell.manifest_of(STATIC, request.match_info["language"]))


async def embedding(request: web.Request) -> web.Response:
    origin = request.headers.get("Origin", "")
    allowed = origin == request.app[TICKETS].behaviour.get("embed")
    response = web.json_response({"allowed": True}) if allowed else problem(403, "embedding_refused")
    response.headers["Access-Control-Allow-Origin"] = origin
    return response


async def embed_script(request: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "embed.js", headers={"Content-Type": "text/javascript; charset=utf-8"})


def add_routes(app: web.Application, behaviour: dict[str, Any]) -> None:
    """Adds all of it; `behaviour` is shared with the fake gateway."""
    app[TICKETS] = tickets = Tickets()
    tickets.behaviour = behaviour
    app.add_routes(
        [
            web.get("/api/v1/tickets/{number}", ticket),
            web.post("/api/v1/tickets/{number}/{wish}", wish),
            web.get("/api/v1/conversations/{id}/tickets", own),
            web.post("/api/v1/conversations/{id}/transcription", transcription),
            web.post("/api/v1/conversations/{id}/challenge", take_solution),
            web.get("/api/v1/places", places),
            web.get("/api/v1/map", city_map),
            web.get("/api/v1/page", facts),
            web.get("/api/v1/embed", embedding),
            web.get("/embed.js", embed_script),
            web.get("/sw.js", worker),
            web.get("/manifest/{language}.webmanifest", manifest),
        ]
    )
