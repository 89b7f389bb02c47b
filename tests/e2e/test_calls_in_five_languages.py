"""Whole complaints by telephone with the engines of this machine: said, heard, filed, and the ticket number heard back.

A newcomer's baresip, set up as README.md says, calls the running system and speaks with other voices than the line's;
what was understood is in the ticket, what the line said is recognised again. Where baresip is missing, a telephone of
the tests' own calls. Without an engine, or the bot's model, it is skipped by name.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from benchmarks.calls.store import Store
from benchmarks.calls.telephone import Telephone
from benchmarks.calls.voices import CallerVoices
from benchmarks.calls.walk import (
    COMPLAINTS,
    Callers,
    Walk,
    lines_of,
    transcript_by_pauses,
)
from benchmarks.voice_numbers import heard_numbers, misheard_digits
from hotline.settings import load
from tests.conftest import system_is_possible
from tests.newcomers import NewcomersTelephone
from tests.phones import BARESIP, free_block
from tests.system import UNLIMITED, System
from voice.bootstrap_speech import hearing, voices
from voice.heard.distance import character_error
from voice.heard.figures import figures
from voice.heard.inventions import folded
from voice.heard.writing import rewrite
from voice.prompts import LANGUAGES
from voice.speakable.rules import speakable
from voice.timeline import Timeline

AT_ONCE = 2
# Mean character error of what the line says, heard through the telephone. Korean has a voice made for Japanese.
SAID_BOUND = {"zh": 0.25, "en": 0.15, "ja": 0.25, "ko": 0.6, "ru": 0.25}
# Digits of a ticket's number, of fourteen, that may be misheard. Of ten numbers each Whisper base writes down
# 7 Chinese, 10 English, 8 Japanese and 6 Russian ones without a mistake, nearly all others with one or two
# (`python -m benchmarks.voice_numbers`); in Russian it once went round in circles. The Korean ones are spoken by a
# voice made for Japanese, and expected to fail. Whether people hear them better was not tried.
MISHEARD_MOST = {"zh": 2, "en": 0, "ja": 2, "ru": 5}
COMPARED = 6
SAVED_SECONDS = 20.0


@dataclass
class Called:
    """All calls that were made, and where their system keeps things."""

    system: System
    walks: dict[str, Walk] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def walk(self, language: str) -> Walk:
        if language in self.missing:
            pytest.skip(self.missing[language])
        return self.walks[language]


def missing_here() -> dict[str, str]:
    """What keeps each language from being tested."""
    settings = load()
    ears, mouths, callers = hearing(settings), voices(settings, keep=False), CallerVoices(settings)
    found = {}
    for language in LANGUAGES:
        if language not in ears.engines:
            found[language] = f"nothing hears {language} here (make voice)"
        elif not [
            one for one in mouths.chain.voices[language] if (one.name, language) not in mouths.chain.last_resorts
        ]:
            found[language] = f"nothing that is understood speaks {language} here (make voice)"
        elif language not in callers.languages:
            found[language] = f"no voice for a caller in {language} is here (make voice)"
    return found


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Called]:
    reason = system_is_possible()
    if reason:
        pytest.skip(reason)
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed (make voice)")
    settings = load()
    if hearing(settings).whisper is None:
        pytest.skip("no Whisper model is here (hotline models fetch whisper-base)")
    missing = missing_here()
    if len(missing) == len(LANGUAGES):
        pytest.skip("; ".join(missing.values()))
    folder = tmp_path_factory.mktemp("calls")
    port, first = free_block(1), free_block(40)
    environ = {
        **UNLIMITED,
        "HOTLINE_SIP_PORT": str(port),
        "HOTLINE_RTP_PORTS": f"{first}-{first + 39}",
        "HOTLINE_CALLS_PER_CALLER": "10",
        "HOTLINE_CALL_RECORDING": "true",
    }
    system = System(folder / "data", "--only", "bot,actions,gateway,worker,voice", environ=environ)
    try:
        system.wait_until_up()
        system.wait_until_ready()
        result = Called(system, missing=missing)
        with ThreadPoolExecutor(1) as aside:  # pages' tests keep a loop running in this thread
            wanted = [language for language in LANGUAGES if language not in missing]
            walks = aside.submit(asyncio.run, calls(system, port, wanted, folder)).result()
        result.walks = {walk.language: walk for walk in walks}
        until = time.monotonic() + SAVED_SECONDS
        while len(list(timelines(system))) < len(walks) and time.monotonic() < until:
            time.sleep(0.1)
        yield result
    finally:
        system.stop()


async def calls(system: System, port: int, languages: list[str], folder: Path) -> list[Walk]:
    """Calls in all languages, some at once."""
    settings = load()
    ears = hearing(settings).whisper
    assert ears is not None
    places = asyncio.Semaphore(AT_ONCE)
    with ThreadPoolExecutor(2) as pool:
        callers = Callers(
            port, Store(system.database), CallerVoices(settings), ears, voices(settings, keep=False).prompts, pool,
            dials=NewcomersTelephone.calling if BARESIP else partial(Telephone.calling, pace=1.0002),
        )  # fmt: skip

        async def one(language: str) -> Walk:
            async with places:
                return await callers.complain(language, folder / f"{language}.wav")

        return list(await asyncio.gather(*(one(language) for language in languages)))


def told(walk: Walk) -> str:
    return "\n".join([walk.problem, *(f"said: {one.slot}: {one.text}" for one in walk.spoken), *walk.texts])


def timelines(system: System) -> Iterator[Path]:
    """The timelines that the line has saved so far."""
    yield from (system.data_dir / "calls").glob("*/*/timeline.json")


def timeline_of(called: Called, walk: Walk) -> Timeline:
    name = re.sub(r"[^A-Za-z0-9._-]", "_", walk.call_id)
    [file] = [path for path in timelines(called.system) if path.parent.name == name]
    return Timeline.load(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_by_telephone_reaches_its_ticket(called: Called, language: str) -> None:
    walk = called.walk(language)
    assert walk.ticket, told(walk)
    ticket = Store(called.system.database).ticket(walk.ticket)
    words = COMPLAINTS[language]
    assert (ticket["channel"], ticket["language"], ticket["nature"]) == ("phone", language, "complaint"), told(walk)
    for wanted in words["keywords"]:
        assert any(one in ticket["description"].lower() for one in wanted), ticket["description"]
    for wanted in words["place"]:
        assert any(one in ticket["place_text"].lower() for one in wanted), ticket["place_text"]
    assert ticket["phone"] == "13812345678", told(walk)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ticket_number_is_heard(called: Called, language: str) -> None:
    walk = called.walk(language)
    assert walk.ticket, told(walk)
    ears = hearing(load()).whisper
    assert ears is not None
    heard = list[str]()
    for line in lines_of(walk, timeline_of(called, walk)):
        if walk.ticket in re.sub(r"\D", "", line.text):
            heard += heard_numbers(ears, line.samples, language)
    assert heard, "the number was not said to its end"
    wrong = min(misheard_digits(walk.ticket, one) for one in heard)
    if language in MISHEARD_MOST:
        assert wrong <= MISHEARD_MOST[language], (walk.ticket, heard)
    if wrong:
        pytest.xfail(f"the number {walk.ticket} was heard as {heard}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_line_says_is_understood(
    called: Called, language: str, record_property: Callable[[str, object], None]
) -> None:
    walk = called.walk(language)
    ears = hearing(load()).whisper
    assert ears is not None
    errors = []
    lines = [one for one in lines_of(walk, timeline_of(called, walk)) if one.finished and one.language == language]
    for line in sorted(lines, key=lambda one: -len(folded(one.text)))[1 : COMPARED + 1]:
        said, heard = (
            figures(rewrite(text.lower(), language), language)
            for text in (line.text, transcript_by_pauses(ears, line.samples, language))
        )
        errors.append(min(character_error(said, heard), character_error(speakable(said, language), heard)))
    mean = sum(errors) / len(errors)
    record_property("character_error", round(mean, 3))
    assert mean <= SAID_BOUND[language], errors


def test_no_call_leaves_anything_open(called: Called) -> None:
    """All calls are over at the line, each with its timeline and its recording of both sides."""
    folders = list((called.system.data_dir / "calls").glob("*/*"))
    assert len(folders) == len(called.walks)
    for folder in folders:
        assert {one.name for one in folder.iterdir()} >= {"timeline.json", "call.wav"}
    assert not [line for line in called.system.errors if "Traceback" in line]
