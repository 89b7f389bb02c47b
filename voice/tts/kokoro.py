"""Kokoro-82M as a voice, by onnxruntime: the Chinese one, and a second one for English, Japanese and Korean.

Text becomes phonemes elsewhere (pinyin, Hangul, Open JTalk, espeak-ng). It never downloads a model.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voice.errors_speech import EngineUnavailable, SynthesisFailed
from voice.ports_speech import Sound
from voice.tts import hangul_ipa, pinyin_ipa
from voice.tts.espeak import espeak_phonemes
from voice.tts.openjtalk import kana_phonemes
from voice.tts.saying import sayable
from voice.tts.sound import finish

_RATE_HZ = 24_000
_MOST_TOKENS = 508
VOICES: Mapping[str, str] = {"zh": "zf_xiaoxiao", "en": "af_heart", "ja": "jf_alpha", "ko": "jf_nezumi"}
_REMEDY = "hotline models fetch kokoro"
# espeak-ng's phonemes in the letters Kokoro knows.
_ENGLISH = (
    ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("oʊ", "O"), ("əʊ", "O"), ("ɔɪ", "Y"), ("dʒ", "ʤ"), ("tʃ", "ʧ"), ("ɚ", "əɹ"),
    ("ɝ", "ɜɹ"), ("ɐ", "ə"), ("r", "ɹ"), ("ʔ", "t"), ("̩", ""), ("̃", ""), ("ʲ", ""), ("_", ""), ("ː", ""),
)  # fmt: skip


class KokoroVoice:
    """Speaks the languages whose voice file is there.

    Args:
        folder: model.onnx, vocab.json or tokenizer.json, voices/.
        threads: cores for one clause.
        voices: the voice of each language.
    """

    name = "kokoro-1.0"

    def __init__(self, folder: Path, threads: int = 2, voices: Mapping[str, str] = VOICES) -> None:
        self._folder = folder
        self._threads = threads
        self._voices = voices
        self._lock = threading.Lock()
        self._session: Any = None
        self._input = ""
        self._ids: dict[str, int] = {}
        self._styles: dict[str, NDArray[np.float32]] = {}

    @property
    def languages(self) -> frozenset[str]:
        if not (self._folder / "model.onnx").exists():
            return frozenset()
        return frozenset(
            one for one, voice in self._voices.items() if (self._folder / "voices" / f"{voice}.bin").exists()
        )

    def voice(self, language: str) -> str:
        return self._voices[language]

    def warm(self, language: str) -> None:
        self._load()
        self._style(language)
        _PHONEMES[language]("1" if language == "en" else "一")

    def speak(self, text: str, language: str) -> Sound:
        if language not in self.languages:
            raise EngineUnavailable(f"Kokoro has no voice for {language} here", _REMEDY)
        text = sayable(text)
        session = self._load()
        phonemes = re.sub(r"\s+", " ", _PHONEMES[language](text)).strip()
        tokens = [self._ids[one] for one in phonemes if one in self._ids][:_MOST_TOKENS]
        if not tokens:
            raise SynthesisFailed(f"nothing in the text can be spoken ({len(text)} characters)")
        style = self._style(language)[min(len(tokens), 509)]
        feed = {
            self._input: np.array([[0, *tokens, 0]], np.int64),
            "style": style[None].astype(np.float32),
            "speed": np.array([1.0], np.float32),  # slower, its digits are heard worse
        }
        try:
            samples = np.asarray(session.run(None, feed)[0], np.float32).reshape(-1)
        except Exception as error:  # onnxruntime's errors share no class but Exception
            raise SynthesisFailed("Kokoro broke down") from error
        return finish(samples, _RATE_HZ)

    def _style(self, language: str) -> NDArray[np.float32]:
        voice = self.voice(language)
        if voice not in self._styles:
            raw = np.fromfile(self._folder / "voices" / f"{voice}.bin", np.float32)
            self._styles[voice] = raw.reshape(-1, 256)
        return self._styles[voice]

    def _load(self) -> Any:
        with self._lock:
            if self._session is None:
                try:
                    import onnxruntime
                except ImportError as error:
                    raise EngineUnavailable("onnxruntime is not installed", "make voice") from error
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = self._threads
                options.inter_op_num_threads = 1
                options.log_severity_level = 3
                options.add_session_config_entry(
                    "session.intra_op.allow_spinning", "0"
                )  # waiting threads burn calls' time
                try:
                    self._ids = _vocabulary(self._folder)
                    session = onnxruntime.InferenceSession(
                        str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
                    )
                except Exception as error:  # onnxruntime's errors share no class but Exception
                    raise EngineUnavailable(f"the Kokoro model in {self._folder} cannot be loaded", _REMEDY) from error
                names = {one.name for one in session.get_inputs()}
                self._input = "input_ids" if "input_ids" in names else "tokens"
                self._session = session
            return self._session


def _vocabulary(folder: Path) -> dict[str, int]:
    own = folder / "vocab.json"
    if own.exists():
        return dict(json.loads(own.read_text("utf-8")))
    return dict(json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"])


def _english(text: str) -> str:
    written = espeak_phonemes(text, "en")
    for espeak, kokoro in _ENGLISH:
        written = written.replace(espeak, kokoro)
    return written


_PHONEMES: Mapping[str, Callable[[str], str]] = {
    "zh": pinyin_ipa.phonemes,
    "en": _english,
    "ja": kana_phonemes,
    "ko": hangul_ipa.phonemes,
}
