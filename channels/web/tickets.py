"""`GET /api/v1/tickets/{number}`: what its citizen may see of a ticket.

Either the conversation that filed it asks with its token, or somebody knows the last four digits of its telephone.
An unknown number and a wrong pair answer alike.
"""

from __future__ import annotations

import re

from aiohttp import web

from channels.errors import InvalidField, TicketNotFound, Unauthorized
from channels.service import GATEWAY
from channels.web.access import bearer, client_address, token_conversation
from channels.web.conversations import json_response

_LAST4 = re.compile(r"[0-9]{4}")


async def get_ticket(request: web.Request) -> web.Response:
    gateway = request.app[GATEWAY]
    gateway.limits.lookup(client_address(request))
    number = request.match_info["number"]
    phone_last4 = request.query.get("phone_last4")
    if phone_last4 is not None and not _LAST4.fullmatch(phone_last4):
        raise InvalidField("phone_last4", "phone_last4 must be four digits.")
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
