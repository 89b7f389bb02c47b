"""Conversations with the running, trained system, and the tickets they leave behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conversations.talk import NewTalk, Talk
from tests.system import System
from tickets.bootstrap import open_tickets
from tickets.config import TicketsConfig
from tickets.service.desk import TicketDesk


@pytest.fixture(scope="session")
def desk(system: System) -> Iterator[TicketDesk]:
    """The tickets as staff see them."""
    opened = open_tickets(TicketsConfig(f"sqlite:///{system.database}"))
    yield opened
    opened.close()


@pytest.fixture
def new_talk(system: System) -> NewTalk:
    """Opens conversations: `new_talk("zh").say("您好")`."""
    return lambda language="zh": Talk.open(system, language)
