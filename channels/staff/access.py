"""Who is asking at the staff interface: the desk's session, or the token of a machine.

A page needs its CSRF header for whatever changes something; a token comes from a program and needs none. Position and
area follow from the account's role and unit.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

from aiohttp import web

from channels.desk.people import DeskAgent
from channels.desk.web import access as desk_access
from channels.errors import InvalidField, TooManyRequests
from channels.staff.errors import StaffTokenRefused
from channels.staff.service import STAFF, Staff
from channels.web.access import bearer
from tickets.domain.city import Catalogue
from tickets.domain.visibility import RANKS, Viewer, position_of

_KEY_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks, as the tickets know him or her."""

    viewer: Viewer
    by_token: bool


def staff_of(request: web.Request) -> Staff:
    return request.app[STAFF]


async def reading(request: web.Request) -> Caller:
    """Raises StaffTokenRefused, SignInNeeded, TooManyRequests."""
    return await _caller(request, changing=False)


async def changing(request: web.Request) -> Caller:
    """As `reading`; a page needs the CSRF header too."""
    return await _caller(request, changing=True)


async def _caller(request: web.Request, *, changing: bool) -> Caller:
    staff, secret = staff_of(request), bearer(request)
    if secret is not None:
        token = await staff.tokens.good(secret) if len(secret) <= 100 else None
        if token is None:
            raise StaffTokenRefused
        wait = staff.deeds.take(token.id, time.monotonic())
        if wait > 0:
            raise TooManyRequests(wait)
        viewer = viewer_of(f"token:{token.name}", token.name, token.role, token.unit, staff.catalogue)
        return Caller(viewer, True)
    signed = await (desk_access.changing(request) if changing else desk_access.reading(request))
    return Caller(viewer_of_agent(signed.agent, staff.catalogue), False)


def viewer_of_agent(agent: DeskAgent, catalogue: Catalogue) -> Viewer:
    """An account of the desk as the tickets know it."""
    return viewer_of(agent.id, agent.name, agent.role, agent.unit, catalogue)


def viewer_of(key: str, name: str, role: str, unit: str, catalogue: Catalogue) -> Viewer:
    known = catalogue.units.get(unit)
    level, area = (known.level, known.area) if known is not None else ("city", None)
    return Viewer(key, name, position_of(role, unit, level), unit, area, RANKS[role])


def idempotency_key(request: web.Request) -> str:
    """The Idempotency-Key, with or without quotes; a fresh one where none was sent.

    Raises:
        InvalidField: it is empty, too long or holds control characters.
    """
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return str(uuid.uuid4())
    key = given.strip().strip('"')
    if not key or len(key) > _KEY_LIMIT or not key.isprintable():
        raise InvalidField("Idempotency-Key", f"Idempotency-Key must have 1 to {_KEY_LIMIT} visible characters.")
    return key


def expected_version(request: web.Request, body_version: int | None) -> int | None:
    """The version in If-Match (as the ETag gave it), else that of the body; `*` means any.

    Raises:
        InvalidField: If-Match is no version.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return body_version
    text = given.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidField("If-Match", 'If-Match must be a version of the ticket, such as "7".')
    return int(text)
