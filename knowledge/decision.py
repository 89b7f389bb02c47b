"""Decides what one question gets: an answer, a choice, one question back, or an honest "not covered".

Pure. It knows the ranking, the items and the topic in hand; it makes no sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.aspects import Aspects
from knowledge.items import Fork, Item
from knowledge.library import Library
from knowledge.ranker import CHOICE_SHARE, Bar, Ranking

CHOICES = 3
_FALLBACK_BAR = Bar(0.9, 0.6)


@dataclass(frozen=True)
class Served:
    """An item answers; `section` is the part that does, `asked` whether the question named that part.

    Where the item forks inside, its question follows the short answer as buttons (`item.fork`).
    """

    item: Item
    section: str
    asked: bool = False


@dataclass(frozen=True)
class AskBack:
    """Two topics are meant by the same words and differ by who asks; one question decides."""

    item: Item
    fork: Fork


@dataclass(frozen=True)
class Choice:
    """Two or three topics to choose from."""

    items: Sequence[Item]


@dataclass(frozen=True)
class NotCovered:
    """No item answers; `nearest` may interest."""

    nearest: Sequence[Item]


Decision = Served | AskBack | Choice | NotCovered


@dataclass(frozen=True)
class Question:
    """What was asked, and the topic that the conversation is about."""

    text: str
    language: str
    topic_in_hand: str | None = None


def decide(
    question: Question, ranking: Ranking, library: Library, aspects: Aspects, bars: Mapping[str, Bar], today: date
) -> Decision:
    """The decision on one question.

    Args:
        ranking: candidates of all topics, best first.
        library: the items.
        bars: certainties by language from which something is served or offered.
        today: the day in the city.
    """
    bar = bars.get(question.language, _FALLBACK_BAR)
    section = aspects.of(question.text)
    candidates = [
        (item, candidate.score)
        for candidate in ranking.candidates
        if (item := library.item(candidate.topic, question.language, today)) is not None
    ]
    held = library.item(question.topic_in_hand, question.language, today) if question.topic_in_hand else None
    first = candidates[0][0] if candidates else None
    lost = bool(ranking.candidates) and (first is None or first.id != ranking.candidates[0].topic)
    certain = ranking.certainty >= bar.served and not lost
    if held is not None and section is not None and section in held.sections:
        same = first is not None and first.id == held.id
        if same or aspects.is_bare(question.text, question.language):
            return Served(held, section, asked=True)
        if not certain and aspects.points_back(question.text):
            return Served(held, section, asked=True)
    if first is None or ranking.certainty < bar.choice:
        return NotCovered([item for item, _ in candidates[:CHOICES]])
    if certain:
        if section is not None and section in first.sections:
            return Served(first, section, asked=True)
        return Served(first, "short")
    rivals = {item.id for item, _ in candidates}
    if first.fork is not None and any(branch.topic in rivals for branch in first.fork.branches):
        return AskBack(first, first.fork)
    close = [item for item, score in candidates if score >= CHOICE_SHARE][:CHOICES]
    return Choice(close or [first])
