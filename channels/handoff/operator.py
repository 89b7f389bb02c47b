"""The operator's switches: the assistant on or off, who is first, announcements, and how long citizens wait.

One stored setting with a version; each gateway looks at it again after two seconds at most. What cannot be used is
refused when it is set, never when a citizen calls.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from channels.errors import InvalidField
from channels.handoff.announcements import Announcement, parse_announcements
from channels.handoff.modes import ModeRule, parse_rules
from channels.handoff.sql_care import SqlCare

NAME = "operator"
_FRESH_SECONDS = 2.0
_LONGEST_WAIT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Operator:
    """What the operator chose.

    Attributes:
        queue_timeout_seconds: after it a waiting citizen is offered a call-back; None: as the gateway is set up.
    """

    bot_enabled: bool = True
    modes: tuple[ModeRule, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    queue_timeout_seconds: int | None = None

    def wire(self) -> dict[str, Any]:
        return {
            "bot": {"enabled": self.bot_enabled},
            "modes": [rule.wire() for rule in self.modes],
            "announcements": [one.wire() for one in self.announcements],
            "queue_timeout_seconds": self.queue_timeout_seconds,
        }

    def changed(self, body: Mapping[str, Any]) -> Operator:
        """The settings after a change; a part that `body` does not name stays as it is.

        Raises:
            InvalidField: which part cannot be used, and what to write.
        """
        after = self
        if "bot" in body:
            bot = body["bot"]
            if not isinstance(bot, dict) or not isinstance(bot.get("enabled"), bool):
                raise InvalidField("bot.enabled", "bot.enabled must be true or false.")
            after = replace(after, bot_enabled=bot["enabled"])
        if "modes" in body:
            after = replace(after, modes=parse_rules(body["modes"]))
        if "announcements" in body:
            after = replace(after, announcements=parse_announcements(body["announcements"]))
        if "queue_timeout_seconds" in body:
            after = replace(after, queue_timeout_seconds=_seconds(body["queue_timeout_seconds"]))
        return after


class OperatorSettings:
    """Reads and changes the operator's settings.

    Args:
        clock: any steady clock, in seconds.
    """

    def __init__(self, care: SqlCare, clock: Callable[[], float] = time.monotonic) -> None:
        self._care = care
        self._clock = clock
        self._known = Operator()
        self._read_at: float | None = None

    async def now(self) -> Operator:
        """The settings, at most two seconds old."""
        if self._read_at is None or self._clock() - self._read_at > _FRESH_SECONDS:
            stored = await self._care.setting(NAME)
            self._known = Operator() if stored is None else Operator().changed(stored[0])
            self._read_at = self._clock()
        return self._known

    async def change(self, body: Mapping[str, Any], by: str, now: datetime) -> Operator:
        """Changes the parts that `body` names. Raises InvalidField; nothing is changed then."""
        self._read_at = None
        after = (await self.now()).changed(body)
        await self._care.set(NAME, after.wire(), by, now)
        self._known, self._read_at = after, self._clock()
        return after


def _seconds(value: object) -> int | None:
    if value is None:
        return None
    if type(value) is not int or not 10 <= value <= _LONGEST_WAIT_SECONDS:
        raise InvalidField("queue_timeout_seconds", "queue_timeout_seconds must be null or 10 to 86,400 seconds.")
    return value
