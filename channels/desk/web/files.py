"""Files at the desk: what the citizen sent is shown, what somebody sends goes to the citizen; and the desk's page."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from channels.desk.web import access
from channels.errors import InvalidBody, UnsupportedMedia
from channels.handoff.contract import Attachment
from channels.service import GATEWAY
from channels.web.attachments import file_response, take_form
from channels.web.bodies import refuse_compressed
from channels.web.conversations import json_response


async def post_attachment(request: web.Request) -> web.Response:
    """`POST .../attachments`: a file for the citizen, as multipart with `message_id` before it."""
    signed = await access.changing(request)
    gateway, desk = request.app[GATEWAY], access.desk_of(request)
    conversation_id = request.match_info["conversation_id"]
    await desk.rights.taking_part(signed.agent, conversation_id)
    refuse_compressed(request)
    if request.content_type != "multipart/form-data":
        raise UnsupportedMedia("Send the file as multipart/form-data.")
    try:
        taken = await take_form(gateway, conversation_id, await request.multipart())
    except (ValueError, LookupError, RuntimeError, web.RequestPayloadError, HttpProcessingError) as error:
        raise InvalidBody("The form cannot be read.") from error
    kept = taken.kept
    attachment = Attachment(kept.attachment_id, kept.kind.media_type, kept.size_bytes, taken.name)
    # A file whose message was not stored is cleared away later (sweeping.py); after an error a message may hold it.
    message = await desk.talks.attach(signed.agent, conversation_id, taken.message_id, attachment)
    if message.data.get("attachment", {}).get("id") != kept.attachment_id:  # a repeat: the first file stays
        await asyncio.to_thread(gateway.uploads.drop, conversation_id, kept.attachment_id)
    return json_response({"message": {**message.wire(), "message_id": taken.message_id}}, 201)


async def get_attachment(request: web.Request) -> web.StreamResponse:
    """`GET .../attachments/{attachment_id}`: a file of the conversation, shown in the page."""
    signed = await access.reading(request)
    conversation_id = request.match_info["conversation_id"]
    await access.desk_of(request).rights.seen(signed.agent, conversation_id)
    gateway = request.app[GATEWAY]
    return file_response(gateway, request, conversation_id, request.match_info["attachment_id"], inline=True)


async def page(request: web.Request) -> web.StreamResponse:
    """`GET /desk`"""
    file = access.desk_of(request).static / "index.html"
    if not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={"Content-Type": "text/html; charset=utf-8"})


async def to_page(request: web.Request) -> web.StreamResponse:
    """`GET /desk/`"""
    raise web.HTTPPermanentRedirect("/desk")
