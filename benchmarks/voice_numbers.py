"""`python -m benchmarks.voice_numbers`: how many digits of dictated ticket numbers are heard otherwise.

The line's own voices say numbers, the line's band and G.711 are put on them, and Whisper writes them down, with the
pauses as they are, shortened, and cut at; the best counts, as a caller has the number said again. No person listens.
Writes docs/benchmarks-calls.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import machine
from benchmarks.calls import page
from benchmarks.calls.telephone import RATE_HZ
from benchmarks.calls.walk import transcript, transcript_by_pauses, with_short_pauses
from hotline.settings import load
from voice.audio.g711 import A_LAW, CODECS
from voice.bootstrap_speech import hearing, voices
from voice.heard.distance import character_error
from voice.heard.figures import figures
from voice.heard.writing import rewrite
from voice.prompts import LANGUAGES
from voice.stt.whisper_recognizer import WhisperRecognizer
from voice.tts.sound import resample
from voice.tts.speaker import Speaker

Samples = NDArray[np.int16]
SHORT_PAUSES_SECONDS = (0.15, 0.3)
_DIGITS, _COUNT = 14, 10


def heard_numbers(ears: WhisperRecognizer, samples: Samples, language: str) -> list[str]:
    """The digits that Whisper writes down of a sound (8 kHz): with its pauses as they are, shortened, and cut at."""
    sounds = [samples, *(with_short_pauses(samples, most) for most in SHORT_PAUSES_SECONDS)]
    texts = [*(transcript(ears, one, language) for one in sounds), transcript_by_pauses(ears, samples, language)]
    return [re.sub(r"\D", "", figures(rewrite(text, language), language)) for text in texts]


def misheard_digits(number: str, heard: str) -> int:
    """How many digits are wrong where a number is heard best among others."""
    spans = [heard[at : at + len(number) + more] for at in range(len(heard)) for more in (-2, -1, 0, 1, 2)]
    return min((round(character_error(number, span) * len(number)) for span in spans), default=len(number))


async def said(speaker: Speaker, text: str, language: str) -> tuple[Samples, float]:
    """A text as it comes out of a telephone, and how long it takes, in seconds."""
    frames = [frame async for frame in speaker.say(text, language).frames()]
    wide = np.concatenate([frame.as_array() for frame in frames]).astype(np.float32) / 32768.0
    narrow = (np.clip(resample(wide, frames[0].sample_rate_hz, RATE_HZ), -1, 1) * 32767).astype("<i2")
    law = CODECS[A_LAW]
    return np.frombuffer(law.decode(law.encode(narrow.tobytes())), dtype="<i2"), len(narrow) / RATE_HZ


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; gives the exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.voice_numbers", description="Measures dictated ticket numbers.")
    parser.add_argument("--count", type=int, default=_COUNT, help="numbers a language; with fewer nothing is kept")
    parser.add_argument("--language", action="append", choices=LANGUAGES, help="only these; nothing is kept then")
    arguments = parser.parse_args(argv)
    settings = load()
    ears, mouths = hearing(settings).whisper, voices(settings, keep=False)
    if ears is None:
        print("benchmarks: no Whisper model is here, so nothing is measured (make voice)", file=sys.stderr)
        return 0
    measured: dict[str, Any] = {
        "date": datetime.now().astimezone().date().isoformat(),
        "machine": machine.describe(),
        "load_average": os.getloadavg()[0],
        "rows": [],
    }
    with ThreadPoolExecutor(2) as pool:
        speaker = Speaker(mouths.chain, pool)
        for language in (one for one in arguments.language or LANGUAGES if mouths.chain.voices.get(one)):
            numbers = random.Random(5)
            wrong, lengths = list[int](), list[float]()
            for _ in range(arguments.count):
                number = f"202611{numbers.randint(1, 28):02d}{numbers.randint(0, 999_999):06d}"
                text = mouths.prompts.text("ticket_number", language, number=number)
                samples, seconds = asyncio.run(said(speaker, text, language))
                wrong.append(min(misheard_digits(number, one) for one in heard_numbers(ears, samples, language)))
                lengths.append(seconds)
            mean = round(sum(lengths) / len(lengths), 1)
            measured["rows"].append({"language": language, "digits": _DIGITS, "wrong": wrong, "seconds": mean})
            told = f"{language}: {wrong.count(0)} of {len(wrong)} without a mistake"
            print(f"benchmarks: {told}", file=sys.stderr, flush=True)
    if not arguments.language and arguments.count >= _COUNT:
        page.save_numbers(measured)
        page.write()
    print(page.numbers_section(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
