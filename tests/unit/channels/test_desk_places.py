"""Telling places: who is near hears of every step, who is far back every few seconds, nobody twice the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.desk.dispatch import Dispatcher
from channels.desk.floor import Sight
from channels.desk.queueing import Place
from channels.desk.roster import People, Roster
from tests.contract.channels.desk_samples import NOW, at
from tickets.domain.calendar import LOCAL_ZONE

pytestmark = pytest.mark.asyncio


class Told:
    """The hand-over, as far as it is told places."""

    def __init__(self) -> None:
        self.places: list[tuple[str, int]] = []

    async def place(self, handoff_id: str, position: int, wait_seconds: int | None) -> None:
        self.places.append((handoff_id, position))


def sight(first: int, seconds: float) -> Sight:
    """Forty who wait, from number `first` on."""
    roster = Roster(People({}, {}, {}), {}, NOW, LOCAL_ZONE, 45)
    places = {f"c{first + number}": Place(number + 1, None) for number in range(40)}
    return Sight((), replace(roster, now=at(seconds)), places, {})


async def test_the_first_ones_hear_of_every_step_and_the_others_now_and_then() -> None:
    told = Told()
    dispatcher = Dispatcher(None, None, None, None, told, None, lambda: NOW)  # type: ignore[arg-type]
    await dispatcher._tell_places(sight(0, 0))
    assert len(told.places) == 40
    told.places.clear()
    await dispatcher._tell_places(sight(0, 1))
    assert told.places == []  # nothing moved
    await dispatcher._tell_places(sight(1, 2))  # the first one was taken, another came
    assert [position for _, position in told.places] == [*range(1, 21), 40]
    told.places.clear()
    await dispatcher._tell_places(sight(1, 5))  # five seconds after they heard the last time
    assert [position for _, position in told.places] == list(range(21, 40))
