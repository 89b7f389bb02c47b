"""One recogniser made of several: each language goes to the engine chosen for it.

It chooses nothing itself; `voice.bootstrap_speech` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voice.errors_speech import LanguageUnheard
from voice.ports_speech import RecognitionStream, SpeechRecognizer


class RecognizerByLanguage:
    """Hears each language with the recogniser it was given for it."""

    def __init__(self, recognizers: Mapping[str, SpeechRecognizer]) -> None:
        self._recognizers = dict(recognizers)

    @property
    def name(self) -> str:
        return "/".join(sorted({one.name for one in self._recognizers.values()})) or "none"

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self._recognizers)

    @property
    def streams(self) -> bool:
        return all(one.streams for one in self._recognizers.values())

    def of(self, language: str) -> SpeechRecognizer:
        """The recogniser of a language.

        Raises:
            LanguageUnheard: there is none.
        """
        try:
            return self._recognizers[language]
        except KeyError:
            raise LanguageUnheard(f"no installed engine hears {language}: hotline voice doctor") from None

    def warm(self, language: str) -> None:
        self.of(language).warm(language)

    def open(
        self, language: str, *, hints: Sequence[str] = (), grammar: Sequence[str] | None = None
    ) -> RecognitionStream:
        return self.of(language).open(language, hints=hints, grammar=grammar)
