"""Running the small voices that are programs of the system: espeak-ng, flite, festival.

One short run a clause, with a time-out, the text on standard input and never on a command line.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from collections.abc import Sequence

import numpy as np

from voice.errors_speech import EngineUnavailable, SynthesisFailed
from voice.tts.sound import Samples

TIMEOUT_SECONDS = 10.0


def path_of(program: str) -> str | None:
    """Where a program is; None when it is not installed."""
    return shutil.which(program)


def run(command: Sequence[str], text: str, encoding: str = "utf-8") -> bytes:
    """Gives what a program writes for a text.

    Raises:
        EngineUnavailable: it is not installed.
        SynthesisFailed: it failed or took too long.
    """
    try:
        done = subprocess.run(
            command,
            input=text.encode(encoding, "ignore"),
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise EngineUnavailable(f"{command[0]} is not installed", f"apt-get install {command[0]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SynthesisFailed(f"{command[0]} could not be run: {error}") from error
    if done.returncode:
        raise SynthesisFailed(f"{command[0]} ended with status {done.returncode}")
    return done.stdout


def read_wav(content: bytes) -> tuple[Samples, int]:
    """Reads a mono wav of 16 bits, also one whose length fields are wrong (written to a pipe).

    Raises:
        SynthesisFailed: it is none.
    """
    try:
        with wave.open(io.BytesIO(content)) as file:
            if file.getsampwidth() != 2:
                raise SynthesisFailed("a wav of 16 bits was expected")
            channels, rate = file.getnchannels(), file.getframerate()
            raw = file.readframes(max(0, len(content) // (2 * channels)))
    except (wave.Error, EOFError) as error:
        raise SynthesisFailed("no wav came") from error
    whole = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], "<i2").reshape(-1, channels)
    return whole[:, 0].astype(np.float32) / 32768.0, rate
