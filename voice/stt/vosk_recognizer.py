"""Vosk as a recogniser: it hears while someone speaks, offline, with one shared model a language.

It never downloads a model and decides nothing about the end of an utterance: Kaldi's own endpoints are joined.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from voice.audio.frames import SPEECH_RATE_HZ, AudioFrame
from voice.errors_speech import EngineUnavailable, LanguageUnheard, RecognitionFailed
from voice.ports_speech import Heard, HeardWord, RecognitionStream, Wanted, always

_UNKNOWN = "[unk]"


class VoskRecognizer:
    """Hears the languages that have a model folder.

    Attributes:
        folders: model folder of each language.
    """

    name = "vosk"
    streams = True

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self.folders = dict(folders)
        self._models: dict[str, Any] = {}
        self._loading = {language: threading.Lock() for language in folders}

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.folders)

    def warm(self, language: str) -> None:
        self._model(language)

    def knows(self, word: str, language: str) -> bool:
        """Whether the model has the word: what is not in its vocabulary cannot be in a grammar."""
        return bool(self._model(language).vosk_model_find_word(word) >= 0)

    def open(
        self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None
    ) -> RecognitionStream:
        model = self._model(language)
        vosk = _vosk()
        # Words outside the vocabulary make the grammar unusable; a grammar without any left is none. A model that
        # cannot say "something else" (the small Korean one) is sure to hear a phrase in every sentence: then freely.
        usable = grammar if grammar and self.knows(_UNKNOWN, language) else ()
        known = [phrase for phrase in usable if all(self.knows(word, language) for word in phrase.split())]
        if known:
            recognizer = vosk.KaldiRecognizer(model, SPEECH_RATE_HZ, json.dumps([*known, _UNKNOWN], ensure_ascii=False))
        else:
            recognizer = vosk.KaldiRecognizer(model, SPEECH_RATE_HZ)
        recognizer.SetWords(True)
        return VoskStream(recognizer, language, bool(known))

    def _model(self, language: str) -> Any:
        if language not in self.folders:
            raise LanguageUnheard(f"Vosk has no model for {language}")
        with self._loading[language]:
            if language not in self._models:
                folder = self.folders[language]
                try:
                    self._models[language] = _vosk().Model(str(folder))
                except Exception as error:  # the package raises plain Exception
                    raise EngineUnavailable(
                        f"the Vosk model in {folder} cannot be loaded", f"hotline models fetch vosk-{language} --again"
                    ) from error
            return self._models[language]


class VoskStream:
    """One utterance; what Kaldi ends at a pause is joined with what follows."""

    def __init__(self, recognizer: Any, language: str, limited: bool) -> None:
        self._recognizer: Any | None = recognizer
        self._language = language
        self._limited = limited
        self._done: list[HeardWord] = []
        self._partial = ""
        self._unknown = False

    @property
    def limited(self) -> bool:
        """It may only choose among the phrases of a grammar."""
        return self._limited

    def feed(self, frame: AudioFrame) -> Heard | None:
        recognizer = self._open()
        samples = _samples(frame)
        before = self._text()
        try:
            ended = recognizer.AcceptWaveform(samples)
        except Exception as error:  # the package raises plain Exception
            raise RecognitionFailed from error
        if ended:
            self._take(recognizer.Result())
        else:
            self._partial = str(json.loads(recognizer.PartialResult()).get("partial", ""))
        return self._heard(final=False) if self._text() != before else None

    def settle(self) -> None:
        """It hears along: nothing is left to be done."""

    def peek(self, wanted: Wanted = always) -> Heard:
        return self._heard(final=False)

    def finish(self) -> Heard:
        self._take(self._open().FinalResult())
        heard = self._heard(final=True)
        self.close()
        return heard

    def close(self) -> None:
        self._recognizer = None

    def _open(self) -> Any:
        if self._recognizer is None:
            raise RecognitionFailed("this utterance has ended")
        return self._recognizer

    def _take(self, result: str) -> None:
        self._partial = ""
        for word in json.loads(result).get("result", ()):
            if word["word"] == _UNKNOWN:
                self._unknown = True
            else:
                self._done.append(HeardWord(word["word"], word["start"], word["end"], float(word.get("conf", 0.0))))

    def _text(self) -> str:
        words = [word.text for word in self._done]
        words += [word for word in self._partial.split() if word != _UNKNOWN]
        return " ".join(words)

    def _heard(self, final: bool) -> Heard:
        text = self._text()
        spoken = sum(word.end_seconds - word.start_seconds for word in self._done)
        # Long words weigh more: a wrong short one between two pauses says little about the sentence.
        sure = sum(word.confidence * (word.end_seconds - word.start_seconds) for word in self._done)
        confidence = sure / spoken if spoken else 0.0
        return Heard(
            text, self._language, confidence, final, "vosk", text, tuple(self._done), self._limited, self._unknown
        )


def _samples(frame: AudioFrame) -> bytes:
    if (frame.sample_rate_hz, frame.width_bytes, frame.channels) != (SPEECH_RATE_HZ, 2, 1):
        raise ValueError("a recogniser takes mono of 16 bits at 16 kHz; anything else is heard as noise")
    return frame.samples


def _vosk() -> Any:
    try:
        import vosk  # deferred: the package loads a 25 MB library
    except (ImportError, OSError) as error:
        raise EngineUnavailable("Vosk is not installed", "make setup") from error
    vosk.SetLogLevel(-1)
    return vosk
