"""A number that the caller was asked for: whether it can go on, and one put together from what was said in pieces.

Telephone and ticket numbers only, and only answers that are nothing but a number: whoever says "fire in room 402" is
not asked for a number. It asks nothing itself.
"""

from __future__ import annotations

from typing import Literal

from language.digits import digit_runs
from language.normalize import split_words
from language.phones import normalize_phone, phone_problem
from language.ticket_numbers import LENGTH, normalize_ticket_number
from voice.heard.inventions import folded
from voice.heard.words import ends_in_digit, only_digits

SLOTS = frozenset(("contact_phone", "ticket_number"))
Ask = Literal["number", "keypad"]
_A_PIECE, _SURELY_A_NUMBER, _KNOWN_AS_NONE = 3, 5, 7
_SERVICES = frozenset(("101", "102", "103", "104", "110", "112", "119", "120", "122", "911", "999", "12345"))
_BESIDE = {
    language: frozenset(split_words(words))
    for language, words in {
        "zh": "我 我的 电话 手机 号码 号 是 的 就是 嗯 呃 那个 好 好的 您好 工单 单号",
        "ja": "私の 電話番号 電話 携帯 番号 受付番号 は が です ですね えっと えーと あの はい",
        "ko": "제 내 전화번호 전화 휴대폰 번호 접수번호 는 은 가 이 요 이요 예요 이에요 입니다 네 예 음 어",
        "en": "my the phone telephone mobile cell number ticket is it its s yes um uh ok okay so and",
        "ru": "мой номер телефон телефона обращения это да так ну э вот и",
    }.items()
}
"""All that is said beside a number that is asked for. Whoever says anything else says more than a number."""
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
            self._forget()
            return text, None
        if normalize_phone(text, language) or normalize_ticket_number(text, language):
            self._forget()
            return text, None
        said_again = bool(self._pieces) and self._pieces[-1] == digits
        if len(digits) >= _A_PIECE and "".join(self._pieces).startswith(digits):
            self._pieces.clear()  # begun anew
        self._pieces.append(digits)
        normalize = normalize_ticket_number if slot == "ticket_number" else normalize_phone
        for first in range(len(self._pieces)):
            number = "".join(self._pieces[first:])
            if normalize(number, language):
                self._forget()
                return number, None
        self._asked += 1
        said = "".join(self._pieces)
        growing = len(self._pieces) > 1 and can_go_on(said, str(slot), language)
        enough = self._asked > (_ASKED_MOST_WHILE_GROWING if growing else _ASKED_MOST)
        if enough or said_again or self._is_better_known(digits):
            self._forget()
            return (said if growing else text), None
        return text, "number" if growing or self._asked == 1 else "keypad"

    def _is_of_a_number(self, text: str, digits: str, language: str) -> bool:
        """Whether an answer is a number or a piece of one, and nothing else is said with it."""
        runs = digit_runs(text, language)
        called = any(run.digits in _SERVICES for run in runs)
        if not digits or (called and not (self._slot == "ticket_number" and self._pieces)):
            return False
        words, end = "", 0
        for run in runs:
            words, end = f"{words} {text[end : run.groups[0].start]}", run.groups[-1].end
        if not _is_lead_in(f"{words} {text[end:]}", language):
            return False
        at_end = ends_in_digit(text, language)
        if self._pieces:
            return len(digits) >= _A_PIECE or at_end
        return len(digits) >= _SURELY_A_NUMBER or (len(digits) >= _A_PIECE and at_end)

    def _is_better_known(self, digits: str) -> bool:
        """Whether the assistant can say more of it: a landline without its area code, a number of another country."""
        return self._slot == "contact_phone" and len(digits) >= _KNOWN_AS_NONE and digits[0] != "1"

    def _forget(self) -> None:
        self._pieces.clear()
        self._asked = 0


def _is_lead_in(words: str, language: str) -> bool:
    """Whether words hold nothing but what is said beside a number."""
    known = _BESIDE[language]
    if language in ("en", "ru"):
        return all(folded(word) in known for word in words.split() if folded(word))
    return all(_is_made_of(folded(word), known) for word in words.split())


def _is_made_of(word: str, known: frozenset[str]) -> bool:
    reached = [True] + [False] * len(word)
    for end in range(1, len(word) + 1):
        reached[end] = any(reached[begin] and word[begin:end] in known for begin in range(end))
    return reached[-1]
