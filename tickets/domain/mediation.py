"""Mediation of a dispute between two sides: offered, consented to by both, handed over, and its result.

Read out of the ticket's history, which is its record. People's Mediation Law art. 17: where a side clearly refuses,
there is no mediation; so nothing is handed over before both consents are on record, and each side may end it at any
time. Nothing here decides who is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from tickets.domain.ticket import HistoryEntry, Ticket
from tickets.domain.vocabulary import Command, Nature, Status

LONGEST = timedelta(days=30)
"""Mediation usually ends within a month (Ministry of Justice, Provisions on People's Mediation Work, art. 33)."""
MEDIATED_NATURES = frozenset({Nature.COMPLAINT, Nature.HELP})


class Party(StrEnum):
    """A side of the dispute."""

    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"


class Means(StrEnum):
    """How a side told us."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    WRITTEN = "written"
    CHAT = "chat"


class Result(StrEnum):
    """How mediation came out."""

    SETTLED = "settled"
    FAILED = "failed"
    ENDED = "ended"
    """A side withdrew."""
    LAPSED = "lapsed"
    """Its time was over without a result."""


@dataclass(frozen=True)
class Body:
    """Who mediates disputes of a category, and the legal basis."""

    category: str
    unit: str
    legal_basis: str


@dataclass(frozen=True)
class Consent:
    """What a side said, who for it, how and when."""

    party: Party
    given: bool
    person: str = field(repr=False)
    means: Means
    at: datetime


@dataclass(frozen=True)
class Mediation:
    """One mediation on one ticket.

    Attributes:
        consents: each side's last word.
        unit, part: the body that mediates and its sub-ticket, once it is handed over.
        result: how it came out; None while it is open.
    """

    offered_at: datetime
    consents: Mapping[Party, Consent] = field(default_factory=lambda: MappingProxyType({}))
    unit: str | None = None
    part: str | None = None
    until: datetime | None = None
    result: Result | None = None

    @property
    def refused(self) -> bool:
        return any(not consent.given for consent in self.consents.values())

    @property
    def agreed(self) -> bool:
        return all(party in self.consents and self.consents[party].given for party in Party)

    @property
    def transferred(self) -> bool:
        return self.unit is not None

    @property
    def open(self) -> bool:
        return self.result is None and not (self.refused and not self.transferred)


def mediations(ticket: Ticket) -> list[Mediation]:
    """All mediations of a ticket, the oldest first; at most the last is open."""
    found: list[Mediation] = []
    for entry in ticket.history:
        details = entry.details
        if entry.command == Command.OFFER_MEDIATION:
            found.append(Mediation(entry.at))
        elif not found:
            continue
        elif entry.command == Command.RECORD_CONSENT:
            party = Party(str(details["party"]))
            consent = Consent(
                party, bool(details["given"]), str(details["person"]), Means(str(details["means"])), entry.at
            )
            found[-1] = replace(found[-1], consents={**found[-1].consents, party: consent})
        elif entry.command == Command.TRANSFER_MEDIATION:
            until = datetime.fromisoformat(str(details["until"]))
            found[-1] = replace(found[-1], unit=str(details["unit"]), part=str(details["part"]), until=until)
        elif entry.command == Command.RECORD_MEDIATION:
            found[-1] = replace(found[-1], result=Result(str(details["result"])))
        elif _ends_suspension(entry) and found[-1].transferred and found[-1].result is None:
            found[-1] = replace(found[-1], result=Result.LAPSED)
    return found


def open_mediation(ticket: Ticket) -> Mediation | None:
    """The mediation that is offered or under way."""
    found = mediations(ticket)
    return found[-1] if found and found[-1].open else None


def may_be_offered(ticket: Ticket, bodies: Mapping[str, Body]) -> Body | None:
    """The body for a dispute of this kind; None where the matter is none between two sides.

    A report of unlawful conduct is not for the sides to settle, and danger does not wait.
    """
    fit = ticket.nature in MEDIATED_NATURES and not ticket.emergency
    return bodies.get(ticket.category or "") if fit else None


def _ends_suspension(entry: HistoryEntry) -> bool:
    return entry.before is Status.SUSPENDED and entry.after is not Status.SUSPENDED
