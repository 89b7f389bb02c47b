"""Ticket numbers: eight digits of the local date and six random ones, easy to read out on the telephone.

The random part comes from the caller, so that this stays pure. A number is no secret and proves nothing.
"""

from __future__ import annotations

import re
from datetime import datetime

from tickets.domain.calendar import LOCAL_ZONE

RANDOM_NUMBERS = 1_000_000
_NUMBER = re.compile(r"\d{14}", re.ASCII)


def ticket_number(at: datetime, random: int) -> str:
    """`20261125` + `004711`; `random` is 0 to 999,999."""
    if not 0 <= random < RANDOM_NUMBERS:
        raise ValueError("the random part has six digits")
    return f"{at.astimezone(LOCAL_ZONE):%Y%m%d}{random:06d}"


def clean_number(text: str) -> str | None:
    """The 14 digits in `text` with spaces and hyphens left out; None when that is no ticket number."""
    digits = re.sub(r"[\s\-]", "", text)
    return digits if _NUMBER.fullmatch(digits) else None
