"""Jitter buffer: packets in as they come, 20 ms of sound out at every tick, gapless in time.

Sound that comes late is played late rather than lost, since it is to be understood: when nothing is there to play, the
buffer makes something up and stands still, and so gets as deep as the network needs. What it holds in excess of that
for some seconds (a calmer network, a sender whose clock is fast) it leaves out again. What never came, while later
sound did, is concealed. It knows nothing of payload formats: samples come in decoded, with their timestamps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voice.protocol.concealment import Concealer, Samples
from voice.protocol.rtp import distance

FRAME = 160
_RING = 16_000
_FADE = np.arange(1, 33, dtype=np.float32) / 33
_START_DEPTH = 2 * FRAME
_PRIMING_TICKS = 3
_GAP_CONCEALED_MOST = 960
_STANDS_TICKS_MOST = 25
_WATCHED_TICKS, _SPARE = 150, 320
_CALM_TICKS, _MUCH = 25, 800
_QUIET_WITHIN_TICKS = 10
_DEPTH_GROWN_MOST = 1_920
_DEPTH_MOST = 8_000
_QUIET_RMS = 200.0


@dataclass
class JitterCounts:
    """What happened so far, in frames of 20 ms and packets.

    Attributes:
        played: frames of sound that came.
        concealed: frames made up because their packet never came.
        waited: frames made up while waiting; what followed was played later than it would have been.
        left_out: frames left out to get the delay down again.
        late: packets that came after their time.
        silent: frames in which the sender sent nothing.
    """

    played: int = 0
    concealed: int = 0
    waited: int = 0
    left_out: int = 0
    late: int = 0
    silent: int = 0


class JitterBuffer:
    """One stream of 8 kHz samples. `put` what comes, `pull` every 20 ms."""

    def __init__(self) -> None:
        self.counts = JitterCounts()
        self._concealer = Concealer()
        self._ring: Samples = np.zeros(_RING, dtype=np.int16)
        self._filled = np.zeros(_RING, dtype=bool)
        self.restart()

    def restart(self) -> None:
        """A new sender takes over (another SSRC, a new session description): what is held is forgotten."""
        self._filled[:] = False
        self._anchor: tuple[int, int] | None = None  # timestamp and position of one packet
        self._head = 0  # position of what is played next
        self._end = 0  # position after the newest sample
        self._fresh = True  # nothing was played yet: an earlier packet may still come
        self._playing = False
        self._priming = 0
        self._standing = 0
        self._to_grow = 0
        self._growing_since = 0
        self._watch()

    def _watch(self) -> None:
        """Starts watching anew how early packets come."""
        self._least_spare = _RING
        self._watched = 0

    @property
    def depth_seconds(self) -> float:
        """Sound that is held back now."""
        return max(self._end - self._head, 0) / 8_000

    def put(self, timestamp: int, samples: Samples) -> None:
        """Takes one packet's samples; packets may come out of order, twice or not at all."""
        if not 0 < len(samples) <= _RING // 4:
            return
        at = self._position(timestamp)
        if self._fresh:
            self._head = min(self._head, at)
        self._least_spare = min(self._least_spare, at - self._head)
        if at < self._head:
            late = self._head - at
            if late >= len(samples):
                self.counts.late += 1
                self._to_grow = max(self._to_grow, min(-(-late // FRAME), 5))
                return
            samples, at = samples[late:], self._head
        places = np.arange(at, at + len(samples)) % _RING
        self._ring[places] = samples
        self._filled[places] = True
        self._end = max(self._end, at + len(samples))

    def _position(self, timestamp: int) -> int:
        """Place of a timestamp on a count that never wraps; one far from what is expected begins a new stream."""
        if self._anchor is not None:
            at = self._anchor[1] + distance(timestamp, self._anchor[0], 32)
            if self._head - _RING // 2 < at < self._head + _RING // 2:
                self._anchor = (timestamp, at)
                return at
            self.restart()
        self._anchor = (timestamp, 0)
        return 0

    def pull(self) -> Samples:
        """Gives the next 20 ms."""
        if not self._ready():
            self.counts.silent += 1
            return self._concealer.missing(FRAME)
        if self._must_grow():
            self.counts.waited += 1
            return self._concealer.missing(FRAME)
        if self._is_there(self._head):
            return self._take()
        if self._end > self._head:
            return self._pass_gap()
        return self._wait()

    def _ready(self) -> bool:
        """Whether playing has begun: with two frames held, or with one that waited long enough for the second."""
        if not self._playing and self._end > self._head:
            self._priming += 1
            if self._end - self._head >= _START_DEPTH or self._priming >= _PRIMING_TICKS:
                self._playing = True
                self._fresh = False
                self._priming = 0
        return self._playing

    def _must_grow(self) -> bool:
        """Whether to stand still now because packets came too late: in a quiet place, else soon anyway."""
        if not self._to_grow or self._end <= self._head:
            return False
        if self._end - self._head > _DEPTH_GROWN_MOST:
            self._to_grow = 0
            return False
        self._growing_since += 1
        if self._growing_since < _QUIET_WITHIN_TICKS and not self._is_quiet():
            return False
        self._to_grow -= 1
        self._growing_since = 0
        self._watch()
        return True

    def _take(self) -> Samples:
        span = self._span(self._head)
        samples = self._ring[span].copy()
        if self._has_excess() and self._is_there(self._head + FRAME):
            self._filled[span] = False
            self._head += FRAME
            span = self._span(self._head)
            rest = self._ring[span].copy()
            rest[: len(_FADE)] = samples[: len(_FADE)] * (1 - _FADE) + rest[: len(_FADE)] * _FADE
            samples = rest
            self.counts.left_out += 1
            self._watch()
        self._filled[span] = False
        self._head += FRAME
        self._standing = 0
        self._watched += 1
        self.counts.played += 1
        return self._concealer.heard(samples)

    def _has_excess(self) -> bool:
        """Whether packets come earlier than is needed, or far too much is held; a quiet place is waited for a while."""
        if self._end - self._head > _DEPTH_MOST:
            return True
        ticks = _CALM_TICKS if self._least_spare >= _MUCH else _WATCHED_TICKS
        if self._watched < ticks:
            return False
        if self._least_spare < _SPARE or self._least_spare == _RING:
            self._watch()
            return False
        return self._watched > ticks + _QUIET_WITHIN_TICKS or self._is_quiet()

    def _pass_gap(self) -> Samples:
        """Later sound is there: a short gap is concealed; a long one, in which the sender paused, is skipped.

        What was made up while waiting for this very gap counts as its concealment.
        """
        there = np.flatnonzero(self._filled[np.arange(self._head, self._end) % _RING])
        gap = int(there[0])
        if gap > _GAP_CONCEALED_MOST:
            self._head += gap
            self._playing = False
            return self.pull()
        waited = min(self._standing, gap // FRAME)
        if waited:
            self._standing = 0
            self._head += waited * FRAME
            self.counts.waited -= waited
            self.counts.concealed += waited
            return self.pull()
        span = self._span(self._head)
        filled = self._filled[span]
        made = np.where(filled, self._ring[span], self._concealer.missing(FRAME))
        self._filled[span] = False
        self._head += FRAME
        self._standing = 0
        self.counts.concealed += 1
        return made

    def _wait(self) -> Samples:
        """Nothing is there: something is made up and the position stays, until the sender is taken to have paused."""
        self._standing += 1
        self.counts.waited += 1
        if self._standing > _STANDS_TICKS_MOST:
            self.counts.waited -= self._standing
            self.counts.silent += self._standing
            self._standing = 0
            self._playing = False
        return self._concealer.missing(FRAME)

    def _span(self, start: int) -> slice | NDArray[np.intp]:
        first = start % _RING
        return slice(first, first + FRAME) if first + FRAME <= _RING else np.arange(start, start + FRAME) % _RING

    def _is_there(self, start: int) -> bool:
        return bool(self._filled[self._span(start)].all())

    def _is_quiet(self) -> bool:
        samples = self._ring[self._span(self._head)].astype(np.float32)
        return float(samples @ samples) < _QUIET_RMS * _QUIET_RMS * FRAME
