"""Canned replies: those that come along (data/desk/canned/*.yml), and what this desk changed, added or took away.

A reply has a text in each of the five languages; the page shows the citizen's and the agent's side by side.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from channels.desk.errors import CannedNotFound
from channels.desk.people import DeskAgent
from channels.desk.ports import WorkStore
from channels.desk.records import Canned
from channels.errors import InvalidField
from channels.languages import LANGUAGES

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TEXT_LIMIT = 2000
_MOST = 500


class Cannery:
    """Keeps the replies."""

    def __init__(self, carried: Sequence[Canned], work: WorkStore, clock: Callable[[], datetime]) -> None:
        self._carried = carried
        self._work = work
        self._clock = clock

    async def all(self) -> list[dict[str, Any]]:
        """Every reply that may be used."""
        return [reply.wire() for reply in (await self._known()).values() if not reply.removed]

    async def put(self, by: DeskAgent, reply_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Adds or changes a reply. Raises InvalidField."""
        known = await self._known()
        if reply_id not in known and sum(not one.removed for one in known.values()) >= _MOST:
            raise InvalidField("id", f"There are {_MOST} replies already.")
        reply = parse(reply_id, body)
        await self._work.put_canned(reply, by.id, self._clock())
        return reply.wire()

    async def remove(self, by: DeskAgent, reply_id: str) -> None:
        """Raises CannedNotFound."""
        reply = (await self._known()).get(reply_id)
        if reply is None or reply.removed:
            raise CannedNotFound
        await self._work.put_canned(replace(reply, removed=True), by.id, self._clock())

    async def _known(self) -> dict[str, Canned]:
        known = {reply.id: reply for reply in self._carried}
        known.update({reply.id: reply for reply in await self._work.canned()})
        return known


def load(folder: Path) -> tuple[Canned, ...]:
    """The replies of `<folder>/<group>.yml`: by id a shortcut and a text for each language.

    Raises:
        ValueError: a reply has not all five languages.
    """
    found: list[Canned] = []
    for file in sorted(folder.glob("*.yml")):
        for reply_id, reply in (yaml.safe_load(file.read_text("utf-8")) or {}).items():
            texts = {language: str(reply[language]).strip() for language in LANGUAGES if reply.get(language)}
            if len(texts) < len(LANGUAGES):
                raise ValueError(f"{file}: {reply_id} has not all of {', '.join(LANGUAGES)}")
            found.append(Canned(reply_id, file.stem, str(reply["shortcut"]), texts))
    return tuple(found)


def parse(reply_id: str, body: Mapping[str, Any]) -> Canned:
    """A reply from JSON. Raises InvalidField."""
    if not _ID.fullmatch(reply_id):
        raise InvalidField("id", "id must have 1 to 64 letters, digits, hyphens or underscores.")
    group, shortcut, texts = body.get("group"), body.get("shortcut"), body.get("texts")
    for name, value in (("group", group), ("shortcut", shortcut)):
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= 40:
            raise InvalidField(name, f"{name} must have 1 to 40 characters.")
    if not isinstance(texts, dict) or set(texts) != set(LANGUAGES):
        raise InvalidField("texts", f"texts must hold {', '.join(LANGUAGES)}.")
    if not all(isinstance(text, str) and 1 <= len(text.strip()) <= _TEXT_LIMIT for text in texts.values()):
        raise InvalidField("texts", f"Each text must have 1 to {_TEXT_LIMIT} characters.")
    clean = {language: texts[language].strip() for language in LANGUAGES}
    return Canned(reply_id, str(group).strip(), str(shortcut).strip(), clean)
