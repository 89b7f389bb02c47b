"""Hanging up in the middle of everything, with real voices: no process, no file and no port stays behind."""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import wave
from pathlib import Path

import pytest
from conftest import Opened, next_leg

from tests.calls import CALLER_WORDS, TURN_WORDS, Loudness, WrittenEars
from tests.phones import HandMade
from voice.call import Call, Equipment
from voice.ports_speech import SpeechSynthesizer
from voice.tts.chain import VoiceChain
from voice.tts.espeak import EspeakVoice
from voice.tts.festival import FestivalVoice
from voice.tts.flite import FliteVoice
from voice.tts.speaker import Speaker, tts_pool

pytestmark = pytest.mark.asyncio
LONG = {
    "en": "This is a long sentence that nobody will hear to its end. " * 6,
    "ru": "Это длинное предложение, которое никто не дослушает до конца. " * 6,
}
CALLS = 4


def children() -> set[int]:
    """Processes of ours, zombies among them."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.add(int(entry.name))
    return found


def sockets() -> int:
    """Open sockets of this process."""
    gc.collect()
    return sum(os.readlink(one.path).startswith("socket:") for one in os.scandir("/proc/self/fd") if one.is_symlink())


@pytest.mark.parametrize(
    ("voice", "language"),
    [(EspeakVoice(), "en"), (FliteVoice(), "en"), (FestivalVoice(), "ru")],
    ids=["espeak-ng", "flite", "festival"],
)
async def test_a_caller_who_hangs_up_in_mid_sentence_leaves_nothing_behind(
    open_line: Opened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    voice: SpeechSynthesizer,
    language: str,
) -> None:
    if language not in voice.languages:
        pytest.skip(f"{voice.name} is not installed")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    line = await open_line()
    chain = VoiceChain({language: [voice]})
    speaker = Speaker(chain, tts_pool(2))
    before, opened = children(), sockets()
    for number in range(CALLS):
        equipment = Equipment(WrittenEars(), speaker, Loudness, TURN_WORDS, CALLER_WORDS)
        async with HandMade.opened(line.port) as phone:
            await phone.call()
            async with Call(await next_leg(line), equipment) as call:
                call.record(tmp_path / f"{number}.wav")
                saying = asyncio.create_task(call.say(LONG[language], language))
                await asyncio.sleep(0.15 + 0.3 * number)
                await phone.hang_up()
                said = await asyncio.wait_for(saying, 5)
                assert not said.finished and call.has_ended
    chain.close()
    if isinstance(voice, FestivalVoice):
        voice.close()  # resident between calls on purpose; the process of the line ends it
    until = asyncio.get_running_loop().time() + 12
    while ((left := children() - before) or sockets() > opened) and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.1)
    assert left == set()
    assert list((tmp_path / "temporary").iterdir()) == []
    assert len(line.legs) == 0 and sockets() <= opened
    for number in range(CALLS):
        with wave.open(str(tmp_path / f"{number}.wav")) as file:
            assert file.getnchannels() == 2
