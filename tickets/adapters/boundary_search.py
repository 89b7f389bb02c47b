"""Searches past tickets for kinds of matters on which decisions disagree, with what the catalogue says about them.

Tickets are read only. Categories without any disagreement are dropped before texts are compared, so the cost is that
of what is in dispute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from language.identify import identify
from language.text_model import centred
from tickets.adapters.category_classifier import TrainedCategoryClassifier
from tickets.domain.boundaries import Boundary, Decision, boundaries, decision_of, draft
from tickets.domain.duties import Duty
from tickets.domain.ticket import Ticket
from tickets.service.desk import TicketDesk
from tickets.service.ports import TicketFilter

MOST_A_CATEGORY = 2000
"""The latest this many of a category are compared."""
_PAGE = 500


@dataclass(frozen=True)
class Asked:
    """What is searched.

    Attributes:
        since: tickets filed from then on; aware.
        alike: cosine from which on two texts are the same kind of matter.
        least: tickets that a kind must have.
    """

    since: datetime
    category: str | None = None
    alike: float = 0.5
    least: int = 2


Found = tuple[Boundary, Duty, Sequence[Duty]]
"""The disagreement, a draft entry that would settle it, and the catalogue's present entries for the category."""


def search(
    desk: TicketDesk, duties: Sequence[Duty], classifier: TrainedCategoryClassifier, asked: Asked, on: date
) -> list[Found]:
    """All disagreements, the largest first."""
    by_category: dict[str, list[Decision]] = defaultdict(list)
    for ticket in _tickets(desk, asked):
        decision = decision_of(ticket)
        if decision is not None and len(by_category[decision.category]) < MOST_A_CATEGORY:
            by_category[decision.category].append(decision)
    found: list[Boundary] = []
    for decisions in by_category.values():
        if boundaries(decisions, least=asked.least):
            found += _of_category(decisions, classifier, asked)
    found.sort(key=lambda each: (-len(each.cases), each.category, each.cases[0].number))
    valid = [duty for duty in duties if duty.holds(on)]
    return [
        (each, draft(each, valid, on), [duty for duty in valid if duty.category == each.category]) for each in found
    ]


def _of_category(decisions: list[Decision], classifier: TrainedCategoryClassifier, asked: Asked) -> list[Boundary]:
    texts = [decision.text for decision in decisions]
    languages = [identify(text[:200]).language for text in texts]
    points = centred(classifier.vectors(texts), languages, classifier.prepare().text.means)
    near = points @ points.T >= asked.alike
    np.fill_diagonal(near, True)
    places = {decision.number: place for place, decision in enumerate(decisions)}
    return boundaries(
        decisions, lambda one, other: bool(near[places[one.number], places[other.number]]), least=asked.least
    )


def _tickets(desk: TicketDesk, asked: Asked) -> Iterator[Ticket]:
    before: tuple[datetime, str] | None = None
    while True:
        page = desk.list(TicketFilter(category=asked.category, filed_from=asked.since, before=before, limit=_PAGE))
        yield from page
        if len(page) < _PAGE:
            return
        before = (page[-1].filed_at, page[-1].number)
