"""The wish for a person put right by its sound, whatever was asked: 人共 is 人工, апиратер is оператор.

A whole utterance of that one word only, never where a name was asked for, and not while a person talks with the caller.
A Chinese word must sound the same; another one may differ in a letter of seven.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voice.endpointing import Expectation
from voice.heard.correct import Sounds, sound_distance
from voice.heard.inventions import folded
from voice.ports_speech import Heard

_MOST_DISTANCE = 0.15
_MOST_CHARACTERS = 24
_NEVER = frozenset(("contact_name", "person"))
_WORDS: Mapping[str, tuple[str, ...]] = {
    "zh": ("人工", "转人工", "接线员"),
    "en": ("operator",),
    "ja": ("オペレーター",),
    "ko": ("상담원", "상담사", "오퍼레이터"),
    "ru": ("оператор", "оператора"),
}
"""The sayings that are looked for by their sound: 真人 sounds like a name, and a longer one like its refusal."""


class PersonWish:
    """The sayings that ask for a person, by how they sound.

    Args:
        sayings: by language.
        sounds: how each language sounds.
    """

    def __init__(self, sayings: Mapping[str, Sequence[str]], sounds: Mapping[str, Sounds]) -> None:
        self._sayings = {
            language: [text for text in texts if text in _WORDS[language]] for language, texts in sayings.items()
        }
        self._sounds = sounds
        self._sounded: dict[str, list[tuple[str, str]]] = {}

    def right(self, heard: Heard, expectation: Expectation) -> Heard:
        """The utterance with a misheard wish put right. Blocks a little on its first use in a language."""
        plain, language = folded(heard.text), heard.language
        if not plain or len(plain) > _MOST_CHARACTERS or language not in self._sayings or expectation.slot in _NEVER:
            return heard
        if any(plain == folded(text) for text in self._sayings[language]):
            return heard
        sound = self._sound(heard.text, language)
        distance, text = min((sound_distance(sound, sounded), text) for text, sounded in self._known(language))
        most = 0.0 if language == "zh" else _MOST_DISTANCE
        return heard.with_text(text) if distance <= most else heard

    def warm(self, language: str) -> None:
        """Works out how the sayings of a language sound."""
        if language in self._sayings:
            self._known(language)

    def _known(self, language: str) -> list[tuple[str, str]]:
        if language not in self._sounded:
            self._sounded[language] = [(text, self._sound(text, language)) for text in self._sayings[language]]
        return self._sounded[language]

    def _sound(self, text: str, language: str) -> str:
        return "".join(self._sounds[language](text))
