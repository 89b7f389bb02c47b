"""A number that the caller was asked for: whether it can go on, and one put together from what was said in pieces.

Telephone and ticket numbers only, and only answers that are hardly anything but a number: "there is a fire, call 119"
is none. It asks nothing itself.
"""

from __future__ import annotations

from typing import Literal

from language.digits import digit_runs
from language.phones import normalize_phone, phone_problem
from language.ticket_numbers import LENGTH, normalize_ticket_number
from voice.heard.inventions import folded
from voice.heard.words import ends_in_digit, only_digits

SLOTS = frozenset(("contact_phone", "ticket_number"))
Ask = Literal["number", "keypad"]
_A_PIECE, _SURELY_A_NUMBER = 3, 5
_SERVICES = frozenset(("110", "112", "119", "120", "122", "911", "12345", "12315", "12319"))
_WORDS_BESIDE_MOST = {"zh": 7, "ja": 12, "ko": 10, "en": 4, "ru": 4}
"""Characters, in English and Russian words, beside the digits: "my phone number is"."""
_KOREAN_DIGITS = 11
_ASKED_MOST, _ASKED_MOST_WHILE_GROWING = 2, 4


def can_go_on(digits: str, slot: str, language: str) -> bool:
    """Whether more digits can belong to a number; a landline of eleven digits may have a twelfth."""
    if slot == "ticket_number":
        return len(digits) < LENGTH
    value = normalize_phone(digits, language)
    landline = value is not None and "-" in value
    short = value is not None and value.startswith("+82") and len(digits) < _KOREAN_DIGITS
    return phone_problem(f"{digits}0", language) != "too_long" and (value is None or landline or short)


def lacks_one_at_most(digits: str, slot: str, language: str) -> bool:
    """Whether a number is whole, or would be with one digit more."""
    if slot == "ticket_number":
        return len(digits) >= LENGTH - 1
    return phone_problem(f"{digits}0", language) not in ("too_short", "not_a_number")


class AskedNumber:
    """What was said, or typed, of one number so far."""

    def __init__(self) -> None:
        self._slot: str | None = None
        self._pieces: list[str] = []
        self._asked = 0

    def take(self, text: str, slot: str | None, language: str) -> tuple[str, Ask | None]:
        """Takes an answer.

        Args:
            text: what was said, or the keys that were pressed.
            slot: what was asked for.

        Returns:
            The answer, or the number that it completes, and how to ask for the rest where there is a number that is not
            whole; None: there is nothing to ask for, or it was asked for often enough.
        """
        if slot != self._slot:
            self._slot = slot
            self._forget()
        digits = only_digits(text, language) if slot in SLOTS else ""
        if not self._is_of_a_number(text, digits, language):
            return text, None
        if normalize_phone(text, language) or normalize_ticket_number(text, language):
            self._forget()
            return text, None
        normalize = normalize_ticket_number if slot == "ticket_number" else normalize_phone
        self._pieces.append(digits)
        for first in range(len(self._pieces)):
            number = "".join(self._pieces[first:])
            if normalize(number, language):
                self._forget()
                return number, None
        self._asked += 1
        said = "".join(self._pieces)
        growing = len(self._pieces) > 1 and can_go_on(said, str(slot), language)
        if self._asked > (_ASKED_MOST_WHILE_GROWING if growing else _ASKED_MOST):
            self._forget()
            return (said if growing else text), None
        return text, "number" if growing or self._asked == 1 else "keypad"

    def _is_of_a_number(self, text: str, digits: str, language: str) -> bool:
        """Whether an answer is a number or a piece of one."""
        runs = digit_runs(text, language)
        if not digits or any(run.digits in _SERVICES for run in runs):
            return False
        beside, end = "", 0
        for run in runs:
            beside, end = f"{beside} {text[end : run.groups[0].start]}", run.groups[-1].end
        beside += f" {text[end:]}"
        words = len(beside.split()) if language in ("en", "ru") else len(folded(beside))
        if words > _WORDS_BESIDE_MOST.get(language, 7):
            return False
        at_end = ends_in_digit(text, language)
        if self._pieces:
            return len(digits) >= _A_PIECE or at_end
        return len(digits) >= _SURELY_A_NUMBER or (len(digits) >= _A_PIECE and at_end)

    def _forget(self) -> None:
        self._pieces.clear()
        self._asked = 0
