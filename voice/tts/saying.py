"""What an engine may be given: letters and marks, no control characters, at least one thing to say.

It spells nothing out; `voice.speakable` has done that before.
"""

from __future__ import annotations

import unicodedata

from voice.errors_speech import SynthesisFailed
from voice.speakable.digits import is_dictated

_DICTATED = 0.75


def pace(text: str, language: str) -> float:
    """How fast a text is said where slow speech stays clear; digits that are written down by who hears them, slower.

    1.0 is the voice's own pace.
    """
    return _DICTATED if is_dictated(text, language) else 1.0


def paced(voice: str, text: str, language: str) -> str:
    """The name of a voice as it says a text, for where speech is kept: dictated, the same words are said otherwise."""
    return f"{voice}, dictating" if is_dictated(text, language) else voice


def sayable(text: str) -> str:
    """The text without control characters and broken halves of characters.

    Raises:
        SynthesisFailed: nothing in it can be said.
    """
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in text).strip()
    if not any(c.isalnum() for c in kept):
        raise SynthesisFailed(f"nothing in the text can be said ({len(kept)} characters)")
    return kept
