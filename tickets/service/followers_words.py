"""What followers said in joining, for the search for duplicates: a third citizen may describe a matter as the second
did.

The words of the first few of a ticket, whoever left meanwhile included, are in the index under numbers of this process'
own: one that a thousand joined does not crowd out all others. Whether their author still follows, and how the ticket
stands, is read at each search. So who leaves, or is split off again, leads nobody to the ticket any more, and
who comes back does again. It compares and decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from tickets.domain.geography import Spot
from tickets.service.duplicate_ports import DuplicateStore, Heard, Live, Said

_FIRST = 10**14
"""Numbers of tickets have fourteen digits, those of words fifteen."""
_PAGE = 5000
_MOST_OF_A_TICKET = 8
Enter = Callable[[str, NDArray[np.floating], str | None, Spot | None], None]


class FollowersWords:
    """Reads words as they come, and knows which number of the index stands for which.

    Args:
        enter: puts a number with vector, category and spot into the index.
        vector_of: of a text.
        spot_of: of a ticket's place.
    """

    def __init__(
        self,
        store: DuplicateStore,
        enter: Enter,
        vector_of: Callable[[str], NDArray[np.float32]],
        spot_of: Callable[[Live], Spot | None],
    ) -> None:
        self._store, self._enter = store, enter
        self._vector_of, self._spot_of = vector_of, spot_of
        self._numbers: dict[str, Said] = {}
        self._known: set[Said] = set()
        self._of_ticket: Counter[str] = Counter()
        self._without: list[Said] = []
        self._after: Said | None = None

    def read_new(self, closed_since: datetime, overlap: timedelta) -> None:
        """Takes over what was said since the last look, and `overlap` before it; of closed tickets those filed since
        `closed_since`."""
        after = self._after and Said("", "", self._after.joined_at - overlap)
        while True:
            page = self._store.words_page(after, closed_since, _PAGE)
            for row in page:
                if row.said in self._known:
                    continue
                self._known.add(row.said)
                self._of_ticket[row.said.ticket] += 1
                if self._of_ticket[row.said.ticket] > _MOST_OF_A_TICKET:
                    continue
                if row.vector is None:
                    self._without.append(row.said)
                else:
                    self._add(row.said, row.vector, row.category, row.spot)
            if page:
                after = self._after = page[-1].said
            if len(page) < _PAGE:
                return

    def make(self, at_most: int) -> int:
        """Makes the vectors of up to so many words that have none; gives how many are left."""
        these = self._without[: max(0, at_most)]
        for heard in self._store.words(these):
            vector, spot = self._vector_of(heard.text), self._spot_of(heard.ticket)
            self._store.keep_words(heard.said, vector, spot)
            self._add(heard.said, vector, heard.ticket.category, spot)
            self._without.remove(heard.said)  # at once: what was done before a failure is not done again
        gone = set(these)
        self._without = [each for each in self._without if each not in gone]
        return len(self._without)

    def apart(self, numbers: Sequence[str]) -> tuple[list[str], list[Heard]]:
        """Numbers of tickets, and the words that the others of `numbers` stand for."""
        said = [self._numbers[number] for number in numbers if number in self._numbers]
        return [number for number in numbers if number not in self._numbers], self._store.words(said)

    def _add(self, said: Said, vector: NDArray[np.floating], category: str | None, spot: Spot | None) -> None:
        number = str(_FIRST + len(self._numbers))
        self._numbers[number] = said
        self._enter(number, vector, category, spot)
