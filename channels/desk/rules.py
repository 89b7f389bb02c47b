"""The desk's patience and its way of assigning: as the process was set up, changed by leaders while it runs.

What leaders change is one stored setting; each gateway looks at it again after a few seconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from channels.desk.clocks import DeskTimes
from channels.desk.ports import Kept
from channels.errors import InvalidField

NAME = "desk"
AssignmentKind = Literal["offer", "assign", "off"]
ASSIGNMENTS: tuple[AssignmentKind, ...] = ("offer", "assign", "off")
"""offer: who is chosen is asked; assign: who is chosen has it; off: everybody takes what he or she likes."""
FIELDS: Mapping[str, str] = {
    "accept_seconds": "offer",
    "escalate_seconds": "escalate",
    "silent_warn_seconds": "warn",
    "silent_reassign_seconds": "relieve",
    "tell_seconds": "tell",
}
_FRESH_SECONDS = 3.0
_LONGEST_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What counts now."""

    times: DeskTimes
    assignment: AssignmentKind = "offer"

    def wire(self) -> dict[str, Any]:
        times = asdict(self.times)
        return {**{shown: times[name] for shown, name in FIELDS.items()}, "assignment": self.assignment}

    def changed(self, body: Mapping[str, Any]) -> DeskRules:
        """The rules with what `body` names. Raises InvalidField."""
        given = {name: _seconds(shown, body[shown]) for shown, name in FIELDS.items() if shown in body}
        try:
            times = replace(self.times, **given)
        except ValueError:
            message = "An agent is warned before being relieved: silent_reassign_seconds must be the longer one."
            raise InvalidField("silent_reassign_seconds", message) from None
        for kind in ASSIGNMENTS:
            if body.get("assignment", self.assignment) == kind:
                return DeskRules(times, kind)
        raise InvalidField("assignment", f"assignment must be one of {', '.join(ASSIGNMENTS)}.")


class RuleBook:
    """Reads and changes the rules.

    Args:
        kept: where the operator's settings are.
        monotonic: any steady clock, in seconds.
    """

    def __init__(self, base: DeskRules, kept: Kept, monotonic: Callable[[], float]) -> None:
        self._base = base
        self._kept = kept
        self._monotonic = monotonic
        self._read_at: float | None = None
        self.now = base

    async def refresh(self) -> DeskRules:
        """The rules, a few seconds old at most."""
        if self._read_at is None or self._monotonic() - self._read_at > _FRESH_SECONDS:
            stored = await self._kept.kept(NAME)
            try:
                self.now = self._base if stored is None else self._base.changed(stored)
            except InvalidField:  # kept by an older version: as the process was set up
                self.now = self._base
            self._read_at = self._monotonic()
        return self.now

    async def change(self, body: Mapping[str, Any], by: str) -> DeskRules:
        """Changes what `body` names. Raises InvalidField; nothing is changed then."""
        self._read_at = None
        after = (await self.refresh()).changed(body)
        await self._kept.keep(NAME, after.wire(), by)
        self.now, self._read_at = after, self._monotonic()
        return after


def named(body: Mapping[str, Any]) -> bool:
    """Whether a change of settings is about the desk's rules."""
    return any(name in body for name in (*FIELDS, "assignment"))


def _seconds(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _LONGEST_SECONDS:
        raise InvalidField(name, f"{name} must be a number of seconds from 1 to {_LONGEST_SECONDS}.")
    return value
