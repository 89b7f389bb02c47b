"""What the city itself says: `GET /api/v1/staff/places`, `/rulings` and `/tickets/{number}/evidence`."""

from __future__ import annotations

from aiohttp import web

from channels.errors import InvalidField
from channels.staff import access
from channels.web.conversations import json_response
from tickets.domain.place import Place
from tickets.service import staff_city


async def get_place(request: web.Request) -> web.Response:
    """Where `text`, or `latitude` and `longitude`, is, and who would get a matter of `category` there."""
    viewer, query = (await access.reading(request)).viewer, request.query
    place = Place(query.get("text", "")[:500], False, _degrees(request, "latitude"), _degrees(request, "longitude"))
    category = query.get("category") or None
    found = await access.staff_of(request).office.run(lambda one: staff_city.where(one, viewer, place, category))
    return json_response(found)


async def get_rulings(request: web.Request) -> web.Response:
    """Rulings on whose matter something is; of one `category`, or all."""
    viewer, category = (await access.reading(request)).viewer, request.query.get("category") or None
    found = await access.staff_of(request).office.run(lambda one: staff_city.rulings(one, viewer, category))
    return json_response({"rulings": found})


async def get_evidence(request: web.Request) -> web.Response:
    """The likeliest categories of a ticket, and the words and texts that speak for the first."""
    viewer, number = (await access.reading(request)).viewer, request.match_info["number"]
    found = await access.staff_of(request).office.run(lambda one: staff_city.evidence(one, viewer, number))
    return json_response(found)


def _degrees(request: web.Request, name: str) -> float | None:
    text = request.query.get(name)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise InvalidField(name, f"{name} must be a number of degrees.") from None
