"""Who asks for a person by telephone reaches one, or is called back: README.md's words, real telephones on both ends.

The caller is a newcomer with baresip, the person a second baresip at HOTLINE_CALL_DESK. Without engines, baresip or
the bot's model it is skipped by name.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from benchmarks.calls.store import Stand, Store
from benchmarks.calls.voices import CallerVoices
from hotline.settings import ROOT, load
from tests.conftest import system_is_possible
from tests.newcomers import NewcomersTelephone
from tests.phones import BARESIP, Baresip, free_block, piecewise, voice_like
from tests.system import UNLIMITED, System
from voice.bootstrap_speech import hearing

PERSON, CALLER = voice_like(120, seed=31), voice_like(3, seed=32)
WORDS = {"zh": "人工", "en": "Human", "ja": "オペレーター", "ko": "상담원", "ru": "оператор"}
NUMBER = "13812345678"
RINGS_SECONDS, CALLED_BACK_SECONDS = 60.0, 90.0
_INTO_GREETING_SECONDS = 1.5


@dataclass(frozen=True)
class Line:
    """A running telephone line, and whom it connects callers with."""

    system: System
    port: int
    desk_port: int
    voices: CallerVoices

    @property
    def store(self) -> Store:
        return Store(self.system.database)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    reason = system_is_possible()
    if reason:
        pytest.skip(reason)
    if BARESIP is None:
        pytest.skip("baresip is not installed")
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (make voice)")
    if hearing(load()).whisper is None:
        pytest.skip("no Whisper model is here (hotline models fetch whisper-base)")
    port, desk_port, first = free_block(1), free_block(10), free_block(40)
    environ = {
        **UNLIMITED,
        "HOTLINE_SIP_PORT": str(port),
        "HOTLINE_RTP_PORTS": f"{first}-{first + 39}",
        "HOTLINE_CALL_DESK": f"sip:tester@127.0.0.1:{desk_port}",
    }
    system = System(
        tmp_path_factory.mktemp("persons") / "data", "--only", "bot,actions,gateway,worker,voice", environ=environ
    )
    try:
        system.wait_until_up()
        system.wait_until_ready()
        yield Line(system, port, desk_port, CallerVoices(load()))
    finally:
        system.stop()


def done(work: Awaitable[Any]) -> Any:
    """Waits for something; pages' tests keep a loop running in this thread."""

    async def waited() -> Any:
        return await work

    with ThreadPoolExecutor(1) as aside:
        return aside.submit(asyncio.run, waited()).result()


@asynccontextmanager
async def asking(line: Line, language: str) -> AsyncIterator[NewcomersTelephone]:
    """A caller who asks for a person into the greeting."""
    sound = await asyncio.to_thread(line.voices.say, WORDS[language], language)
    async with NewcomersTelephone.calling(line.port) as caller:
        assert await caller.spoken_to(-1.0, 0.0, 20.0)
        await asyncio.sleep(_INTO_GREETING_SECONDS)
        await caller.say(sound)
        yield caller


def test_the_words_for_a_person_stand_in_the_readme() -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## Call it")[2].partition("\n## ")[0]
    [line] = [line for line in section.splitlines() if "asks for a person" in line]
    assert all(word in line for word in WORDS.values())


@pytest.mark.parametrize("language", WORDS)
def test_who_asks_for_a_person_talks_with_one(line: Line, language: str, tmp_path: Path) -> None:
    if language not in line.voices.languages:
        pytest.skip(f"no voice for a caller in {language} is here (make voice)")

    async def talk() -> None:
        async with Baresip(tmp_path, PERSON, sip_port=line.desk_port) as person, asking(line, language) as caller:
            await person.saw("CALL_ESTABLISHED", RINGS_SECONDS)
            await asyncio.sleep(2.0)  # who it is about
            person.command("sndcode", "1")
            await asyncio.sleep(1.0)
            began, _ = await caller.say(CALLER)
            await asyncio.sleep(1.0)
            person.command("hangup")
            async with asyncio.timeout(10):
                await caller.ended.wait()
            heard = caller.heard()[round(began * 8_000) - 16_000 :]
            both = sum(one > 0.9 for one in piecewise(heard, PERSON)), piecewise(await person.recorded(), CALLER)
            assert both[0] >= 8, "the caller did not hear the person for two seconds"
            assert median(both[1]) > 0.9, "the person did not hear the caller"

    done(talk())


@pytest.mark.parametrize("language", WORDS)
def test_who_reaches_nobody_is_called_back(line: Line, language: str) -> None:
    if language not in line.voices.languages:
        pytest.skip(f"no voice for a caller in {language} is here (make voice)")

    async def talk() -> Stand:
        """Nobody has a telephone at the desk; what is asked for then is typed."""
        before, stand = set(line.store.phone_conversations()), None
        async with asking(line, language) as caller:
            until = time.monotonic() + CALLED_BACK_SECONDS
            while time.monotonic() < until and not caller.ended.is_set():
                await caller.spoken_to(caller.seconds - 1.0, 1.5, 10.0)
                new = [one for one in line.store.phone_conversations() if one not in before]
                stand = line.store.stand(new[0]) if new else None
                if stand is not None and stand.ticket:
                    return stand
                if stand is not None and stand.slot == "contact_phone":
                    await caller.press(NUMBER + "#")
                    await caller.spoken_to(caller.seconds, 1.5, 20.0)
            raise AssertionError(f"no call-back was taken: {stand}")

    stand = done(talk())
    ticket = line.store.ticket(stand.ticket)
    assert (ticket["channel"], ticket["nature"], ticket["phone"]) == ("phone", "help", NUMBER)
    assert ticket["language"] in ((language, "en") if language == "ja" else (language,))  # オペレーター is "operator"
