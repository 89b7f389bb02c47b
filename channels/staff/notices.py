"""What a unit is told of its deadlines: near, and missed. Each page or machine of the unit sees the same list.

`GET /api/v1/staff/notices?all=true` and `POST /api/v1/staff/notices/seen` {ids}.
"""

from __future__ import annotations

from aiohttp import web

from channels.errors import InvalidField
from channels.staff import access
from channels.web.bodies import read_json
from channels.web.conversations import json_response
from tickets.domain.views import local_iso

_MOST = 200


async def get_notices(request: web.Request) -> web.Response:
    """The newest first; those that somebody of the unit has seen are left out unless all are asked for."""
    viewer = (await access.reading(request)).viewer
    unseen = request.query.get("all") != "true"
    found = await access.staff_of(request).office.run(lambda office: office.notices(viewer, unseen=unseen, limit=_MOST))
    notices = [
        {
            "id": one.id,
            "ticket": one.number,
            "reason": one.reason,
            "due_at": local_iso(one.due_at),
            "at": local_iso(one.at),
            "seen_at": local_iso(one.seen_at),
            "seen_by": one.seen_by,
        }
        for one in found
    ]
    return json_response({"notices": notices})


async def post_seen(request: web.Request) -> web.Response:
    """Somebody of the unit has seen these."""
    viewer = (await access.changing(request)).viewer
    given = (await read_json(request)).get("ids")
    ids = [one for one in given if _is_id(one)] if isinstance(given, list) else []
    if not isinstance(given, list) or len(ids) != len(given) or len(ids) > _MOST:
        raise InvalidField("ids", f"ids must be a list of at most {_MOST} ids of notices.")
    seen = await access.staff_of(request).office.run(lambda office: office.notices_seen(viewer, ids))
    return json_response({"seen": seen})


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
