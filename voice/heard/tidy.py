"""Everything that is done to a transcript before it goes to the assistant, in its order.

Writing first, then names by their sound, then figures, and no full stop at its end, since what is read back and filed
goes on behind it; the engine's own words are kept beside it.
"""

from __future__ import annotations

from voice.heard.correct import Correction, Vocabulary, correct
from voice.heard.figures import figures
from voice.heard.sounds import SOUNDS
from voice.heard.writing import rewrite
from voice.ports_speech import Heard


def tidy(heard: Heard, vocabulary: Vocabulary | None = None) -> tuple[Heard, tuple[Correction, ...]]:
    """Tidies a transcript.

    Args:
        vocabulary: names of the city in the transcript's language; None: names are left as heard.

    Returns:
        The transcript with `raw` as the engine gave it, and the names that were put right.
    """
    text = rewrite(heard.text, heard.language)
    corrections: tuple[Correction, ...] = ()
    if vocabulary is not None and vocabulary.language == heard.language:
        text, corrections = correct(text, vocabulary, SOUNDS[heard.language])
    return heard.with_text(_unstopped(figures(text, heard.language))), corrections


def _unstopped(text: str) -> str:
    """Without the one full stop at the end; a story that breaks off ("...") keeps its dots."""
    text = text.rstrip()
    return text[:-1].rstrip() if text.endswith((".", "。")) and not text.endswith(("..", "。。")) else text
