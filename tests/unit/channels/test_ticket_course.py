"""A ticket's course: plain steps, the next date, and nothing that stays in the house."""

from __future__ import annotations

import pytest

from channels.adapters.ticket_course import STEPS, course, upcoming
from channels.errors import InvalidField
from channels.web.tickets import parse_wish
from tests.unit.tickets.parts_samples import AGENT, city_desk, filed, step
from tickets.domain.transitions import TABLE

ID = "b8d8d7d8-0000-4000-8000-000000000001"


def test_steps_are_told_without_reasons_but_with_what_was_written_to_the_citizen() -> None:
    desk = city_desk()
    number = filed(desk)
    step(desk, number, "pre_check", AGENT, "secret one")
    step(desk, number, "dispatch", AGENT, "secret two")
    seen = course(desk.get(number), first=True, words=True)
    assert [one["step"] for one in seen["steps"]] == ["filed", "checked", "sent"]
    assert "secret" not in str(seen)
    assert seen["next"]["what"] == "accept"
    assert seen["can"] == ["urge", "supplement", "withdraw"]


def test_a_reply_is_read_from_the_conversation_only_and_judged_by_who_filed() -> None:
    desk = city_desk()
    number = filed(desk)
    step(desk, number, "reply", AGENT, "The lamp is mended.")
    ticket = desk.get(number)
    assert course(ticket, first=True, words=True)["steps"][-1]["text"] == "The lamp is mended."
    assert "mended" not in str(course(ticket, first=True, words=False))
    assert "rate" in course(ticket, first=True, words=True)["can"]
    assert "rate" not in course(ticket, first=False, words=True)["can"]
    assert upcoming(ticket) is None


def test_every_step_that_changes_a_status_has_a_name_or_is_the_offices_own() -> None:
    own = {"approve_return", "confirm_return", "refuse_return", "rework", "move_level", "reassign", "open_negotiation"}
    changing = {str(row.command) for row in TABLE if row.target is not None}
    assert changing - set(map(str, STEPS)) <= own


@pytest.mark.parametrize(
    ("body", "what", "field"),
    [
        ({}, "urge", "request_id"),
        ({"request_id": ID, "text": 7}, "supplement", "text"),
        ({"request_id": ID, "solved": True}, "rate", "satisfied"),
        ({"request_id": ID, "solved": "yes", "satisfied": True}, "rate", "solved"),
    ],
)
def test_a_wish_that_cannot_be_read_names_its_field(body: dict[str, object], what: str, field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_wish(body, "1", what)
    assert caught.value.field == field
