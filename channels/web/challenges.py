"""Challenges: one is given to whoever asks, a solved one gives a conversation a rate of its own."""

from __future__ import annotations

from aiohttp import web

from channels.service import GATEWAY
from channels.web.access import client_address, conversation_of
from channels.web.bodies import read_json
from channels.web.conversations import json_response


async def get_challenge(request: web.Request) -> web.Response:
    """`GET /api/v1/challenge`: `{"parameters","signature"}`, as ALTCHA's own widget reads it; 404 when switched off."""
    gateway = request.app[GATEWAY]
    gateway.limits.reading(client_address(request))
    if not gateway.challenges.on:
        raise web.HTTPNotFound
    return json_response(gateway.challenges.fresh())


async def post_solution(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations/{id}/challenge` `{"solution"}`: how long the allowance lasts, as `expires_in`."""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    gateway.limits.reading(conversation_id)
    body = await read_json(request)
    seconds = await gateway.challenges.redeem(body.get("solution"), conversation_id)
    return json_response({"expires_in": max(0, int(seconds))})
