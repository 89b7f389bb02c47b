"""Sound files of callers' browsers as samples: wav, WebM, Ogg and MP4, to 16 kHz, by FFmpeg's libraries (PyAV).

The format is the one that was named, never guessed, so that no playlist or address inside a file is followed. It
stops reading at the longest length that is taken.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ
from voice.errors import VoiceError
from voice.errors_speech import EngineUnavailable

FORMATS: Mapping[str, str] = {
    "audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/vnd.wave": "wav",
    "audio/webm": "matroska", "video/webm": "matroska", "audio/ogg": "ogg", "application/ogg": "ogg",
    "audio/mp4": "mp4", "audio/x-m4a": "mp4",
}  # fmt: skip


class UnreadableSound(VoiceError):
    """The body is no sound of the type that it is said to be."""

    code = "unreadable_sound"


class SoundTooLong(VoiceError):
    """The sound is longer than is taken here."""

    code = "sound_too_long"


def decode(content: bytes, media_type: str, longest_seconds: float) -> NDArray[np.int16]:
    """Gives a file's first sound as mono samples at 16 kHz. Blocks.

    Args:
        media_type: one of `FORMATS`.

    Raises:
        UnreadableSound: it cannot be read, or holds no sound.
        SoundTooLong: more than `longest_seconds`.
        EngineUnavailable: PyAV is not installed.
    """
    try:
        import av  # deferred: loads FFmpeg's libraries, 60 MB
    except ImportError as error:
        raise EngineUnavailable("PyAV is not installed", "make voice") from error
    most = round(longest_seconds * SPEECH_RATE_HZ)
    pieces: list[NDArray[np.int16]] = []
    count = 0
    try:
        with av.open(io.BytesIO(content), mode="r", format=FORMATS[media_type]) as container:
            if not container.streams.audio:
                raise UnreadableSound("there is no sound in the file")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SPEECH_RATE_HZ)
            for frame in (*_frames(container), None):
                for part in resampler.resample(frame):
                    pieces.append(part.to_ndarray().reshape(-1).astype(np.int16, copy=False))
                    count += len(pieces[-1])
                if count > most:
                    raise SoundTooLong(f"sounds of up to {longest_seconds:.0f} seconds are taken")
    except av.FFmpegError as error:
        raise UnreadableSound(f"this is no {media_type} that can be read") from error
    if not count:
        raise UnreadableSound("there is no sound in the file")
    return np.concatenate(pieces)


def _frames(container: Any) -> Any:
    yield from container.decode(audio=0)
