"""A closed consultation becomes a draft item; nothing else does."""

from __future__ import annotations

from datetime import date

import pytest

from hotline.errors import CommandFailed
from hotline.knowledge_drafts import draft_of
from tests.unit.tickets.ticket_samples import Clock, advance_command, desk, file_command
from tickets.adapters.memory_store import MemoryTicketStore
from tickets.domain.ticket import Ticket


def ticket(nature: str, *commands: str) -> Ticket:
    tickets = desk(MemoryTicketStore(), Clock())
    number = tickets.file(file_command("k", nature=nature, description="夜班公交几点收车\n谢谢")).number
    for command in commands:
        tickets.advance(advance_command(number, command, reason="夜班公交到23:30。"))
    return tickets.get(number)


def test_question_and_reply_become_a_draft_without_the_citizen() -> None:
    made = draft_of(ticket("consultation", "reply"), "night_buses", date(2026, 5, 1))
    assert (made.id, made.title, made.sections["short"]) == ("night_buses", "夜班公交几点收车", "夜班公交到23:30。")
    assert made.status == "draft" and made.reviewed_on is None and not made.is_served(date(2026, 5, 2))


@pytest.mark.parametrize(("nature", "commands"), [("consultation", ()), ("complaint", ())])
def test_what_has_no_reply_or_is_no_consultation_is_refused(nature: str, commands: tuple[str, ...]) -> None:
    with pytest.raises(CommandFailed, match="no consultation with an answer"):
        draft_of(ticket(nature, *commands), "night_buses", date(2026, 5, 1))
