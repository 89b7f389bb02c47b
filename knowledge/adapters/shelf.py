"""The items that are served: those of the folder, replaced by what was published in the system.

A published version decides over the file of the same item; a withdrawn one takes the item away. A file that became
unreadable keeps its last good text.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from knowledge.adapters.folder import ItemFolder
from knowledge.errors import InvalidItem, KnowledgeUnavailable
from knowledge.items import Item
from knowledge.library import Library
from knowledge.markdown import parse_item
from knowledge.ports import VersionStore
from knowledge.versions import Version

logger = logging.getLogger(__name__)


def published_item(version: Version) -> Item:
    """The item of a published version, with its review as the system knows it.

    Raises:
        InvalidItem: its text is not written as it should be.
    """
    item = parse_item(version.text, f"{version.topic}/{version.language}, version {version.number}")
    if version.reviewer is None or version.reviewed_at is None:
        return replace(item, status="published")
    return replace(
        item, status="published", reviewed_on=version.reviewed_at.date(), reviewers=(*item.reviewers, version.reviewer)
    )


class LayeredShelf:
    """The `Shelf` of a folder with an optional store of versions over it."""

    def __init__(self, folder: ItemFolder, versions: VersionStore | None, require_review: bool) -> None:
        self._folder = folder
        self._versions = versions
        self._require_review = require_review
        self._last_published: dict[tuple[str, str], Item | None] = {}
        self._last_good: dict[tuple[str, str], Item] = {}

    def stamp(self) -> object:
        return self._folder.stamp(), self._version_stamp()

    def library(self) -> Library:
        read = self._folder.read()
        for fault in read.faults:
            logger.error("not read, the last good text stays: %s", fault)
        faulty = {tuple(fault.where.removesuffix(".md").split("/", 1)) for fault in read.faults}
        kept = {key: item for key, item in self._last_good.items() if key in faulty}
        self._last_good = {**kept, **read.items}
        items = dict(self._last_good)
        for key, item in self._published().items():
            if item is None:
                items.pop(key, None)
            else:
                items[key] = item
        return Library(items, self._require_review)

    def _version_stamp(self) -> int | None:
        try:
            return None if self._versions is None else self._versions.stamp()
        except KnowledgeUnavailable:
            return None

    def _published(self) -> dict[tuple[str, str], Item | None]:
        """By key the published item, None when it was withdrawn; the last known ones while the store is down."""
        if self._versions is None:
            return {}
        found: dict[tuple[str, str], Item | None] = {}
        try:
            for version in self._versions.published():
                key = (version.topic, version.language)
                if version.state == "withdrawn":
                    found[key] = None
                    continue
                try:
                    found[key] = published_item(version)
                except InvalidItem as fault:
                    logger.error("not served: %s", fault)
        except KnowledgeUnavailable as error:
            logger.error("edited items are those read last: %s", error)
            return self._last_published
        self._last_published = found
        return found
