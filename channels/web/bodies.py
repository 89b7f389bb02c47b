"""Reads what callers send and says exactly what is wrong with it.

Pure functions on bytes and values, used by HTTP and WebSocket alike; only those that read touch a request.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from channels.conversations import CHANNELS
from channels.errors import BodyTooLarge, InvalidBody, InvalidField, UnsupportedMedia
from channels.languages import LANGUAGES
from channels.router import Incoming

PAYLOAD_LIMIT = 1000
BODY_LIMIT_BYTES = 64 * 1024
MOST_MESSAGES = 500
BODY_SECONDS = 30.0
DEEPEST = 32
_MESSAGE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PAYLOAD = re.compile(r"/[a-z_]+(\{.*\})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}


async def read_json(request: web.Request, empty: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """The request's JSON object; `empty` is what no body at all means.

    Raises:
        InvalidBody, UnsupportedMedia: it is none; HTTPRequestEntityTooLarge: more than 64 KiB.
    """
    refuse_compressed(request)
    raw = await read_body(request)
    if not raw and empty is not None:
        return empty
    if request.content_type != "application/json" and not request.content_type.endswith("+json"):
        raise UnsupportedMedia("Send JSON as Content-Type: application/json.")
    return parse_object(raw)


async def read_body(request: web.Request) -> bytes:
    """The whole body, of at most 64 KiB.

    Raises:
        InvalidBody: it cannot be read; HTTPRequestTimeout: it did not come in time.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await request.read()
    except web.RequestPayloadError as error:
        raise InvalidBody("The body cannot be read.") from error
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error


async def read_at_most(request: web.Request, most_bytes: int, too_large: str = "") -> bytes:
    """The body's exact bytes, of at most so many; longer ones are not read to their end.

    Raises:
        BodyTooLarge: with the words `too_large`; InvalidBody: it cannot be read; HTTPRequestTimeout: it did not come
            in time.
    """
    refuse_compressed(request)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while chunk := await request.content.readany():
                body += chunk
                if len(body) > most_bytes:
                    raise BodyTooLarge(too_large)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except web.RequestPayloadError as error:
        raise InvalidBody("The body cannot be read.") from error
    return bytes(body)


def refuse_compressed(request: web.Request) -> None:
    """Raises UnsupportedMedia for a compressed body."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMedia("Send the body uncompressed, without Content-Encoding.")


def parse_object(raw: bytes | str) -> Mapping[str, Any]:
    """Raises InvalidBody when `raw` is no JSON object, or a nest of more than DEEPEST levels."""
    body = parse_json(raw)
    if not isinstance(body, dict):
        raise InvalidBody
    return body


def parse_json(raw: bytes | str) -> Any:
    """Any JSON value. Raises InvalidBody."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidBody from error
    if _deeper_than(body, DEEPEST):
        raise InvalidBody(f"The body is nested more than {DEEPEST} levels deep.")
    return body


def _deeper_than(value: Any, levels: int) -> bool:
    """Level by level, so that no nest is too deep for the looking itself."""
    level = [value]
    for _ in range(levels):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def parse_incoming(body: Mapping[str, Any]) -> Incoming:
    """A citizen's message: `message_id` with exactly one of `text` and `payload`.

    The text's length is not judged here: too long a text is answered with a sentence and not with an error.

    Raises:
        InvalidField: which field, and what to send instead.
    """
    message_id = body.get("message_id")
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        raise InvalidField("message_id", "message_id must be a UUID (1 to 64 letters, digits, dots, hyphens).")
    text, payload = body.get("text"), body.get("payload")
    if (text is None) == (payload is None):
        raise InvalidField("text", "Send exactly one of text and payload.")
    if payload is not None:
        return Incoming(message_id, payload=_payload(payload))
    return Incoming(message_id, text=_text(text))


def parse_opening(body: Mapping[str, Any]) -> tuple[str, str | None]:
    """Channel and asked language of a new conversation. Raises InvalidField."""
    channel, language = body.get("channel", "web"), body.get("language")
    if channel not in CHANNELS:
        raise InvalidField("channel", f"channel must be one of {', '.join(CHANNELS)}.")
    if language is not None and language not in LANGUAGES:
        raise InvalidField("language", f"language must be null or one of {', '.join(LANGUAGES)}.")
    return channel, language


def parse_number(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    """A whole number of the query string. Raises InvalidField."""
    given = query.get(name)
    if given is None:
        return default
    if not re.fullmatch(r"[0-9]{1,15}", given):
        raise InvalidField(name, f"{name} must be a whole number, 0 or more.")
    return min(int(given), most)


def clean_text(text: str) -> str:
    """The text without control characters and outer blanks; line ends become newlines."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise InvalidField("text", "text must be a string.")
    if "\x00" in text:
        raise InvalidField("text", "text must not hold the character NUL.")
    clean = clean_text(text)
    if all(unicodedata.category(character) in _INVISIBLE for character in clean):
        raise InvalidField("text", "text is empty; write something.")
    return clean


def _payload(payload: object) -> str:
    wanted = f'payload must look like /intent{{"entity": "value"}} and have at most {PAYLOAD_LIMIT} characters.'
    if not isinstance(payload, str) or len(payload) > PAYLOAD_LIMIT:
        raise InvalidField("payload", wanted)
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        raise InvalidField("payload", wanted)
    try:
        entities = orjson.loads(match[1] or "{}")
    except orjson.JSONDecodeError:
        raise InvalidField("payload", wanted) from None
    if not all(isinstance(value, str | int | float) for value in entities.values()):
        raise InvalidField("payload", "The values in payload must be strings, numbers, true or false.")
    return payload
