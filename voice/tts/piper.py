"""Piper voices by onnxruntime: one folder a language, about ten times faster than real time.

Phonemes come from the program espeak-ng; Piper's own package (GPL) is not used. It never downloads a voice.
"""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voice.errors_speech import EngineUnavailable, SynthesisFailed
from voice.ports_speech import Sound
from voice.tts.espeak import espeak_phonemes
from voice.tts.programs import path_of
from voice.tts.saying import pace, sayable
from voice.tts.sound import finish


@dataclass(frozen=True)
class _Loaded:
    session: Any
    ids: Mapping[str, list[int]]
    scales: tuple[float, float, float]
    espeak_voice: str
    rate_hz: int
    speakers: int


class PiperVoice:
    """Speaks the languages that have a voice in `folder/<language>`."""

    name = "piper"

    def __init__(self, folder: Path, threads: int = 2) -> None:
        self._folder = folder
        self._threads = threads
        self._lock = threading.Lock()
        self._loaded: dict[str, _Loaded] = {}

    @property
    def languages(self) -> frozenset[str]:
        if not path_of("espeak-ng") or not self._folder.is_dir():
            return frozenset()
        return frozenset(one for one in ("zh", "en", "ja", "ko", "ru") if self._file(one) is not None)

    def voice(self, language: str) -> str:
        file = self._file(language)
        return file.stem if file else ""

    def warm(self, language: str) -> None:
        self._load(language)

    def speak(self, text: str, language: str) -> Sound:
        voice = self._load(language)
        phonemes = espeak_phonemes(sayable(text), language, voice.espeak_voice)
        ids = [*voice.ids["^"], *voice.ids["_"]]
        for one in unicodedata.normalize("NFD", phonemes):
            if one in voice.ids:
                ids += [*voice.ids[one], *voice.ids["_"]]
        ids += voice.ids["$"]
        noise, length, rhythm = voice.scales
        feed: dict[str, Any] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array((noise, length / pace(text, language), rhythm), np.float32),
        }
        if voice.speakers > 1:
            feed["sid"] = np.array([0], np.int64)
        try:
            samples = np.asarray(voice.session.run(None, feed)[0], np.float32).reshape(-1)
        except Exception as error:  # onnxruntime's errors share no class but Exception
            raise SynthesisFailed("Piper broke down") from error
        return finish(samples, voice.rate_hz)

    def _file(self, language: str) -> Path | None:
        return next(iter(sorted((self._folder / language).glob("*.onnx"))), None)

    def _load(self, language: str) -> _Loaded:
        with self._lock:
            if language not in self._loaded:
                file = self._file(language)
                if file is None:
                    raise EngineUnavailable(f"no Piper voice for {language}", f"hotline models fetch piper-{language}")
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
                    config = json.loads(file.with_name(file.name + ".json").read_text("utf-8"))
                    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
                    inference = config["inference"]
                    self._loaded[language] = _Loaded(
                        session,
                        config["phoneme_id_map"],
                        (inference["noise_scale"], inference["length_scale"], inference["noise_w"]),
                        config["espeak"]["voice"],
                        int(config["audio"]["sample_rate"]),
                        int(config.get("num_speakers", 1)),
                    )
                except Exception as error:  # onnxruntime's errors share no class but Exception
                    raise EngineUnavailable(f"the Piper voice {file} cannot be loaded") from error
            return self._loaded[language]
