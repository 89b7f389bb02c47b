"""`POST /v1/transcribe` of the telephone line's process: a sound file in, its words out; for our own processes only.

It listens on loopback and wants the internal token. A few files are worked on at once and a few more may wait, so
that callers are still heard; nothing is kept of a file or its words.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import numpy as np
from aiohttp import web
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.errors import VoiceError
from voice.errors_speech import EngineUnavailable, LanguageUnheard, SpeechError
from voice.ports_speech import Heard, SpeechRecognizer
from voice.sound_files import FORMATS, SoundTooLong, UnreadableSound, decode
from voice.stt.first_utterance import FirstUtterance, LanguageIdentifier

log = logging.getLogger(__name__)
LARGEST_BYTES = 4 * 1024 * 1024
LONGEST_SECONDS = 60.0
TIMEOUT_SECONDS = 30.0
AT_ONCE, WAITING = 1, 4
_CHUNK_SAMPLES = SPEECH_RATE_HZ // 10


class TranscriberBusy(VoiceError):
    """Others are being heard; try again in a few seconds."""

    code = "transcriber_busy"


_STATUS: Mapping[type[VoiceError], int] = {
    TranscriberBusy: 503,
    UnreadableSound: 422,
    SoundTooLong: 413,
    LanguageUnheard: 503,
    EngineUnavailable: 503,
}


class Transcriber:
    """Hears sound files.

    Args:
        recognizer: of all languages; identifier: tells them apart.
        pool: threads of recognition, shared with calls.
        tidy: one form for numbers and names.
        default_language: of most speakers.
    """

    def __init__(
        self,
        recognizer: SpeechRecognizer,
        identifier: LanguageIdentifier | None,
        pool: ThreadPoolExecutor,
        tidy: Callable[[Heard], Heard] = lambda heard: heard,
        default_language: str = "zh",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self.recognizer = recognizer
        self._identifier = identifier
        self._pool = pool
        self._tidy = tidy
        self._default = default_language
        self._timeout = timeout_seconds
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._present = 0

    @property
    def full(self) -> bool:
        """No more files are taken at the moment."""
        return self._present >= AT_ONCE + WAITING

    async def hear(self, content: bytes, media_type: str, language: str | None) -> Heard:
        """What is said in a file.

        Raises:
            TranscriberBusy: too many are waiting.
            UnreadableSound, SoundTooLong: the file's fault.
            SpeechError: nothing hears it here.
            TimeoutError: it took too long, waiting included.
        """
        if self.full:
            raise TranscriberBusy
        self._present += 1
        working: asyncio.Future[Heard] | None = None
        try:
            async with asyncio.timeout(self._timeout):
                await self._turn.acquire()
                loop = asyncio.get_running_loop()
                working = loop.run_in_executor(self._pool, self._hear, content, media_type, language)
                working.add_done_callback(self._done)
                return await asyncio.shield(working)
        finally:
            if working is None:
                self._present -= 1

    def _done(self, working: asyncio.Future[Heard]) -> None:
        """A thread cannot be stopped, so its place is free when it has ended, not when its asker has left."""
        self._turn.release()
        self._present -= 1
        if not working.cancelled():
            working.exception()

    def _hear(self, content: bytes, media_type: str, language: str | None) -> Heard:
        samples = decode(content, media_type, LONGEST_SECONDS)
        stream = (
            self.recognizer.open(language)
            if language
            else FirstUtterance(self.recognizer, self._identifier, self._default)
        )
        try:
            for frame in _frames(samples):
                stream.feed(frame)
            return self._tidy(stream.finish())
        finally:
            stream.close()


def _frames(samples: NDArray[np.int16]) -> list[AudioFrame]:
    padded = np.pad(samples, (SPEECH_RATE_HZ // 5, SPEECH_RATE_HZ // 5))  # words at the very edge are heard badly
    return [
        AudioFrame(padded[at : at + _CHUNK_SAMPLES].astype("<i2").tobytes(), SPEECH_RATE_HZ)
        for at in range(0, len(padded), _CHUNK_SAMPLES)
    ]


def add_transcribing(app: web.Application, transcriber: Transcriber, token: str) -> None:
    """Adds the call to a server; without a token of our processes nobody may use it."""

    async def transcribe(request: web.Request) -> web.Response:
        return await _answered(request, transcriber, token)

    app.router.add_post("/v1/transcribe", transcribe)


async def _answered(request: web.Request, transcriber: Transcriber, token: str) -> web.Response:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        return problem(401, "unauthorized", "The token of our own processes is missing or wrong.")
    media_type = request.content_type
    if media_type not in FORMATS:
        return problem(415, "unsupported_media_type", f"Content-Type must be one of {', '.join(sorted(FORMATS))}.")
    language = request.query.get("language") or None
    if language is not None and language not in transcriber.recognizer.languages:
        known = ", ".join(sorted(transcriber.recognizer.languages)) or "none"
        return problem(422, "invalid_field", f"language must be one that is heard here: {known}.", field="language")
    if transcriber.full:
        return _problem_of(TranscriberBusy())
    if (request.content_length or 0) > LARGEST_BYTES:
        return _too_large()
    try:
        content = await request.read()
    except web.HTTPRequestEntityTooLarge:
        return _too_large()
    if not content:
        return problem(400, "invalid_body", "The body must be a sound file.")
    try:
        heard = await transcriber.hear(content, media_type, language)
    except TimeoutError:
        return problem(503, "transcriber_slow", "It could not be heard in time; try again.", retry_after=5)
    except VoiceError as error:
        if isinstance(error, SpeechError):
            log.warning("a sound file could not be heard", exc_info=True)
        return _problem_of(error)
    return web.json_response({"text": heard.text, "language": heard.language, "confidence": round(heard.confidence, 3)})


def _problem_of(error: VoiceError) -> web.Response:
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)
    detail = f"{str(error)[:1].upper()}{str(error)[1:].rstrip('.')}."
    return problem(status, error.code, detail, retry_after=3 if status == 503 else None)


def _too_large() -> web.Response:
    return problem(413, "body_too_large", f"Sound files of up to {LARGEST_BYTES // 2**20} MiB are taken.")


def problem(status: int, code: str, detail: str, *, retry_after: int | None = None, **members: Any) -> web.Response:
    """An error as RFC 9457 has it."""
    body = {"type": f"urn:hotline:problem:{code}", "title": HTTPStatus(status).phrase, "status": status,
            "code": code, "detail": detail, **members}  # fmt: skip
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    return web.Response(
        status=status, body=json.dumps(body).encode(), headers=headers, content_type="application/problem+json"
    )
