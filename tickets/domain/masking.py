"""Personal data made unreadable for those who need not see it.

Masks are for people and logs; they are not a way to store data safely.
"""

from __future__ import annotations

import re

MASK = "*"
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}[Xx]?")


def mask_phone(phone: str | None) -> str:
    """`13812345678` -> `138****5678`; a short or foreign number keeps at most its last two characters."""
    if not phone:
        return ""
    digits = phone.strip()
    if len(digits) >= 9:
        return digits[:3] + MASK * (len(digits) - 7) + digits[-4:]
    return MASK * max(len(digits) - 2, 1) + digits[-2:] if len(digits) > 4 else MASK * len(digits)


def mask_name(name: str | None) -> str:
    """Keeps the first character: `王小明` -> `王**`, `John Smith` -> `J*** S****`; one character is all masked."""
    if not name or not name.strip():
        return ""
    words = name.split()
    if len(words) == 1 and len(words[0]) == 1:
        return MASK
    return " ".join(word[0] + MASK * (len(word) - 1) for word in words)


def mask_numbers(text: str) -> str:
    """Masks runs of 7 and more digits (telephones, identity and bank numbers) inside a text, keeping the last two."""
    return _LONG_NUMBER.sub(lambda found: MASK * (len(found[0]) - 2) + found[0][-2:], text)
