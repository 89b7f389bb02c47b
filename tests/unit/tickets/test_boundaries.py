"""Where past decisions disagree on whose matter it is, and the entry that would settle it."""

from __future__ import annotations

from datetime import date

from tests.unit.tickets.ticket_samples import AGENT, SUPERVISOR, UNIT, advance_command, desk, file_command
from tickets.domain.boundaries import Decision, boundaries, decision_of, draft
from tickets.domain.duties import Duty
from tickets.domain.people import Actor
from tickets.domain.vocabulary import Role


def handled(number: str, unit: str, *returned: str, category: str = "street_light", area: str = "") -> Decision:
    return Decision(number, category, f"text {number}", area, unit, returned)


def test_two_units_that_handled_the_same_kind_disagree_and_the_majority_is_named() -> None:
    (found,) = boundaries([handled("1", "housing"), handled("2", "urban"), handled("3", "urban")])
    assert (found.category, found.majority, round(found.share, 2)) == ("street_light", "urban", 0.67)
    assert dict(found.handled) == {"urban": 2, "housing": 1} and len(found.cases) == 3


def test_decisions_that_agree_are_no_boundary() -> None:
    assert boundaries([handled("1", "urban"), handled("2", "urban")]) == []


def test_two_units_that_gave_the_same_kind_back_disagree() -> None:
    (found,) = boundaries([handled("1", "urban", "housing"), handled("2", "urban", "water")])
    assert dict(found.returned) == {"housing": 1, "water": 1} and found.majority == "urban"


def test_a_unit_that_handles_what_it_also_gives_back_disagrees_with_itself() -> None:
    given_back = Decision("2", "street_light", "text", returned_by=("urban",))
    (found,) = boundaries([handled("1", "urban"), given_back])
    assert found.returned == {"urban": 1}


def test_a_tie_has_no_majority() -> None:
    (found,) = boundaries([handled("1", "urban"), handled("2", "housing")])
    assert found.majority is None and found.share == 0


def test_other_kinds_within_a_category_are_not_mixed() -> None:
    decisions = [handled("1", "urban"), handled("2", "housing"), handled("3", "urban"), handled("4", "housing")]
    pairs = ({"1", "3"}, {"2", "4"})
    assert boundaries(decisions, lambda one, other: any({one.number, other.number} <= pair for pair in pairs)) == []


def test_other_categories_are_not_mixed() -> None:
    assert boundaries([handled("1", "urban"), handled("2", "housing", category="gas_supply")]) == []


def test_a_draft_names_the_majority_with_the_clause_the_catalogue_has_for_it() -> None:
    (found,) = boundaries([handled("1", "housing", area="d_1"), *(handled(n, "urban", area="d_1") for n in "23")])
    duties = [
        Duty("D-1", "street_light", "", "", "housing", (), "clause of housing", date(2024, 1, 1)),
        Duty("D-2", "street_light", "d_1", "", "urban", (), "clause of urban", date(2024, 1, 1)),
    ]
    entry = draft(found, duties, date(2026, 11, 25))
    assert (entry.lead_unit, entry.assist_units, entry.legal_basis) == ("urban", ("housing",), "clause of urban")
    assert (entry.area, entry.valid_from, entry.id) == ("d_1", date(2026, 11, 25), "R-street_light-20261125")
    assert entry.source == "3 tickets: 1 2 3"


def test_a_draft_without_majority_or_clause_leaves_them_to_whoever_rules() -> None:
    (found,) = boundaries([handled("1", "urban", area="d_1"), handled("2", "housing", area="d_2")])
    entry = draft(found, [], date(2026, 11, 25))
    assert (entry.lead_unit, entry.legal_basis, entry.area) == ("", "", "")


def test_the_history_of_a_ticket_says_who_handled_it_and_who_gave_it_back() -> None:
    tickets = desk()
    number = tickets.file(file_command()).number
    water = Actor(Role.UNIT, "wang", "water_company")
    steps = [
        ("dispatch", AGENT, {"unit": "water_company"}),
        ("return", water, {"code": "not_competent"}),
        ("approve_return", AGENT, {}),
        ("confirm_return", SUPERVISOR, {}),
        ("dispatch", AGENT, {"unit": "urban_management"}),
        ("accept", UNIT, {}),
    ]
    for place, (command, by, more) in enumerate(steps):
        tickets.advance(advance_command(number, command, by=by, key=f"step {place}", **more))
    decision = decision_of(tickets.get(number))
    assert decision is not None
    assert (decision.handled_by, decision.returned_by) == ("urban_management", ("water_company",))


def test_a_ticket_that_nobody_decided_on_says_nothing() -> None:
    tickets = desk()
    assert decision_of(tickets.get(tickets.file(file_command()).number)) is None
