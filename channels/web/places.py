"""`GET /api/v1/places` and `GET /api/v1/map`: where a point is, in words, and a sketch of the city to point at.

Nothing of the asker is needed or kept; the point is not logged.
"""

from __future__ import annotations

from aiohttp import web

from channels.errors import InvalidField, TicketsUnavailable
from channels.languages import LANGUAGES
from channels.ports import Places
from channels.service import GATEWAY
from channels.web.access import client_address
from channels.web.conversations import json_response


async def get_places(request: web.Request) -> web.Response:
    """`{"inside","candidates":[{"text","kind","metres"}]}` of `?latitude=&longitude=&language=`."""
    places = _places(request)
    latitude, longitude = _degrees(request, "latitude", 90), _degrees(request, "longitude", 180)
    return json_response(dict(await places.near(latitude, longitude, _language(request))))


async def get_map(request: web.Request) -> web.Response:
    """`{"map": null}` for a city without one, else what a sketch is drawn from."""
    found = await _places(request).map(_language(request))
    return json_response({"map": None if found is None else dict(found)})


def _places(request: web.Request) -> Places:
    gateway = request.app[GATEWAY]
    gateway.limits.places(client_address(request))
    if gateway.places is None:
        raise TicketsUnavailable
    return gateway.places


def _language(request: web.Request) -> str:
    language = request.query.get("language", "zh")
    if language not in LANGUAGES:
        raise InvalidField("language", f"language must be one of {', '.join(LANGUAGES)}.")
    return language


def _degrees(request: web.Request, name: str, most: float) -> float:
    try:
        degrees = float(request.query.get(name, ""))
    except ValueError:
        degrees = most + 1
    if not -most <= degrees <= most:
        raise InvalidField(name, f"{name} must be degrees from -{most} to {most}, WGS 84.")
    return degrees
