"""The staff interface of a running gateway: sessions and tokens, lists, commands, conflicts, reveals, export."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import orjson
import pytest

from channels.staff import openapi
from channels.staff.service import Staff
from tests.integration.channels.desks import Page, Staffed, staffed
from tickets.bootstrap import open_tickets
from tickets.domain.people import Contact
from tickets.service.commands import FileTicket
from tickets.service.desk import TicketDesk

UNIT = "urban_management"
PHONE = "13812345678"


def checked(shape: str, body: Any) -> Any:
    """`body`, once it fits its shape in the OpenAPI document."""
    document = openapi.document()
    schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(body)
    return body


class Terminal:
    """Calls the staff interface as a page (with its session) or as a machine (with a token)."""

    def __init__(self, session: aiohttp.ClientSession, base: str, headers: dict[str, str]) -> None:
        self.session = session
        self.base = base
        self.headers = headers

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        arguments = {} if body is None else {"json": body}
        url = f"{self.base}/api/v1/staff{path}"
        async with self.session.request(method, url, headers=sent, **arguments) as response:
            raw = await response.read()
            parsed = orjson.loads(raw) if response.content_type.endswith(("/json", "+json")) else raw
            return response.status, parsed, response.headers

    async def get(self, path: str) -> Any:
        status, body, _ = await self.call("GET", path)
        assert status == 200, body
        return body

    async def do(self, number: str, word: str, body: Any = None, **headers: str) -> Any:
        status, answer, _ = await self.call("POST", f"/tickets/{number}/{word}", body or {}, **headers)
        assert status == 200, answer
        return checked("Done", answer)

    async def refused(self, number: str, word: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        status, answer, _ = await self.call("POST", f"/tickets/{number}/{word}", body or {}, **headers)
        assert status >= 400, answer
        return status, checked("Problem", answer)


def terminal(page: Page) -> Terminal:
    return Terminal(page.session, page.base, {"X-CSRF-Token": page.csrf})


@dataclass
class Office:
    staffed: Staffed
    tickets: TicketDesk

    @property
    def staff(self) -> Staff:
        assert self.staffed.running.gateway.staff is not None
        return self.staffed.running.gateway.staff

    def file(self, key: str = "a", **changes: Any) -> str:
        fields: dict[str, Any] = {
            "channel": "web",
            "language": "zh",
            "nature": "complaint",
            "description": "解放路12号的路灯坏了三天。希望尽快修好路灯。",
            "category": "street_light",
            "contact": Contact("王小明", PHONE),
            **changes,
        }
        return self.tickets.file(FileTicket(idempotency_key=key, **fields)).number

    async def person(self, name: str, role: str = "agent", unit: str = "hotline") -> Terminal:
        return terminal(await self.staffed.hired(name, role, unit=unit))

    async def machine(self, role: str, unit: str) -> Terminal:
        secret = await self.staff.tokens.make(f"{role}-{unit}".replace("_", "-"), role, unit, 30)
        page = await self.staffed.page()
        return Terminal(page.session, page.base, {"Authorization": f"Bearer {secret}"})


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    async with staffed(folder) as running:
        tickets = open_tickets(running.running.gateway.config.tickets)
        place = Office(running, tickets)
        place.staff.office.seconds = 120.0  # a busy machine opens the city's files slowly
        try:
            yield place
        finally:
            tickets.close()


def run(test: Callable[[Path], Awaitable[None]]) -> Callable[[Path], Awaitable[None]]:
    return pytest.mark.asyncio(test)


@run
async def test_a_ticket_goes_its_way_through_hands_of_hotline_and_unit(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        agent, unit = await place.person("li"), await place.person("zhang", unit=UNIT)
        assert (await agent.do(number, "dispatch", {"reason": "按职责"}))["status"] == "dispatched"
        assert (await unit.do(number, "accept", {"reason": "已受理"}))["status"] == "accepted"
        shown = checked("Ticket", await unit.get(f"/tickets/{number}"))
        assert "reply" in shown["steps"] and "dispatch" not in shown["steps"]
        answer = await unit.do(number, "reply", {"reason": "路灯已于11月25日修复。"})
        assert answer["status"] == "replied" and answer["findings"] == []
        course = (await agent.get(f"/tickets/{number}"))["course"]
        assert [(step["command"], step["by"].get("name")) for step in course[1:]] == [
            ("dispatch", "Li"),
            ("accept", "Zhang"),
            ("reply", "Zhang"),
        ]


@run
async def test_two_people_at_once_get_one_winner_and_a_message_that_names_the_winner(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        li, wang = await place.person("li"), await place.person("wang")
        _, shown, headers = await li.call("GET", f"/tickets/{number}")
        assert headers["ETag"] == '"1"' and shown["version"] == 1
        await li.do(number, "dispatch", {"reason": "按职责"}, If_Match='"1"')
        status, problem = await wang.refused(number, "pre-check", {"reason": "看过"}, If_Match='"1"')
        assert status == 409 and problem["code"] == "ticket_changed" and problem["version"] == 2
        assert problem["by"]["name"] == "Li" and problem["command"] == "dispatch"
        assert "Li did dispatch" in problem["detail"] and "read the ticket again" in problem["detail"]


@run
async def test_the_same_key_does_nothing_twice_and_belongs_to_one_person(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        li, wang = await place.person("li"), await place.person("wang")
        first = await li.do(number, "urge", {"text": "快点"}, Idempotency_Key='"k-1"')
        again = await li.do(number, "urge", {"text": "快点"}, Idempotency_Key='"k-1"')
        other = await wang.do(number, "urge", {"text": "快点"}, Idempotency_Key='"k-1"')
        assert (first["created"], again["created"], other["created"]) == (True, False, True)
        assert place.tickets.get(number).urged == 2


@run
async def test_a_unit_sees_its_own_tickets_and_no_others_exist_for_it(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        mine, other = place.file("a"), place.file("b", category="water_supply")
        unit = await place.person("zhang", unit=UNIT)
        listed = checked("TicketPage", await unit.get("/tickets"))
        assert [one["number"] for one in listed["tickets"]] == [mine]
        assert (await unit.call("GET", f"/tickets/{other}"))[0] == 404
        status, problem = await unit.refused(other, "accept", {"reason": "x"})
        assert status == 404 and problem["code"] == "ticket_not_found"
        status, problem = await unit.refused(mine, "dispatch", {"reason": "x"})
        assert status == 403 and problem["code"] == "not_for_you"


@run
async def test_personal_data_is_masked_revealed_for_a_purpose_and_every_reveal_is_logged(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file(description=f"路灯坏了，我叫王小明，请打{PHONE}")
        unit, leader = await place.person("zhang", unit=UNIT), await place.person("chief", "shift_leader")
        raw = orjson.dumps([await unit.get("/tickets"), await unit.get(f"/tickets/{number}")]).decode()
        assert PHONE not in raw and "王小明" not in raw
        assert (await unit.call("POST", f"/tickets/{number}/reveal", {"purpose": ""}))[0] == 422
        status, shown, _ = await unit.call("POST", f"/tickets/{number}/reveal", {"purpose": "约时间上门"})
        assert status == 200 and checked("Ticket", shown)["contact"]["phone"] == PHONE
        log = checked("AccessLog", await leader.get("/access-log"))
        [line] = log["accesses"]
        told = [line[name] for name in ("name", "deed", "ticket", "purpose")]
        assert told == ["Zhang", "reveal", number, "约时间上门"]
        assert (await unit.call("GET", "/access-log"))[0] == 403


@run
async def test_a_secret_contact_is_never_shown_to_a_unit_not_even_with_a_purpose(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        hidden = place.file("a", confidentiality="unit_hidden")
        report = place.file("b", nature="report")
        unit, agent = await place.person("zhang", unit=UNIT), await place.person("li")
        for number in (hidden, report):
            shown = await unit.get(f"/tickets/{number}")
            assert shown["contact"] == {"known": False, "revealed": False, "name": None, "phone": None}
            status, problem = await unit.refused(number, "reveal", {"purpose": "想打电话问问"})
            assert status == 403 and problem["code"] == "not_for_you"
        _, shown, _ = await agent.call("POST", f"/tickets/{hidden}/reveal", {"purpose": "回访"})
        assert shown["contact"]["phone"] == PHONE


@run
async def test_a_blocked_reply_goes_out_only_when_a_supervisor_answers_for_it(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        unit, chief = await place.person("zhang", unit=UNIT), await place.person("chief", "supervisor", UNIT)
        await unit.do(number, "accept", {"reason": "受理"})
        empty = {"reason": "您反映的问题已转相关部门处理，请耐心等待。"}
        status, found, _ = await unit.call("POST", f"/tickets/{number}/reply?audit=only&language=en", empty)
        assert status == 200 and checked("Audited", found)["blocked"]
        assert found["findings"][0]["title"] == "The reply says nothing on the matter"
        status, problem = await unit.refused(number, "reply", empty)
        assert (status, problem["code"], problem["kinds"]) == (422, "reply_blocked", ["evasion"])
        status, problem = await unit.refused(number, "reply", {**empty, "override_reason": "没关系"})
        assert status == 403
        assert place.tickets.get(number).status == "accepted"
        await chief.do(number, "reply", {**empty, "override_reason": "市民已当面知晓"})
        [audit] = (await chief.get(f"/tickets/{number}"))["audits"]
        assert (audit["kinds"], audit["override_reason"]) == (["evasion"], "市民已当面知晓")


@run
async def test_a_note_of_staff_is_in_the_course_and_nowhere_a_citizen_or_an_event_could_find_it(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        agent = await place.person("li")
        status, body, _ = await agent.call("POST", f"/tickets/{number}/notes", {"text": "来电人情绪激动"})
        assert status == 201 and checked("Created", body)["created"]
        course = (await agent.get(f"/tickets/{number}"))["course"]
        assert [step["text"] for step in course if step["kind"] == "note"] == ["来电人情绪激动"]
        ticket = place.tickets.get(number)
        assert ticket.version == 1 and [str(entry.command) for entry in ticket.history] == ["file"]
        _, seen, _ = await place.staffed.running.stranger().call(
            "GET", f"/api/v1/tickets/{number}?phone_last4={PHONE[-4:]}"
        )
        assert "情绪" not in orjson.dumps(seen).decode()
        assert place.tickets.outbox.waiting_events() == 1


@run
async def test_a_machine_with_a_token_works_for_its_unit_until_it_is_revoked(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        machine = await place.machine("agent", UNIT)
        me = checked("Me", await machine.get("/me"))
        assert (me["position"], me["unit"], me["id"]) == ("unit", UNIT, "token:agent-urban-management")
        await machine.do(number, "accept", {"reason": "系统对接受理"})
        assert await place.staff.tokens.revoke("agent-urban-management")
        status, problem, headers = await machine.call("GET", "/me")
        assert status == 401 and problem["code"] == "staff_token_refused"


@run
async def test_nobody_comes_in_without_session_or_token_and_a_page_needs_its_csrf_header(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        page = await place.staffed.page()
        stranger = Terminal(page.session, page.base, {})
        assert (await stranger.call("GET", "/tickets"))[0] == 401
        assert (await Terminal(page.session, page.base, {"Authorization": "Bearer hst_x"}).call("GET", "/me"))[0] == 401
        signed = terminal(await place.staffed.hired("li"))
        forged = Terminal(signed.session, signed.base, {})
        status, problem = await forged.refused(number, "urge")
        assert (status, problem["code"]) == (403, "csrf_refused")


@run
async def test_lists_are_filtered_searched_and_paged(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        numbers = [place.file(f"k{at}", description=f"第{at}盏路灯坏了") for at in range(5)]
        place.file("w", category="water_supply", description="停水了", contact=Contact("李四", "0571-87654321"))
        agent = await place.person("li")
        first = await agent.get("/tickets?category=street_light&limit=3")
        rest = await agent.get(f"/tickets?category=street_light&limit=3&after={first['next']}")
        assert sorted(one["number"] for one in first["tickets"] + rest["tickets"]) == sorted(numbers)
        assert rest["next"] is None
        assert [one["number"] for one in (await agent.get("/tickets?text=第3盏"))["tickets"]] == [numbers[3]]
        assert len((await agent.get("/tickets?phone=138%201234%205678"))["tickets"]) == 5
        assert len((await agent.get("/tickets?phone=057187654321"))["tickets"]) == 1
        assert (await agent.get("/tickets?text=100%25"))["tickets"] == []
        due = (await agent.get("/tickets?order=due&open=true"))["tickets"]
        assert [one["due_at"] for one in due] == sorted(one["due_at"] for one in due) and len(due) == 6
        for query in ("status=lost", "limit=0", "limit=201", "after=zzz", "colour=red", "open=perhaps", "parent=1"):
            status, problem, _ = await agent.call("GET", f"/tickets?{query}")
            assert status == 422, query
            assert checked("Problem", problem)["field"] == query.split("=")[0]


@run
async def test_bad_fields_are_named_with_their_remedy_and_store_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        agent = await place.person("li")
        for word, body, field in (
            ("dispatch", {}, "reason"),
            ("dispatch", {"reason": "x", "colour": "red"}, "colour"),
            ("dispatch", {"reason": "x", "unit": "nowhere"}, "unit"),
            ("rate", {"solved": "yes"}, "solved"),
            ("merge", {"reason": "x"}, "into"),
        ):
            status, problem = await agent.refused(number, word, body)
            assert (status, problem["field"]) == (422, field), (word, problem)
        status, problem = await agent.refused(number, "close", {"reason": "x"})
        assert status == 409 and problem["ticket_status"] == "received" and "dispatch" in problem["allowed"]
        assert place.tickets.get(number).version == 1


@run
async def test_an_export_streams_all_rows_masked_and_is_logged_when_it_is_in_clear(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        for at in range(3):
            place.file(f"k{at}", description="=路灯坏了，王小明报")
        leader, agent = await place.person("chief", "supervisor"), await place.person("li")
        status, raw, headers = await leader.call("GET", "/export?format=csv")
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
        assert status == 200 and len(rows) == 3 and "attachment" in headers["Content-Disposition"]
        assert rows[0]["description"] == "'=路灯坏了，***报" and rows[0]["contact_phone"] == "138****5678"
        _, raw, _ = await leader.call("GET", "/export?format=jsonl&purpose=审计抽查")
        lines = [orjson.loads(line) for line in raw.splitlines()]
        assert [one["contact_phone"] for one in lines] == [PHONE] * 3
        log = (await leader.get("/access-log?limit=10"))["accesses"]
        assert {(one["deed"], one["purpose"]) for one in log} == {("export", "审计抽查")} and len(log) == 3
        assert (await agent.call("GET", "/export"))[0] == 403


@run
async def test_figures_show_honest_rates_and_a_unit_gets_its_own_only(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        place.file("w", category="water_supply")
        unit, agent = await place.person("zhang", unit=UNIT), await place.person("li")
        leader = await place.person("chief", "supervisor")
        await unit.do(number, "accept", {"reason": "受理"})
        await unit.do(number, "reply", {"reason": "路灯已于11月25日修复。"})
        await agent.do(number, "close", {"reason": "市民不接受回访"})
        await agent.do(number, "rate", {"solved": False})
        figures = checked("Figures", await leader.get("/figures"))
        mine = next(one for one in figures["units"] if one["unit"] == UNIT)
        assert len(figures["units"]) >= 2
        if place.tickets.get(number).status == "closed":
            assert mine["closing_rate"] == 1.0 and mine["honest_closing_rate"] == 0.0
            assert mine["unjustified_closings"] == 1
        assert mine["on_time_rate"] == 1.0 and mine["solved_rate"] == 0.0
        assert [one["unit"] for one in (await unit.get("/figures"))["units"]] == [UNIT]
        assert (await unit.call("GET", "/figures?unit=water_company"))[0] == 403
        assert (await leader.call("GET", "/figures?since=2026-01-01&until=2025-01-01"))[0] == 422


@run
async def test_every_address_of_the_document_answers_and_every_route_is_in_it(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        agent = await place.person("li")
        served = await agent.get("/openapi.json")
        assert served == openapi.document()
        for path, methods in served["paths"].items():
            for method in methods:
                status, body, _ = await agent.call(
                    method.upper(), path.removeprefix("/api/v1/staff").replace("{number}", "20261125000000"), None
                )
                assert status != 405 and not (status == 404 and body["code"] == "not_found"), (method, path)


@run
async def test_the_city_says_where_a_place_is_and_why_a_ticket_has_its_category(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        number = place.file()
        agent, other = await place.person("li"), await place.person("gas", unit="gas_company")
        where = checked("Where", await agent.get("/places?text=解放路12号&category=street_light"))
        assert where["street"] and where["unit"] == UNIT and where["confidence"] > 0.5
        assert checked("Rulings", await agent.get("/rulings"))["rulings"] == []
        assert (await agent.call("GET", "/places?latitude=95&longitude=1"))[0] == 422
        assert (await other.call("GET", f"/tickets/{number}/evidence"))[0] == 404
        status, body, _ = await agent.call("GET", f"/tickets/{number}/evidence")
        if status == 200:  # 503 while no model is trained here
            assert checked("Evidence", body)["candidates"][0]["category"] == "street_light"
        assert status in (200, 503)


@run
async def test_a_unit_sees_and_ticks_off_what_it_is_told_of_deadlines(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        unit = await place.person("zhang", unit=UNIT)
        assert checked("Notices", await unit.get("/notices"))["notices"] == []
        status, body, _ = await unit.call("POST", "/notices/seen", {"ids": [1]})
        assert (status, checked("Seen", body)) == (200, {"seen": 0})
        for ids in (None, ["1"], [0], [True] * 201):
            assert (await unit.call("POST", "/notices/seen", {"ids": ids}))[0] == 422
