"""`python -m benchmarks.voice_calls`: whole calls with this machine's engines: how long callers wait, how many fit.

It starts the system on a folder and ports of its own; callers complain in each language, speak into the greeting, and
then several talk at once. Waiting is measured on the caller's own recording. Writes docs/benchmarks-calls.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks import machine, processes, system
from benchmarks.calls import page
from benchmarks.calls.latency import Wait, as_rows, first_loud, silent_after, summary, waits
from benchmarks.calls.store import Store
from benchmarks.calls.telephone import RATE_HZ, Telephone
from benchmarks.calls.voices import CallerVoices
from benchmarks.calls.walk import COMPLAINTS, QUIET_SECONDS, Callers, Spoken, Walk, answers
from hotline.settings import load
from voice.bootstrap_speech import hearing, voices
from voice.prompts import LANGUAGES
from voice.timeline import Timeline, replies

PROCESS = "voice.gateway"
_ANSWERS = ("opening", "location", "contact_name", "occurred_at", "location")
_INTO_GREETING_SECONDS = 1.5
_SAVED_SECONDS = 1.0  # after a call, until its timeline is there


class Bench:
    """One running system being called."""

    def __init__(self, port: int, pid: int, data: Path) -> None:
        settings = load()
        ears = hearing(settings)
        assert ears.whisper is not None
        self._port, self._pid, self._data = port, pid, data
        self._pool = ThreadPoolExecutor(2)
        self.voices = CallerVoices(settings)
        self.languages = [one for one in LANGUAGES if one in ears.engines and one in self.voices.languages]
        self._callers = Callers(
            port, Store(data / "hotline.db"), self.voices, ears.whisper, voices(settings).prompts, self._pool
        )
        self.answers: list[float] = []
        self.first_sounds: list[float] = []

    async def run(self, arguments: argparse.Namespace, keep: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        """All measurements; what is there so far is kept, since the whole takes many minutes."""
        loop = asyncio.get_running_loop()
        for language in self.languages:  # spoken before anything is measured
            for text in answers(language).values():
                await loop.run_in_executor(self._pool, self.voices.say, text, language)
        measured: dict[str, Any] = {"memory_mb": {"ready": self._memory()}}
        barge_in, filed, found = [], {}, list[Wait]()
        for language in self.languages:
            say(f"a voice into the greeting, {language}")
            barge_in += [await self.barge_in(language) for _ in range(arguments.barge_ins)]
        places = asyncio.Semaphore(arguments.together)

        async def complain(language: str) -> None:
            async with places:
                say(f"a whole complaint, {language}")
                walk = await self._callers.complain(language)
            filed[language] = {"ticket": bool(walk.ticket), "turns": len(walk.spoken), "problem": walk.problem}
            say(f"{language}: {filed[language]}")
            self.answers.append(walk.phone.answered_after)
            measured["memory_mb"][f"after a call in {language}"] = self._memory()
            await asyncio.sleep(_SAVED_SECONDS)
            found.extend(self.waits_of(walk))

        await asyncio.gather(*(complain(language) for language in self.languages))
        measured["together"] = arguments.together
        measured |= {"barge_in": [one for one in barge_in if one is not None], "filed": filed, "waits": as_rows(found)}
        measured |= {"answered": self.answers, "first_sound": self.first_sounds, "crowds": []}
        keep(measured)
        for count in arguments.at_once:
            measured["crowds"].append(await self.crowd(count))
            keep(measured)
        return measured

    def _memory(self) -> float:
        return processes.memory(self._pid).get(PROCESS, processes.Memory(0.0, 0.0)).resident_mb

    def waits_of(self, walk: Walk) -> list[Wait]:
        """The waits of a call, with their stages by the line's timeline."""
        name = re.sub(r"[^A-Za-z0-9._-]", "_", walk.call_id)
        files = list((self._data / "calls").glob(f"*/{name}/timeline.json"))
        told = replies(Timeline.load(files[0]).events) if files else []
        return waits(walk.language, walk.phone.said(), walk.phone.heard(), walk.spoken, told)

    async def barge_in(self, language: str) -> float | None:
        """Speaks into the greeting; seconds until it is silent, by the caller's recording."""
        sound = self.voices.say(COMPLAINTS[language]["opening"], language)
        start = first_loud(sound, 0.0) or 0.0
        async with Telephone.calling(self._port, "anonymous") as phone:
            await phone.spoken_to(-1.0, 0.0, 10.0)
            self.answers.append(phone.answered_after)
            await asyncio.sleep(_INTO_GREETING_SECONDS)
            began, _ = await phone.say(sound[round(start * RATE_HZ) :])
            await asyncio.sleep(0.7)
            heard = phone.heard()
        first = first_loud(heard, 0.0)
        if first is not None:
            self.first_sounds.append(first)
        return silent_after(heard, began)

    async def crowd(self, count: int) -> dict[str, Any]:
        """So many callers at once, in all languages in turn; each says some answers and hangs up."""
        say(f"{count} callers at once")
        before, busy = processes.cpu_seconds(self._pid), processes.machine_busy_seconds()
        began = asyncio.get_running_loop().time()
        some = await asyncio.gather(
            *(self._one_of(language, at) for at, language in enumerate(islice(cycle(self.languages), count)))
        )
        spent = asyncio.get_running_loop().time() - began
        after, busy = processes.cpu_seconds(self._pid), processes.machine_busy_seconds() - busy
        seconds = sum(length for length, _ in some)
        found = [wait for _, one in some for wait in one]
        used = {name: after[name] - before.get(name, 0.0) for name in after}
        return {
            "calls": count,
            "call_seconds": seconds,
            "memory_mb": self._memory(),
            "voice_cpu_a_call_second": used.get(PROCESS, 0.0) / seconds,
            "system_cpu_a_call_second": sum(used.values()) / seconds,
            "machine_busy_cores": busy / spent,
            **summary(found),
        }

    async def _one_of(self, language: str, at: int) -> tuple[float, list[Wait]]:
        await asyncio.sleep(at * 0.7)  # people do not call in the same moment
        spoken: list[Spoken] = []
        async with Telephone.calling(self._port, "anonymous") as phone:
            await phone.spoken_to(-1.0, QUIET_SECONDS, 60.0)
            for slot in _ANSWERS:
                if phone.ended.is_set():
                    break
                text = COMPLAINTS[language][slot]
                began, ended = await phone.say(self.voices.say(text, language))
                spoken.append(Spoken(slot, text, began, ended))
                await phone.spoken_to(ended, QUIET_SECONDS, 40.0)
            length, said = phone.seconds, phone.said()
            heard = phone.heard()
        return length, waits(language, said, heard, spoken, [])


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; gives the exit status."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.voice_calls", description="Measures whole calls with recognition."
    )
    parser.add_argument("--at-once", type=_numbers, default=(1, 2, 4, 8), help="callers at once, as 1,2,4,8")
    parser.add_argument("--together", type=int, default=1, help="complaints at once; 2 halves the time")
    parser.add_argument("--barge-ins", type=int, default=2, help="for each language")
    parser.add_argument("--no-keep", dest="keep", action="store_false", help="print only")
    arguments = parser.parse_args(argv)
    if hearing(load()).whisper is None:
        say("no Whisper model is here, so no calls are measured (make voice)")
        return 0
    about = {
        "date": datetime.now().astimezone().date().isoformat(),
        "machine": machine.describe(),
        "load_average": os.getloadavg()[0],
    }

    def keep(measured: dict[str, Any]) -> None:
        measured |= about
        if arguments.keep:
            page.save_calls(measured)

    with tempfile.TemporaryDirectory(prefix="hotline-calls-") as name:
        folder = Path(name)
        first = random.randrange(25_000, 31_000, 10)
        settings = {
            "HOTLINE_SIP_PORT": str(first),
            "HOTLINE_RTP_PORTS": f"{first + 10}-{first + 209}",
            "HOTLINE_CALLS_PER_CALLER": "100",
            "HOTLINE_CALLS_MOST": "100",
        }
        say("starting")
        with system.running(folder, **settings) as running:
            measured = asyncio.run(Bench(first, running.pid, folder / "data").run(arguments, keep))
    print(page.write() if arguments.keep else page.calls_section(measured))
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(","))


def say(what: str) -> None:
    print(f"benchmarks: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
