"""Everything with a fixed shape in a text: telephone and ticket numbers, car plates, amounts of money, times.

Names, places and matters are not found here; they need a model. Nothing found overlaps: a ticket number beats a
telephone number, and that beats a plate, an amount and a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from language.found import Found
from language.money import find_money
from language.phones import find_phones
from language.plates import find_plates
from language.ticket_numbers import find_ticket_numbers
from language.times import bare_times, find_times

ENTITIES = ("ticket_number", "phone", "plate", "money", "time")


def find_patterns(text: str, language: str, now: datetime) -> list[Found]:
    """Find all patterns of a text.

    Args:
        text: What was written or said.
        language: One of the five.
        now: Aware; what "today" is.

    Returns:
        In order of the text, not overlapping; offsets are those of the text as given.
    """
    kept: list[Found] = []
    for found in (
        find_ticket_numbers(text, language),
        find_phones(text, language),
        find_plates(text),
        find_money(text, language),
        bare_times(text, language, find_times(text, language, now)),
    ):
        kept.extend(_free(found, list(kept)))
    return sorted(kept, key=lambda one: one.start)


def _free(found: Iterable[Found], taken: list[Found]) -> list[Found]:
    """Leave out what overlaps something already taken; both are in order or few."""
    ordered = sorted(taken, key=lambda one: one.start)
    free: list[Found] = []
    index = 0
    for one in found:
        while index < len(ordered) and ordered[index].end <= one.start:
            index += 1
        if index == len(ordered) or ordered[index].start >= one.end:
            free.append(one)
    return free
