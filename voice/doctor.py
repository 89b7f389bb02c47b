"""`hotline voice doctor`: which engine hears and speaks each language here, how fast, and how well.

How well is measured, not claimed: each voice speaks a sentence, the line's band is put on it, and the recogniser of the
language writes it down. It installs and fetches nothing; it says what would help.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.bootstrap_speech import Hearing, Voices
from voice.errors_speech import EngineUnavailable, SpeechError
from voice.heard.distance import character_error
from voice.heard.figures import figures
from voice.heard.writing import rewrite
from voice.ports_speech import Heard, Sound, SpeechSynthesizer
from voice.prompts import LANGUAGES
from voice.speakable.rules import speakable
from voice.tts.programs import path_of
from voice.tts.sound import resample

# Prompts that are spoken and heard back.
SENTENCES = ("not_heard", "ticket_number_offer", "callback_filed")
UNDERSTOOD, HARDLY = 0.25, 0.5


@dataclass(frozen=True)
class VoiceCheck:
    """One voice of one language.

    Attributes:
        times_real: seconds of work for a second of speech.
        error: share of characters that the recogniser heard otherwise, of a sentence that was heard badly at its second
            try; None: nothing hears the language.
    """

    engine: str
    voice: str
    first_seconds: float | None
    times_real: float | None
    error: float | None
    problem: str = ""


@dataclass(frozen=True)
class LanguageCheck:
    """One language."""

    language: str
    hears: str
    heard_times_real: float | None
    voices: tuple[VoiceCheck, ...]
    rendered: int
    remedies: tuple[str, ...]

    @property
    def usable(self) -> bool:
        """Something hears it, and something speaks it that is understood."""
        spoken = any(one.error is not None and one.error <= UNDERSTOOD for one in self.voices)
        return self.hears != "none" and spoken

    def as_row(self) -> dict[str, Any]:
        return {**asdict(self), "usable": self.usable}


def examine(
    hearing: Hearing, voices: Voices, languages: Sequence[str] = LANGUAGES, quick: bool = False
) -> list[LanguageCheck]:
    """Examines languages; loads and runs every engine of theirs.

    Args:
        quick: only the first voice of each language.
    """
    return [_language(hearing, voices, language, quick) for language in languages]


def _language(hearing: Hearing, voices: Voices, language: str, quick: bool) -> LanguageCheck:
    engine = hearing.engines.get(language, "none")
    checks: list[VoiceCheck] = []
    times: list[float] = []
    order = voices.chain.voices.get(language, ())
    for voice in order[:1] if quick else order:
        checks.append(_voice(hearing, voices, voice, language, times))
    heard_times = sum(times) / len(times) if times else None
    return LanguageCheck(
        language,
        engine,
        heard_times,
        tuple(checks),
        voices.rendered.count(language),
        tuple(_remedies(language, engine, checks, voices.rendered.count(language))),
    )


def _voice(hearing: Hearing, voices: Voices, voice: SpeechSynthesizer, language: str, times: list[float]) -> VoiceCheck:
    texts = [voices.prompts.text(name, language) for name in SENTENCES]
    try:
        voice.warm(language)
        took = spoken = 0.0
        first: float | None = None
        errors: list[float] = []
        for text in texts:
            began = time.perf_counter()
            sound = voice.speak(speakable(text, language), language)
            seconds = time.perf_counter() - began
            first = seconds if first is None else first
            took, spoken = took + seconds, spoken + sound.duration_seconds
            if language in hearing.engines:
                began = time.perf_counter()
                error = _heard_otherwise(hearing, sound, text, language)
                times.append((time.perf_counter() - began) / sound.duration_seconds)
                if error > UNDERSTOOD:  # no two utterances of a voice are alike: a caller too would have it said again
                    again = voice.speak(speakable(text, language), language)
                    error = min(error, _heard_otherwise(hearing, again, text, language))
                errors.append(error)
    except EngineUnavailable as error:
        return VoiceCheck(voice.name, voice.voice(language), None, None, None, f"{error}; {error.remedy}".rstrip("; "))
    except SpeechError as error:
        return VoiceCheck(voice.name, voice.voice(language), None, None, None, str(error))
    mean = sum(errors) / len(errors) if errors else None
    return VoiceCheck(voice.name, voice.voice(language), first, took / spoken, mean)


def _heard_otherwise(hearing: Hearing, sound: Sound, text: str, language: str) -> float:
    """Share of a text's characters that the recogniser wrote otherwise."""
    return character_error(_plain(text, language), _plain(hear(hearing, sound, language).text, language))


def hear(hearing: Hearing, sound: Sound, language: str) -> Heard:
    """What the recogniser of a language makes of a sound, as it would come over the line."""
    samples = np.frombuffer(sound.samples, "<i2").astype(np.float32) / 32768.0
    wide = resample(samples, sound.sample_rate_hz, SPEECH_RATE_HZ)
    silence = np.zeros(SPEECH_RATE_HZ // 4, np.float32)
    whole = np.concatenate([silence, wide, silence])
    stream = hearing.recognizer.open(language)
    stream.feed(AudioFrame(np.round(np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes()))
    return stream.finish()


def _plain(text: str, language: str) -> str:
    return figures(rewrite(text, language), language)


_BY_LANGUAGE: Mapping[str, tuple[str, ...]] = {
    "zh": ("a voice: hotline models fetch piper-zh or kokoro",),
    "en": ("a voice: hotline models fetch piper-en (and apt-get install espeak-ng), or apt-get install flite",),
    "ja": ("a voice: make voice (Open JTalk comes with it)",),
    "ko": ("a voice: hotline models fetch kokoro (with make voice), or switch edge-tts on for ko (HOTLINE_TTS_EDGE)",),
    "ru": ("a voice: apt-get install festival festvox-ru, or hotline models fetch piper-ru",),
}


def _remedies(language: str, engine: str, checks: Sequence[VoiceCheck], rendered: int) -> list[str]:
    found: list[str] = []
    if engine == "none":
        found.append(f"hearing: hotline models fetch vosk-{language}, or whisper-base with make voice")
    elif engine == "whisper":
        found.append(f"hearing along, for faster turns: hotline models fetch vosk-{language}")
    best = min((one.error for one in checks if one.error is not None), default=None)
    if best is None or best > UNDERSTOOD:
        found += _BY_LANGUAGE[language]
        found.append(
            f"own recordings of the prompts, read by a person: wav files in recorded/{language} of the speech folder"
        )
    if path_of("espeak-ng") is None:
        found.append("phonemes and the last resort: apt-get install espeak-ng")
    if not rendered and checks:
        found.append("prompts at once: hotline voice render")
    return found


def report(checks: Sequence[LanguageCheck]) -> str:
    """The findings as lines for a terminal."""
    lines: list[str] = []
    for one in checks:
        speed = f", {one.heard_times_real:.2f} x real time" if one.heard_times_real is not None else ""
        lines.append(f"{one.language}  {'ready' if one.usable else 'NOT READY'}")
        lines.append(f"    hears   {one.hears}{speed}")
        for voice in one.voices:
            lines.append(f"    speaks  {_line(voice)}")
        if not one.voices:
            lines.append("    speaks  nothing")
        lines.append(f"    ready   {one.rendered} clauses rendered")
        lines += [f"    remedy  {remedy}" for remedy in one.remedies]
    return "\n".join(lines)


def _line(voice: VoiceCheck) -> str:
    name = f"{voice.engine} ({voice.voice})"
    if voice.times_real is None or voice.first_seconds is None:
        return f"{name}: {voice.problem}"
    heard = "not heard back" if voice.error is None else f"{min(voice.error, 1.0):.0%} of characters heard otherwise"
    if voice.error is not None and voice.error > UNDERSTOOD:
        heard += ": " + ("hardly understood" if voice.error <= HARDLY else "not understood, last resort only")
    return f"{name}: first clause {voice.first_seconds:.2f} s, {voice.times_real:.2f} x real time, {heard}"
