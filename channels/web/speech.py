"""`POST /api/v1/conversations/{id}/transcription`: what a citizen said instead of writing, as text to be checked.

The sound goes to the process that hears and is kept nowhere. Nothing is sent into the conversation by it.
"""

from __future__ import annotations

from aiohttp import web

from channels.errors import BodyTooLarge, InvalidBody, InvalidField, SpeechUnavailable, UnsupportedMedia
from channels.languages import LANGUAGES
from channels.service import GATEWAY
from channels.web.access import client_address, conversation_of
from channels.web.bodies import read_at_most
from channels.web.conversations import json_response

LARGEST_BYTES = 4 * 1024 * 1024
SOUNDS = ("audio/wav", "audio/x-wav", "audio/webm", "audio/ogg", "audio/mp4", "audio/x-m4a", "video/webm")
_TOO_LARGE = "Sounds of up to 4 MiB and 60 seconds are heard."


async def post_transcription(request: web.Request) -> web.Response:
    """`{"text","language","confidence"}`; `?language=` says what is spoken, without it the sound tells."""
    gateway = request.app[GATEWAY]
    conversation_of(request)
    gateway.limits.speech(client_address(request))
    if gateway.ears is None:
        raise SpeechUnavailable
    language = request.query.get("language")
    if language is not None and language not in LANGUAGES:
        raise InvalidField("language", f"language must be one of {', '.join(LANGUAGES)}.")
    if request.content_type not in SOUNDS:
        raise UnsupportedMedia(f"Content-Type must be one of {', '.join(SOUNDS)}.")
    heard = await gateway.ears.hear(await _sound(request), request.content_type, language)
    return json_response({"text": heard.text, "language": heard.language, "confidence": heard.confidence})


async def _sound(request: web.Request) -> bytes:
    """The body. Raises BodyTooLarge, InvalidBody, HTTPRequestTimeout."""
    if (request.content_length or 0) > LARGEST_BYTES:
        raise BodyTooLarge(_TOO_LARGE)
    sound = await read_at_most(request, LARGEST_BYTES, _TOO_LARGE)
    if not sound:
        raise InvalidBody("The body must be a sound file.")
    return sound
