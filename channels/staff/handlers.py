"""The staff interface over HTTP: lists, tickets, commands, notes, audits, reveals, figures and the access log.

Handlers read a request and write an answer; whoever may do what is decided by the office.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from aiohttp import web

from channels.desk.web import bodies
from channels.errors import InvalidField
from channels.languages import LANGUAGES
from channels.staff import access, openapi
from channels.staff.errors import TicketMoved
from channels.staff.service import Staff
from channels.web.bodies import read_json
from channels.web.conversations import json_response
from tickets.domain.calendar import LOCAL_ZONE
from tickets.domain.people import Actor
from tickets.domain.views import local_iso
from tickets.domain.visibility import Viewer
from tickets.errors import InvalidTicket
from tickets.service import staff_doing, staff_fields
from tickets.service.call_shapes import Call, Field, Kind
from tickets.service.calls import BY_NAME, CALLS, DEEDS
from tickets.service.staff_doing import Done
from tickets.service.staff_filters import filters_of, next_of
from tickets.service.staff_office import StaffOffice
from tickets.service.staff_ports import AccessFilter

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_USUAL_DAYS = 30


async def get_me(request: web.Request) -> web.Response:
    """`GET /api/v1/staff/me`: who asks, and what for."""
    viewer = (await access.reading(request)).viewer
    body = {
        "id": viewer.id,
        "name": viewer.name,
        "position": str(viewer.position),
        "unit": viewer.unit,
        "area": viewer.area,
        "leads": viewer.leads,
        "supervises": viewer.supervises,
        "deeds": sorted(deed for deed, positions in DEEDS.items() if viewer.position in positions),
    }
    return json_response(body)


async def get_calls(request: web.Request) -> web.Response:
    """`GET /api/v1/staff/calls`: the commands of this position with their fields."""
    viewer = (await access.reading(request)).viewer
    reasons = await access.staff_of(request).office.run(
        lambda office: {key: dict(one.names) for key, one in office.desk.catalogue.return_reasons.items()}
    )
    calls = [openapi.call_wire(call, {"code": reasons}) for call in CALLS if viewer.position in call.positions]
    return json_response({"calls": calls})


async def get_tickets(request: web.Request) -> web.Response:
    """`GET /api/v1/staff/tickets`: a page of what this position may see, masked."""
    viewer = (await access.reading(request)).viewer
    given = dict(request.query)

    def work(office: StaffOffice) -> dict[str, Any]:
        rows, last = office.page(viewer, filters_of(given))
        return {"tickets": rows, "next": next_of(last) if last is not None else None}

    return json_response(await access.staff_of(request).office.run(work))


async def get_ticket(request: web.Request) -> web.Response:
    """`GET /api/v1/staff/tickets/{number}`: the whole ticket, masked; its version is the ETag."""
    viewer, number = (await access.reading(request)).viewer, request.match_info["number"]
    staff = access.staff_of(request)
    shown = await _named(staff, await staff.office.run(lambda office: office.show(viewer, number)))
    return _with_version(json_response(shown), shown)


async def post_reveal(request: web.Request) -> web.Response:
    """`POST .../reveal` {purpose}: the ticket in clear; who and what for is written down first."""
    viewer, number = (await access.changing(request)).viewer, request.match_info["number"]
    purpose = bodies.text(await read_json(request), "purpose", most=200)
    staff = access.staff_of(request)
    shown = await _named(staff, await staff.office.run(lambda office: office.reveal(viewer, number, purpose)))
    return _with_version(json_response(shown), shown)


async def post_note(request: web.Request) -> web.Response:
    """`POST .../notes` {text}: for staff only; no citizen and no event ever holds it."""
    viewer, number = (await access.changing(request)).viewer, request.match_info["number"]
    text, key = bodies.text(await read_json(request), "text"), access.idempotency_key(request)
    added = await access.staff_of(request).office.run(lambda office: office.note(viewer, number, text, key))
    return json_response({"created": added}, 201 if added else 200)


async def post_audit(request: web.Request) -> web.Response:
    """`POST .../audit` {reply}: what is wrong with a reply that was not sent yet."""
    viewer = (await access.changing(request)).viewer
    reply = bodies.text(await read_json(request), "reply")
    return await _audit(request, viewer, reply)


def command(call: Call) -> Handler:
    """The handler of `POST .../{word of the call}`."""

    async def handle(request: web.Request) -> web.Response:
        caller, number = await access.changing(request), request.match_info["number"]
        body = dict(await read_json(request, empty={}))
        version = access.expected_version(request, bodies.version(body))
        body.pop("expected_version", None)
        override = None
        if call.name == "reply":
            override = bodies.text(body, "override_reason", needed=False, most=1000) or None
            body.pop("override_reason", None)
        if call.name == "reply" and request.query.get("audit") == "only":
            return await _audit(request, caller.viewer, bodies.text(body, "reason"), body.get("quotes"))
        key, language = access.idempotency_key(request), _language(request)
        staff = access.staff_of(request)

        def work(office: StaffOffice) -> dict[str, Any]:
            done = staff_doing.do(
                office,
                caller.viewer,
                call.name,
                number,
                body,
                key=key,
                expected_version=version,
                override_reason=override,
                shown_in=language,
            )
            return _done(office, done, language)

        try:
            answer = await staff.office.run(work)
        except TicketMoved as error:
            raise await _with_winner(staff, error) from None
        return _with_version(json_response(answer), answer)

    return handle


async def get_figures(request: web.Request) -> web.StreamResponse:
    """`GET /api/v1/staff/figures?since&until&unit`: counts and honest rates of units; without personal data."""
    viewer = (await access.reading(request)).viewer
    today = datetime.combine(datetime.now(LOCAL_ZONE).date(), time(), LOCAL_ZONE)
    since = _moment(request, "since") or today - timedelta(days=_USUAL_DAYS)
    until = _moment(request, "until", ends=True) or today + timedelta(days=1)
    unit = request.query.get("unit") or None
    counts = await access.staff_of(request).office.run(
        lambda office: office.figures(viewer, since.astimezone(UTC), until.astimezone(UTC), unit)
    )
    body = {"since": local_iso(since), "until": local_iso(until), "units": [one.wire() for one in counts]}
    return json_response(body)


async def get_access_log(request: web.Request) -> web.Response:
    """`GET /api/v1/staff/access-log`: who saw whose data and what for, newest first."""
    viewer, query = (await access.reading(request)).viewer, request.query
    filters = AccessFilter(
        person=query.get("person") or None,
        unit=query.get("unit") or None,
        ticket=query.get("ticket") or None,
        since=_moment(request, "since"),
        before_id=_whole(request, "before"),
        limit=_whole(request, "limit") or 100,
    )
    staff = access.staff_of(request)
    found = await staff.office.run(lambda office: office.access_log(viewer, filters))
    names = await staff.names()
    lines = [
        {
            "id": key,
            "at": local_iso(one.at),
            "person": one.person,
            "name": names.get(one.person),
            "position": one.position,
            "unit": one.unit,
            "deed": one.deed,
            "ticket": one.ticket,
            "purpose": one.purpose,
        }
        for key, one in found
    ]
    return json_response({"accesses": lines, "next": lines[-1]["id"] if len(lines) == filters.limit else None})


async def get_openapi(request: web.Request) -> web.Response:
    """`GET /api/v1/staff/openapi.json`: this interface, for programs that read it."""
    return json_response(openapi.document())


async def _audit(request: web.Request, viewer: Viewer, reply: str, quotes: object = None) -> web.Response:
    number, language = request.match_info["number"], _language(request)

    def work(office: StaffOffice) -> dict[str, Any]:
        values = staff_fields.read(BY_NAME["reply"], {"reason": reply, "quotes": quotes})
        audited = office.audit(viewer, number, reply, staff_fields.quoted(values))
        return {
            "language": audited.language,
            "blocked": audited.blocked,
            "findings": office.auditor.wire(audited, language),
        }

    return json_response(await access.staff_of(request).office.run(work))


def _done(office: StaffOffice, done: Done, language: str) -> dict[str, Any]:
    ticket = done.ticket
    return {
        "number": ticket.number,
        "version": ticket.version,
        "status": str(ticket.status),
        "unit": ticket.unit,
        "accept_by": local_iso(ticket.accept_by),
        "due_at": local_iso(ticket.due_at),
        "created": done.created,
        "findings": office.auditor.wire(done.audited, language) if done.audited is not None else [],
    }


def _with_version(response: web.Response, shown: Mapping[str, Any]) -> web.Response:
    response.headers["ETag"] = f'"{shown["version"]}"'
    return response


async def _named(staff: Staff, shown: dict[str, Any]) -> dict[str, Any]:
    """The ticket with the names of those who did something to it."""
    names = await staff.names()
    course = [{**step, "by": {**step["by"], "name": names.get(step["by"]["id"])}} for step in shown["course"]]
    return {**shown, "course": course}


async def _with_winner(staff: Staff, error: TicketMoved) -> TicketMoved:
    """The refusal with the winner's name in place of an id."""
    actor = Actor.parse(str(error.members.get("by", "")))
    name = (await staff.names()).get(actor.name, actor.name)
    by = {"id": actor.name, "role": str(actor.role), "unit": actor.unit, "name": name}
    told = f"{name} did {error.members.get('command')} at {error.members.get('at')}"
    message = f"Somebody was faster: {told}. Nothing of yours was done; read the ticket again and decide anew."
    return TicketMoved(message, members={**error.members, "by": by})


def _language(request: web.Request) -> str:
    asked = request.query.get("language") or request.headers.get("Accept-Language", "")[:2].lower()
    return asked if asked in LANGUAGES else "zh"


def _moment(request: web.Request, name: str, *, ends: bool = False) -> datetime | None:
    """A moment of the query; a day alone is its beginning, or with `ends` its end."""
    text = request.query.get(name)
    if not text:
        return None
    try:
        at = staff_fields.read_one(Field(name, Kind.MOMENT, "a day or a time"), text)
    except InvalidTicket as error:
        raise InvalidField(name, str(error)) from None
    assert isinstance(at, datetime)
    day_alone = len(text) == len("2026-12-01")
    if not day_alone:
        return at
    return at + timedelta(minutes=1) if ends else at - timedelta(hours=23, minutes=59)


def _whole(request: web.Request, name: str) -> int | None:
    text = request.query.get(name)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidField(name, f"{name} must be a whole number.")
    return int(text)
