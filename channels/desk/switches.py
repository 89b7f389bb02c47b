"""The switches that leaders see as one: the operator's (bot, modes, announcements) and the desk's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.desk import rules
from channels.desk.ports import Operating
from channels.desk.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Switches:
    """Reads and changes both."""

    operating: Operating
    book: RuleBook

    async def settings(self) -> Mapping[str, Any]:
        return {**await self.operating.settings(), **(await self.book.refresh()).wire()}

    async def change(self, by: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """What `body` does not name stays. Raises InvalidField; nothing is changed then."""
        if rules.named(body):
            self.book.now.changed(body)
        operating = await self.operating.change_settings(by, body)
        if rules.named(body):
            await self.book.change(body, by)
        return {**operating, **self.book.now.wire()}
