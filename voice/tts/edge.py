"""Microsoft's edge-tts service as a voice, for languages where the operator switched it on.

What the citizen is told leaves the house: to a third party, over the internet. It is never used unasked, and its
silence costs seconds at most: the voices of this machine stand behind it.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from voice.errors_speech import EngineUnavailable, SynthesisFailed
from voice.ports_speech import Sound
from voice.tts.saying import pace, sayable
from voice.tts.sound import finish

VOICES: Mapping[str, str] = {
    "zh": "zh-CN-XiaoxiaoNeural",
    "en": "en-US-AriaNeural",
    "ja": "ja-JP-NanamiNeural",
    "ko": "ko-KR-SunHiNeural",
    "ru": "ru-RU-SvetlanaNeural",
}
_SECONDS = 4.0
_REST_SECONDS = 60.0
PRIVACY = (
    "edge-tts sends every sentence that is spoken in these languages, with citizens' names, addresses and numbers in "
    "it, to Microsoft's public service; there is no contract and no promise behind it"
)


class EdgeVoice:
    """Speaks the languages it was switched on for; after a failure it rests for a minute.

    Args:
        allowed: languages the operator switched on.
    """

    name = "edge-tts"

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = frozenset(allowed) & frozenset(VOICES)
        self._rest_until = 0.0

    @property
    def languages(self) -> frozenset[str]:
        return self._allowed

    def voice(self, language: str) -> str:
        return VOICES[language]

    def warm(self, language: str) -> None:
        pass

    def speak(self, text: str, language: str) -> Sound:
        if language not in self._allowed:
            raise EngineUnavailable(f"edge-tts is not switched on for {language}", "HOTLINE_TTS_EDGE")
        text = sayable(text)
        if time.monotonic() < self._rest_until:
            raise SynthesisFailed("edge-tts failed a moment ago and rests")
        try:
            mp3 = asyncio.run(asyncio.wait_for(_download(text, VOICES[language], pace(text, language)), _SECONDS))
        except Exception as error:  # its own errors, aiohttp's when offline, time-outs
            self._rest_until = time.monotonic() + _REST_SECONDS
            raise SynthesisFailed(f"edge-tts did not answer: {type(error).__name__}") from error
        if not mp3:  # a text without a letter yields nothing, silently
            raise SynthesisFailed("edge-tts sent no sound")
        return _decoded(mp3)


async def _download(text: str, voice: str, pace: float) -> bytes:
    try:
        import edge_tts
    except ImportError as error:
        raise EngineUnavailable("edge-tts is not installed", "make voice") from error
    parts = []
    async for chunk in edge_tts.Communicate(text, voice, rate=f"{round(100 * (pace - 1)):+d}%").stream():
        if chunk["type"] == "audio":
            parts.append(chunk["data"])
    return b"".join(parts)


def _decoded(mp3: bytes) -> Sound:
    try:
        import av
    except ImportError as error:
        raise EngineUnavailable("PyAV is not installed", "make voice") from error
    try:
        opened: Any = av.open(io.BytesIO(mp3))
        with opened as container:
            frames: list[Any] = [frame.to_ndarray() for frame in container.decode(audio=0)]
            rate = int(container.streams.audio[0].rate)
    except Exception as error:  # PyAV's errors are those of FFmpeg, many classes
        raise SynthesisFailed("edge-tts sent something that is no MP3") from error
    whole = np.concatenate([np.atleast_2d(frame)[0] for frame in frames]).astype(np.float32)
    if frames and np.asarray(frames[0]).dtype.kind == "i":
        whole /= 32768.0
    return finish(whole, rate)
