"""How long callers wait: from the end of what was said to the first sound of the answer, by the caller's recording.

Pure: recordings and timelines in, seconds out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.calls.telephone import AUDIBLE, RATE_HZ
from benchmarks.calls.walk import Spoken
from benchmarks.figures import percentile
from voice.timeline import Reply

Samples = NDArray[np.int16]
SLOWEST_SECONDS = 20.0
_SAME_SECONDS, _FILLED_SECONDS = 1.0, 0.5


@dataclass(frozen=True)
class Wait:
    """One wait of a caller.

    Attributes:
        seconds: by the recording.
        how: the answer's first clause was "rendered" ahead, "kept" from before, or "fresh"; "" when unknown.
        stages: what the line's timeline says of it, in seconds: pause, recognition, thinking, voice.
    """

    language: str
    slot: str
    seconds: float
    how: str
    stages: dict[str, float]

    @property
    def ready(self) -> bool:
        """The answer's first sound was there before it was wanted."""
        return self.how in ("rendered", "kept")


def waits(
    language: str, said: Samples, heard: Samples, spoken: Sequence[Spoken], replies: Sequence[Reply]
) -> list[Wait]:
    """The waits of one call; what was said into the line's own speech is left out."""
    found = []
    for one in spoken:
        if one.slot == "keypad":
            continue
        last = last_loud(said, one.began, one.ended)
        first = first_loud(heard, last)
        if first is None or first - last > SLOWEST_SECONDS or first - last < 0.04:
            continue
        reply = min(replies, key=lambda reply: abs(reply.at_seconds - last), default=None)
        if reply is not None and abs(reply.at_seconds - last) > _SAME_SECONDS:
            reply = None
        seconds = first - last
        if reply is not None and reply.whole > seconds + _FILLED_SECONDS:  # a word of waiting was heard before
            seconds = reply.whole
        stages = {name: getattr(reply, name) for name in ("pause", "recognition", "thinking", "voice")} if reply else {}
        found.append(Wait(language, one.slot, round(seconds, 3), reply.how if reply else "", stages))
    return found


def last_loud(track: Samples, began: float, ended: float) -> float:
    """When the last audible sound in a span ends."""
    span = track[round(began * RATE_HZ) : round(ended * RATE_HZ)]
    loud = np.flatnonzero(np.abs(span) > AUDIBLE)
    return began + (float(loud[-1]) / RATE_HZ if len(loud) else 0.0)


def first_loud(track: Samples, after: float) -> float | None:
    """When the first audible sound after a moment begins; None: there is none."""
    start = round(after * RATE_HZ)
    loud = np.flatnonzero(np.abs(track[start:]) > AUDIBLE)
    return after + float(loud[0]) / RATE_HZ if len(loud) else None


def silent_after(track: Samples, moment: float, quiet_seconds: float = 0.5) -> float | None:
    """How long after a moment a track falls silent for a while; None: it does not."""
    start, quiet = round(moment * RATE_HZ), round(quiet_seconds * RATE_HZ)
    loud = np.flatnonzero(np.abs(track[start:]) > AUDIBLE)
    if not len(loud):
        return 0.0
    gaps = np.flatnonzero(np.diff(np.append(loud, len(track) - start + quiet)) >= quiet)
    return float(loud[gaps[0]]) / RATE_HZ if len(gaps) else None


def summary(some: Sequence[Wait]) -> dict[str, Any]:
    """Number, P50 and P95 of waits, and the mean of their stages."""
    if not some:
        return {"count": 0}
    seconds = [one.seconds for one in some]
    staged = [one.stages for one in some if one.stages]
    return {
        "count": len(some),
        "p50": percentile(seconds, 50),
        "p95": percentile(seconds, 95),
        "stages": {name: round(sum(one[name] for one in staged) / len(staged), 3) for name in staged[0]}
        if staged
        else {},
    }


def as_rows(some: Sequence[Wait]) -> list[dict[str, Any]]:
    return [asdict(one) for one in some]
