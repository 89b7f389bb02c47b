"""What to do with a transcript: take it, ask whether it is right, ask again, or ask for the keypad.

Engines count confidence differently, so each has thresholds of its own. It asks nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from voice.heard.inventions import folded
from voice.ports_speech import Heard

Verdict = Literal["take", "confirm", "again", "keypad"]

# (surely right from here, hardly right below); measured on human clips, clean and at telephone quality.
_LIMITS: Mapping[str, tuple[float, float]] = {"vosk": (0.75, 0.45), "whisper": (0.55, 0.28)}
_GRAMMAR_LIMITS = (0.85, 0.6)
_BY_KEYPAD = frozenset(("contact_phone", "ticket_number", "digits"))
_IMPORTANT = frozenset(("contact_phone", "ticket_number", "location", "digits"))


def verdict(heard: Heard, slot: str | None = None, asked_before: int = 0) -> Verdict:
    """Judges a finished transcript.

    Args:
        slot: what was asked for; None: an open question.
        asked_before: how many times this was asked again already; after two what there is is taken, or typed.
    """
    if not folded(heard.text):
        return _not_heard(slot, asked_before)
    if heard.limited:
        # a grammar always picks something: doubt it sooner
        sure, doubtful = _GRAMMAR_LIMITS
    else:
        sure, doubtful = _LIMITS.get(heard.engine.split("+")[-1], (0.6, 0.3))
    if heard.confidence < doubtful:
        return _not_heard(slot, asked_before) if asked_before < 2 or slot in _BY_KEYPAD else "take"
    if heard.confidence < sure and slot in _IMPORTANT and not asked_before:
        return "confirm"
    return "take"


def _not_heard(slot: str | None, asked_before: int) -> Verdict:
    return "keypad" if asked_before >= 1 and slot in _BY_KEYPAD else "again"
