"""The signed webhook of other platforms: `POST /api/v1/intake/{source}` and `GET /api/v1/intake/{source}/receipts`.

Each call is signed with the source's own secret over time and exact bytes (`X-Hotline-Timestamp`,
`X-Hotline-Signature`), so nobody can send or read in another's name and nothing overheard can be sent again later.
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from channels.errors import InvalidBody, InvalidField
from channels.handoff import signing
from channels.handoff.errors import SignatureRefused
from channels.intake.errors import SourceUnknown
from channels.intake.service import Intake
from channels.service import GATEWAY
from channels.web.access import client_address
from channels.web.bodies import parse_json, read_body, refuse_compressed
from channels.web.conversations import json_response

MOST_MATTERS = 100
INTAKE: web.AppKey[Intake] = web.AppKey("intake", Intake)
SECRETS: web.AppKey[Mapping[str, str]] = web.AppKey("intake_secrets", dict)


def add_routes(app: web.Application, intake: Intake, secrets: Mapping[str, str]) -> None:
    """Adds the webhook; sources without a secret cannot use it."""
    app[INTAKE], app[SECRETS] = intake, secrets
    source = "/api/v1/intake/{source:[a-z][a-z0-9_]{0,39}}"
    app.router.add_post(source, post_matters)
    app.router.add_get(f"{source}/receipts", get_receipt)


async def post_matters(request: web.Request) -> web.Response:
    """One record or a list of at most 100; answered with a receipt for each, in order."""
    refuse_compressed(request)
    raw = await read_body(request)
    source = _signed(request, raw)
    intake = request.app[INTAKE]
    mapping = intake.mapping(source)
    body = parse_json(raw)
    records = body if isinstance(body, list) else [body]
    if len(records) > MOST_MATTERS:
        raise InvalidField("matters", f"Send at most {MOST_MATTERS} matters at once.")
    if not all(isinstance(record, dict) for record in records):
        raise InvalidBody("Each matter must be a JSON object.")
    return json_response({"receipts": [(await intake.take(record, mapping)).wire() for record in records]})


async def get_receipt(request: web.Request) -> web.Response:
    """`?id=`: the receipt of a matter that was sent before; signed over its own path and query."""
    source = _signed(request, request.raw_path.encode())
    known = request.query.get("id", "")
    found = await request.app[INTAKE].receipt(source, known)
    if found is None:
        raise InvalidField("id", "No matter of this number has come from this source.")
    return json_response(found.wire())


def _signed(request: web.Request, signed: bytes) -> str:
    """The source whose signature is right. Raises SignatureRefused, also for a source that does not exist."""
    gateway = request.app[GATEWAY]
    address = client_address(request)
    gateway.limits.desk(address)
    source = request.match_info["source"]
    try:
        signing.check(request.app[SECRETS].get(source, ""), request.headers, signed, gateway.wall_clock())
    except SignatureRefused:
        gateway.limits.refused(address)
        raise
    if source not in request.app[INTAKE].sources():
        raise SourceUnknown
    return source
