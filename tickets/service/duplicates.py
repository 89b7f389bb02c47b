"""Finds live tickets that may be about the same matter as one that is about to be filed, by the words of whoever filed
it or joined it; what a follower said is asked about and never joined at once.

Every process has an index of its own and brings it up to the store before each search; whoever meets a ticket without
a vector makes and keeps it. It joins nothing and tells nobody: what comes of a match is decided by who asked. When the
store is away it raises; no filing waits for it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from language.encoder import SentenceEncoder
from tickets.domain.city import Catalogue
from tickets.domain.duplicates import FAR, Decision, GramWeights, Likeness, Matter, Verdict, compare, grams_of, words_of
from tickets.domain.geography import Spot
from tickets.domain.place import NO_PLACE, Place
from tickets.domain.text import clean_text
from tickets.domain.vocabulary import OPEN
from tickets.errors import StoreUnavailable
from tickets.service.duplicate_ports import DuplicateStore, Live, MatterIndex
from tickets.service.followers_words import FollowersWords
from tickets.service.placing import Placing

logger = logging.getLogger(__name__)
_PAGE = 5000
_OVERLAP = timedelta(minutes=2)
"""So far back a catch-up looks again: clocks of processes differ, and a filing may be committed late."""
_REOPENABLE = timedelta(days=60)
_COMPARED, _LOOKED_THROUGH, _ENOUGH = 60, 480, 10
"""So many of the nearest are compared; of places with many ended matters so many are looked through, unless so many
of the first are open: the index keeps what has ended, as it may be reopened."""
_ENCODED_AT_ONCE = 4
"""Tickets without a vector that a search makes up for; the rest is done in the background."""
_IDLE_SECONDS = 2.0
_PATIENCE_SECONDS = 0.5
_UNSEEN = ("report", "praise", "suggestion")
"""Natures that are never offered to others: reports are secret, praise and suggestions are everybody's own."""


@dataclass(frozen=True)
class NewMatter:
    """What is about to be filed.

    Attributes:
        vector: the description's sentence vector (384), if the caller has it.
        conversation_id: to know the citizen's own earlier tickets.
    """

    description: str = field(repr=False)
    category: str | None = None
    place: Place = NO_PLACE
    conversation_id: str | None = None
    vector: NDArray[np.floating] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Match:
    """A live ticket that may be the same matter; `own`: the same conversation filed it."""

    ticket: Live
    likeness: Likeness
    own: bool

    @property
    def people(self) -> int:
        """How many reported it so far."""
        return self.ticket.followers + 1


class DuplicateFinder:
    """Finds duplicates; safe for several threads.

    Args:
        centre: the mean of sentence vectors, as `Decision` was fitted with.
        entry: makes an entry of the index.
        now: gives the present, aware.
    """

    def __init__(
        self,
        store: DuplicateStore,
        index: MatterIndex,
        entry: Callable[[str, NDArray[np.floating], str | None, Spot | None], Any],
        catalogue: Catalogue,
        encoder: SentenceEncoder,
        weights: GramWeights,
        decision: Decision,
        centre: NDArray[np.float32],
        placing: Placing | None,
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._index, self._entry = store, index, entry
        self._catalogue, self._encoder, self._placing = catalogue, encoder, placing
        self._weights, self._decision, self._centre = weights, decision, centre
        self._now = now
        self._after: tuple[datetime, str] | None = None
        self._without: list[str] = []
        self._words = FollowersWords(store, self._enter, self._encode, self._spot)
        self._guard = threading.RLock()
        self._closing = threading.Event()

    def find(self, new: NewMatter, limit: int = 3) -> list[Match]:
        """Live tickets that are likely the same matter, the likeliest first.

        Raises:
            StoreUnavailable: the store does not answer.
        """
        if self._guard.acquire(timeout=_PATIENCE_SECONDS):  # while a large store is read first, what is read counts
            try:
                self.catch_up(_ENCODED_AT_ONCE)
            finally:
                self._guard.release()
        vector = new.vector if new.vector is not None else self._encode(new.description)
        matter = self._matter(new.description, new.category, new.place)
        metres = FAR * matter.radius_m
        numbers = self._index.nearest(vector, matter.group, matter.spot, metres, _COMPARED)
        found = self._live(numbers)
        if len(numbers) == _COMPARED and len({ticket.number for ticket, _ in found}) < _ENOUGH:
            more = self._index.nearest(vector, matter.group, matter.spot, metres, _LOOKED_THROUGH)
            found += self._live(more[_COMPARED:])
        matches: dict[str, Match] = {}
        for ticket, words in found:
            said = words or ticket
            if said.vector is None or ticket.nature in _UNSEEN or ticket.emergency:
                continue
            meaning = self._cosine(vector, said.vector)
            likeness = compare(matter, self._known(said), meaning, self._weights, self._decision)
            if words is not None:
                likeness = likeness.asked()
            best = matches.get(ticket.number)
            if likeness.verdict is not Verdict.OTHER and (best is None or likeness.rank > best.likeness.rank):
                own = ticket.conversation_id is not None and ticket.conversation_id == new.conversation_id
                matches[ticket.number] = Match(ticket, likeness, own)
        ordered = sorted(matches.values(), key=lambda match: (-match.likeness.probability, match.ticket.filed_at))
        return ordered[:limit]

    def catch_up(self, encode_at_most: int) -> int:
        """Brings the index up to the store; gives how many tickets and followers' words still lack a vector."""
        with self._guard:
            self._read_new()
            for live in self._store.texts(self._without[:encode_at_most]) if self._without else ():
                spot = self._spot(live)
                vector = self._encode(live.description)
                self._store.keep(live.number, vector, spot)
                self._enter(live.number, vector, live.category, spot)
            made = len(self._without[:encode_at_most])
            self._without = self._without[made:]
            return len(self._without) + self._words.make(encode_at_most - made)

    def watch(self) -> threading.Thread:
        """Keeps the index up to date in the background until `close`."""
        thread = threading.Thread(target=self._keep_up, name="duplicates", daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Ends the background thread and gives connections back."""
        self._closing.set()
        self._store.close()

    def _keep_up(self) -> None:
        while not self._closing.is_set():
            waiting = 0
            try:
                waiting = self.catch_up(1)
            except StoreUnavailable as error:
                logger.warning("duplicates cannot be looked up now: %s", error)
            self._closing.wait(0.0 if waiting else _IDLE_SECONDS)

    def _live(self, numbers: Sequence[str]) -> list[tuple[Live, Live | None]]:
        """The open ones of these: each ticket as it was filed, and as a follower described it, if that was found."""
        filed, heard = self._words.apart(numbers)
        found: list[tuple[Live, Live | None]] = [(ticket, None) for ticket in self._store.live(filed)]
        for one in heard:
            if one.active and one.ticket.status in OPEN:
                found.append((one.ticket, replace(one.ticket, description=one.text, vector=one.vector)))
        return found

    def _enter(self, number: str, vector: NDArray[np.floating], category: str | None, spot: Spot | None) -> None:
        self._index.add([self._entry(number, vector, self._group(category), spot)])

    def _read_new(self) -> None:
        closed_since = self._now() - _REOPENABLE
        self._words.read_new(closed_since, _OVERLAP)
        after = self._after
        if after is not None:
            after = (after[0] - _OVERLAP, "")
        while True:
            page = self._store.page(after, closed_since, _PAGE)
            fresh = [row for row in page if row.number not in self._index]
            self._index.add(
                [
                    self._entry(row.number, row.vector, self._group(row.category), row.spot)
                    for row in fresh
                    if row.vector is not None
                ]
            )
            waiting = set(self._without)
            self._without += [row.number for row in fresh if row.vector is None and row.number not in waiting]
            if page:
                after = (page[-1].filed_at, page[-1].number)
                self._after = max(self._after or after, after)
            if len(page) < _PAGE:
                return

    def _matter(self, text: str, category: str | None, place: Place) -> Matter:
        located = self._placing.locate(place, text) if self._placing else None
        grams, opening = _without(place.text, *words_of(text))
        known = self._catalogue.categories.get(category or "")
        sure = located is not None and located.spot is not None
        return Matter(
            grams=grams,
            opening=opening,
            category=category,
            group=known.group if known else None,
            radius_m=known.duplicate_radius_m if known else 0,
            spot=located.spot if sure and located else _given(place),
            component=located.component if located else None,
            street=located.areas.street if located else None,
            district=located.areas.district if located else None,
        )

    def _known(self, ticket: Live) -> Matter:
        grams, opening = _without(ticket.place, *words_of(ticket.description))
        category = self._catalogue.categories.get(ticket.category or "")
        return Matter(
            grams=grams,
            opening=opening,
            category=ticket.category,
            group=category.group if category else None,
            radius_m=category.duplicate_radius_m if category else 0,
            spot=ticket.spot,
            component=ticket.component,
            street=ticket.street,
            district=ticket.district,
        )

    def _spot(self, live: Live) -> Spot | None:
        place = Place(live.place, latitude=live.latitude, longitude=live.longitude)
        if self._placing is None:
            return _given(place)
        return self._placing.locate(place, live.description).spot

    def _group(self, category: str | None) -> str | None:
        known = self._catalogue.categories.get(category or "")
        return known.group if known else None

    def _encode(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._encoder.encode([clean_text(text)])[0]
        return vector

    def _cosine(self, one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
        first, second = one - self._centre, other - self._centre
        return float(first @ second / max(1e-9, float(np.linalg.norm(first) * np.linalg.norm(second))))


def _without(place: str, *words: frozenset[str]) -> tuple[frozenset[str], ...]:
    """The words without those of the place: that two matters are in one street is not that they are one."""
    known = grams_of(place)
    return tuple(each - known for each in words)


def _given(place: Place) -> Spot | None:
    return Spot(place.latitude, place.longitude) if place.latitude is not None and place.longitude is not None else None
