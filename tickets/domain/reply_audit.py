"""Reads a reply to a citizen before it is sent, and says what is wrong with it.

Five findings: personal data, an evasion that says nothing on the matter, a refusal without legal basis, a promise
without a date, and a demand that is not answered. What counts as what stands in data/audit; how well a demand is
covered is told by a port. Nothing here changes a reply or stops one: the service decides by the findings' gravity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from language.phones import find_phones
from language.times import find_times
from language.tokens import character_count
from tickets.domain.sentences import Sentence, sentences

MOST_DEMANDS = 8
_SHORT = {"en": 45, "ru": 45}
_USUAL_SHORT = 14
"""How many characters a sentence may hold beside its empty words and still say nothing."""
_IDENTITY = re.compile(r"(?<![0-9])[1-9]\d{16}[\dXx](?![0-9])")
_CARD = re.compile(r"(?<![0-9])\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![0-9])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OFFICE_NUMBER = re.compile(r"0|[48]00")


class FindingKind(StrEnum):
    """What can be wrong with a reply."""

    PERSONAL_DATA = "personal_data"
    EVASION = "evasion"
    REFUSAL_WITHOUT_BASIS = "refusal_without_basis"
    PROMISE_WITHOUT_DATE = "promise_without_date"
    DEMAND_UNANSWERED = "demand_unanswered"


class Gravity(StrEnum):
    """What a finding does: `block` needs a supervisor who answers for the reply."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        start, end: its place in the reply; both 0 for what is missing from it.
        excerpt: the words it is about: of the reply, or for a demand of the ticket. Personal data is never repeated.
    """

    kind: FindingKind
    gravity: Gravity
    excerpt: str = field(repr=False)
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Phrases:
    """What the audit looks for in one language, and what it says of each finding (title and remedy).

    Attributes:
        covered_from: the cosine from which a sentence counts as the answer to a demand.
    """

    promise: tuple[re.Pattern[str], ...]
    date: tuple[re.Pattern[str], ...]
    evasion: tuple[re.Pattern[str], ...]
    courtesy: tuple[re.Pattern[str], ...]
    done: tuple[re.Pattern[str], ...]
    refusal: tuple[re.Pattern[str], ...]
    basis: tuple[re.Pattern[str], ...]
    demand: tuple[re.Pattern[str], ...]
    covered_from: float
    says: Mapping[FindingKind, tuple[str, str]] = field(repr=False)


@dataclass(frozen=True)
class Matter:
    """What the audit must know of the ticket; `names` and `phones` are those of all who brought it."""

    description: str = field(repr=False)
    names: tuple[str, ...] = field(default=(), repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)


Covered = Callable[[Sequence[str], Sequence[str]], Sequence[bool]]
"""Which of the demands (first) the sentences of a reply (second) answer."""


def audit(
    reply: str,
    matter: Matter,
    language: str,
    of_reply: Phrases,
    of_matter: Phrases,
    gravity: Mapping[FindingKind, Gravity],
    covered: Covered,
    now: datetime,
) -> tuple[Finding, ...]:
    """What is wrong with `reply`, by place; what is missing comes last.

    Args:
        language: that of the reply; the description may be in another one, whose phrases are `of_matter`.
        now: a time before today is no date for a promise.
    """
    read = sentences(reply)
    found = [*_personal(reply, matter, language), *_refusals(reply, read, of_reply)]
    empty = _says_nothing(read, of_reply, language, now)
    if empty:
        found.append((FindingKind.EVASION, read[0].start, read[-1].end, reply.strip()))
    else:
        found += _promises(read, of_reply, language, now)
    findings = [
        Finding(kind, gravity[kind], excerpt, start, end)
        for kind, start, end, excerpt in sorted(found, key=lambda one: (one[1], one[2]))
    ]
    asked = demands(matter.description, of_matter)
    if asked and read and not empty:
        answered = covered(asked, [one.text for one in read])
        findings += [
            Finding(FindingKind.DEMAND_UNANSWERED, gravity[FindingKind.DEMAND_UNANSWERED], demand)
            for demand, answer in zip(asked, answered, strict=True)
            if not answer
        ]
    return tuple(findings)


def demands(description: str, phrases: Phrases) -> tuple[str, ...]:
    """What a citizen asks for, sentence by sentence; the whole text where no sentence asks for anything."""
    read = sentences(description)
    asking = [one.text for one in read if _any(phrases.demand, one.text)]
    return tuple(asking[:MOST_DEMANDS]) or ((description.strip()[:500],) if read else ())


_Raw = tuple[FindingKind, int, int, str]


def _personal(reply: str, matter: Matter, language: str) -> Iterable[_Raw]:
    kind = FindingKind.PERSONAL_DATA
    known = {_digits(phone)[-11:] for phone in matter.phones if len(_digits(phone)) >= 5}
    taken: list[tuple[int, int]] = []
    for pattern, proves in ((_IDENTITY, _is_identity), (_CARD, _is_card)):
        for match in pattern.finditer(reply):
            if proves(match.group()) and not _overlaps(taken, match.start(), match.end()):
                taken.append((match.start(), match.end()))
                yield kind, match.start(), match.end(), "***"
    for phone in find_phones(reply, language):
        own = _digits(phone.value)[-11:] in known
        if (own or not _OFFICE_NUMBER.match(phone.value)) and not _overlaps(taken, phone.start, phone.end):
            taken.append((phone.start, phone.end))
            yield kind, phone.start, phone.end, "***"
    for name in matter.names:
        for match in _name(name).finditer(reply) if len(name.strip()) >= 2 else ():
            yield kind, match.start(), match.end(), "***"


def _refusals(reply: str, read: Sequence[Sentence], phrases: Phrases) -> Iterable[_Raw]:
    if _any(phrases.basis, reply):
        return
    for one in read:
        if _any(phrases.refusal, one.text):
            yield FindingKind.REFUSAL_WITHOUT_BASIS, one.start, one.end, one.text


def _promises(read: Sequence[Sentence], phrases: Phrases, language: str, now: datetime) -> Iterable[_Raw]:
    for at, one in enumerate(read):
        if not _any(phrases.promise, one.text):
            continue
        following = read[at + 1].text if at + 1 < len(read) else ""
        if not _has_date(one.text, phrases, language, now) and not _has_date(following, phrases, language, now):
            yield FindingKind.PROMISE_WITHOUT_DATE, one.start, one.end, one.text


def _says_nothing(read: Sequence[Sentence], phrases: Phrases, language: str, now: datetime) -> bool:
    """Whether every sentence is courtesy or evasion, and one at least is evasion."""
    if not read or not any(_any(phrases.evasion, one.text) for one in read):
        return False
    return all(_is_empty(one.text, phrases, language, now) for one in read)


def _is_empty(sentence: str, phrases: Phrases, language: str, now: datetime) -> bool:
    if _any((*phrases.done, *phrases.basis, *phrases.refusal), sentence):
        return False
    if _has_date(sentence, phrases, language, now):
        return False
    rest, matched = sentence, False
    for pattern in (*phrases.evasion, *phrases.courtesy):
        rest, count = pattern.subn("", rest)
        matched = matched or count > 0
    return matched and character_count(rest) <= _SHORT.get(language, _USUAL_SHORT)


def _has_date(sentence: str, phrases: Phrases, language: str, now: datetime) -> bool:
    if _any(phrases.date, sentence):
        return True
    today = now.date().isoformat()
    return any(time.value[:10] >= today for time in find_times(sentence, language, now))


def _any(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _name(name: str) -> re.Pattern[str]:
    plain = re.escape(name.strip())
    return re.compile(rf"(?<!\w){plain}(?!\w)" if plain.isascii() else plain, re.IGNORECASE)


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _overlaps(taken: Iterable[tuple[int, int]], start: int, end: int) -> bool:
    return any(start < last and first < end for first, last in taken)


def _is_identity(text: str) -> bool:
    """The check digit of GB 11643-1999."""
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def _is_card(text: str) -> bool:
    """The check digit of a payment card (Luhn, ISO/IEC 7812-1)."""
    total = 0
    for at, digit in enumerate(reversed(_digits(text))):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
