"""`python -m voice.gateway`: the telephone line as a process. It takes calls and lets each be talked with.

Without engines that hear or speak it stays up, refuses calls with 503 and says on /healthz what is missing. Real things
are wired here and in `voice.bootstrap_speech`; what is said stands in `voice.dialogue`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from aiohttp import web

from hotline import settings as known_settings
from hotline.logs import configure
from hotline.settings import Settings
from voice.bootstrap_speech import DATA, caller_words, city_names, hearing, voices
from voice.call import Call, Equipment
from voice.dialogue import House, converse
from voice.ears import RecognizingEars
from voice.endpointing import TurnWords
from voice.errors import LineUnavailable
from voice.errors_speech import SpeechError
from voice.gateway_client import TIMEOUT, GatewayClient
from voice.heard.correct import Vocabulary
from voice.heard.sounds import SOUNDS
from voice.heard.tidy import tidy
from voice.ports_calls import CallLeg
from voice.ports_speech import Heard
from voice.prompts import LANGUAGES
from voice.stt.live import stt_pool
from voice.timeline import Timeline, call_folder, calls_folder
from voice.transports.audiosocket_line import AudioSocketLine
from voice.transports.config import audiosocket_config, sip_config
from voice.transports.sip_line import SipLine
from voice.tts.speaker import Speaker, tts_pool
from voice.vad import voice_activity

log = logging.getLogger(__name__)
_THREADS = 4
_CLEANS_EVERY_SECONDS = 3_600.0


def main() -> int:
    """Runs the line until SIGTERM or Ctrl-C; gives the exit status."""
    settings = known_settings.load()
    configure("voice", settings)
    try:
        uvloop.run(VoiceProcess(settings).run())
    except LineUnavailable as error:
        print(f"hotline: {error}", file=sys.stderr)
        return 1
    return 0


class VoiceProcess:
    """The line, its engines and its calls."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sip = SipLine(sip_config(settings))
        audio = audiosocket_config(settings)
        self._audio = AudioSocketLine(audio, self._sip.admission, self._sip) if audio else None
        self._ears = hearing(settings)
        self._mouths = voices(settings)
        self._missing = self._what_is_missing()
        self._vocabularies = {one: Vocabulary.of(city_names(settings, one), one, SOUNDS[one]) for one in LANGUAGES}
        stt = stt_pool(_THREADS)
        self._equipment = Equipment(
            RecognizingEars(self._ears.recognizer, stt, self._ears.whisper),
            Speaker(self._mouths.chain, tts_pool(_THREADS)),
            voice_activity,
            TurnWords.load(DATA / "turns.yml"),
            caller_words(),
        )
        self._calls: set[asyncio.Task[None]] = set()
        self._stt = stt

    def _what_is_missing(self) -> dict[str, str]:
        """Languages that cannot be heard or spoken here."""
        missing = {}
        for language in LANGUAGES:
            if language not in self._ears.recognizer.languages:
                missing[language] = "not heard"
            elif not self._mouths.chain.voices.get(language):
                missing[language] = "not spoken"
        return missing

    async def run(self) -> None:
        """Serves until told to stop."""
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        async with contextlib.AsyncExitStack() as stack:
            http = await stack.enter_async_context(aiohttp.ClientSession(timeout=TIMEOUT))
            await stack.enter_async_context(self._health())
            await self._sip.start()
            stack.push_async_callback(self._sip.stop)
            if self._audio is not None:
                await self._audio.start()
                stack.push_async_callback(self._audio.stop)
            self._sip.admission.open = len(self._missing) < len(LANGUAGES)
            house = self._house(GatewayClient(http, self._settings.text("GATEWAY_URL")))
            works = [self._take(self._sip, house), self._clean(), self._warm()]
            works += [self._take(self._audio, house)] if self._audio is not None else []
            tasks = [asyncio.ensure_future(work) for work in works]
            await stop.wait()
            for task in [*tasks, *self._calls]:
                task.cancel()
            await asyncio.gather(*tasks, *self._calls, return_exceptions=True)

    def _house(self, client: GatewayClient) -> House:
        return House(
            prompts=self._mouths.prompts,
            words=self._equipment.sayings,  # type: ignore[arg-type] # the real ones
            opens=client.open,
            tidy=self._tidy,
            desk=str(self._settings.values["CALL_DESK"] or ""),
            notice=self._settings.boolean("CALL_RECORDING"),
        )

    def _tidy(self, heard: Heard) -> Heard:
        return tidy(heard, self._vocabularies.get(heard.language))[0]

    async def _warm(self) -> None:
        """Loads what the first caller would wait for."""
        loop = asyncio.get_running_loop()
        for language in sorted(self._ears.recognizer.languages):
            try:
                await loop.run_in_executor(self._stt, self._ears.recognizer.warm, language)
            except SpeechError:
                log.exception("what hears %s cannot be loaded", language)

    async def _take(self, line: SipLine | AudioSocketLine, house: House) -> None:
        async for leg in line.calls():
            task = asyncio.ensure_future(self._talk(leg, house))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    async def _talk(self, leg: CallLeg, house: House) -> None:
        """One call. Whatever goes wrong in it, the others go on."""
        started = datetime.now(UTC)
        timeline = Timeline(leg.call_id, leg.caller, started)
        folder = call_folder(self._settings, leg.call_id, started)
        how = "failed"
        try:
            async with Call(leg, self._equipment, timeline.note) as caller:
                if house.notice:
                    caller.record(folder / "call.wav")
                how = await converse(caller, house)
        except Exception:  # one call must not end the line; the caller is hung up by the context
            log.exception("a call broke down")
        finally:
            log.info("call of %s ended: %s", timeline.caller, how)
            await asyncio.get_running_loop().run_in_executor(None, partial(timeline.save, folder))

    async def _clean(self) -> None:
        """Deletes recordings and timelines that have been kept long enough."""
        while True:
            oldest = datetime.now(UTC).date() - timedelta(days=self._settings.integer("CALL_KEPT_DAYS"))
            await asyncio.get_running_loop().run_in_executor(
                None, clean, calls_folder(self._settings), oldest.isoformat()
            )
            await asyncio.sleep(_CLEANS_EVERY_SECONDS)

    @contextlib.asynccontextmanager
    async def _health(self) -> AsyncIterator[None]:
        async def healthz(request: web.Request) -> web.Response:
            return web.json_response(self._state())

        app = web.Application()
        app.router.add_get("/healthz", healthz)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", self._settings.integer("VOICE_PORT")).start()
            yield
        finally:
            await runner.cleanup()

    def _state(self) -> dict[str, Any]:
        return {
            "status": "degraded" if self._missing else "ok",
            "missing": self._missing,
            "calls": self._sip.admission.count,
            "sip_port": self._sip.port,
            "registration": self._sip.registration,
        }


def clean(folder: Path, oldest_day: str) -> None:
    """Deletes the folders of days before one."""
    for day in folder.glob("????-??-??"):
        if day.name < oldest_day:
            shutil.rmtree(day, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
