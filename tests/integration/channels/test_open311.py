"""A city app files and follows matters by GeoReport v2, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import orjson
import pytest

from tests.integration.channels.databases import fresh_database
from tests.integration.channels.gateways import WIDE, Running, config_for, running_gateway
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Role
from tickets.errors import StoreUnavailable
from tickets.service.commands import AdvanceTicket
from tickets.service.correcting import CorrectCategory
from tickets.service.desk import TicketDesk

pytestmark = pytest.mark.asyncio
KEY, OTHER = "0123456789abcdef", "fedcba9876543210"
LAMP = {
    "api_key": KEY,
    "service_code": "street_light",
    "description": "路灯坏了三天，我的电话13812345678",
    "lat": "31.2304",
    "long": "121.4737",
    "first_name": "小明",
    "last_name": "王",
    "phone": "13812345678",
    "email": "wang@example.org",
}


@asynccontextmanager
async def running(kind: str, folder: Path, **names: str) -> AsyncIterator[Running]:
    with fresh_database(kind, folder) as url:
        keys = {"OPEN311_KEYS": f"lamps:{KEY},holes:{OTHER}", "DATABASE_URL": url}
        async with running_gateway(config_for(folder, None, **{**WIDE, **keys, **names})) as gateway:
            yield gateway


async def call(gateway: Running, method: str, path: str, **arguments: Any) -> tuple[int, Any]:
    async with gateway.session.request(method, f"{gateway.base}/open311{path}", **arguments) as response:
        body = await response.read()
        if response.content_type == "text/xml":
            return response.status, fromstring(body)
        return response.status, orjson.loads(body)


async def file(gateway: Running, form: str = "json", **changes: str) -> tuple[int, Any]:
    return await call(gateway, "POST", f"/v2/requests.{form}", data={**LAMP, **changes})


def tickets_of(gateway: Running) -> TicketDesk:
    return open_tickets(TicketsConfig(database_url=gateway.gateway.config.database_url), migrate=False)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_matter_is_filed_followed_and_closed(kind: str, tmp_path: Path) -> None:
    async with running(kind, tmp_path) as gateway:
        status, receipt = await file(gateway)
        assert status == 201
        number = receipt[0]["service_request_id"]
        status, shown = await call(gateway, "GET", f"/v2/requests/{number}.json?api_key={KEY}&locale=en")
        assert status == 200
        request = shown[0]
        assert request["status"] == "open"
        assert request["service_name"] == "Street light out"
        assert request["agency_responsible"] == "Urban Management Bureau"
        assert (request["lat"], request["long"]) == (31.2304, 121.4737)
        assert "13812345678" not in orjson.dumps(shown).decode()
        assert "王" not in orjson.dumps(shown).decode()
        desk = tickets_of(gateway)
        ticket = desk.get(number)
        kept = await gateway.gateway.open311._rows.by_ticket(number, "lamps")  # type: ignore[union-attr]
        assert kept is not None
        assert (kept.content, kept.email) == (None, "wang@example.org")
        assert (ticket.channel, ticket.contact.phone, ticket.language) == ("open311", "13812345678", "zh")
        unit, agent = Actor(Role.UNIT, ticket.unit), Actor(Role.AGENT, "wang")
        for step, by in (("accept", unit), ("reply", unit), ("close", agent)):
            words = "已更换灯泡。" if step == "reply" else "处理"
            desk.advance(AdvanceTicket(idempotency_key=step, number=number, command=step, by=by, reason=words))
        desk.close()
        status, closed = await call(gateway, "GET", f"/v2/requests.json?api_key={KEY}&status=closed")
        assert [one["service_request_id"] for one in closed] == [number]
        assert "已更换灯泡。" in closed[0]["status_notes"]
        assert (await call(gateway, "GET", f"/v2/requests.json?api_key={KEY}&status=open"))[1] == []


async def test_who_cannot_tell_the_service_reports_a_general_matter(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        assert (await call(gateway, "GET", "/v2/services/general.json"))[0] == 200
        status, receipt = await file(gateway, service_code="general")
        assert status == 201
        number = receipt[0]["service_request_id"]
        path = f"/v2/requests/{number}.json?api_key={KEY}&locale=en"
        (shown,) = (await call(gateway, "GET", path))[1]
        assert (shown["service_code"], shown["service_name"]) == ("general", "Something else")
        desk = tickets_of(gateway)
        assert desk.get(number).category is None
        agent = Actor(Role.AGENT, "wang")
        desk.correct_category(CorrectCategory(idempotency_key="c", number=number, category="street_light", by=agent))
        desk.close()
        assert (await call(gateway, "GET", path))[1][0]["service_code"] == "street_light"


async def test_xml_answers_as_json_does(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        status, receipt = await file(gateway, "xml")
        assert status == 201
        number = receipt.findtext("request/service_request_id")
        status, listed = await call(gateway, "GET", f"/v2/requests.xml?api_key={KEY}&service_request_id={number}")
        assert status == 200
        assert listed.tag == "service_requests"
        assert listed.findtext("request/service_code") == "street_light"
        status, refused = await file(gateway, "xml", description="x" * 4001)
        assert status == 400
        assert refused.findtext("error/code") == "400"
        assert "4,001" in (refused.findtext("error/description") or "")


async def test_what_can_be_reported_is_listed_in_the_language_of_the_app(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        status, services = await call(gateway, "GET", "/v2/services.json", headers={"Accept-Language": "ru"})
        assert status == 200
        assert len(services) == 66 + 1
        assert services[-1]["service_name"] == "Другое"
        assert {one["type"] for one in services} == {"realtime"}
        lamp = next(one for one in services if one["service_code"] == "street_light")
        assert lamp["service_name"] == "Не горит уличный фонарь"
        status, definition = await call(gateway, "GET", "/v2/services/street_light.xml?locale=ja")
        assert status == 200
        assert definition.findtext("attributes/attribute/description") == "ご連絡の種類をお選びください。"
        status, discovery = await call(gateway, "GET", "/discovery.xml")
        assert discovery.findtext("endpoints/endpoint/url") == f"{gateway.base}/open311/v2"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v2/services.yaml", 404),
        ("GET", "/v2/services/moon.xml", 404),
        ("GET", "/v2/services.xml?jurisdiction_id=moon.example", 404),
        ("GET", "/v2/requests.xml", 403),
        ("GET", "/v2/requests.json?api_key=wrong", 403),
        ("GET", f"/v2/requests/20260101000000.xml?api_key={KEY}", 404),
        ("GET", f"/v2/requests.xml?api_key={KEY}&start_date=yesterday", 400),
        ("GET", f"/v2/requests.xml?api_key={KEY}&status=lost", 400),
        ("GET", "/v2/tokens/nothing.json", 404),
    ],
)
async def test_a_wrong_call_is_refused_in_its_own_format(method: str, path: str, status: int, tmp_path: Path) -> None:
    async with running("sqlite", tmp_path, OPEN311_JURISDICTION="city.example") as gateway:
        answered, body = await call(gateway, method, path)
        assert answered == status
        code = body.findtext("error/code") if isinstance(body, Element) else str(body[0]["code"])
        assert code == str(status)


async def test_an_app_sees_its_own_only_and_everybody_what_a_city_publishes(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        number = (await file(gateway))[1][0]["service_request_id"]
        assert (await call(gateway, "GET", f"/v2/requests/{number}.json?api_key={OTHER}"))[0] == 404
        assert (await call(gateway, "GET", f"/v2/requests.json?api_key={OTHER}"))[1] == []
        gateway.gateway.open311.public = True  # type: ignore[union-attr]
        status, shown = await call(gateway, "GET", f"/v2/requests/{number}.json")
        assert status == 200
        assert shown[0]["service_request_id"] == number


async def test_the_same_report_sent_by_an_impatient_app_makes_one_ticket(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        answers = await asyncio.gather(*(file(gateway) for _ in range(8)))
        assert len({body[0]["service_request_id"] for _, body in answers}) == 1
        assert (await file(gateway, description="路灯又坏了"))[1] != answers[0][1]


async def test_a_report_survives_an_hour_without_the_ticket_store(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        filing = gateway.gateway.open311.filing  # type: ignore[union-attr]
        threads = filing._tickets

        class Away:
            async def run(self, work: object) -> object:
                raise StoreUnavailable

        filing._tickets = Away()
        status, receipt = await file(gateway)
        token = receipt[0]["token"]
        assert status == 201
        assert "service_request_id" not in receipt[0]
        assert (await call(gateway, "GET", f"/v2/tokens/{token}.json"))[1][0]["service_request_id"] is None
        filing._tickets = threads
        await filing._all_waiting()
        number = (await call(gateway, "GET", f"/v2/tokens/{token}.json"))[1][0]["service_request_id"]
        assert (await file(gateway))[1][0]["service_request_id"] == number


async def test_a_report_that_was_kept_before_a_crash_is_filed_after_the_next_start(tmp_path: Path) -> None:
    with fresh_database("sqlite", tmp_path) as url:
        config = config_for(tmp_path, None, **WIDE, DATABASE_URL=url, OPEN311_KEYS=f"lamps:{KEY}")
        async with running_gateway(config) as gateway:
            interface = gateway.gateway.open311
            assert interface is not None

            async def crash(*_: object) -> str:
                raise asyncio.CancelledError

            interface.filing.file = crash  # type: ignore[assignment]
            with pytest.raises(Exception, match="."):
                await file(gateway)
        async with running_gateway(config) as gateway:
            interface = gateway.gateway.open311
            assert interface is not None
            await interface.filing._all_waiting()
            assert len((await call(gateway, "GET", f"/v2/requests.json?api_key={KEY}"))[1]) == 1


async def test_a_picture_is_kept_with_the_ticket(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        number = (await file(gateway, media_url="https://pictures.example/1.jpg"))[1][0]["service_request_id"]
        assert tickets_of(gateway).get(number).history[-1].reason == "https://pictures.example/1.jpg"
        _, shown = await call(gateway, "GET", f"/v2/requests/{number}.json?api_key={KEY}")
        assert shown[0]["media_url"] == "https://pictures.example/1.jpg"


async def test_who_tries_keys_is_soon_not_heard(tmp_path: Path) -> None:
    async with running("sqlite", tmp_path) as gateway:
        statuses = [(await file(gateway, api_key=f"guess-number-{tried:04d}"))[0] for tried in range(40)]
        assert statuses[0] == 403
        assert statuses[-1] == 429
