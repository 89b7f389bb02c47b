"""Where the city's own decisions disagree on whose matter something is: found in the history of past tickets.

Counts what people decided; it does not decide. A draft of a catalogue entry names the majority and stays a draft until
somebody with the power to rule makes it one. Whether two matters are alike is told from outside (`alike`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tickets.domain.duties import Duty
from tickets.domain.masking import mask_numbers
from tickets.domain.ticket import Ticket
from tickets.domain.vocabulary import HOTLINE_UNIT, Command

NOT_COMPETENT = "not_competent"
_HANDLING = frozenset({Command.ACCEPT, Command.REPLY})
_SENDING = frozenset({Command.DISPATCH, Command.REASSIGN})


@dataclass(frozen=True)
class Decision:
    """What one past ticket says about whose matter it was.

    Attributes:
        handled_by: the unit that took it up or answered; None while none did.
        returned_by: units that gave it back as not theirs, in order.
        corrected_from: categories it was taken for before somebody corrected it.
    """

    number: str
    category: str
    text: str = field(repr=False)
    area: str = ""
    handled_by: str | None = None
    returned_by: tuple[str, ...] = ()
    corrected_from: tuple[str, ...] = ()


@dataclass(frozen=True)
class Boundary:
    """A kind of matter on which decisions disagree.

    Attributes:
        handled: how many of its tickets each unit handled, the most first.
        returned: how often each unit gave one back, the most first.
        corrected: categories that were first taken for it, the most first.
        majority: the unit that handled the most; None when none did, or two did equally often.
    """

    category: str
    cases: tuple[Decision, ...]
    handled: Mapping[str, int]
    returned: Mapping[str, int]
    corrected: Mapping[str, int]
    majority: str | None

    @property
    def share(self) -> float:
        """How large the majority is among the tickets that were handled."""
        total = sum(self.handled.values())
        return self.handled[self.majority] / total if self.majority and total else 0.0


def decision_of(ticket: Ticket) -> Decision | None:
    """What a ticket's history says; None for one that nobody has decided on yet, and for sub-tickets."""
    if ticket.category is None or ticket.parent is not None:
        return None
    handled: str | None = None
    returned: list[str] = []
    corrected: list[str] = []
    unit = HOTLINE_UNIT
    for entry in ticket.history:
        named = entry.details.get("unit")
        if entry.command in _SENDING and isinstance(named, str):
            unit = named
        elif entry.command in _HANDLING:
            handled = entry.actor.unit or (unit if unit != HOTLINE_UNIT else ticket.unit)
        elif entry.command == Command.RETURN and entry.details.get("code", NOT_COMPETENT) == NOT_COMPETENT:
            returned.append(entry.actor.unit or unit)
        elif entry.command == Command.CORRECT_CATEGORY and isinstance(entry.details.get("from"), str):
            corrected.append(str(entry.details["from"]))
    if handled is None and not returned and not corrected:
        return None
    area = ticket.district or ""
    text = mask_numbers(ticket.description)
    return Decision(
        ticket.number, ticket.category, text, area, handled, tuple(returned), tuple(dict.fromkeys(corrected))
    )


def boundaries(
    decisions: Iterable[Decision],
    alike: Callable[[Decision, Decision], bool] = lambda one, other: True,
    *,
    least: int = 2,
) -> list[Boundary]:
    """Kinds of matters (alike tickets of one category) on which decisions disagree, the largest first.

    They disagree when two units handled such tickets, when two units gave them back, or when a unit that handled some
    gave others back.

    Args:
        least: tickets that a kind must have.
    """
    kinds: dict[str, list[list[Decision]]] = defaultdict(list)
    for decision in decisions:
        groups = kinds[decision.category]
        home = next((group for group in groups if any(alike(decision, other) for other in group)), None)
        if home is None:
            groups.append([decision])
        else:
            home.append(decision)
    found = [
        boundary
        for category, groups in kinds.items()
        for group in groups
        if len(group) >= least and (boundary := _boundary(category, group)) is not None
    ]
    return sorted(found, key=lambda each: (-len(each.cases), each.category, each.cases[0].number))


def draft(boundary: Boundary, duties: Sequence[Duty], on: date) -> Duty:
    """A catalogue entry that would settle it, for somebody to rule on.

    The majority leads (empty without one) and the other units that handled such matters assist. The legal basis is that
    of an entry which already names the lead for the category; where none does it is empty, and to be filled in.
    """
    lead = boundary.majority or ""
    areas = {case.area for case in boundary.cases}
    assist = tuple(unit for unit in boundary.handled if unit != lead)
    basis = next(
        (duty.legal_basis for duty in duties if duty.category == boundary.category and duty.lead_unit == lead), ""
    )
    numbers = " ".join(case.number for case in boundary.cases[:5])
    return Duty(
        id=f"R-{boundary.category}-{on:%Y%m%d}",
        category=boundary.category,
        area=areas.pop() if len(areas) == 1 else "",
        component_kind="",
        lead_unit=lead,
        assist_units=assist,
        legal_basis=basis,
        valid_from=on,
        source=f"{len(boundary.cases)} tickets: {numbers}",
    )


def _boundary(category: str, group: Sequence[Decision]) -> Boundary | None:
    handled = Counter(case.handled_by for case in group if case.handled_by)
    returned = Counter(unit for case in group for unit in case.returned_by)
    if len(handled) < 2 and len(returned) < 2 and not set(handled) & set(returned):
        return None
    first = handled.most_common(2)
    tied = len(first) == 2 and first[0][1] == first[1][1]
    return Boundary(
        category,
        tuple(group),
        dict(handled.most_common()),
        dict(returned.most_common()),
        dict(Counter(name for case in group for name in case.corrected_from).most_common()),
        None if tied or not first else first[0][0],
    )
