"""Hears sound files by the telephone line's process (`POST /v1/transcribe`), which has the engines.

It keeps nothing of a file or its words. Whether somebody hears at all is asked at most twice a minute.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import NoReturn

import aiohttp
import orjson

from channels.errors import BodyTooLarge, InvalidField, SpeechUnavailable, UnsupportedMedia
from channels.ports import SpokenText

HEAR_SECONDS = 35.0
_PROBE_SECONDS = 2.0
_KNOWN_FOR_SECONDS = 30.0


class HttpEars:
    """Ears on the voice process at `url`."""

    def __init__(
        self,
        url: str,
        token: str,
        seconds: float = HEAR_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._seconds = seconds
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._asking = asyncio.Lock()
        self._known: tuple[float, tuple[str, ...]] | None = None

    async def languages(self) -> tuple[str, ...]:
        """What is heard at this moment; empty when nothing answers."""
        async with self._asking:  # whoever comes meanwhile gets the same answer
            now = self._clock()
            if self._known is None or now - self._known[0] > _KNOWN_FOR_SECONDS:
                self._known = now, await self._probe()
            return self._known[1]

    async def hear(self, sound: bytes, media_type: str, language: str | None) -> SpokenText:
        """The words of a sound file.

        Args:
            language: what is spoken; None: the sound tells.

        Raises:
            BodyTooLarge, UnsupportedMedia, InvalidField: the file's fault.
            SpeechUnavailable: nobody hears, is free or in time.
        """
        try:
            async with self._client().post(
                f"{self._url}/v1/transcribe",
                data=sound,
                params={"language": language} if language else {},
                headers={"Authorization": f"Bearer {self._token}", "Content-Type": media_type},
                timeout=aiohttp.ClientTimeout(total=self._seconds),
            ) as response:
                body = await response.read()
                if response.status != 200:
                    _refuse(response.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            self._known = None
            raise SpeechUnavailable from error
        try:
            heard = orjson.loads(body)
            return SpokenText(str(heard["text"]), str(heard["language"]), float(heard["confidence"]))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise SpeechUnavailable from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _probe(self) -> tuple[str, ...]:
        try:
            async with self._client().get(
                f"{self._url}/healthz", timeout=aiohttp.ClientTimeout(total=_PROBE_SECONDS)
            ) as response:
                state = orjson.loads(await response.read()) if response.status == 200 else {}
        except (aiohttp.ClientError, TimeoutError, orjson.JSONDecodeError):
            return ()
        hears = state.get("hears") if isinstance(state, dict) else None
        return tuple(sorted(name for name, engine in hears.items() if engine)) if isinstance(hears, dict) else ()

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _refuse(status: int) -> NoReturn:
    """Says in our words what the voice process refused; its own failures, a wrong token included, are no caller's."""
    if status == 413:
        raise BodyTooLarge("Sounds of up to 4 MiB and 60 seconds are heard.")
    if status == 415:
        raise UnsupportedMedia("This kind of sound is not heard; send audio/wav, audio/webm, audio/ogg or audio/mp4.")
    if status in (400, 422):
        raise InvalidField("sound", "The sound cannot be read, or this language is not heard; record it again.")
    raise SpeechUnavailable
