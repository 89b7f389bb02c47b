"""Photos, sounds and videos: taken in as multipart, told by their bytes, given back to who owns them.

The first file of the form is taken; a field `message_id` before it makes a repeat harmless. Files go to disk as they
come, so a large video costs no memory.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
import uuid
from dataclasses import dataclass

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from channels.conversations import Draft, Stored
from channels.errors import (
    AttachmentNotFound,
    BodyTooLarge,
    ConversationNotFound,
    InvalidBody,
    InvalidField,
    TooManyAttachments,
    UnsupportedMedia,
)
from channels.kinds import HEAD_BYTES, MEDIA_TYPES, MEGABYTE, Kind, kind_of
from channels.service import GATEWAY, Gateway
from channels.uploads import ACCEPTED, MOST_A_CONVERSATION, Kept, Upload
from channels.web.access import client_address, conversation_of
from channels.web.bodies import refuse_compressed
from channels.web.conversations import json_response

_CHUNK_BYTES = 256 * 1024
_CHUNK_SECONDS = 60.0
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NAME_LIMIT = 100
_MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was kept."""

    kept: Kept
    name: str
    message_id: str


async def post_attachment(request: web.Request) -> web.Response:
    """`POST /api/v1/conversations/{id}/attachments`"""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    await gateway.limits.message(conversation_id, client_address(request))
    refuse_compressed(request)
    if request.content_type != "multipart/form-data":
        raise UnsupportedMedia("Send the file as multipart/form-data.")
    try:
        taken = await take_form(gateway, conversation_id, await request.multipart())
    except (
        ValueError,
        LookupError,
        RuntimeError,
        web.RequestPayloadError,
        HttpProcessingError,
    ) as error:
        raise InvalidBody("The form cannot be read.") from error
    stored = await _store(gateway, conversation_id, taken)
    return json_response(
        {"seq": stored.message.seq, "attachment": stored.message.data["attachment"], "message": stored.message.wire()},
        201 if stored.created else 200,
    )


async def get_attachment(request: web.Request) -> web.StreamResponse:
    """`GET /api/v1/conversations/{id}/attachments/{attachment_id}`: the file, for who has the conversation's token."""
    gateway = request.app[GATEWAY]
    conversation_id = conversation_of(request)
    gateway.limits.reading(conversation_id)
    attachment_id = request.match_info["attachment_id"]
    return file_response(gateway, request, conversation_id, attachment_id)


def file_response(
    gateway: Gateway, request: web.Request, conversation_id: str, attachment_id: str, *, inline: bool = False
) -> web.FileResponse:
    """The file, or with `?size=small` the photo's small copy, as something that no browser runs or takes for a page.

    Raises:
        AttachmentNotFound: there is none.
    """
    wanted = gateway.uploads.small_path if request.query.get("size") == "small" else gateway.uploads.path
    path = wanted(conversation_id, attachment_id)
    if not path.is_file():
        raise AttachmentNotFound
    return web.FileResponse(
        path,
        headers={
            "Content-Type": MEDIA_TYPES[path.suffix[1:]],
            "Content-Disposition": "inline" if inline else "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=3600",
        },
    )


async def _store(gateway: Gateway, conversation_id: str, taken: Taken) -> Stored:
    language = (await gateway.store.conversation(conversation_id)).language
    draft = Draft("citizen", language, data={"attachment": taken.kept.wire(taken.name)})
    try:
        stored = await gateway.router.attachment(conversation_id, taken.message_id, draft, MOST_A_CONVERSATION)
    except (TooManyAttachments, ConversationNotFound):  # after any other error a message may hold it: see sweeping.py
        await asyncio.to_thread(gateway.uploads.drop, conversation_id, taken.kept.attachment_id)
        raise
    if not stored.created:
        await asyncio.to_thread(gateway.uploads.drop, conversation_id, taken.kept.attachment_id)
        if "attachment" not in stored.message.data:
            raise InvalidField("message_id", "This message_id belongs to another message.")
    return stored


async def take_form(gateway: Gateway, conversation_id: str, form: MultipartReader) -> Taken:
    """Keeps the first file of a form. Raises InvalidBody, InvalidField, UnsupportedMedia, BodyTooLarge."""
    message_id = str(uuid.uuid4())
    for _ in range(_MOST_PARTS):
        part = await form.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise InvalidBody("The form must not be nested.")
        if part.filename is not None:
            return await _take_file(gateway, conversation_id, part, message_id)
        if part.name == "message_id":
            message_id = (await part.read_chunk(128)).decode("utf-8", "replace")
            if not _MESSAGE_ID.fullmatch(message_id):
                raise InvalidField("message_id", "message_id must be a UUID.")
        else:
            await part.release()
    raise InvalidField("file", "The form holds no file; send it as the field file.")


async def _take_file(gateway: Gateway, conversation_id: str, part: BodyPartReader, message_id: str) -> Taken:
    head = await _chunk(part)
    kind = kind_of(head[:HEAD_BYTES])
    if kind is None:
        raise UnsupportedMedia(f"Accepted are {ACCEPTED}.")
    upload = await asyncio.to_thread(gateway.uploads.begin, conversation_id)
    try:
        await _copy(part, head, upload, kind)
        kept = await gateway.uploads.keep(upload, kind)
    finally:
        await asyncio.to_thread(upload.discard)
    return Taken(kept, kept.named(clean_name(part.filename or "")), message_id)


async def _copy(part: BodyPartReader, head: bytes, upload: Upload, kind: Kind) -> None:
    size_bytes, chunk = 0, head
    while chunk:
        size_bytes += len(chunk)
        if size_bytes > kind.limit_bytes:
            raise BodyTooLarge(f"This kind of file may have {kind.limit_bytes // MEGABYTE} MB.")
        await asyncio.to_thread(upload.write, chunk)
        chunk = await _chunk(part)


async def _chunk(part: BodyPartReader) -> bytes:
    """The next bytes of the file, many at a time; empty at its end. Raises HTTPRequestTimeout."""
    gathered = bytearray()
    try:
        async with asyncio.timeout(_CHUNK_SECONDS):
            while len(gathered) < _CHUNK_BYTES and (piece := await part.read_chunk()):
                gathered += piece
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    return bytes(gathered)


def clean_name(name: str) -> str:
    """The file's name as it may be shown: no folders, no control or direction characters, at most 100 characters."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip()[-_NAME_LIMIT:]
