"""What an engine may be given: letters and marks, no control characters, at least one thing to say.

It spells nothing out; `voice.speakable` has done that before.
"""

from __future__ import annotations

import unicodedata

from voice.errors_speech import SynthesisFailed
from voice.speakable.digits import is_dictated

_DICTATED = 0.75


def pace(text: str, language: str) -> float:
    """How fast a text is said, 1.0 being the voice's own: digits that are written down by who hears them, slower."""
    return _DICTATED if is_dictated(text, language) else 1.0


def paced(voice: str, text: str, language: str) -> str:
    """The name of a voice as it says a text: speech of another pace is another speech where it is kept."""
    slower = pace(text, language)
    return voice if slower == 1.0 else f"{voice} x{slower}"


def sayable(text: str) -> str:
    """The text without control characters and broken halves of characters.

    Raises:
        SynthesisFailed: nothing in it can be said.
    """
    kept = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") else " " for c in text).strip()
    if not any(c.isalnum() for c in kept):
        raise SynthesisFailed(f"nothing in the text can be said ({len(kept)} characters)")
    return kept
