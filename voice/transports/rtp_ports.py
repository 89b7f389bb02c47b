"""Ports for the sound of calls. It only counts: whether a port is free is found out by whoever binds it."""

from __future__ import annotations

import random


class PortRange:
    """Pairs of ports for RTP and RTCP, handed out in turn, so that a late packet of an old call meets no new one."""

    def __init__(self, first: int, last: int) -> None:
        self._ports = range(first + first % 2, last, 2)
        self._next = random.randrange(max(len(self._ports), 1))

    def __iter__(self) -> PortRange:
        return self

    def __next__(self) -> int:
        if not self._ports:
            raise StopIteration
        self._next = (self._next + 1) % len(self._ports)
        return self._ports[self._next]

    def __len__(self) -> int:
        return len(self._ports)
