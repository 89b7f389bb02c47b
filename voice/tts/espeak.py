"""espeak-ng: the voice of last resort, and the one that writes phonemes for others.

Its English is understood; its Chinese, Japanese, Korean and Russian hardly are, which `hotline voice doctor` says.
"""

from __future__ import annotations

from voice.errors_speech import SynthesisFailed
from voice.ports_speech import Sound
from voice.tts.programs import path_of, read_wav, run
from voice.tts.saying import pace, sayable
from voice.tts.sound import finish

PROGRAM = "espeak-ng"
_VOICES = {"zh": "cmn", "en": "en-us", "ja": "ja", "ko": "ko", "ru": "ru"}
_WORDS_A_MINUTE = 150
UNDERSTOOD = frozenset(("en",))
"""Languages in which a caller understands it."""


class EspeakVoice:
    """Speaks all five languages, in its way."""

    name = "espeak-ng"

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(_VOICES) if path_of(PROGRAM) else frozenset()

    def voice(self, language: str) -> str:
        return _VOICES[language]

    def warm(self, language: str) -> None:
        pass

    def speak(self, text: str, language: str) -> Sound:
        words_a_minute = round(_WORDS_A_MINUTE * pace(text, language))
        command = [PROGRAM, "-v", _VOICES[language], "-s", str(words_a_minute), "--stdin", "--stdout"]
        content = run(command, sayable(text))
        samples, rate = read_wav(content)
        return finish(samples, rate)


def espeak_phonemes(text: str, language: str, voice: str | None = None) -> str:
    """A text in the International Phonetic Alphabet, a comma between its parts.

    Raises:
        EngineUnavailable: espeak-ng is not installed.
        SynthesisFailed: it wrote nothing.
    """
    written = run([PROGRAM, "-q", "--ipa", "-v", voice or _VOICES[language], "--stdin"], text).decode(
        "utf-8", "replace"
    )
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    if not lines:
        raise SynthesisFailed(f"nothing in the text can be spoken ({len(text)} characters)")
    mark = "?" if text.rstrip().endswith(("?", "？")) else "."
    return ", ".join(lines) + mark
