"""The page's own doors of the gateway: tickets, places, speech, the shell, and the frame on other sites."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.integration.channels.gateways import Running, config_for, running_both, running_gateway
from tests.unit.tickets.ticket_samples import file_command
from tickets.bootstrap import open_tickets
from tickets.domain.people import Actor, Contact
from tickets.domain.vocabulary import Role
from tickets.service.commands import AdvanceTicket

pytestmark = pytest.mark.asyncio


async def filed(running: Running, conversation_id: str) -> str:
    def work() -> str:
        desk = open_tickets(running.gateway.config.tickets)
        contact = Contact("王芳", "13812345678")
        number = desk.file(
            file_command(
                f"file-{conversation_id}", conversation_id=conversation_id, contact=contact, category="street_light"
            )
        ).number
        desk.advance(
            AdvanceTicket(
                idempotency_key=f"reply-{number}",
                number=number,
                command="reply",
                by=Actor(Role.AGENT, "wang"),
                reason="路灯已修好。",
            )
        )
        desk.close()
        return number

    return await asyncio.to_thread(work)


async def test_a_ticket_is_listed_urged_judged_and_closed_to_strangers(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        citizen, stranger = await running.client(), await running.client()
        number = await filed(running, citizen.conversation_id)
        _, listed, _ = await citizen.call("GET", f"{citizen.path}/tickets")
        assert [one["number"] for one in listed["tickets"]] == [number]
        assert listed["tickets"][0]["steps"][-1] == {**listed["tickets"][0]["steps"][-1], "text": "路灯已修好。"}
        _, by_phone, _ = await running.stranger().call("GET", f"/api/v1/tickets/{number}?phone_last4=5678", token="")
        assert "路灯已修好" not in str(by_phone) and by_phone["steps"][-1]["step"] == "answered"
        address = f"/api/v1/tickets/{number}"
        for body in ({"request_id": "one"}, {"request_id": "one"}):  # a repeat does nothing twice
            status, seen, _ = await citizen.call("POST", f"{address}/urge", json=body)
            assert (status, seen["urged"]) == (200, 1)
        status, problem, _ = await stranger.call("POST", f"{address}/urge", json={"request_id": "two"})
        assert (status, problem["code"]) == (404, "ticket_not_found")
        answers = {"request_id": "three", "solved": False, "satisfied": False, "text": "又坏了"}
        status, seen, _ = await citizen.call("POST", f"{address}/rate", json=answers)
        assert (status, seen["status"]) == (200, "reopened")
        status, problem, _ = await citizen.call("POST", f"{address}/rate", json={**answers, "request_id": "four"})
        assert (status, problem["code"]) == (409, "ticket_not_now")
        body = {"request_id": "five", "text": "", "phone_last4": "5678"}
        status, problem, _ = await running.stranger().call("POST", f"{address}/supplement", json=body, token="")
        assert (status, problem["field"]) == (422, "text")


async def test_a_point_becomes_words_that_lead_back_to_it(tmp_path: Path) -> None:
    async with running_both(tmp_path) as (running, _):
        stranger = running.stranger()
        for language in ("zh", "en", "ja", "ko", "ru"):
            where = f"/api/v1/places?latitude=32.0128&longitude=118.0083&language={language}"
            status, found, _ = await stranger.call("GET", where)
            assert status == 200 and found["inside"]
            address = next(one["text"] for one in found["candidates"] if one["kind"] == "road")
            desk = open_tickets(running.gateway.config.tickets)
            assert desk.placing is not None
            spot = desk.placing.gazetteer.locate(address).spot
            desk.close()
            assert spot is not None and abs(spot.latitude - 32.0128) < 0.002, address
        _, far, _ = await stranger.call("GET", "/api/v1/places?latitude=0&longitude=0")
        assert far == {"inside": False, "candidates": []}
        status, problem, _ = await stranger.call("GET", "/api/v1/places?latitude=nan&longitude=0")
        assert (status, problem["field"]) == (422, "latitude")
        _, drawn, _ = await stranger.call("GET", "/api/v1/map?language=ru")
        assert drawn["map"]["roads"] and drawn["map"]["districts"][0]["name"].startswith("район")


async def test_speech_is_heard_by_the_process_that_can(tmp_path: Path) -> None:
    answer: dict[str, Any] = {"status": 200, "body": {"text": "路灯坏了", "language": "zh", "confidence": 0.9}}

    async def transcribe(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer internal-secret" and request.query["language"] == "zh"
        assert await request.read() == b"sound"
        return web.json_response(answer["body"], status=answer["status"])

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"hears": {"zh": "vosk", "en": None}})

    app = web.Application()
    app.router.add_post("/v1/transcribe", transcribe)
    app.router.add_get("/healthz", healthz)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = "http://{}:{}".format(*runner.addresses[0][:2])
    async with running_both(tmp_path, VOICE_URL=url) as (running, _):
        citizen = await running.client()
        assert (await citizen.call("GET", "/api/v1/page"))[1] == {"speech": ["zh"], "map": True}
        path, sound = f"{citizen.path}/transcription?language=zh", {"Content-Type": "audio/webm"}
        assert (await citizen.call("POST", path, data=b"sound", headers=sound))[1] == answer["body"]
        refusals = ((413, 413, "body_too_large"), (422, 422, "invalid_field"), (401, 503, "speech_unavailable"))
        for status, wanted, code in refusals:
            answer["status"] = status
            got, problem, _ = await citizen.call("POST", path, data=b"sound", headers=sound)
            assert (got, problem["code"]) == (wanted, code)
        await runner.cleanup()
        got, problem, _ = await citizen.call("POST", path, data=b"sound", headers=sound)
        assert (got, problem["code"]) == (503, "speech_unavailable")


async def test_without_speech_or_leave_the_page_says_so(tmp_path: Path) -> None:
    async with running_gateway(config_for(tmp_path, None, EMBED_ORIGINS="https://city.example")) as running:
        stranger = running.stranger()
        assert (await stranger.call("GET", "/api/v1/page"))[1]["speech"] == []
        status, _, headers = await stranger.call("GET", "/api/v1/embed", headers={"Origin": "https://city.example"})
        assert (status, headers["Access-Control-Allow-Origin"]) == (200, "https://city.example")
        status, problem, _ = await stranger.call("GET", "/api/v1/embed", headers={"Origin": "https://evil.example"})
        assert (status, problem["code"]) == (403, "embedding_refused")
        _, _, headers = await stranger.call("GET", "/")
        assert headers["Content-Security-Policy"].endswith("frame-ancestors 'self' https://city.example")
        _, script, headers = await stranger.call("GET", "/sw.js")
        assert script.startswith(b'const VERSION = "') and headers["Cache-Control"] == "no-cache"
        _, manifest, _ = await stranger.call("GET", "/manifest/ko.webmanifest")
        assert manifest["lang"] == "ko" and len(manifest["icons"]) == 4
        for icon in manifest["icons"]:
            assert (await stranger.call("GET", icon["src"].removeprefix("..")))[0] == 200
        assert (await stranger.call("GET", "/embed.js"))[0] == 200
