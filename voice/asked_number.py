"""A number that the caller was asked for: whether it can go on, and one put together from what was said in pieces.

Telephone and ticket numbers only. It asks nothing itself.
"""

from __future__ import annotations

from language.phones import normalize_phone, phone_problem
from language.ticket_numbers import LENGTH, normalize_ticket_number
from voice.heard.words import ends_in_digit, only_digits

SLOTS = frozenset(("contact_phone", "ticket_number"))
_A_PIECE, _SURELY_A_NUMBER = 3, 5
_MOST_PIECES = 4


def can_go_on(digits: str, slot: str, language: str) -> bool:
    """Whether more digits can belong to a number; a landline of eleven digits may have a twelfth."""
    if slot == "ticket_number":
        return len(digits) < LENGTH
    return phone_problem(f"{digits}0", language) != "too_long"


def lacks_one_at_most(digits: str, slot: str, language: str) -> bool:
    """Whether a number is whole, or would be with one digit more."""
    if slot == "ticket_number":
        return len(digits) >= LENGTH - 1
    return phone_problem(f"{digits}0", language) not in ("too_short", "not_a_number")


class AskedNumber:
    """What was said of one number so far."""

    def __init__(self) -> None:
        self._slot: str | None = None
        self._pieces: list[str] = []

    def take(self, text: str, slot: str | None, language: str) -> str | None:
        """Takes an answer.

        Args:
            slot: what was asked for.

        Returns:
            The answer, or the number that it completes; None: it is a number, and not a whole one.
        """
        if slot != self._slot:
            self._slot = slot
            self._pieces.clear()
        digits = only_digits(text, language) if slot in SLOTS else ""
        if not self._is_of_a_number(digits, ends_in_digit(text, language)):
            return text
        if normalize_phone(text, language) or normalize_ticket_number(text, language):
            self._pieces.clear()
            return text
        normalize = normalize_ticket_number if slot == "ticket_number" else normalize_phone
        self._pieces = [*self._pieces, digits][-_MOST_PIECES:]
        for first in range(len(self._pieces) - 1):
            number = "".join(self._pieces[first:])
            if normalize(number, language):
                self._pieces.clear()
                return number
        return None

    def _is_of_a_number(self, digits: str, at_end: bool) -> bool:
        """Whether digits are a number or a piece of one, and not the house number in an address."""
        if self._pieces:
            return len(digits) >= _A_PIECE or bool(digits) and at_end
        return len(digits) >= _SURELY_A_NUMBER or len(digits) >= _A_PIECE and at_end
