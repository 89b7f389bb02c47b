"""Yes and no put right by their sound, where yes or no was asked for: 配送です is はいそうです, 提角 is 提交.

A whole utterance only, and only where it sounds like sayings of one meaning and not like the other's. What is a
saying already, and what sounds like neither, is left as it was heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from voice.endpointing import Expectation
from voice.heard.correct import Sounds, sound_distance
from voice.heard.inventions import folded
from voice.ports_speech import Heard

_MOST_DISTANCE = 0.2
_CLEARLY_NEARER = 0.15
_EXACT_LETTERS = 4
_MOST_CHARACTERS = 24
_KINDS = ("yes_no", "choice")
_SLOTS = frozenset(("category",))
_JOINTS = {"zh": "，", "ja": "、"}


class YesAndNo:
    """The sayings of a language, by how they sound.

    Args:
        sayings: of each meaning ("yes", "no"), by language; two of one meaning may follow each other.
        sounds: how each language sounds.
    """

    def __init__(self, sayings: Mapping[str, Mapping[str, Sequence[str]]], sounds: Mapping[str, Sounds]) -> None:
        self._sayings = sayings
        self._sounds = sounds
        self._sounded: dict[str, list[tuple[str, str, str]]] = {}

    def right(self, heard: Heard, expectation: Expectation) -> Heard:
        """The utterance with a misheard yes or no put right. Blocks a little on its first use in a language."""
        plain = folded(heard.text)
        asked = expectation.kind in _KINDS or expectation.slot in _SLOTS
        if not asked or not plain or len(plain) > _MOST_CHARACTERS or heard.language not in self._sayings:
            return heard
        known = self._known(heard.language)
        if any(plain == folded(text) for _, text, _ in known):
            return heard
        sound = self._sound(heard.text, heard.language)
        nearest: dict[str, tuple[float, str]] = {}
        for meaning, text, sounded in known:
            if abs(len(sounded) - len(sound)) > _MOST_DISTANCE * max(len(sounded), len(sound)):
                continue
            found = (sound_distance(sound, sounded), text)
            nearest[meaning] = min(nearest.get(meaning, (1.0, "")), found)
        if not nearest:
            return heard
        meaning = min(nearest, key=lambda one: nearest[one][0])
        distance, text = nearest[meaning]
        others = min((nearest[one][0] for one in nearest if one != meaning), default=1.0)
        most = 0.0 if len(sound) < _EXACT_LETTERS else _MOST_DISTANCE
        if distance > most or others - distance < _CLEARLY_NEARER:
            return heard
        return heard.with_text(text)

    def warm(self, language: str) -> None:
        """Works out how the sayings of a language sound."""
        if language in self._sayings:
            self._known(language)

    def _known(self, language: str) -> list[tuple[str, str, str]]:
        """(meaning, text, sound) of each saying and of each pair of one meaning."""
        if language not in self._sounded:
            joint = _JOINTS.get(language, ", ")
            rows = []
            for meaning, texts in self._sayings[language].items():
                pairs = [f"{one}{joint}{other}" for one, other in product(texts, texts) if one != other]
                single = {text: self._sound(text, language) for text in texts}
                rows += [(meaning, text, sound) for text, sound in single.items()]
                sounds = [single[one] + single[other] for one, other in product(texts, texts) if one != other]
                rows += [(meaning, text, sound) for text, sound in zip(pairs, sounds, strict=True)]
            self._sounded[language] = rows
        return self._sounded[language]

    def _sound(self, text: str, language: str) -> str:
        return "".join(self._sounds[language](text))
