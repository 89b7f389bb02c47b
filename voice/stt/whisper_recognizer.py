"""Whisper as a recogniser: five languages from one model, each utterance worked out at its end.

It gives no partial results. What it is known to invent in silence is thrown away. It never downloads a model.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.audio.hush import stayed_quiet
from voice.errors_speech import LanguageUnheard, RecognitionFailed
from voice.heard.inventions import echoes_hints, is_invention
from voice.ports_speech import Heard, RecognitionStream, Wanted, always
from voice.stt.whisper_engine import LONGEST_SECONDS, WhisperEngine, Written

LANGUAGES = frozenset(("zh", "en", "ja", "ko", "ru"))
_UNSETTLED_MOST_SAMPLES = 300 * SPEECH_RATE_HZ
_QUIET = 0.004  # of full scale: sound below it as a whole has no speech
_MOST_HINT_CHARACTERS = 120
_SILENCE = 0.85
# Steers towards simplified characters; without it many Chinese sentences come in traditional ones.
_BEFORE = {"zh": "以下是普通话的句子。"}
NOTHING = Written("", 0.0, 1.0, False)


class WhisperRecognizer:
    """Hears all five languages.

    Args:
        folder: a model in CTranslate2's form.
        threads: cores for one utterance; workers: utterances at once.
        inventions: what to throw away when it is all that was "heard", by language.
    """

    name = "whisper"
    streams = False

    def __init__(
        self,
        folder: Path,
        threads: int = 2,
        inventions: Mapping[str, Collection[str]] | None = None,
        workers: int = 1,
    ) -> None:
        self._folder = folder
        self._inventions = inventions or {}
        self._engine = WhisperEngine(folder, threads, workers)
        self._places = threading.BoundedSemaphore(workers)  # more at once would delay each other

    @property
    def languages(self) -> frozenset[str]:
        return LANGUAGES if (self._folder / "model.bin").exists() else frozenset()

    def warm(self, language: str) -> None:
        self._engine.load()

    def open(
        self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None
    ) -> RecognitionStream:
        if language not in self.languages:
            raise LanguageUnheard(f"Whisper cannot hear {language} here")
        self._engine.load()
        return WhisperStream(self, language, tuple(grammar or ()) + tuple(hints))

    def identify(self, samples: NDArray[np.float32], among: Collection[str] = LANGUAGES) -> dict[str, float]:
        """How likely each language is, of those asked about; the sum is 1."""
        head = samples[: round(LONGEST_SECONDS * SPEECH_RATE_HZ)]
        if len(head) < SPEECH_RATE_HZ // 10 or loudest(head) < _QUIET:
            return dict.fromkeys(among, 1 / max(1, len(among)))
        with self._places:
            found = self._engine.identify(self._engine.encode(head))
        whole = sum(found.get(language, 0.0) for language in among) or 1.0
        return {language: found.get(language, 0.0) / whole for language in among}

    def transcribe(self, samples: NDArray[np.float32], language: str, hints: Sequence[str] = ()) -> Heard:
        """Works out one utterance (16 kHz, -1 to 1) of any length."""
        written = [(len(part), self.written(part, language, hints) or NOTHING) for part in parts(samples)]
        return self.joined(written, language)

    def joined(self, written: Sequence[tuple[int, Written]], language: str) -> Heard:
        """An utterance of its parts: how many samples each has, and its transcript."""
        text = ("" if language in ("zh", "ja") else " ").join(one.text for _, one in written if one.text).strip()
        sure = sum(one.probability * count for count, one in written)
        whole = sum(count for count, _ in written)
        return Heard(text, language, sure / whole if text else 0.0, True, self.name, text, whole=True)

    def written(
        self, samples: NDArray[np.float32], language: str, hints: Sequence[str] = (), wanted: Wanted = always
    ) -> Written | None:
        """The transcript of a part; None when it was not wanted any more before the words were looked for."""
        if len(samples) < SPEECH_RATE_HZ // 10 or loudest(samples) < _QUIET:
            return NOTHING
        before = _BEFORE.get(language, "")
        with self._places:
            written = self._words(samples, language, before, _within(hints, _MOST_HINT_CHARACTERS), wanted)
        if written is None:
            return None
        known = (*self._inventions.get(language, ()), before)
        if written.cut or written.silence > _SILENCE and written.probability < 0.5:
            return NOTHING
        return NOTHING if is_invention(written.text, known, len(samples) / SPEECH_RATE_HZ) else written

    def _words(
        self, samples: NDArray[np.float32], language: str, before: str, hints: Sequence[str], wanted: Wanted
    ) -> Written | None:
        if not wanted():  # the caller spoke on while others were served
            return None
        encoded = self._engine.encode(samples)
        if not wanted():
            return None
        written = self._engine.write(encoded, language, before, hints)
        if written.cut:  # rarely it goes round in circles in a short window; the long one and no hints cure it
            return self._engine.write(self._engine.encode(samples, whole_window=True), language, before)
        if hints and echoes_hints(written.text, hints):
            return self._engine.write(encoded, language, before)
        return written


class WhisperStream:
    """Collects one utterance; `peek` does the work, and `finish` reuses it when only silence followed.

    A story of any length is kept whole: the parts of it that nothing more comes to are settled while it goes on, and
    their sound is let go.
    """

    def __init__(self, recognizer: WhisperRecognizer, language: str, hints: Sequence[str]) -> None:
        self._recognizer = recognizer
        self._language = language
        self._hints = hints
        self._adding = threading.Lock()
        self._working = threading.Lock()  # taken before `_adding`
        self._samples: list[NDArray[np.float32]] = []
        self._count = 0
        self._settled: list[tuple[int, Written]] = []
        self._peeked: tuple[int, Heard] | None = None
        self._open = True

    def feed(self, frame: AudioFrame) -> Heard | None:
        if not self._open:
            raise RecognitionFailed("this utterance has ended")
        if frame.sample_rate_hz != SPEECH_RATE_HZ:
            raise ValueError("a recogniser takes mono of 16 bits at 16 kHz; anything else is heard as noise")
        samples = frame.as_array().astype(np.float32) / 32768.0
        with self._adding:
            if self._count > _UNSETTLED_MOST_SAMPLES:  # rather told than half of a story lost
                raise RecognitionFailed("Whisper is minutes behind who speaks")
            self._samples.append(samples)
            self._count += len(samples)
        return None

    def settle(self) -> None:
        with self._working:
            self._rest()

    def peek(self, wanted: Wanted = always) -> Heard | None:
        with self._working:
            rest = self._rest()
            if self._peeked is not None and stayed_quiet(_as_integers(rest), self._peeked[0]):
                return self._peeked[1]
            written = self._recognizer.written(rest, self._language, self._hints, wanted)
            if written is None:
                return None
            heard = self._recognizer.joined([*self._settled, (len(rest), written)], self._language)
            self._peeked = len(rest), replace(heard, final=False)
            return self._peeked[1]

    def finish(self) -> Heard:
        heard = self.peek()
        assert heard is not None
        self.close()
        return replace(heard, final=True)

    def close(self) -> None:
        self._open = False
        with self._adding:
            self._samples.clear()
            self._count = 0

    def _rest(self) -> NDArray[np.float32]:
        """Settles what can be, and gives the sound of the rest."""
        *settled, rest = parts(self._sound())
        for part in settled:
            if not self._open:  # nobody waits for it any more
                break
            written = self._recognizer.written(part, self._language, self._hints)
            self._settled.append((len(part), written or NOTHING))
            self._peeked = None
            with self._adding:
                if self._open:
                    self._samples = [np.concatenate(self._samples)[len(part) :]]
                    self._count -= len(part)
        return rest

    def _sound(self) -> NDArray[np.float32]:
        with self._adding:
            if len(self._samples) > 1:
                self._samples = [np.concatenate(self._samples)]
            return self._samples[0] if self._samples else np.zeros(0, np.float32)


def _as_integers(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.rint(samples * 32768.0).astype(np.int16)


def loudest(samples: NDArray[np.float32]) -> float:
    """The loudness (root mean square) of the loudest tenth of a second."""
    size = SPEECH_RATE_HZ // 10
    if len(samples) < size:
        return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    blocks = samples[: len(samples) // size * size].reshape(-1, size)
    return float(np.sqrt((blocks**2).mean(axis=1).max()))


def parts(samples: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Cuts a long story into pieces that Whisper can take, each at the quietest moment of its last third."""
    longest, step = round(LONGEST_SECONDS * SPEECH_RATE_HZ), SPEECH_RATE_HZ // 10
    pieces = []
    while len(samples) > longest:
        window = samples[longest * 2 // 3 : longest]
        loudness = (window[: len(window) // step * step].reshape(-1, step) ** 2).mean(axis=1)
        cut = longest * 2 // 3 + int(loudness.argmin()) * step + step // 2
        pieces.append(samples[:cut])
        samples = samples[cut:]
    return [*pieces, samples]


def _within(hints: Sequence[str], characters: int) -> list[str]:
    kept: list[str] = []
    for hint in hints:
        characters -= len(hint) + 2
        if characters < 0:
            break
        kept.append(hint)
    return kept
