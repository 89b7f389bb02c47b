"""The index of live matters by meaning and place, in this process' memory: a million in under 100 MB.

Each vector is kept as the signs of its centred values, 384 bits in six words (Charikar 2002: signs of projections keep
angles); the nearest by bits are then compared exactly by whoever asks. It scans, split by group of categories and by
place: nothing has to be trained or rebuilt, and what was added is found at once. It holds no text and reads no store.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tickets.domain.geography import METRES_A_DEGREE, Spot

WORDS = 6
_FIRST_ROOM = 1024
_FEW = 50_000
"""So many rows near a place are picked out before bits are counted; more are counted all, which is quicker then."""


@dataclass(frozen=True)
class Entry:
    """A matter as the index keeps it; `vector` is a sentence vector (384), `group` of its category."""

    number: str
    vector: NDArray[np.floating]
    group: str | None
    spot: Spot | None


class _Shelf:
    """The matters of one group, in arrays that grow by doubling; a bit's word is a row, so that scans run straight."""

    def __init__(self) -> None:
        self.size = 0
        self.numbers = np.zeros(_FIRST_ROOM, dtype=np.int64)
        self.codes = np.zeros((WORDS, _FIRST_ROOM), dtype=np.uint64)
        self.latitudes = np.full(_FIRST_ROOM, np.nan, dtype=np.float32)
        self.longitudes = np.full(_FIRST_ROOM, np.nan, dtype=np.float32)

    def add(self, numbers: NDArray[np.int64], codes: NDArray[np.uint64], places: NDArray[np.float32]) -> None:
        until = self.size + len(numbers)
        while until > len(self.numbers):
            self._grow()
        self.numbers[self.size : until] = numbers
        self.codes[:, self.size : until] = codes.T
        self.latitudes[self.size : until], self.longitudes[self.size : until] = places[:, 0], places[:, 1]
        self.size = until

    def nearest(self, code: NDArray[np.uint64], spot: Spot | None, metres: float, limit: int) -> list[tuple[int, int]]:
        """Pairs of differing bits and number."""
        if not self.size:
            return []
        rows: NDArray[np.int64] | slice = slice(0, self.size)
        if spot is not None and metres > 0:
            rows = self._around(spot, metres)
            if not len(rows):
                return []
            if len(rows) > _FEW:
                return self._among(code, slice(0, self.size), limit, rows)
        return self._among(code, rows, limit)

    def _among(
        self,
        code: NDArray[np.uint64],
        rows: NDArray[np.int64] | slice,
        limit: int,
        only: NDArray[np.int64] | None = None,
    ) -> list[tuple[int, int]]:
        differing = np.bitwise_count(self.codes[0, rows] ^ code[0]).astype(np.uint16)
        for word in range(1, WORDS):
            differing += np.bitwise_count(self.codes[word, rows] ^ code[word])
        numbers = self.numbers[rows]
        if only is not None:
            differing, numbers = differing[only], numbers[only]
        if len(differing) > limit:  # counting is quicker than sorting: there are only 385 distances
            reached = np.bincount(differing, minlength=1).cumsum()
            best = np.flatnonzero(differing <= np.searchsorted(reached, limit))
            differing, numbers = differing[best], numbers[best]
        found = [(int(bits), int(number)) for bits, number in zip(differing, numbers, strict=True)]
        return sorted(found)[:limit]

    def _around(self, spot: Spot, metres: float) -> NDArray[np.int64]:
        """Rows within a square around the spot, and those of no known place."""
        north = metres / METRES_A_DEGREE
        east = north / max(0.1, math.cos(math.radians(spot.latitude)))
        latitudes, longitudes = self.latitudes[: self.size], self.longitudes[: self.size]
        near = (np.abs(latitudes - spot.latitude) <= north) & (np.abs(longitudes - spot.longitude) <= east)
        return np.flatnonzero(near | np.isnan(latitudes))

    def _grow(self) -> None:
        room = len(self.numbers)
        self.numbers = np.concatenate([self.numbers, np.zeros(room, dtype=np.int64)])
        self.codes = np.concatenate([self.codes, np.zeros((WORDS, room), dtype=np.uint64)], axis=1)
        empty = np.full(room, np.nan, dtype=np.float32)
        self.latitudes = np.concatenate([self.latitudes, empty])
        self.longitudes = np.concatenate([self.longitudes, empty])


class DuplicateIndex:
    """Live matters, to be searched. Safe for several threads.

    Args:
        centre: the mean of sentence vectors (384); without it the signs would hardly differ.
    """

    def __init__(self, centre: NDArray[np.floating]) -> None:
        self._centre = np.asarray(centre, dtype=np.float32)
        self._shelves: dict[str, _Shelf] = {}
        self._known: set[int] = set()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, str) and int(number) in self._known

    def size_mb(self) -> float:
        """Memory of the arrays, in millions of bytes."""
        with self._guard:
            arrays = [
                array
                for shelf in self._shelves.values()
                for array in (shelf.numbers, shelf.codes, shelf.latitudes, shelf.longitudes)
            ]
        return sum(array.nbytes for array in arrays) / 1e6

    def add(self, entries: Sequence[Entry]) -> None:
        """Adds matters; one that is there stays as it is."""
        with self._guard:
            by_group: dict[str, list[Entry]] = {}
            for entry in entries:
                if int(entry.number) not in self._known:
                    self._known.add(int(entry.number))
                    by_group.setdefault(entry.group or "", []).append(entry)
            for group, added in by_group.items():
                numbers = np.array([int(entry.number) for entry in added], dtype=np.int64)
                spots = [entry.spot for entry in added]
                places = np.array(
                    [(spot.latitude, spot.longitude) if spot else (np.nan, np.nan) for spot in spots], dtype=np.float32
                )
                codes = self._codes(np.stack([entry.vector for entry in added]))
                self._shelves.setdefault(group, _Shelf()).add(numbers, codes, places)

    def nearest(
        self,
        vector: NDArray[np.floating],
        group: str | None = None,
        spot: Spot | None = None,
        metres: float = 0.0,
        limit: int = 60,
    ) -> list[str]:
        """Numbers of the likeliest matters, the nearest first.

        Args:
            group: of the category; matters of other groups are left out, those of none are not. None: any.
            metres: leave out what is known to be farther than this from `spot`; 0: place does not count.
        """
        code = self._codes(np.asarray(vector, dtype=np.float32).reshape(1, -1))[0]
        with self._guard:
            shelves = list(self._shelves) if group is None else [name for name in (group, "") if name in self._shelves]
            found = [each for name in shelves for each in self._shelves[name].nearest(code, spot, metres, limit)]
        found.sort()
        return [f"{number:014d}" for _, number in found[:limit]]

    def _codes(self, vectors: NDArray[np.floating]) -> NDArray[np.uint64]:
        bits = np.asarray(vectors, dtype=np.float32) > self._centre
        return np.packbits(bits, axis=1).view(np.uint64)
