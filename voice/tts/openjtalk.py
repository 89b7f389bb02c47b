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
# Digits one by one (a ticket's or a telephone's number) are written down by who hears them.
_DIGITS = re.compile(r"(?:ゼロ|いち|にー|さん|よん|ごー|ろく|なな|はち|きゅう){3}")
_SPEED, _SPEED_OF_DIGITS = 1.0, 0.85
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
                samples, rate = engine.tts(text, speed=_SPEED_OF_DIGITS if _DIGITS.search(text) else _SPEED)
        except Exception as error:  # the binding raises RuntimeError and plain Exception
            raise SynthesisFailed("Open JTalk broke down") from error
        return finish((np.asarray(samples) / 32768.0).astype(np.float32), int(rate))


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
