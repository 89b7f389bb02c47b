"""A citizen's tickets: `GET /api/v1/tickets/{number}`, the list of a conversation, and what may be done with one.

Either a conversation that filed or follows the ticket asks with its token, or somebody knows the last four digits of
its telephone. An unknown number and a wrong pair answer alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from channels.errors import InvalidField, TicketNotFound, Unauthorized
from channels.ports import Asker, CitizenWish
from channels.service import GATEWAY
from channels.web.access import bearer, client_address, conversation_of, token_conversation
from channels.web.bodies import clean_text, read_json
from channels.web.conversations import json_response

WISHES = ("urge", "supplement", "withdraw", "rate")
_LAST4 = re.compile(r"[0-9]{4}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


async def get_ticket(request: web.Request) -> web.Response:
    """`GET /api/v1/tickets/{number}`"""
    gateway = request.app[GATEWAY]
    gateway.limits.lookup(client_address(request))
    number = request.match_info["number"]
    phone_last4 = _last4(request.query.get("phone_last4"))
    view = None
    if bearer(request) is not None:
        view = await gateway.tickets.of_conversation(token_conversation(request), number)
    elif phone_last4 is None:
        raise Unauthorized("Send the conversation's token, or phone_last4 with the telephone's last four digits.")
    if view is None and phone_last4 is not None:
        view = await gateway.tickets.by_phone(number, phone_last4)
    if view is None:
        raise TicketNotFound
    return json_response(dict(view))


async def list_tickets(request: web.Request) -> web.Response:
    """`GET /api/v1/conversations/{id}/tickets`: what it filed or follows, newest first, fifty at most."""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    gateway.limits.reading(conversation_id)
    return json_response({"tickets": [dict(view) for view in await gateway.tickets.own(conversation_id)]})


async def post_wish(request: web.Request) -> web.Response:
    """`POST /api/v1/tickets/{number}/{wish}`: the ticket as it stands afterwards."""
    gateway = request.app[GATEWAY]
    gateway.limits.lookup(client_address(request))
    body = await read_json(request)
    asker = Asker(phone_last4=_last4(body.get("phone_last4")))
    if asker.phone_last4 is None:
        asker = Asker(conversation_id=token_conversation(request))
    number, what = request.match_info["number"], request.match_info["wish"]
    return json_response(dict(await gateway.tickets.carry_out(number, asker, parse_wish(body, number, what))))


def parse_wish(body: Mapping[str, Any], number: str, what: str) -> CitizenWish:
    """What is asked for, once a `request_id`.

    Raises:
        InvalidField: which field, and what to send instead.
    """
    request_id = body.get("request_id")
    if not isinstance(request_id, str) or not _REQUEST_ID.fullmatch(request_id):
        raise InvalidField("request_id", "request_id must be a UUID (1 to 64 letters, digits, dots, hyphens).")
    text = body.get("text") or ""
    if not isinstance(text, str):
        raise InvalidField("text", "text must be a string.")
    solved, satisfied = _answer(body, "solved"), _answer(body, "satisfied")
    if what == "rate" and (solved is None or satisfied is None):
        raise InvalidField("solved" if solved is None else "satisfied", "Say for both whether it is so: true or false.")
    return CitizenWish(f"page:{number}:{request_id}", what, clean_text(text), solved, satisfied)


def _answer(body: Mapping[str, Any], name: str) -> bool | None:
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return value
    raise InvalidField(name, f"{name} must be true, false or null.")


def _last4(given: object) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str) or not _LAST4.fullmatch(given):
        raise InvalidField("phone_last4", "phone_last4 must be four digits.")
    return given
