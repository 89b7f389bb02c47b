"""What can go wrong in hearing and speaking, by whose fault it is.

Every one ends the turn with something audible; none of them ends the process.
"""

from __future__ import annotations

from voice.errors import VoiceError


class SpeechError(VoiceError):
    """Hearing or speaking failed."""

    code = "speech_error"


class EngineUnavailable(SpeechError):
    """The engine's package, program or model is not installed on this machine.

    Attributes:
        remedy: what to run or install, in one line.
    """

    code = "engine_unavailable"

    def __init__(self, message: str | None = None, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class LanguageUnheard(SpeechError):
    """No installed engine hears this language."""

    code = "language_unheard"


class RecognitionFailed(SpeechError):
    """The recogniser broke down on this utterance."""

    code = "recognition_failed"


class SynthesisFailed(SpeechError):
    """The voice could not speak this text."""

    code = "synthesis_failed"


class NothingSpeaks(SpeechError):
    """Every voice of this language failed."""

    code = "nothing_speaks"
