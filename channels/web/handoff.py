"""Where desks report: `POST /api/v1/handoff/events` by the contract, and `POST /api/v1/handoff/chatwoot`.

Only what is signed with the desk's secret, within five minutes, is read at all. What is refused is counted by reason
and answered without saying what exists; who was refused again and again is not heard for a while.
"""

from __future__ import annotations

import hashlib

from aiohttp import web

from channels.errors import InvalidBody, Unauthorized
from channels.handoff import links, signing, wire
from channels.handoff.chatwoot_door import DELIVERY
from channels.handoff.errors import ContractBroken, HandoffNotFound, SignatureRefused
from channels.service import GATEWAY, Gateway
from channels.web.access import client_address
from channels.web.attachments import file_response
from channels.web.bodies import BODY_LIMIT_BYTES, parse_object, read_at_most
from channels.web.conversations import json_response

_CHATWOOT_LIMIT_BYTES = 512 * 1024
_DELIVERY_LIMIT = 100


async def post_event(request: web.Request) -> web.Response:
    """`POST /api/v1/handoff/events`: a signed DeskEvent; the answer is its Outcome."""
    gateway = request.app[GATEWAY]
    body = await _read(request, BODY_LIMIT_BYTES)
    secret = gateway.config.handoff.secret
    try:
        if secret is None or gateway.people is None:
            raise SignatureRefused  # no desk may report here; nobody is told why
        signing.check(secret, request.headers, body, gateway.wall_clock())
    except SignatureRefused:
        _refuse(gateway, request, "signature")
        raise
    try:
        event = wire.parse_event(parse_object(body))
        outcome = await gateway.people.event(event)
    except (InvalidBody, ContractBroken):
        gateway.metrics.desk_refused.labels("contract").inc()
        raise
    except HandoffNotFound:
        gateway.metrics.desk_refused.labels("unknown").inc()
        raise
    return json_response(wire.outcome_wire(outcome))


async def post_chatwoot(request: web.Request) -> web.Response:
    """`POST /api/v1/handoff/chatwoot`: kept, then answered, then worked off."""
    gateway = request.app[GATEWAY]
    door = gateway.chatwoot
    if door is None or door.incoming is None:
        raise web.HTTPNotFound
    body = await _read(request, _CHATWOOT_LIMIT_BYTES)
    try:
        door.check(request.headers, body, gateway.wall_clock())
    except SignatureRefused:
        _refuse(gateway, request, "signature")
        raise
    try:
        payload = parse_object(body)
    except InvalidBody:
        gateway.metrics.desk_refused.labels("contract").inc()
        raise
    delivery_id = request.headers.get(DELIVERY, "").strip()
    if not delivery_id or len(delivery_id) > _DELIVERY_LIMIT or not delivery_id.isascii():
        delivery_id = hashlib.sha256(body).hexdigest()
    fresh = await door.incoming.keep(delivery_id, payload)
    return json_response({"kept": fresh})


async def get_attachment(request: web.Request) -> web.StreamResponse:
    """`GET /api/v1/handoff/attachments/{conversation_id}/{attachment_id}?until=&signature=`: a remote desk's link."""
    gateway = request.app[GATEWAY]
    gateway.limits.desk(client_address(request))
    conversation_id, attachment_id = request.match_info["conversation_id"], request.match_info["attachment_id"]
    query = request.query
    try:
        links.check(
            gateway.secret,
            conversation_id,
            attachment_id,
            query.get("until", ""),
            query.get("signature", ""),
            gateway.wall_clock(),
        )
    except Unauthorized:
        _refuse(gateway, request, "link")
        raise
    return file_response(gateway, request, conversation_id, attachment_id)


async def _read(request: web.Request, most_bytes: int) -> bytes:
    """The body's exact bytes, at most so many, of who is not refused again and again."""
    request.app[GATEWAY].limits.desk(client_address(request))
    return await read_at_most(request, most_bytes)


def _refuse(gateway: Gateway, request: web.Request, reason: str) -> None:
    gateway.metrics.desk_refused.labels(reason).inc()
    gateway.limits.refused(client_address(request))
