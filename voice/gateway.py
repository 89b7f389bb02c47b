"""`python -m voice.gateway`: the telephone line as a process. It takes calls and lets each be talked with.

Without engines that hear or speak it stays up, refuses calls with 503 and says on /healthz what is missing. Real things
are wired here and in `voice.bootstrap_speech`; what is said stands in `voice.dialogue`.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import aiohttp
import uvloop
from aiohttp import web

from hotline import settings as known_settings
from hotline.logs import configure
from hotline.settings import Settings
from voice.bootstrap_speech import DATA, RESPONSES, Answers, caller_words, city_names, hearing, voices
from voice.call import Call, Equipment
from voice.city_words import CityWords
from voice.dialogue import House, converse
from voice.ears import RecognizingEars
from voice.endpointing import TurnWords
from voice.errors import LineUnavailable
from voice.errors_speech import SpeechError
from voice.gateway_client import TIMEOUT, GatewayClient
from voice.heard.tidy import tidy
from voice.house import house_of
from voice.office import Gateway
from voice.ports_calls import CallLeg
from voice.ports_office import CallReport
from voice.ports_speech import Heard
from voice.prompts import LANGUAGES
from voice.protocol.addresses import ANONYMOUS
from voice.recordings import clean
from voice.render import number_beginnings
from voice.reporting import Reporting
from voice.spool import Spool
from voice.stt.gauge import Gauge
from voice.stt.live import stt_pool
from voice.timeline import Timeline, call_folder, calls_folder
from voice.transcribing import LARGEST_BYTES, Transcriber, add_transcribing
from voice.transports.audiosocket_line import AudioSocketLine
from voice.transports.config import audiosocket_config, sip_config
from voice.transports.sip_line import SipLine
from voice.tts.speaker import Speaker, tts_pool
from voice.vad import voice_activity

log = logging.getLogger(__name__)
_THREADS = 4
_CLEANS_EVERY_SECONDS = 3_600.0
_ANNOUNCED_MOST = 10
_LOOKS_FOR_TOMORROW_SECONDS, _BUSY_SECONDS = 600.0, 0.5
_DEFAULT_LANGUAGE = "zh"
_CITY = timezone(timedelta(hours=8))  # tickets are numbered by the city's day


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
        self._names = CityWords({one: city_names(settings, one) for one in LANGUAGES})
        self._gauge = Gauge(self._ears.at_once)
        threads = max(_THREADS, self._ears.at_once)
        stt, along, self._tts = stt_pool(threads), stt_pool(threads, "stt-along"), tts_pool(_THREADS)
        words = caller_words()
        self._answers = Answers(words)
        self._equipment = Equipment(
            RecognizingEars(
                self._ears.recognizer,
                stt,
                self._ears.whisper,
                right=self._answers.right,
                gauge=self._gauge,
                along=along,
                telling=self._answers.asks_for_person,
            ),
            Speaker(self._mouths.chain, self._tts),
            voice_activity,
            TurnWords.load(DATA / "turns.yml"),
            words,
        )
        self._words = words
        self._reporting: Reporting | None = None
        self._sip.admission.turned_away = self._turned_away
        self._sip.admission.announced_most = _ANNOUNCED_MOST if settings.boolean("BUSY_ANNOUNCEMENT") else 0
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
            url, token = self._settings.text("GATEWAY_URL"), self._settings.get("INTERNAL_TOKEN")
            gateway = Gateway(http, url, str(token)) if token else None
            works = [self._clean(), self._warm(), self._speak_ahead()]
            if gateway is not None:
                spool = Spool(self._settings.path("DATA_DIR") / "calls" / "reports")
                self._reporting = Reporting(spool, gateway)
                stack.push_async_callback(self._reporting.close)
                works += [self._reporting.run(), self._names.learn(gateway)]
            else:
                log.warning("HOTLINE_INTERNAL_TOKEN is not set: callers are not known, missed calls not reported")
            house = self._house(GatewayClient(http, url), gateway, self._reporting)
            works.append(self._take(self._sip, house))
            works += [self._take(self._audio, house)] if self._audio is not None else []
            tasks = [asyncio.ensure_future(work) for work in works]
            await stop.wait()
            for task in [*tasks, *self._calls]:
                task.cancel()
            await asyncio.gather(*tasks, *self._calls, return_exceptions=True)

    def _house(self, client: GatewayClient, gateway: Gateway | None, reporting: Reporting | None) -> House:
        return house_of(
            self._settings,
            prompts=self._mouths.prompts,
            words=self._words,
            tidy=self._tidy,
            client=client,
            gateway=gateway,
            reports=reporting.ended if reporting is not None else None,
        )

    def _turned_away(self, name: str, caller: str) -> None:
        """No line was free for a call: somebody calls back who can be reached."""
        if self._reporting is not None and caller != ANONYMOUS:
            self._reporting.ended(CallReport(name, caller, _DEFAULT_LANGUAGE, "busy", "busy"))

    def _tidy(self, heard: Heard) -> Heard:
        return tidy(heard, self._names.of(heard.language))[0]

    async def _warm(self) -> None:
        """Loads what the first caller would wait for."""
        loop = asyncio.get_running_loop()
        for language in sorted(self._ears.recognizer.languages):
            try:
                await loop.run_in_executor(self._stt, self._ears.recognizer.warm, language)
                await loop.run_in_executor(self._stt, self._answers.warm, language)
            except SpeechError:
                log.exception("what hears %s cannot be loaded", language)

    async def _speak_ahead(self) -> None:
        """Speaks how today's ticket numbers begin, while nothing is being heard; the voices are loaded with it."""
        loop = asyncio.get_running_loop()
        while True:
            today = datetime.now(_CITY).date()
            for language in (one for one in LANGUAGES if self._mouths.chain.voices.get(one)):
                for text in number_beginnings(self._mouths.prompts, RESPONSES, language, today):
                    while not self._gauge.free:  # noqa: ASYNC110 # callers are not kept waiting for this
                        await asyncio.sleep(_BUSY_SECONDS)
                    try:
                        await loop.run_in_executor(self._tts, self._mouths.chain.speak, text, language)
                    except SpeechError:
                        log.warning("%s cannot be spoken ahead", language, exc_info=True)
                        break
            await asyncio.sleep(_LOOKS_FOR_TOMORROW_SECONDS)

    async def _take(self, line: SipLine | AudioSocketLine, house: House) -> None:
        async for leg in line.calls():
            task = asyncio.ensure_future(self._talk(leg, house))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    async def _talk(self, leg: CallLeg, house: House) -> None:
        """One call. Whatever goes wrong in it, the others go on."""
        if self._sip.admission.is_announced(leg.call_id):
            await self._announce_busy(leg)
            return
        started = datetime.now(UTC)
        if self._reporting is not None:
            self._reporting.began(leg.call_id, leg.caller, _DEFAULT_LANGUAGE)
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
            if self._reporting is not None:
                self._reporting.ended(CallReport(leg.call_id, leg.caller, _DEFAULT_LANGUAGE, how, "failed"))
        finally:
            log.info("call of %s ended: %s", timeline.caller, how)
            await asyncio.get_running_loop().run_in_executor(None, partial(timeline.save, folder))

    async def _announce_busy(self, leg: CallLeg) -> None:
        """All lines are busy: a short call that says so, and goes."""
        try:
            async with Call(leg, self._equipment) as caller:
                text = self._mouths.prompts.text("line_busy", _DEFAULT_LANGUAGE)
                await caller.say(text, _DEFAULT_LANGUAGE, interruptible=False)
                await caller.hang_up("busy")
        except Exception:  # the caller is hung up by the context
            log.exception("a caller could not be told that all lines are busy")

    async def _clean(self) -> None:
        """Deletes recordings and timelines that have been kept long enough."""
        while True:
            oldest = datetime.now(UTC).date() - timedelta(days=self._settings.integer("CALL_KEPT_DAYS"))
            await asyncio.get_running_loop().run_in_executor(None, clean, calls_folder(self._settings), oldest)
            await asyncio.sleep(_CLEANS_EVERY_SECONDS)

    @contextlib.asynccontextmanager
    async def _health(self) -> AsyncIterator[None]:
        async def healthz(request: web.Request) -> web.Response:
            return web.json_response(self._state())

        app = web.Application(client_max_size=LARGEST_BYTES)
        app.router.add_get("/healthz", healthz)
        transcriber = Transcriber(self._ears.recognizer, self._ears.whisper, self._stt, self._tidy)
        add_transcribing(app, transcriber, str(self._settings.get("INTERNAL_TOKEN") or ""))
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
            "hears": dict(self._ears.engines),
            "calls": self._sip.admission.count,
            "sip_port": self._sip.port,
            "registration": self._sip.registration,
        }


if __name__ == "__main__":
    sys.exit(main())
