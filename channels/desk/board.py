"""The live board: how many wait and how long, how fast people answer, who gave up.

Pure: cases in, figures out. A case counts as answered when a person came, as abandoned when the citizen left, gave up
or ran out of time before that; what is still waiting counts as neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from channels.desk.cases import Case
from channels.desk.queueing import waited_seconds

ANSWER_SECONDS = 15
"""GB/T 33358-2016: a person answers within 15 seconds."""
ABANDONED = frozenset({"citizen_left", "citizen_cancelled", "timed_out"})


def board(cases: Sequence[Case], presences: Mapping[str, str], now: datetime, zone: tzinfo) -> dict[str, Any]:
    """The figures of the local day of `now`.

    Args:
        cases: all cases opened that day, and everything still open.
        presences: state by agent of those on shift: available, busy, away or off.
    """
    waiting = [case for case in cases if case.state == "waiting"]
    today = [case for case in cases if case.opened_at.astimezone(zone).date() == now.astimezone(zone).date()]
    states = list(presences.values())
    return {
        "at": now.isoformat(timespec="seconds"),
        "waiting": len(waiting),
        "longest_wait_seconds": max((waited_seconds(case, now) for case in waiting), default=0),
        "active": sum(case.state == "active" for case in cases),
        **_counted(today),
        "agents": {state: states.count(state) for state in ("available", "busy", "away", "off")},
        "per_language": [
            {"language": language, "waiting": sum(case.language == language for case in waiting), **_counted(part)}
            for language, part in _parted(today, lambda case: case.language)
        ],
        "per_hour": [
            {"hour": hour.isoformat(), **_counted(part)}
            for hour, part in _parted(today, lambda case: _hour(case.opened_at.astimezone(zone)))
        ],
    }


def _counted(cases: Iterable[Case]) -> dict[str, Any]:
    answered, soon, abandoned, opened, waits = 0, 0, 0, 0, 0.0
    for case in cases:
        opened += 1
        if case.first_accepted_at is not None:
            wait = (case.first_accepted_at - case.opened_at).total_seconds()
            answered += 1
            soon += wait <= ANSWER_SECONDS
            waits += wait
        elif case.state == "ended" and case.end_reason in ABANDONED:
            abandoned += 1
    return {
        "offered": opened,
        "answered": answered,
        "answered_within_15s": soon,
        "answered_within_15s_share": round(soon / answered, 4) if answered else None,
        "average_wait_seconds": round(waits / answered, 1) if answered else None,
        "abandoned": abandoned,
        "abandoned_share": round(abandoned / opened, 4) if opened else None,
    }


def _parted(cases: Iterable[Case], key: Any) -> list[tuple[Any, list[Case]]]:
    parts: dict[Any, list[Case]] = {}
    for case in cases:
        parts.setdefault(key(case), []).append(case)
    return sorted(parts.items())


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
