"""Whisper through CTranslate2, one short utterance at a time: encoded once, then identified and written down.

It differs from faster-whisper's own loop in the window: a short utterance is not padded to thirty seconds, which halves
the time. With less than ten seconds of window Whisper repeats itself, but for very short utterances; what went round in
circles is told by how well it can be compressed, as Whisper's makers do. It cuts nothing.
"""

from __future__ import annotations

import math
import threading
import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.errors_speech import EngineUnavailable, RecognitionFailed

_FRAMES_A_SECOND = 100
_LEAST_FRAMES, _MOST_FRAMES = 1000, 3000
_SHORT_FRAMES, _LEAST_OF_SHORT = 250, 700
_CIRCLES_RATIO = 2.4
_MARGIN_FRAMES = 200
_TOKENS_A_SECOND = 14
LONGEST_SECONDS = 28.0
_REMEMBERED = 8
"""Sounds of several calls whose language is asked first, and then the words; up to 3 MB each."""


@dataclass(frozen=True)
class Encoded:
    """An utterance as the encoder sees it; good for any number of questions."""

    vectors: Any
    seconds: float
    window_frames: int


@dataclass(frozen=True)
class Written:
    """A transcript.

    Attributes:
        probability: mean of the tokens, 0 to 1.
        silence: how likely nothing was said, 0 to 1.
        cut: it went round in circles: the limit of tokens was reached, or the same is said again and again.
    """

    text: str
    probability: float
    silence: float
    cut: bool


class WhisperEngine:
    """One loaded model; safe to use from several threads, which wait for a worker.

    Args:
        folder: a model in CTranslate2's form with its tokenizer.
        threads: cores for one utterance.
        workers: utterances at once; they share the weights.
        beam: transcripts followed at once.
    """

    def __init__(self, folder: Path, threads: int = 2, workers: int = 1, beam: int = 3) -> None:
        self._folder = folder
        self._threads = threads
        self._workers = workers
        self._beam = beam
        self._loading = threading.Lock()
        self._model: Any = None
        self._lately: deque[tuple[tuple[int, int, bool], Encoded]] = deque(maxlen=_REMEMBERED)

    def load(self) -> Any:
        """Loads the model on first use.

        Raises:
            EngineUnavailable: package or model is missing or broken.
        """
        with self._loading:
            if self._model is None:
                try:
                    from faster_whisper import WhisperModel  # deferred: loads CTranslate2, 90 MB
                except ImportError as error:
                    raise EngineUnavailable("faster-whisper is not installed", "make voice") from error
                try:
                    self._model = WhisperModel(
                        str(self._folder),
                        device="cpu",
                        compute_type="int8",
                        cpu_threads=self._threads,
                        num_workers=self._workers,
                        local_files_only=True,
                    )
                except Exception as error:  # CTranslate2 raises RuntimeError, the tokenizer plain Exception
                    raise EngineUnavailable(
                        f"the Whisper model in {self._folder} cannot be loaded", "hotline models fetch whisper-base"
                    ) from error
            return self._model

    def encode(self, samples: NDArray[np.float32], whole_window: bool = False) -> Encoded:
        """Encodes up to `LONGEST_SECONDS` of sound (16 kHz, -1 to 1).

        The last sounds are remembered: the language is asked first, and then the words.
        """
        model = self.load()
        from ctranslate2 import StorageView

        key = (zlib.crc32(samples.tobytes()), len(samples), whole_window)
        for known, encoded in list(self._lately):
            if known == key:
                return encoded
        try:
            features = model.feature_extractor(samples)[:, :_MOST_FRAMES]
            frames = _MOST_FRAMES if whole_window else window_frames(features.shape[1])
            padded = np.full((features.shape[0], frames), features.min(), np.float32)
            padded[:, : features.shape[1]] = features[:, :frames]
            vectors = model.model.encode(StorageView.from_array(np.ascontiguousarray(padded[None])))
        except Exception as error:  # CTranslate2 raises RuntimeError and ValueError
            raise RecognitionFailed("Whisper could not encode the sound") from error
        encoded = Encoded(vectors, len(samples) / model.feature_extractor.sampling_rate, frames)
        self._lately.append((key, encoded))
        return encoded

    def identify(self, encoded: Encoded) -> dict[str, float]:
        """How likely each of Whisper's hundred languages is."""
        try:
            [found] = self.load().model.detect_language(encoded.vectors)
        except Exception as error:  # CTranslate2 raises RuntimeError and ValueError
            raise RecognitionFailed("Whisper could not tell the language") from error
        return {token.strip("<|>"): float(probability) for token, probability in found}

    def write(self, encoded: Encoded, language: str, before: str = "", hints: Sequence[str] = ()) -> Written:
        """Writes down an utterance.

        Args:
            before: text that could have stood in front; steers style and characters.
            hints: words that may occur.
        """
        from faster_whisper.tokenizer import Tokenizer

        model = self.load()
        try:
            tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language=language)
            hotwords = ", ".join(hints) or None
            previous = tokenizer.encode(f" {before}") if before else []
            prompt = model.get_prompt(tokenizer, previous, without_timestamps=True, hotwords=hotwords)
            limit = len(prompt) + 24 + round(_TOKENS_A_SECOND * encoded.seconds)
            [result] = model.model.generate(
                encoded.vectors,
                [prompt],
                beam_size=self._beam,
                return_scores=True,
                return_no_speech_prob=True,
                max_length=min(limit, 448),
                suppress_blank=True,
            )
        except Exception as error:  # CTranslate2 raises RuntimeError and ValueError
            raise RecognitionFailed("Whisper could not write the sound down") from error
        tokens = result.sequences_ids[0]
        text = tokenizer.decode(tokens).strip()
        plain = text.encode()
        return Written(
            text=text,
            probability=math.exp(result.scores[0]),
            silence=float(result.no_speech_prob),
            cut=len(prompt) + len(tokens) >= min(limit, 448) or len(plain) > _CIRCLES_RATIO * len(zlib.compress(plain)),
        )


def window_frames(speech_frames: int) -> int:
    """Frames of 10 ms to encode for an utterance: silence behind it, seven or ten seconds at least, thirty at most."""
    least = _LEAST_OF_SHORT if speech_frames <= _SHORT_FRAMES else _LEAST_FRAMES
    return min(_MOST_FRAMES, max(least, (speech_frames + _MARGIN_FRAMES + 1) // 2 * 2))
