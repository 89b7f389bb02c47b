"""Ticket numbers: exactly 14 digits that begin with a date, `20YYMMDD`.

Whether such a ticket exists is not known here.
"""

from __future__ import annotations

from datetime import date

from language.digits import digit_runs
from language.found import Found
from language.normalize import to_halfwidth

LENGTH = 14


def is_ticket_number(digits: str) -> bool:
    """Tell whether digits can be a ticket number."""
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdigit()) or not digits.startswith("20"):
        return False
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


def find_ticket_numbers(text: str, language: str) -> list[Found]:
    """Find ticket numbers in any grouping, full-width or read out; the value is the 14 digits."""
    found = []
    plain = to_halfwidth(text)
    for run in digit_runs(text, language):
        free_from = 0
        for first, last, digits in run.windows(LENGTH):
            if first < free_from or not is_ticket_number(digits):
                continue
            start, end = run.groups[first].start, run.groups[last].end
            after = plain[end : end + 1]
            if after.isascii() and after.isalpha():
                continue
            found.append(Found("ticket_number", digits, start, end))
            free_from = last + 1
    return found


def normalize_ticket_number(text: str, language: str) -> str | None:
    """Give the only ticket number of a text, None when there is none or there are several."""
    values = {found.value for found in find_ticket_numbers(text, language)}
    return values.pop() if len(values) == 1 else None
