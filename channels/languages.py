"""Which of the five languages a conversation and a text are in.

Pure decisions; recognising itself is done by `language.identify`, handed in. A conversation keeps its language
until a text is surely in another one.
"""

from __future__ import annotations

from dataclasses import dataclass

from channels.ports import Identify

LANGUAGES = ("zh", "en", "ja", "ko", "ru")
DEFAULT_LANGUAGE = "zh"


@dataclass(frozen=True, slots=True)
class Spoken:
    """`language`: the conversation's from this text on; `other`: a confident sixth the citizen wrote in."""

    language: str
    other: str | None


def opening_language(asked: str | None, accept_language: str | None) -> str:
    """The language a conversation opens in: the one asked for, else the browser's best, else Chinese."""
    if asked is not None:
        return asked
    return preferred(accept_language or "") or DEFAULT_LANGUAGE


def preferred(accept_language: str) -> str | None:
    """The best of the five in an Accept-Language header (RFC 9110, 12.5.4), None when none is in it."""
    best: tuple[float, str] | None = None
    for part in accept_language[:500].split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        if language in LANGUAGES:
            quality = _quality(parameters)
            if quality > 0 and (best is None or quality > best[0]):
                best = (quality, language)
    return best[1] if best else None


def spoken(identify: Identify, text: str, current: str) -> Spoken:
    """The language of `text` in a conversation that was in `current`."""
    found = identify(text, current)
    return Spoken(found.language if found.sure and found.language in LANGUAGES else current, found.other)


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
