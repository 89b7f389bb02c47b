"""Who is first, the assistant or people: chosen by the operator per channel, hours and load.

Pure; the present comes in as local time. The default is the assistant first, with a person at any word. A mode
never takes a conversation from anybody: it is asked when a conversation opens and while the assistant is off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal

from channels.conversations import CHANNELS
from channels.errors import InvalidField
from channels.handoff.contract import Staffing

Mode = Literal["assistant_first", "people_first"]
Way = Literal["assistant", "people", "callback"]
"""Who answers: the assistant, a person (the citizen waits for one), or nobody now and a call-back later."""

MODES: tuple[Mode, ...] = ("assistant_first", "people_first")
EVERY_CHANNEL = "*"
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
MOST_RULES = 50


@dataclass(frozen=True, slots=True)
class ModeRule:
    """Holds on these ISO weekdays from `start` to `end` (past midnight when `end` is not later; equal: all day),
    while at most `at_most_waiting` citizens wait (None: whatever the load)."""

    mode: Mode
    channel: str = EVERY_CHANNEL
    weekdays: tuple[int, ...] = EVERY_DAY
    start: time = time(0)
    end: time = time(0)
    at_most_waiting: int | None = None

    def holds(self, channel: str, local: datetime, waiting: int) -> bool:
        if self.channel not in (EVERY_CHANNEL, channel):
            return False
        if self.at_most_waiting is not None and waiting > self.at_most_waiting:
            return False
        now, today = local.time(), local.isoweekday()
        yesterday = (local - timedelta(days=1)).isoweekday()
        if self.start < self.end:
            return today in self.weekdays and self.start <= now < self.end
        if self.start == self.end:
            return today in self.weekdays
        return (today in self.weekdays and now >= self.start) or (yesterday in self.weekdays and now < self.end)

    def wire(self) -> dict[str, Any]:
        return {
            "channel": self.channel,
            "weekdays": list(self.weekdays),
            "from": self.start.isoformat("minutes"),
            "to": self.end.isoformat("minutes"),
            "mode": self.mode,
            "at_most_waiting": self.at_most_waiting,
        }


def mode_at(rules: Sequence[ModeRule], channel: str, local: datetime, waiting: int) -> Mode:
    """The mode of the first rule that holds; the assistant first when none does."""
    return next((rule.mode for rule in rules if rule.holds(channel, local, waiting)), "assistant_first")


_WAYS: Mapping[tuple[bool, Mode, bool, bool], Way] = {
    # the assistant is on, mode, somebody is free, somebody is on duty
    (True, "assistant_first", False, False): "assistant",
    (True, "assistant_first", False, True): "assistant",
    (True, "assistant_first", True, True): "assistant",
    (True, "people_first", False, False): "assistant",
    (True, "people_first", False, True): "assistant",  # people first, the assistant only when nobody is free
    (True, "people_first", True, True): "people",
    (False, "assistant_first", False, False): "callback",
    (False, "assistant_first", False, True): "people",
    (False, "assistant_first", True, True): "people",
    (False, "people_first", False, False): "callback",
    (False, "people_first", False, True): "people",
    (False, "people_first", True, True): "people",
}


def way(bot_enabled: bool, mode: Mode, staffing: Staffing | None) -> Way:
    """Who answers a citizen. A desk that does not say who is on duty (None) is taken to have people."""
    free = staffing is None or staffing.free > 0
    on_duty = free or (staffing is not None and staffing.on_duty > 0)
    return _WAYS[bot_enabled, mode, free, on_duty]


def parse_rules(value: object) -> tuple[ModeRule, ...]:
    """Reads the operator's list. Raises InvalidField."""
    if not isinstance(value, list) or len(value) > MOST_RULES:
        raise InvalidField("modes", f"modes must be a list of at most {MOST_RULES} rules.")
    return tuple(_rule(item, number) for number, item in enumerate(value))


def _rule(item: object, number: int) -> ModeRule:
    name = f"modes[{number}]"
    if not isinstance(item, dict):
        raise InvalidField(name, "A rule must be an object.")
    mode, channel = item.get("mode"), item.get("channel", EVERY_CHANNEL)
    weekdays = item.get("weekdays") or list(EVERY_DAY)
    most = item.get("at_most_waiting")
    if mode not in MODES:
        raise InvalidField(f"{name}.mode", f"mode must be one of {', '.join(MODES)}.")
    if channel != EVERY_CHANNEL and channel not in CHANNELS:
        raise InvalidField(f"{name}.channel", f"channel must be * or one of {', '.join(CHANNELS)}.")
    if not isinstance(weekdays, list) or not all(type(day) is int and 1 <= day <= 7 for day in weekdays):
        raise InvalidField(f"{name}.weekdays", "weekdays must be numbers from 1 (Monday) to 7.")
    if most is not None and (type(most) is not int or not 0 <= most <= 100_000):
        raise InvalidField(f"{name}.at_most_waiting", "at_most_waiting must be null or a whole number, 0 or more.")
    start, end = _time(item.get("from", "00:00"), f"{name}.from"), _time(item.get("to", "00:00"), f"{name}.to")
    return ModeRule(mode, channel, tuple(sorted(set(weekdays))), start, end, most)


def _time(value: object, name: str) -> time:
    try:
        found = time.fromisoformat(str(value)) if value != "24:00" else time(0)
    except ValueError:
        raise InvalidField(name, "A time is written as HH:MM.") from None
    if found.tzinfo is not None:
        raise InvalidField(name, "A time is written as HH:MM, in the city's own time.")
    return found
