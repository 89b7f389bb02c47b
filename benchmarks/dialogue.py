"""The measured dialogue: a complaint in 12 messages, as a generator that is sent replies and gives the next message.

Every reply is checked here: which slot is asked next, that the ticket has a number, that its status names the same
number. It does no I/O and knows no clock; a driver carries messages to whatever is measured.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

from benchmarks.words import Words

MESSAGES = 12
CLOSINGS = 3
"""Messages after the status; each question that is not in the shortest dialogue takes the place of one."""
MATTER = ("category", "location", "occurred_at")
"""Asked after the opening sentence: the category as a rule, the others only where they were not understood."""
_TICKET = re.compile(r"\d{14}")


@dataclass(frozen=True)
class Said:
    """One message of the citizen: a text, or a button's payload."""

    text: str | None = None
    payload: str | None = None


@dataclass(frozen=True)
class Reply:
    """What came back: all texts, the buttons' payloads, the slot that is asked and the ticket that is named."""

    texts: tuple[str, ...]
    payloads: tuple[str, ...] = ()
    requested_slot: str | None = None
    ticket: str | None = None


class UnexpectedReply(Exception):
    """A reply was not the expected one, so nothing measured with it would count."""


Dialogue = Generator[Said, Reply, None]


def complaint(words: Words) -> Dialogue:
    """Gives the dialogue of one citizen; it ends after exactly `MESSAGES` messages.

    Raises:
        UnexpectedReply: out of `send`, at the first reply that is not right.
    """
    extra = 0
    reply = _asks((yield Said(words.opening)), *MATTER, "contact_name")
    while reply.requested_slot in MATTER:
        extra += 1
        later = MATTER[MATTER.index(reply.requested_slot) + 1 :]
        reply = _asks((yield _matter(reply, words)), *later, "contact_name")
    _asks((yield Said(words.privacy)), "contact_name")
    _asks((yield Said(words.name)), "contact_phone")
    _asks((yield Said(words.wrong_phone)), "contact_phone")
    reply = _asks((yield Said(words.phone)), "confidentiality")
    _asks((yield Said(payload=_button(reply, -1))), "confirm")
    reply = _asks((yield Said(words.correction)), "confirm", "location")
    if reply.requested_slot == "location":
        extra += 1
        reply = _asks((yield Said(words.corrected_place)), "confirm")
    _reads_back(reply, words.corrected_place)
    number = _ticket(_asks((yield Said(words.confirm)), None))
    status = _asks((yield Said(words.status.format(number=number))), None)
    if _ticket(status) != number:
        raise UnexpectedReply(f"ticket {number} was asked for, the reply names {status.ticket}")
    if extra > CLOSINGS:
        raise UnexpectedReply(f"{extra} questions were asked beside the usual ones")
    for closing in words.closing[: CLOSINGS - extra]:
        _asks((yield Said(closing)), None)


def _matter(reply: Reply, words: Words) -> Said:
    if reply.requested_slot == "category":
        return Said(payload=_button(reply, 0))
    return Said(words.place if reply.requested_slot == "location" else words.occurred)


def _asks(reply: Reply, *slots: str | None) -> Reply:
    if not any(reply.texts):
        raise UnexpectedReply("the reply is empty")
    if reply.requested_slot not in slots:
        expected = " or ".join(str(slot) for slot in slots)
        raise UnexpectedReply(f"expected to be asked for {expected}, not for {reply.requested_slot}")
    return reply


def _button(reply: Reply, index: int) -> str:
    if not reply.payloads:
        raise UnexpectedReply("the reply has no buttons")
    return reply.payloads[index]


def _reads_back(reply: Reply, place: str) -> None:
    house = re.findall(r"\d+", place)[-1]
    if not any(house in text for text in reply.texts):
        raise UnexpectedReply(f"the corrected place {place!r} is not read back")


def _ticket(reply: Reply) -> str:
    number = reply.ticket or ""
    if not _TICKET.fullmatch(number) or not any(number in text for text in reply.texts):
        raise UnexpectedReply("the reply names no ticket of 14 digits")
    return number
