"""All items at one moment: an immutable snapshot that answers "which item, in which language, may be served today".

It never reads files; `knowledge.adapters` make snapshots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from knowledge.items import Item
from knowledge.segment import Entry

_MARKS = str.maketrans("", "", "#*>`|")


@dataclass(frozen=True)
class Library:
    """Items by (id, language).

    Attributes:
        require_review: serve only what a person reviewed.
    """

    items: Mapping[tuple[str, str], Item] = field(default_factory=dict)
    require_review: bool = False

    @classmethod
    def of(cls, items: Iterable[Item], require_review: bool = False) -> Library:
        return cls({item.key: item for item in items}, require_review)

    def item(self, topic: str, language: str, today: date) -> Item | None:
        """The item if it may be served, else None."""
        item = self.items.get((topic, language))
        return item if item is not None and item.is_served(today, self.require_review) else None

    def served(self, today: date) -> Iterator[Item]:
        """All that may be served, in a fixed order."""
        for key in sorted(self.items):
            if self.items[key].is_served(today, self.require_review):
                yield self.items[key]

    def title(self, topic: str, language: str) -> str:
        """The title in that language; the id when there is none."""
        item = self.items.get((topic, language))
        return topic if item is None else item.title

    @cached_property
    def topics(self) -> frozenset[str]:
        """Ids of all topics."""
        return frozenset(topic for topic, _ in self.items)


def entry_of(item: Item) -> Entry:
    """What is searched of an item; its title is one more question."""
    body = " ".join(text.translate(_MARKS) for text in item.sections.values())
    return Entry(item.id, item.language, (*item.questions, item.title), f"{item.title} {body}")
