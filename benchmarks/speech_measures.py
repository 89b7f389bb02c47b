"""What is measured of hearing and speaking: errors, time, memory; one engine and one language at a time.

It needs models and clips of human speech, and measures what is there. It writes nothing.
"""

from __future__ import annotations

import os
import statistics
import time
import wave
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.audio.g711 import A_LAW, CODECS
from voice.errors_speech import SpeechError
from voice.heard.distance import character_error
from voice.heard.figures import figures
from voice.heard.tidy import tidy
from voice.heard.writing import rewrite
from voice.ports_speech import Heard, SpeechRecognizer, SpeechSynthesizer
from voice.prompts import Prompts
from voice.speakable.rules import speakable
from voice.stt.whisper_engine import WhisperEngine
from voice.stt.whisper_recognizer import WhisperRecognizer
from voice.tts.sound import resample
from voice.vad import voice_activity

Samples = NDArray[np.float32]
# Prompts of different length and matter that every voice speaks.
SPOKEN = ("silence_second", "not_heard_again", "wait_granted", "transferring", "transfer_failed", "callback_filed",
          "still_down", "ticket_number_offer", "keypad_number", "anything_else")  # fmt: skip


@dataclass(frozen=True)
class Hearing:
    """How one engine hears one language."""

    engine: str
    language: str
    quality: str
    clips: int
    error: float
    cpu_factor: float
    seconds_median: float


@dataclass(frozen=True)
class Speaking:
    """How one voice speaks one language, heard by Whisper at telephone quality.

    Attributes:
        short_clause_cpu_seconds: processor time of the quickest clause; a resident program's own time is not in it.
    """

    engine: str
    voice: str
    language: str
    short_clause_cpu_seconds: float
    cpu_factor: float
    error: float
    worst_error: float


@dataclass(frozen=True)
class Clip:
    """A recording of a person and what was said."""

    samples: Samples
    said: str


@dataclass(frozen=True)
class Together:
    """Utterances worked out by Whisper, one after the other and four at once.

    Attributes:
        threads: cores for one utterance; workers: utterances at once.
    """

    threads: int
    workers: int
    seconds_alone: float
    utterances_a_second: float


def together(folder: Path, spoken: Sequence[tuple[str, Samples]], threads: int, workers: int) -> Together:
    """How long an utterance of a language takes alone, and how many a second are worked out while four wait."""
    engine = WhisperEngine(folder, threads, workers)

    def work(language: str, samples: Samples, loudness: float) -> float:
        """A loudness of its own each time, so that nothing is remembered."""
        began = time.perf_counter()
        engine.write(engine.encode((samples * loudness).astype(np.float32)), language)
        return time.perf_counter() - began

    work(*spoken[0], 1.0)  # loads it
    alone = [work(language, samples, 0.95) for language, samples in spoken]
    crowd = [(*one, loudness) for loudness in (0.9, 0.85, 0.8) for one in spoken]
    began = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: work(*one), crowd))
    return Together(threads, workers, statistics.median(alone), len(crowd) / (time.perf_counter() - began))


def clips(folder: Path, language: str) -> list[Clip]:
    """The clips of a language that have a transcript."""
    found = []
    for file in sorted((folder / language).glob("*.wav")):
        with wave.open(str(file)) as content:
            raw = np.frombuffer(content.readframes(content.getnframes()), "<i2").astype(np.float32) / 32768.0
            samples = resample(raw, content.getframerate(), SPEECH_RATE_HZ)
        found.append(Clip(samples, file.with_suffix(".txt").read_text("utf-8").strip()))
    return found


def over_the_line(samples: Samples) -> Samples:
    """What remains of a sound after 8 kHz and G.711 A-law."""
    narrow = np.clip(resample(samples, SPEECH_RATE_HZ, 8_000), -1, 1)
    law = CODECS[A_LAW]
    decoded = law.decode(law.encode(np.round(narrow * 32767).astype("<i2").tobytes()))
    return resample(np.frombuffer(decoded, "<i2").astype(np.float32) / 32768.0, 8_000, SPEECH_RATE_HZ)


def heard(recognizer: SpeechRecognizer, samples: Samples, language: str) -> Heard:
    """Feeds a sound in pieces of 100 ms, with a pause before and behind it, and gives the result."""
    pause = np.zeros(SPEECH_RATE_HZ // 4, np.float32)
    whole = np.round(np.clip(np.concatenate([pause, samples, pause]), -1, 1) * 32767).astype("<i2").tobytes()
    stream = recognizer.open(language)
    for start in range(0, len(whole), 3200):
        stream.feed(AudioFrame(whole[start : start + 3200]))
    return stream.finish()


def hearing(recognizer: SpeechRecognizer, language: str, spoken: Sequence[Clip], quality: str) -> Hearing:
    """Measures an engine on human clips, tidied as the assistant gets them."""
    recognizer.warm(language)
    errors, took, seconds, cpu = [], [], 0.0, 0.0
    for clip in spoken:
        sound = over_the_line(clip.samples) if quality == "phone" else clip.samples
        began, cpu_began = time.perf_counter(), cpu_seconds()
        result, _ = tidy(heard(recognizer, sound, language))
        took.append(time.perf_counter() - began)
        cpu += cpu_seconds() - cpu_began
        seconds += len(sound) / SPEECH_RATE_HZ
        errors.append(character_error(_written(clip.said, language), _written(result.text, language)))
    mean = sum(errors) / len(errors)
    return Hearing(recognizer.name, language, quality, len(spoken), mean, cpu / seconds, sorted(took)[len(took) // 2])


def speaking(voice: SpeechSynthesizer, language: str, prompts: Prompts, ears: WhisperRecognizer) -> Speaking | None:
    """Measures a voice on some of the line's prompts; None when it cannot speak."""
    errors: list[float] = []
    took: list[float] = []
    seconds = 0.0
    try:
        voice.warm(language)
        for name in SPOKEN:
            text = prompts.text(name, language)
            began = cpu_seconds()
            sound = voice.speak(speakable(text, language), language)
            took.append(cpu_seconds() - began)
            seconds += sound.duration_seconds
            samples = resample(np.frombuffer(sound.samples, "<i2").astype(np.float32) / 32768.0, 8_000, SPEECH_RATE_HZ)
            result = heard(ears, over_the_line(samples), language)
            errors.append(character_error(_written(text, language), _written(result.text, language)))
    except SpeechError:
        return None
    shortest = min(took)
    mean = sum(errors) / len(errors)
    return Speaking(voice.name, voice.voice(language), language, shortest, sum(took) / seconds, mean, max(errors))


def identified(ears: WhisperRecognizer, folder: Path, languages: Sequence[str]) -> tuple[int, int]:
    """How many clips' language is told rightly at telephone quality, of how many."""
    right = whole = 0
    for language in languages:
        for clip in clips(folder, language):
            likely = ears.identify(over_the_line(clip.samples))
            right += max(likely, key=lambda one: likely[one]) == language
            whole += 1
    return right, whole


def activity_microseconds(samples: Samples) -> tuple[float, float]:
    """Cost of voice activity a frame of 20 ms: on a voice, and on silence."""

    def cost(sound: Samples) -> float:
        detector = voice_activity()
        raw = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
        frames = [AudioFrame(raw[at : at + 640]) for at in range(0, len(raw) - 639, 640)]
        began = time.process_time()
        for frame in frames:
            detector.feed(frame)
        return (time.process_time() - began) / len(frames) * 1e6

    return cost(samples), cost(np.zeros_like(samples))


def cpu_seconds() -> float:
    """Processor time of this process and of the programs it ran to their end."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def memory_of(load: Callable[[], object], use: Callable[[], object]) -> tuple[float, float]:
    """Megabytes that loading takes, and that one use adds. Call it in a process of its own."""
    before = _resident()
    load()
    loaded = _resident()
    use()
    return loaded - before, _resident() - loaded


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _written(text: str, language: str) -> str:
    return figures(rewrite(text.lower(), language), language)
