"""Open JTalk (pyopenjtalk-plus) as the Japanese voice, with the voice "mei" that its package carries.

It also reads kanji aloud as kana for others. Thirty times faster than real time.
"""

from __future__ import annotations

import re
import threading
from typing import Any

import numpy as np

from voice.errors_speech import EngineUnavailable, SynthesisFailed
from voice.ports_speech import Sound
from voice.tts.saying import sayable
from voice.tts.sound import finish

_LOCK = threading.Lock()
_DIGIT = "(?:ゼロ|イチ|ニー|サン|ヨン|ゴー|ロク|ナナ|ハチ|キュー)"
_SPEEDS = (
    # A ticket's number, digit by digit with pauses between: a slow voice draws them out until they are misheard.
    (re.compile(f"{_DIGIT}、{_DIGIT}、{_DIGIT}"), 1.15),
    # A telephone's number in groups, which is compared with what one knows.
    (re.compile(f"{_DIGIT} {_DIGIT} {_DIGIT}"), 0.85),
)
_PHONEMES = {
    "a": "a", "i": "i", "u": "ɯ", "e": "e", "o": "o", "A": "a", "I": "i", "U": "ɯ", "E": "e", "O": "o", "g": "ɡ",
    "sh": "ɕ", "ch": "ʨ", "ts": "ʦ", "j": "ʥ", "z": "z", "hy": "ç", "f": "ɸ", "y": "j", "r": "ɾ", "w": "w", "N": "ɴ",
    "cl": "ʔ", "ky": "kʲ", "gy": "ɡʲ", "ny": "ɲ", "by": "bʲ", "py": "pʲ", "my": "mʲ", "ry": "ɾʲ", "ty": "tʲ",
    "dy": "dʲ", "v": "v", "pau": ", ", "sil": "",
}  # fmt: skip


class OpenJTalkVoice:
    """Speaks Japanese."""

    name = "open-jtalk"

    @property
    def languages(self) -> frozenset[str]:
        from importlib.util import find_spec

        return frozenset(("ja",)) if find_spec("pyopenjtalk") else frozenset()

    def voice(self, language: str) -> str:
        return "mei_normal"

    def warm(self, language: str) -> None:
        self.speak("はい。", language)

    def speak(self, text: str, language: str) -> Sound:
        text = sayable(text)
        engine = _engine()
        try:
            with _LOCK:
                samples, rate = engine.tts(text, speed=_speed(text))
        except Exception as error:  # the binding raises RuntimeError and plain Exception
            raise SynthesisFailed("Open JTalk broke down") from error
        return finish((np.asarray(samples) / 32768.0).astype(np.float32), int(rate))


def _speed(text: str) -> float:
    return next((speed for digits, speed in _SPEEDS if digits.search(text)), 1.0)


def kana_phonemes(text: str) -> str:
    """Japanese text as phonemes for Kokoro."""
    with _LOCK:
        spelled = str(_engine().g2p(text)).split()
    written = "".join(_PHONEMES.get(one, one) for one in spelled)
    for vowel in "aiɯeo":
        written = written.replace(vowel * 2, vowel + "ː")
    return written + "."


def reading(text: str) -> str:
    """Japanese text in katakana, as it is pronounced."""
    with _LOCK:
        return str(_engine().g2p(text, kana=True))


def _engine() -> Any:
    try:
        import pyopenjtalk  # deferred: loads a dictionary of 100 MB on first use
    except ImportError as error:
        raise EngineUnavailable("pyopenjtalk-plus is not installed", "make voice") from error
    return pyopenjtalk
