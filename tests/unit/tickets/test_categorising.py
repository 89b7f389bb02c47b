"""What arrives without a category: the text gives it one where the model is sure, and is filed whatever happens."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.tickets.ticket_samples import RULES, Clock, catalogue, file_command
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.people import Contact
from tickets.errors import ClassifierUnavailable, InvalidTicket
from tickets.service.desk import TicketDesk
from tickets.service.ports import Candidate, Suggestion

LEAK = "楼道里有煤气味"


class Suggester:
    """Knows one answer, and what it was asked."""

    def __init__(self, *, sure: bool = True, fails: Exception | None = None, category: str = "gas_supply") -> None:
        self.asked: list[str] = []
        self._category = category
        self._sure = sure
        self._fails = fails

    def suggest_with_evidence(self, text: str, vector: Any = None, limit: int = 3) -> Suggestion:
        self.asked.append(text)
        if self._fails is not None:
            raise self._fails
        score = 0.91234 if self._sure else 0.4
        return Suggestion([Candidate(self._category, "gas_company", score, self._sure)], self._sure, 0.8)


def desk_with(suggester: Suggester) -> TicketDesk:
    return TicketDesk(
        MemoryTicketStore(), catalogue(), RULES, Clock(), iter(range(1, 99)).__next__, suggester=suggester
    )


def test_a_sure_category_is_taken_with_its_unit_and_how_sure_it_was() -> None:
    tickets = desk_with(Suggester())
    ticket = tickets.get(tickets.file(file_command(category=None, description=LEAK)).number)
    assert (ticket.category, ticket.category_sure, ticket.unit) == ("gas_supply", 0.912, "gas_company")


def test_below_the_threshold_it_waits_with_the_hotline_without_a_category() -> None:
    tickets = desk_with(Suggester(sure=False))
    ticket = tickets.get(tickets.file(file_command(category=None, description=LEAK)).number)
    assert (ticket.category, ticket.category_sure, ticket.unit) == (None, None, "hotline")


def test_a_category_that_this_city_does_not_have_is_not_taken() -> None:
    tickets = desk_with(Suggester(category="of_another_city"))
    assert tickets.get(tickets.file(file_command(category=None, description=LEAK)).number).category is None


@pytest.mark.parametrize(
    "fails", [ClassifierUnavailable(), OSError("cannot be read"), RuntimeError("cannot be loaded")]
)
def test_without_the_model_it_is_filed_all_the_same(fails: Exception) -> None:
    suggester = Suggester(fails=fails)
    tickets = desk_with(suggester)
    assert tickets.get(tickets.file(file_command(category=None)).number).category is None
    assert suggester.asked


@pytest.mark.parametrize(
    "given",
    [
        {"category": "street_light"},
        {"category": None, "callback": True, "contact": Contact("王", "13812345678")},
        {"category": None, "emergency": True},
    ],
)
def test_a_persons_choice_a_call_back_and_an_emergency_are_nobodys_guess(given: dict[str, Any]) -> None:
    suggester = Suggester()
    tickets = desk_with(suggester)
    assert tickets.get(tickets.file(file_command(**given)).number).category == given["category"]
    assert suggester.asked == []


def test_a_text_of_nothing_is_refused_as_ever_and_asked_about_by_nobody() -> None:
    suggester = Suggester()
    with pytest.raises(InvalidTicket, match="description missing"):
        desk_with(suggester).file(file_command(category=None, description=" \n "))
    assert suggester.asked == []


def test_a_repeat_finds_the_first_ticket() -> None:
    tickets = desk_with(Suggester())
    first = tickets.file(file_command(category=None, description=LEAK))
    again = tickets.file(file_command(category=None, description=LEAK))
    assert (again.number, again.created, again.category) == (first.number, False, "gas_supply")
