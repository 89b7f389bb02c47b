"""Which language a caller spoke, from what several recognisers or an identifier made of the first utterance.

It weighs evidence only; asking the caller, or the keypad, is left to the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voice.heard.inventions import folded
from voice.ports_speech import Heard

# Speech of any of the five has between these many written characters a second.
_CHARACTERS_A_SECOND = {"zh": (1.5, 8.0), "ja": (2.5, 14.0), "ko": (2.0, 11.0), "en": (5.0, 25.0), "ru": (5.0, 24.0)}
_SURE, _TIMES_THE_NEXT = 0.55, 2.0
_SHORTEST_SURE_SECONDS = 0.7


@dataclass(frozen=True)
class LanguageChoice:
    """The likeliest language.

    Attributes:
        sure: False when the conversation should go on in it but stay ready to change.
    """

    language: str
    sure: bool
    likely: Mapping[str, float]


def choose(
    likely: Mapping[str, float], seconds: float, default: str = "zh", default_weight: float = 1.3
) -> LanguageChoice:
    """Chooses among likelihoods.

    Args:
        likely: of each language that can be heard; need not sum to 1.
        seconds: of speech; hardly anything can be told from less than a second.
        default: what most callers speak; it gets `default_weight`.
    """
    weighted = {one: value * (default_weight if one == default else 1.0) for one, value in likely.items()}
    whole = sum(weighted.values())
    if not weighted or whole <= 0.0:
        return LanguageChoice(default, False, dict(likely))
    shares = {one: value / whole for one, value in weighted.items()}
    ordered = sorted(shares, key=lambda one: shares[one], reverse=True)
    best = ordered[0]
    next_share = shares[ordered[1]] if len(ordered) > 1 else 0.0
    clear = shares[best] >= _SURE and shares[best] >= _TIMES_THE_NEXT * next_share
    if not clear and seconds < _SHORTEST_SURE_SECONDS and default in shares:
        return LanguageChoice(default, False, shares)
    return LanguageChoice(best, clear and seconds >= _SHORTEST_SURE_SECONDS, shares)


def likelihood(heard: Heard, seconds: float) -> float:
    """How likely an utterance is in the language it was heard in, from a recogniser's own confidence.

    A recogniser of the wrong language hears fewer words than were spoken, or doubts them.
    """
    if not heard.text or seconds <= 0.0:
        return 0.0
    slowest, fastest = _CHARACTERS_A_SECOND[heard.language]
    pace = len(folded(heard.text)) / seconds
    plausible = min(1.0, pace / slowest) * min(1.0, fastest / pace)
    return float(heard.confidence**3 * plausible)
