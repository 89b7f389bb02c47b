"""All addresses of the staff interface; those of commands come from the table of calls."""

from __future__ import annotations

from functools import wraps

from aiohttp import web

from channels.errors import ChannelsError
from channels.service import GATEWAY
from channels.staff import city, export, handlers, notices
from channels.staff.handlers import Handler
from channels.staff.service import STAFF, Staff
from tickets.service.call_shapes import word_of
from tickets.service.calls import CALLS

BASE = "/api/v1/staff"
_TICKET = f"{BASE}/tickets/{{number:[0-9 -]{{1,24}}}}"


def add_routes(app: web.Application, staff: Staff) -> None:
    """Mounts the staff interface in the gateway's application."""
    app[STAFF] = staff
    router = app.router
    router.add_get(f"{BASE}/me", _counted(handlers.get_me))
    router.add_get(f"{BASE}/calls", _counted(handlers.get_calls))
    router.add_get(f"{BASE}/tickets", _counted(handlers.get_tickets))
    router.add_get(_TICKET, _counted(handlers.get_ticket))
    router.add_post(f"{_TICKET}/reveal", _counted(handlers.post_reveal))
    router.add_post(f"{_TICKET}/notes", _counted(handlers.post_note))
    router.add_post(f"{_TICKET}/audit", _counted(handlers.post_audit))
    for call in CALLS:
        router.add_post(f"{_TICKET}/{word_of(call)}", _counted(handlers.command(call)))
    router.add_get(f"{BASE}/export", _counted(export.get_export), allow_head=False)
    router.add_get(f"{BASE}/figures", _counted(handlers.get_figures))
    router.add_get(f"{BASE}/access-log", _counted(handlers.get_access_log))
    router.add_get(f"{_TICKET}/evidence", _counted(city.get_evidence))
    router.add_get(f"{BASE}/places", _counted(city.get_place))
    router.add_get(f"{BASE}/rulings", _counted(city.get_rulings))
    router.add_get(f"{BASE}/notices", _counted(notices.get_notices))
    router.add_post(f"{BASE}/notices/seen", _counted(notices.post_seen))
    router.add_get(f"{BASE}/openapi.json", _counted(handlers.get_openapi))


def _counted(handler: Handler) -> Handler:
    """The handler, with its refusals counted by their code among those of the desk."""

    @wraps(handler)
    async def counting(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ChannelsError as error:
            request.app[GATEWAY].metrics.desk_refused.labels(error.code).inc()
            raise

    return counting
