"""The voices of each language in order: what is rendered, what is kept, then engine by engine until one speaks.

A failing engine costs its time-out once and then rests; it never fails the turn while another can speak.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from typing import Literal

from voice.background import background_pool
from voice.errors_speech import NothingSpeaks, SpeechError, SynthesisFailed
from voice.ports_speech import Sound, SpeechSynthesizer
from voice.speakable.rules import speakable
from voice.tts.kept import KeptSpeech
from voice.tts.rendered import RenderedSpeech
from voice.tts.saying import paced

log = logging.getLogger(__name__)
_REST_SECONDS = 30.0
_LOADING_SECONDS = 60.0
_WITHOUT_ANOTHER = 4.0
_WIDE = frozenset(("zh", "ja", "ko"))


@dataclass(frozen=True)
class Spoken:
    """A clause as sound, and where it came from.

    Attributes:
        how: rendered ahead, kept from before, or freshly spoken.
        took_seconds: until it was there.
    """

    sound: Sound
    text: str
    engine: str
    how: Literal["rendered", "kept", "fresh"]
    took_seconds: float


class VoiceChain:
    """Speaks with the first voice that can; safe to use from several threads.

    Args:
        voices: of each language, best first.
        rendered: what was rendered ahead.
        kept: what was spoken before.
        last_resorts: (voice, language) that callers hardly understand: only spoken with when all others failed, and
            others are waited for longer.

    Attributes:
        voices, last_resorts: as given.
    """

    def __init__(
        self,
        voices: Mapping[str, Sequence[SpeechSynthesizer]],
        rendered: RenderedSpeech | None = None,
        kept: KeptSpeech | None = None,
        last_resorts: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        self.voices = {language: tuple(order) for language, order in voices.items()}
        self._rendered = rendered
        self._kept = kept
        self.last_resorts = last_resorts
        self._warmed: set[tuple[str, str]] = set()
        self._rest_until: dict[str, float] = {}
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._lock = threading.Lock()

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(language for language, order in self.voices.items() if order)

    def warm(self, language: str) -> None:
        """Loads the first voice of a language that loads."""
        for voice in self.voices.get(language, ()):
            try:
                voice.warm(language)
            except SpeechError:
                log.warning("%s cannot speak %s", voice.name, language, exc_info=True)
            else:
                return

    def speak(self, text: str, language: str) -> Spoken:
        """Gives a clause as sound. Blocks.

        Args:
            text: as it is shown; it is spelled out here.

        Raises:
            NothingSpeaks: every voice failed.
        """
        began = time.monotonic()
        found = self._rendered.find(text, language) if self._rendered else None
        if found is not None:
            return Spoken(found[0], text, found[1], "rendered", time.monotonic() - began)
        said = speakable(text, language)
        refusals = []
        for voice in self._awake(language):
            way = paced(voice.voice(language), said, language)
            kept = self._kept.get(voice.name, way, said) if self._kept else None
            if kept is not None:
                return Spoken(kept, text, voice.name, "kept", time.monotonic() - began)
            try:
                sound = self._ask(voice, said, language)
            except SpeechError as error:
                log.warning("%s did not speak %s: %s", voice.name, language, error)
                refusals.append(f"{voice.name}: {error}")
                self._rest_until[f"{voice.name}/{language}"] = time.monotonic() + _REST_SECONDS
                continue
            if self._kept:
                self._kept.put(voice.name, way, said, sound)
            return Spoken(sound, text, voice.name, "fresh", time.monotonic() - began)
        raise NothingSpeaks(f"nothing speaks {language}: {'; '.join(refusals) or 'no voice is installed'}")

    def _awake(self, language: str) -> list[SpeechSynthesizer]:
        """Voices in the order to ask: those that did not just fail, those that did, and the last resorts."""
        now = time.monotonic()

        def rank(voice: SpeechSynthesizer) -> tuple[bool, bool]:
            resting = self._rest_until.get(f"{voice.name}/{language}", 0.0) > now
            return (voice.name, language) in self.last_resorts, resting

        return sorted(self.voices.get(language, ()), key=rank)

    def _ask(self, voice: SpeechSynthesizer, said: str, language: str) -> Sound:
        with self._lock:
            pool = self._pools.get(voice.name)
            if pool is None:  # a pool each: an engine that hangs holds up no other
                pool = background_pool(2, f"tts-{voice.name}")
                self._pools[voice.name] = pool
        if (voice.name, language) not in self._warmed:  # loading a model is slow and no failure
            pool.submit(voice.warm, language).exception(timeout=_LOADING_SECONDS)
            self._warmed.add((voice.name, language))
        patience = patience_seconds(said, language) * (1.0 if self._another(voice, language) else _WITHOUT_ANOTHER)
        future = pool.submit(voice.speak, said, language)
        try:
            return future.result(timeout=patience)
        except FutureTimeout:
            future.cancel()
            raise SynthesisFailed(f"{voice.name} took too long") from None
        except SpeechError:
            raise
        except Exception as error:  # a broken engine may raise anything; the next voice speaks
            raise SynthesisFailed(f"{voice.name} broke down: {type(error).__name__}") from error

    def _another(self, voice: SpeechSynthesizer, language: str) -> bool:
        """Whether another voice could speak instead and be understood."""
        return any(one is not voice and (one.name, language) not in self.last_resorts for one in self.voices[language])

    def close(self) -> None:
        """Lets the engines' threads go."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)


def patience_seconds(text: str, language: str) -> float:
    """How long a voice may take over a clause before the next one is asked."""
    return 3.0 + len(text) * (0.3 if language in _WIDE else 0.12)
